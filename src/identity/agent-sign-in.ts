import { Fault } from '../core/index.ts';
import type { SignInOptions } from './agent-ports.ts';
import {
  addressOf,
  badCredentials,
  hashOf,
  readByEmail,
  replaceAgent,
  type AgentDeps,
  type KeptAgent,
  type StoredAgent,
} from './agent-records.ts';
import { openSession } from './agent-sessions.ts';
import { useCode } from './agent-totp.ts';

const failuresKind = 'agent-failures';

/** Wrong passwords or codes for one address before it waits, and how long. */
const failuresMax = 5;
const lockoutMs = 15 * 60_000;

export interface Proof {
  readonly email: string;
  readonly password: string;
  readonly code?: string;
}

/**
 * One path for known and unknown addresses: the same reads, the same counted failure, the same hashing, the same words.
 * Only whoever has the password learns that a code is needed.
 */
export async function signIn(
  deps: AgentDeps,
  email: string,
  password: string,
  options: SignInOptions,
) {
  const { source, code } = options;
  if (source !== undefined && deps.maySignIn && !(await deps.maySignIn(source))) {
    throw new Fault('rate_limited', 'Too many sign-ins from this address; wait a little.');
  }
  const proof = { email, password, ...(code !== undefined && { code }) };
  const stored = await proved(deps, proof);
  return openSession(deps, stored, options);
}

/**
 * The agent who this password, and the code when there is a second factor, belong to. Faults: bad_credentials,
 * code_required, locked_out, overloaded.
 */
export async function proved(
  deps: AgentDeps,
  { email, password, code }: Proof,
): Promise<StoredAgent> {
  if (email.length > 254 || password.length > 1024) throw badCredentials();
  const address = addressOf(email);
  await countFailure(deps, address);
  const kept = await readByEmail(deps, address);
  const isRight = await matches(deps, address, { password, stored: kept?.stored.password });
  if (!isRight || !kept || kept.stored.disabled) throw badCredentials();
  const next = await renewed(deps, useSecondFactor(deps, kept, code), password);
  // Of two sign-ins with one code the second finds the agent changed.
  if (next !== kept.stored && !(await replaceAgent(deps, kept, next))) throw badCredentials();
  await deps.records.remove(failuresKind, hashOf(address));
  return next;
}

/** For want of room nothing was looked at: that is no wrong try. */
async function matches(
  deps: AgentDeps,
  address: string,
  { password, stored }: { readonly password: string; readonly stored: string | undefined },
): Promise<boolean> {
  try {
    return await deps.passwords.matches(password, stored);
  } catch (error) {
    await takeBack(deps, address);
    throw error;
  }
}

function useSecondFactor(
  deps: AgentDeps,
  { stored }: KeptAgent,
  code: string | undefined,
): StoredAgent {
  const { totp, agentId } = stored;
  if (totp?.confirmed !== true) return stored;
  if (code === undefined || code.trim() === '') {
    throw new Fault('code_required', 'Send the code of the second factor too.');
  }
  const used = useCode(totp, deps.seal.open(totp.secret, agentId), code, deps.clock());
  if (!used) throw badCredentials();
  return { ...stored, totp: used };
}

/** Brings a hash of older parameters up to today's, now that the password is at hand. */
async function renewed(
  { passwords }: AgentDeps,
  stored: StoredAgent,
  password: string,
): Promise<StoredAgent> {
  if (!passwords.isDated(stored.password)) return stored;
  return { ...stored, password: await passwords.hash(password) };
}

interface Failures {
  readonly count: number;
  readonly untilMs: number;
}

/**
 * Counted as failed before the password is looked at and forgiven when all is right, so that guesses
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

/** One try that was counted was none; those before it stay counted. */
export async function takeBack({ records }: AgentDeps, email: string): Promise<void> {
  const key = hashOf(addressOf(email));
  for (;;) {
    const former = await records.get(failuresKind, key);
    if (former === undefined) return;
    const { count, untilMs } = JSON.parse(former) as Failures;
    const body = JSON.stringify({ count: Math.max(0, count - 1), untilMs } satisfies Failures);
    if (await records.replace(failuresKind, key, former, body, untilMs)) return;
  }
}

/** Forgets wrong tries, when an admin has given a new password. */
export function forgiveFailures({ records }: AgentDeps, email: string): Promise<void> {
  return records.remove(failuresKind, hashOf(addressOf(email)));
}
