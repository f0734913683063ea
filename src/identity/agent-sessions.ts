import { randomBytes } from 'node:crypto';
import { limits } from '../core/index.ts';
import type { AgentSession, SignInOptions } from './agent-ports.ts';
import {
  hashOf,
  readByEmail,
  readById,
  toAgent,
  type AgentDeps,
  type StoredAgent,
} from './agent-records.ts';
import type { Agent } from './ports.ts';

const sessionKind = 'agent-session';
/** Live sessions of all agents that a listing looks through. */
const sessionsMax = 20_000;
/** How exactly the time of last use is kept: a write for each request would be too much. */
export const seenEveryMs = 5 * 60_000;
const addressLengthMax = 64;
const clientLengthMax = 200;

interface StoredSession {
  readonly email: string;
  readonly agentId: string;
  readonly expiresAtMs: number;
  readonly createdAtMs?: number;
  readonly lastSeenAtMs?: number;
  readonly address?: string;
  readonly client?: string;
  readonly generation?: number;
}

export async function openSession(
  { records, clock }: AgentDeps,
  stored: StoredAgent,
  { source = '', client = '' }: SignInOptions,
) {
  const token = randomBytes(32).toString('base64url');
  const nowMs = clock();
  const expiresAtMs = nowMs + limits.agentSessionTtlMs;
  const session: StoredSession = {
    email: stored.email,
    agentId: stored.agentId,
    expiresAtMs,
    createdAtMs: nowMs,
    lastSeenAtMs: nowMs,
    address: source.slice(0, addressLengthMax),
    client: client.slice(0, clientLengthMax),
    generation: stored.sessionGeneration,
  };
  await records.insert(sessionKind, hashOf(token), JSON.stringify(session), expiresAtMs);
  return { token, agent: toAgent(stored), expiresAtMs };
}

/** The agent of a live session. An address that was given to somebody else does not inherit the sessions. */
export async function readSession(deps: AgentDeps, token: string): Promise<Agent | undefined> {
  if (token.length > 128) return undefined;
  const key = hashOf(token);
  const body = await deps.records.get(sessionKind, key);
  if (body === undefined) return undefined;
  const session = parse(body);
  const nowMs = deps.clock();
  if (nowMs >= session.expiresAtMs) return undefined;
  const kept = await readByEmail(deps, session.email);
  if (!kept || !holds(session, kept.stored)) return undefined;
  if (nowMs - (session.lastSeenAtMs ?? 0) >= seenEveryMs) {
    const seen = JSON.stringify({ ...session, lastSeenAtMs: nowMs });
    await deps.records.replace(sessionKind, key, body, seen, session.expiresAtMs);
  }
  return toAgent(kept.stored);
}

/** The agent's live sessions, the latest first. */
export async function listSessions(
  deps: AgentDeps,
  agentId: string,
  token: string,
): Promise<readonly AgentSession[]> {
  const own = hashOf(token);
  const live = await liveSessions(deps, agentId);
  return live
    .map(({ key, session }) => ({
      id: nameOf(key),
      current: key === own,
      createdAtMs: session.createdAtMs ?? 0,
      lastSeenAtMs: session.lastSeenAtMs ?? 0,
      expiresAtMs: session.expiresAtMs,
      address: session.address ?? '',
      client: session.client ?? '',
    }))
    .toSorted((a, b) => b.createdAtMs - a.createdAtMs);
}

export async function endSession(deps: AgentDeps, agentId: string, id: string): Promise<boolean> {
  const found = (await liveSessions(deps, agentId)).find(({ key }) => nameOf(key) === id);
  if (!found) return false;
  await deps.records.remove(sessionKind, found.key);
  return true;
}

export function endByToken({ records }: AgentDeps, token: string): Promise<void> {
  return records.remove(sessionKind, hashOf(token));
}

/** Lets the session of `token` live on under the agent's new generation, in which all others have ended. */
export async function carryOver(
  deps: AgentDeps,
  token: string,
  stored: StoredAgent,
): Promise<void> {
  const key = hashOf(token);
  const body = await deps.records.get(sessionKind, key);
  if (body === undefined) return;
  const session: StoredSession = { ...parse(body), generation: stored.sessionGeneration };
  await deps.records.replace(sessionKind, key, body, JSON.stringify(session), session.expiresAtMs);
}

async function liveSessions(deps: AgentDeps, agentId: string) {
  const kept = await readById(deps, agentId);
  const rows = await deps.records.list(sessionKind, sessionsMax);
  const nowMs = deps.clock();
  return rows
    .map(({ key, body }) => ({ key, session: parse(body) }))
    .filter(({ session }) => kept && holds(session, kept.stored) && nowMs < session.expiresAtMs);
}

function holds(session: StoredSession, stored: StoredAgent): boolean {
  return (
    stored.agentId === session.agentId &&
    !stored.disabled &&
    (session.generation ?? 0) === stored.sessionGeneration
  );
}

const parse = (body: string): StoredSession => JSON.parse(body) as StoredSession;
const nameOf = (key: string): string => `s-${key.slice(0, 24)}`;
