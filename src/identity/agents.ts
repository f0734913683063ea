import { z } from 'zod';
import { Fault } from '../core/index.ts';
import { createOwnAccount, withoutTotp } from './agent-account.ts';
import type { AgentChange, AgentRecord } from './agent-ports.ts';
import {
  addressOf,
  agentKind,
  editAgent,
  readAll,
  toAgent,
  toRecord,
  type AgentDeps,
  type StoredAgent,
} from './agent-records.ts';
import { endByToken, readSession } from './agent-sessions.ts';
import { forgiveFailures, signIn } from './agent-sign-in.ts';
import { createPersonalTokens } from './agent-tokens.ts';
import { makePassword } from './passwords.ts';
import type { Agent, AgentAccounts } from './ports.ts';

export type { AgentDeps } from './agent-records.ts';

const newAgent = z.strictObject({
  email: z.email().max(254),
  name: z.string().trim().min(1).max(100),
  role: z.enum(['agent', 'supervisor', 'admin']),
  // Length is what makes a password strong; the ceiling keeps hashing cheap to refuse.
  password: z.string().min(12).max(1024),
  customerId: z.string().min(1).max(128).exactOptional(),
});

export function createAgentAccounts(deps: AgentDeps): AgentAccounts {
  const { records, firstEmail = 'admin@kefu.local' } = deps;
  return {
    ensureFirst: async () => {
      if ((await records.list(agentKind, 1)).length > 0) return undefined;
      const password = makePassword();
      const first = { email: firstEmail, name: 'Admin', role: 'admin', password } as const;
      const made = await insertAgent(deps, first);
      return made === undefined ? undefined : { email: made.email, password };
    },
    create: (agent) => create(deps, agent),
    signIn: (email, password, options = {}) =>
      signIn(deps, email, password, typeof options === 'string' ? { source: options } : options),
    read: (token) => readSession(deps, token),
    signOut: (token) => endByToken(deps, token),
    ...createOwnAccount(deps),
    ...createPersonalTokens(deps),
    list: async () => (await readAll(deps)).map(({ stored }) => toRecord(stored)),
    change: (agentId, change) => changeAgent(deps, agentId, change),
    resetPassword: (agentId) => resetPassword(deps, agentId),
  };
}

async function create(deps: AgentDeps, agent: unknown): Promise<Agent> {
  const parsed = newAgent.safeParse(agent);
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new Fault(
      'bad_request',
      `An agent needs a valid email, a name, a role and a password of 12 to 1024 characters; wrong: ${where}.`,
    );
  }
  const made = await insertAgent(deps, parsed.data);
  if (made === undefined) throw new Fault('conflict', 'An agent with this email exists.');
  return made;
}

/** Undefined when the address is taken; the one insert decides, so two first starts cannot make two. */
async function insertAgent(
  { records, randomId, passwords }: AgentDeps,
  agent: z.infer<typeof newAgent>,
): Promise<Agent | undefined> {
  const email = addressOf(agent.email);
  const stored: StoredAgent = {
    agentId: `a-${randomId()}`,
    email,
    name: agent.name,
    role: agent.role,
    password: await passwords.hash(agent.password),
    disabled: false,
    sessionGeneration: 0,
    tokenGeneration: 0,
    ...(agent.customerId !== undefined && { customerId: agent.customerId }),
  };
  const isNew = await records.insert(agentKind, email, JSON.stringify(stored));
  return isNew ? toAgent(stored) : undefined;
}

/**
 * Somebody must be left who can change accounts. Two admins who disable each other at the same moment could both
 * succeed; the recovery command on the machine itself is the way back.
 */
async function changeAgent(
  deps: AgentDeps,
  agentId: string,
  change: AgentChange,
): Promise<AgentRecord | undefined> {
  const loses = change.disabled === true || (change.role !== undefined && change.role !== 'admin');
  if (loses && (await isLastAdmin(deps, agentId))) {
    throw new Fault('conflict', 'This is the last admin: make another one first.');
  }
  const next = await editAgent(deps, agentId, (stored) => changed(stored, change));
  return next && toRecord(next);
}

async function isLastAdmin(deps: AgentDeps, agentId: string): Promise<boolean> {
  const admins = (await readAll(deps)).filter(
    ({ stored }) => stored.role === 'admin' && !stored.disabled,
  );
  return admins.length === 1 && admins[0]?.stored.agentId === agentId;
}

function changed(stored: StoredAgent, change: AgentChange): StoredAgent {
  const { customerId, capacity, disabled, name, role, languages, skills, queues } = change;
  const next: StoredAgent = {
    ...stored,
    ...(name !== undefined && { name }),
    ...(role !== undefined && { role }),
    ...(disabled !== undefined && { disabled }),
    ...(languages && { languages: [...languages] }),
    ...(skills && { skills: [...skills] }),
    ...(queues && { queues: [...queues] }),
  };
  if (customerId !== undefined) {
    if (customerId === null) delete next.customerId;
    else next.customerId = customerId;
  }
  if (capacity !== undefined) {
    if (capacity === null) delete next.capacity;
    else next.capacity = capacity;
  }
  return disabled === true ? withoutAccess(next) : next;
}

function withoutAccess(stored: StoredAgent): StoredAgent {
  return {
    ...stored,
    sessionGeneration: stored.sessionGeneration + 1,
    tokenGeneration: stored.tokenGeneration + 1,
  };
}

async function resetPassword(deps: AgentDeps, agentId: string): Promise<string | undefined> {
  const password = makePassword();
  const hash = await deps.passwords.hash(password);
  const next = await editAgent(deps, agentId, (stored) =>
    withoutAccess({ ...withoutTotp(stored), password: hash }),
  );
  if (!next) return undefined;
  await forgiveFailures(deps, next.email);
  return password;
}
