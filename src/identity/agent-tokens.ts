import { randomBytes } from 'node:crypto';
import { Fault } from '../core/index.ts';
import type { NewToken, PersonalTokens, TokenRecord } from './agent-ports.ts';
import { hashOf, readByEmail, readById, toAgent, type AgentDeps } from './agent-records.ts';
import { seenEveryMs } from './agent-sessions.ts';

const tokenKind = 'agent-token';
const tokensMax = 20_000;
const tokensPerAgentMax = 50;
/** Tells people and secret scanners what it is. */
const prefix = 'kefu_pat_';

interface StoredToken extends TokenRecord {
  readonly agentId: string;
  readonly email: string;
  readonly generation: number;
}

export function createPersonalTokens(deps: AgentDeps): PersonalTokens {
  return {
    createToken: (agentId, asked) => create(deps, agentId, asked),
    tokens: async (agentId) => (await ownTokens(deps, agentId)).map(({ stored }) => told(stored)),
    revokeToken: async (agentId, id) => {
      const found = (await ownTokens(deps, agentId)).find(({ stored }) => stored.id === id);
      if (!found) return false;
      await deps.records.remove(tokenKind, found.key);
      return true;
    },
    readToken: (token) => read(deps, token),
  };
}

async function create(deps: AgentDeps, agentId: string, { name, scopes, expiresAtMs }: NewToken) {
  const kept = await readById(deps, agentId);
  if (!kept || kept.stored.disabled) throw new Fault('not_found', 'There is no such agent.');
  if ((await ownTokens(deps, agentId)).length >= tokensPerAgentMax) {
    throw new Fault(
      'conflict',
      `An agent has at most ${tokensPerAgentMax} tokens: revoke one first.`,
    );
  }
  const token = `${prefix}${randomBytes(32).toString('base64url')}`;
  const stored: StoredToken = {
    id: `t-${deps.randomId()}`,
    name,
    scopes,
    createdAtMs: deps.clock(),
    expiresAtMs,
    lastUsedAtMs: null,
    agentId,
    email: kept.stored.email,
    generation: kept.stored.tokenGeneration,
  };
  await deps.records.insert(tokenKind, hashOf(token), JSON.stringify(stored), expiresAtMs);
  return { token, record: told(stored) };
}

async function read(deps: AgentDeps, token: string) {
  if (token.length > 128 || !token.startsWith(prefix)) return undefined;
  const key = hashOf(token);
  const body = await deps.records.get(tokenKind, key);
  if (body === undefined) return undefined;
  const stored = parse(body);
  const nowMs = deps.clock();
  const kept = await readByEmail(deps, stored.email);
  if (!kept || kept.stored.agentId !== stored.agentId || kept.stored.disabled) return undefined;
  if (nowMs >= stored.expiresAtMs || kept.stored.tokenGeneration !== stored.generation) {
    return undefined;
  }
  if (nowMs - (stored.lastUsedAtMs ?? 0) >= seenEveryMs) {
    const used = JSON.stringify({ ...stored, lastUsedAtMs: nowMs } satisfies StoredToken);
    await deps.records.replace(tokenKind, key, body, used, stored.expiresAtMs);
  }
  return { agent: toAgent(kept.stored), scopes: stored.scopes };
}

/** Those that still open something: not the ones that ended with their agent's access. */
async function ownTokens(deps: AgentDeps, agentId: string) {
  const generation = (await readById(deps, agentId))?.stored.tokenGeneration;
  const rows = await deps.records.list(tokenKind, tokensMax);
  const nowMs = deps.clock();
  return rows
    .map(({ key, body }) => ({ key, stored: parse(body) }))
    .filter(({ stored }) => stored.agentId === agentId && stored.generation === generation)
    .filter(({ stored }) => nowMs < stored.expiresAtMs);
}

function told({
  id,
  name,
  scopes,
  createdAtMs,
  expiresAtMs,
  lastUsedAtMs,
}: StoredToken): TokenRecord {
  return { id, name, scopes, createdAtMs, expiresAtMs, lastUsedAtMs };
}

const parse = (body: string): StoredToken => JSON.parse(body) as StoredToken;
