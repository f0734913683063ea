import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Fault, parseAgentId, type Clock, type RandomId } from '../core/index.ts';
import type { RecordStore } from '../store/index.ts';
import type { AgentRecord } from './agent-ports.ts';
import type { PasswordHasher } from './passwords.ts';
import type { Agent } from './ports.ts';
import type { Seal } from './seal.ts';

export interface AgentDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly randomId: RandomId;
  readonly passwords: PasswordHasher;
  /** Keeps the secrets of second factors unreadable in the store. */
  readonly seal: Seal;
  /** Address of the first agent; default `admin@kefu.local`. */
  readonly firstEmail?: string;
  /** Asked with the address a sign-in comes from, before any work; false refuses it as rate_limited. */
  readonly maySignIn?: (source: string) => boolean | Promise<boolean>;
}

export const agentKind = 'agent';
/** More agents than any installation on one machine has; a listing reads them all. */
export const agentsMax = 10_000;

const names = z.array(z.string().max(64)).max(100);

const storedAgent = z.object({
  agentId: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(['agent', 'supervisor', 'admin']),
  password: z.string(),
  disabled: z.boolean().default(false),
  /** Sessions and tokens of another generation are refused: how all of them end in one write. */
  sessionGeneration: z.int().default(0),
  tokenGeneration: z.int().default(0),
  totp: z
    .object({
      secret: z.string(),
      confirmed: z.boolean(),
      /** Step of the last code that was used: a code counts once. */
      usedStep: z.int(),
      /** Digests of the recovery codes that are left. */
      recovery: z.array(z.string()),
    })
    .optional(),
  customerId: z.string().optional(),
  languages: names.optional(),
  skills: names.optional(),
  queues: names.optional(),
  capacity: z.int().optional(),
});
export type StoredAgent = z.infer<typeof storedAgent>;

/** A stored agent with the very body that a change has to replace. */
export interface KeptAgent {
  readonly stored: StoredAgent;
  readonly body: string;
}

export async function readByEmail(
  { records }: AgentDeps,
  email: string,
): Promise<KeptAgent | undefined> {
  const body = await records.get(agentKind, email);
  return body === undefined ? undefined : { stored: parseAgent(body), body };
}

export async function readById(deps: AgentDeps, agentId: string): Promise<KeptAgent | undefined> {
  return (await readAll(deps)).find(({ stored }) => stored.agentId === agentId);
}

export async function readAll({ records }: AgentDeps): Promise<readonly KeptAgent[]> {
  const rows = await records.list(agentKind, agentsMax);
  return rows.map(({ body }) => ({ stored: parseAgent(body), body }));
}

/** Applies `edit` to the agent as it stands at the moment of the write. Undefined when there is no such agent. */
export async function editAgent(
  deps: AgentDeps,
  agentId: string,
  edit: (stored: StoredAgent) => StoredAgent,
): Promise<StoredAgent | undefined> {
  for (;;) {
    const kept = await readById(deps, agentId);
    if (!kept) return undefined;
    const next = edit(kept.stored);
    if (await replaceAgent(deps, kept, next)) return next;
  }
}

/** False when the agent was changed meanwhile. */
export function replaceAgent(
  { records }: AgentDeps,
  kept: KeptAgent,
  next: StoredAgent,
): Promise<boolean> {
  return records.replace(agentKind, kept.stored.email, kept.body, JSON.stringify(next));
}

export function toAgent(stored: StoredAgent): Agent {
  const { agentId, email, name, role, customerId, languages, skills, queues, capacity } = stored;
  const id = parseAgentId(agentId);
  if (id === undefined) throw new Fault('store_corrupt', 'A stored agent has no id.');
  return {
    agentId: id,
    email,
    name,
    role,
    ...(customerId !== undefined && { customerId }),
    ...(languages && { languages }),
    ...(skills && { skills }),
    ...(queues && { queues }),
    ...(capacity !== undefined && { capacity }),
  };
}

export function toRecord(stored: StoredAgent): AgentRecord {
  return {
    ...toAgent(stored),
    disabled: stored.disabled,
    secondFactor: stored.totp?.confirmed === true,
  };
}

export const addressOf = (email: string): string => email.trim().normalize('NFKC').toLowerCase();

/** The store keeps only this of a token, and only this of an address that somebody merely tried. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function badCredentials(): Fault {
  return new Fault('bad_credentials', 'Email, password or code is wrong.');
}

function parseAgent(body: string): StoredAgent {
  return storedAgent.parse(JSON.parse(body));
}
