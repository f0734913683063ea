import { createHash } from 'node:crypto';
import {
  Fault,
  limits,
  parseCustomerId,
  parseVisitorId,
  type Clock,
  type CustomerId,
  type RandomId,
  type VisitorId,
} from '../core/index.ts';
import type { RecordStore } from '../store/index.ts';
import type { Session, SessionPrincipal, VisitorSessions } from './ports.ts';
import {
  createOwnTokens,
  createUserTokenReader,
  type KeyRing,
  type OwnTokens,
  type TrustedHost,
  type Vouched,
} from './tokens.ts';

export interface VisitorDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly randomId: RandomId;
  readonly keys: KeyRing;
  readonly hosts: readonly TrustedHost[];
  /** `aud` of user tokens; default `kefu`. */
  readonly audience?: string;
  /** How long a host's word for a customer lasts without a new user token; default 12 hours, a day's use of a page. */
  readonly customerTtlMs?: number;
}

/**
 * A visitor's tie to a customer. Modes: none (anonymous; nothing is stored, so strangers cannot fill
 * the store) → bound → ended, by signing out or by time. Every token of a bound visitor carries `sid`;
 * one without it, from before the binding, is worth nothing from then on, so a token planted
 * in somebody's browser does not become theirs by their signing in.
 */
interface Binding {
  readonly customerId: string;
  readonly sid: string;
  readonly untilMs: number;
  readonly ended: boolean;
}

const bindingKind = 'visitor';
const usedTokenKind = 'user-token';
const dayMs = 24 * 60 * 60_000;

interface Tools extends VisitorDeps {
  readonly sessions: OwnTokens;
  readonly visitors: OwnTokens;
  readonly readUserToken: (token: string) => Promise<Vouched>;
}

export function createVisitorSessions(deps: VisitorDeps): VisitorSessions {
  const tools: Tools = {
    ...deps,
    sessions: createOwnTokens('session', deps.keys, deps.clock),
    visitors: createOwnTokens('visitor', deps.keys, deps.clock),
    readUserToken: createUserTokenReader(deps.hosts, deps.audience ?? 'kefu', deps.clock),
  };
  return {
    anonymous: async (visitorToken) => {
      const known = visitorToken === undefined ? undefined : await tryKnow(tools, visitorToken);
      return known === undefined ? begin(tools) : open(tools, known);
    },
    identified: (userToken, visitorToken) => identify(tools, userToken, visitorToken),
    refresh: async (visitorToken) => open(tools, await know(tools, visitorToken)),
    read: (sessionToken) => readSession(tools, sessionToken),
    signOut: (visitorToken) => signOut(tools, visitorToken),
  };
}

/** A visitor as its token and the store agree on it. */
interface Known {
  readonly visitorId: VisitorId;
  readonly binding?: Binding;
  /** The token that was shown, if it need not be renewed yet. */
  readonly token?: string;
}

function begin(tools: Tools): Promise<Session> {
  const visitorId = parseVisitorId(`v-${tools.randomId()}`);
  if (visitorId === undefined) throw new Fault('internal', 'randomId gave no id');
  return open(tools, { visitorId });
}

async function open(tools: Tools, known: Known): Promise<Session> {
  const { clock, sessions, visitors } = tools;
  const { visitorId, binding } = known;
  const nowMs = clock();
  const endMs = binding?.untilMs ?? Infinity;
  const expiresAtMs = Math.min(nowMs + limits.sessionTtlMs, endMs);
  const claims = { sub: visitorId, ...(binding && { cus: binding.customerId, sid: binding.sid }) };
  const customerId = binding && parseCustomerId(binding.customerId);
  const visitorEndMs = Math.min(nowMs + limits.visitorTtlMs, endMs);
  return {
    visitorId,
    ...(customerId !== undefined && { customerId }),
    expiresAtMs,
    sessionToken: await sessions.sign(claims, expiresAtMs),
    visitorToken: known.token ?? (await visitors.sign(claims, visitorEndMs)),
  };
}

/** Faults: bad_token, token_expired. */
async function know(tools: Tools, visitorToken: string): Promise<Known> {
  const claims = await tools.visitors.read(visitorToken);
  const visitorId = visitorOf(claims.sub);
  const binding = await matching(tools, visitorId, claims['sid']);
  // The same token is given again for half its life: other tabs know their visitor by it.
  const isYoung = claims.exp * 1000 - tools.clock() > limits.visitorTtlMs / 2;
  const token = binding !== undefined || isYoung ? visitorToken : undefined;
  return {
    visitorId,
    ...(binding !== undefined && { binding }),
    ...(token !== undefined && { token }),
  };
}

async function tryKnow(tools: Tools, visitorToken: string): Promise<Known | undefined> {
  try {
    return await know(tools, visitorToken);
  } catch (error) {
    if (error instanceof Fault && error.culprit === 'peer') return undefined;
    throw error;
  }
}

/** The visitor's live binding, none for an anonymous one; `token_expired` when token and store disagree. */
async function matching(
  tools: Tools,
  visitorId: VisitorId,
  sid: unknown,
): Promise<Binding | undefined> {
  const body = await tools.records.get(bindingKind, visitorId);
  if (body === undefined && sid === undefined) return undefined;
  const binding = body === undefined ? undefined : parseBinding(body);
  const isLive = binding !== undefined && !binding.ended && tools.clock() < binding.untilMs;
  if (isLive && binding.sid === sid) return binding;
  throw new Fault('token_expired', 'The session has ended; open a new one.');
}

async function readSession(tools: Tools, sessionToken: string): Promise<SessionPrincipal> {
  const claims = await tools.sessions.read(sessionToken);
  const visitorId = visitorOf(claims.sub);
  const binding = await matching(tools, visitorId, claims['sid']);
  const customerId = binding && parseCustomerId(binding.customerId);
  return {
    visitorId,
    ...(customerId !== undefined && { customerId }),
    expiresAtMs: claims.exp * 1000,
  };
}

async function identify(
  tools: Tools,
  userToken: string,
  visitorToken: string | undefined,
): Promise<Session> {
  const vouched = await tools.readUserToken(userToken);
  const customerId = parseCustomerId(vouched.subject);
  if (customerId === undefined) throw new Fault('bad_token', 'The token names no customer.');
  const known = visitorToken === undefined ? undefined : await tryKnow(tools, visitorToken);
  await useOnce(tools, vouched);
  return open(tools, await bind(tools, customerId, known));
}

/** Faults: token_replayed. The store's insert is the judge, so two at once cannot both win. */
async function useOnce({ records }: Tools, vouched: Vouched): Promise<void> {
  const key = createHash('sha256').update(`${vouched.issuer}\0${vouched.jti}`).digest('hex');
  const isFirst = await records.insert(usedTokenKind, key, '1', vouched.expiresAtMs);
  if (!isFirst) throw new Fault('token_replayed', 'The user token was used before.');
}

/** Keeps an anonymous visitor, and one that is this customer's already; anybody else's is left alone and a new one begun. */
async function bind(
  tools: Tools,
  customerId: CustomerId,
  known: Known | undefined,
): Promise<Known> {
  const { records, clock, randomId, customerTtlMs = 12 * 60 * 60_000 } = tools;
  const nowMs = clock();
  const former = known?.binding;
  const binding: Binding = {
    customerId,
    sid: former?.customerId === customerId ? former.sid : randomId(),
    untilMs: nowMs + customerTtlMs,
    ended: false,
  };
  // Outlives every token that was given to the visitor before.
  const expiresAtMs = nowMs + limits.visitorTtlMs + customerTtlMs + dayMs;
  const body = JSON.stringify(binding);
  if (known !== undefined && (former === undefined || former.customerId === customerId)) {
    const { visitorId } = known;
    const isBound =
      former === undefined
        ? await records.insert(bindingKind, visitorId, body, expiresAtMs)
        : await records.replace(bindingKind, visitorId, JSON.stringify(former), body, expiresAtMs);
    if (isBound) return { visitorId, binding };
  }
  const visitorId = visitorOf(`v-${randomId()}`);
  const fresh = { ...binding, sid: randomId() };
  await records.insert(bindingKind, visitorId, JSON.stringify(fresh), expiresAtMs);
  return { visitorId, binding: fresh };
}

/** Also for a token that has run out or is unknown: nothing is left to end then. */
async function signOut(tools: Tools, visitorToken: string): Promise<void> {
  const { records, clock } = tools;
  for (;;) {
    const known = await tryKnow(tools, visitorToken);
    if (known?.binding === undefined) return;
    const former = JSON.stringify(known.binding);
    const ended = JSON.stringify({ ...known.binding, ended: true });
    const expiresAtMs = clock() + limits.visitorTtlMs + dayMs;
    if (await records.replace(bindingKind, known.visitorId, former, ended, expiresAtMs)) return;
  }
}

function visitorOf(subject: string): VisitorId {
  const visitorId = parseVisitorId(subject);
  if (visitorId === undefined) throw new Fault('bad_token', 'The token names no visitor.');
  return visitorId;
}

/** Our own record; the key order is the one that `bind` writes, which `replace` compares. */
function parseBinding(body: string): Binding {
  return JSON.parse(body) as Binding;
}
