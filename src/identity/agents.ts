import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Fault, limits, parseAgentId, type Clock, type RandomId } from '../core/index.ts';
import type { RecordStore } from '../store/index.ts';
import { makePassword, type PasswordHasher } from './passwords.ts';
import type { Agent, AgentAccounts } from './ports.ts';

export interface AgentDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly randomId: RandomId;
  readonly passwords: PasswordHasher;
  /** Address of the first agent; default `admin@kefu.local`. */
  readonly firstEmail?: string;
  /** Asked with the address a sign-in comes from, before any work; false refuses it as rate_limited. */
  readonly maySignIn?: (source: string) => boolean | Promise<boolean>;
}

const agentKind = 'agent';
const sessionKind = 'agent-session';
const failuresKind = 'agent-failures';

/** Wrong passwords for one address before it waits, and how long. */
const failuresMax = 5;
const lockoutMs = 15 * 60_000;

const storedAgent = z.object({
  agentId: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(['agent', 'supervisor', 'admin']),
  password: z.string(),
});
type StoredAgent = z.infer<typeof storedAgent>;

const newAgent = z.strictObject({
  email: z.email().max(254),
  name: z.string().trim().min(1).max(100),
  role: z.enum(['agent', 'supervisor', 'admin']),
  // Length is what makes a password strong; the ceiling keeps hashing cheap to refuse.
  password: z.string().min(12).max(1024),
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
    create: async (agent) => {
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
    },
    signIn: (email, password, source) => signIn(deps, { email, password, source }),
    read: (token) => readSession(deps, token),
    signOut: (token) => records.remove(sessionKind, hashOf(token)),
  };
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
  };
  const isNew = await records.insert(agentKind, email, JSON.stringify(stored));
  return isNew ? toAgent(stored) : undefined;
}

interface SignIn {
  readonly email: string;
  readonly password: string;
  readonly source: string | undefined;
}

/** One path for known and unknown addresses: the same reads, the same counted failure, the same hashing, the same words. */
async function signIn(deps: AgentDeps, { email, password, source }: SignIn) {
  if (source !== undefined && deps.maySignIn && !(await deps.maySignIn(source))) {
    throw new Fault('rate_limited', 'Too many sign-ins from this address; wait a little.');
  }
  if (email.length > 254 || password.length > 1024) throw badCredentials();
  const address = addressOf(email);
  await countFailure(deps, address);
  const body = await deps.records.get(agentKind, address);
  const stored = body === undefined ? undefined : parseAgent(body);
  const isRight = await deps.passwords.matches(password, stored?.password);
  if (!isRight || stored === undefined || body === undefined) throw badCredentials();
  await deps.records.remove(failuresKind, hashOf(address));
  await renewHash(deps, { stored, body, password });
  return openSession(deps, stored);
}

interface Failures {
  readonly count: number;
  readonly untilMs: number;
}

/**
 * Counted as failed before the password is looked at and forgiven when it is right, so that guesses
 * sent together are held to the same five. Faults: locked_out.
 */
async function countFailure({ records, clock }: AgentDeps, address: string): Promise<void> {
  const key = hashOf(address);
  for (;;) {
    const nowMs = clock();
    const former = await records.get(failuresKind, key);
    const known = former === undefined ? undefined : (JSON.parse(former) as Failures);
    const count = known !== undefined && nowMs < known.untilMs ? known.count : 0;
    if (count >= failuresMax) {
      throw new Fault('locked_out', 'Too many wrong passwords; wait 15 minutes.');
    }
    const untilMs = nowMs + lockoutMs;
    const body = JSON.stringify({ count: count + 1, untilMs } satisfies Failures);
    const isCounted =
      former === undefined
        ? await records.insert(failuresKind, key, body, untilMs)
        : await records.replace(failuresKind, key, former, body, untilMs);
    if (isCounted) return;
  }
}

/** Brings a hash of older parameters up to today's, now that the password is at hand. */
async function renewHash(
  { records, passwords }: AgentDeps,
  known: { readonly stored: StoredAgent; readonly body: string; readonly password: string },
): Promise<void> {
  if (!passwords.isDated(known.stored.password)) return;
  const renewed = { ...known.stored, password: await passwords.hash(known.password) };
  await records.replace(agentKind, known.stored.email, known.body, JSON.stringify(renewed));
}

interface StoredSession {
  readonly email: string;
  readonly agentId: string;
  readonly expiresAtMs: number;
}

async function openSession({ records, clock }: AgentDeps, stored: StoredAgent) {
  const token = randomBytes(32).toString('base64url');
  const expiresAtMs = clock() + limits.agentSessionTtlMs;
  const { email, agentId } = stored;
  const body = JSON.stringify({ email, agentId, expiresAtMs } satisfies StoredSession);
  await records.insert(sessionKind, hashOf(token), body, expiresAtMs);
  return { token, agent: toAgent(stored), expiresAtMs };
}

async function readSession({ records, clock }: AgentDeps, token: string) {
  if (token.length > 128) return undefined;
  const body = await records.get(sessionKind, hashOf(token));
  if (body === undefined) return undefined;
  const session = JSON.parse(body) as StoredSession;
  if (clock() >= session.expiresAtMs) return undefined;
  const agentBody = await records.get(agentKind, session.email);
  const stored = agentBody === undefined ? undefined : parseAgent(agentBody);
  // An address that was given to somebody else does not inherit the sessions.
  return stored?.agentId === session.agentId ? toAgent(stored) : undefined;
}

function parseAgent(body: string): StoredAgent {
  return storedAgent.parse(JSON.parse(body));
}

function toAgent({ agentId, email, name, role }: StoredAgent): Agent {
  const id = parseAgentId(agentId);
  if (id === undefined) throw new Fault('store_corrupt', 'A stored agent has no id.');
  return { agentId: id, email, name, role };
}

const addressOf = (email: string): string => email.trim().normalize('NFKC').toLowerCase();

/** The store keeps only this of a token, and only this of an address that somebody merely tried. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function badCredentials(): Fault {
  return new Fault('bad_credentials', 'Email or password is wrong.');
}
