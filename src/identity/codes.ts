import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { commonDigits, Fault, limits, type Clock } from '../core/index.ts';
import type { RecordStore } from '../store/index.ts';
import type { CodeChecked, CodeSender, CodeSent, OneTimeCodes } from './ports.ts';

export interface CodeDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly sender: CodeSender;
  /** Keys the stored hashes: six digits behind a salt alone could be tried out by whoever reads the store. At least 32 bytes. */
  readonly pepper: Uint8Array;
  /** Codes to one customer an hour, over all conversations; default 10. */
  readonly sendsPerCustomerMax?: number;
}

/** Modes of a challenge: open → passed, or locked after three wrong tries, or past its time. It leaves none of these again, except that a resend under the same id renews code and time and keeps the tries. */
interface Challenge {
  readonly conversationId: string;
  readonly customerId: string;
  readonly salt: string;
  readonly hash: string;
  readonly expiresAtMs: number;
  readonly tries: number;
  readonly passed: boolean;
}

const challengeKind = 'code';
const sendsKind = 'code-sends';
const hourMs = 60 * 60_000;
const sendsPerCustomerDefault = 10;

export function createCodes(deps: CodeDeps): OneTimeCodes {
  return {
    send: (customerId, conversationId, challengeId) =>
      send(deps, { customerId, conversationId, challengeId }),
    check: (challengeId, conversationId, code) =>
      check(deps, { challengeId, conversationId, code }),
  };
}

interface SendAsk {
  readonly customerId: string;
  readonly conversationId: string;
  readonly challengeId: string;
}

async function send(deps: CodeDeps, ask: SendAsk): Promise<CodeSent> {
  const { clock, sender, sendsPerCustomerMax = sendsPerCustomerDefault } = deps;
  const mine = await mayGoOn(deps, `conversation:${ask.conversationId}`, 1 + limits.codeResendsMax);
  if (!mine || !(await mayGoOn(deps, `customer:${ask.customerId}`, sendsPerCustomerMax))) {
    return { kind: 'refused', reason: 'too_many' };
  }
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const expiresAtMs = clock() + limits.codeTtlMs;
  if (!(await keep(deps, ask, { code, expiresAtMs }))) {
    return { kind: 'refused', reason: 'too_many' };
  }
  try {
    const { tail } = await sender.send(ask.customerId, code, expiresAtMs);
    return { kind: 'sent', expiresAtMs, tail };
  } catch {
    return { kind: 'refused', reason: 'not_sent' };
  }
}

/** Counts one more in the last hour; false when the hour's share is used up. */
async function mayGoOn({ records, clock }: CodeDeps, key: string, max: number): Promise<boolean> {
  for (;;) {
    const nowMs = clock();
    const former = await records.get(sendsKind, key);
    const sentAtMs = (former === undefined ? [] : (JSON.parse(former) as number[])).filter(
      (atMs) => atMs > nowMs - hourMs,
    );
    if (sentAtMs.length >= max) return false;
    const body = JSON.stringify([...sentAtMs, nowMs]);
    const isCounted =
      former === undefined
        ? await records.insert(sendsKind, key, body, nowMs + hourMs)
        : await records.replace(sendsKind, key, former, body, nowMs + hourMs);
    if (isCounted) return true;
  }
}

/** Stores the hash; a resend keeps the tries used so far. False when the challenge is passed, locked or another's. */
async function keep(
  { records, pepper }: CodeDeps,
  ask: SendAsk,
  { code, expiresAtMs }: { readonly code: string; readonly expiresAtMs: number },
): Promise<boolean> {
  const { challengeId, conversationId, customerId } = ask;
  const salt = randomBytes(16).toString('base64url');
  const hash = hashOf(pepper, { salt, challengeId, conversationId, code });
  const fresh = { conversationId, customerId, salt, hash, expiresAtMs, passed: false };
  // Kept for a day, so that a late try is told "expired" and a locked step stays locked.
  const keptUntilMs = expiresAtMs + 24 * hourMs;
  for (;;) {
    const former = await records.get(challengeKind, challengeId);
    if (former === undefined) {
      const body = JSON.stringify({ ...fresh, tries: 0 } satisfies Challenge);
      if (await records.insert(challengeKind, challengeId, body, keptUntilMs)) return true;
      continue;
    }
    const known = JSON.parse(former) as Challenge;
    const isOurs = known.conversationId === conversationId && known.customerId === customerId;
    if (!isOurs || known.passed || known.tries >= limits.codeAttemptsMax) return false;
    const body = JSON.stringify({ ...fresh, tries: known.tries } satisfies Challenge);
    if (await records.replace(challengeKind, challengeId, former, body, keptUntilMs)) return true;
  }
}

interface CheckAsk {
  readonly challengeId: string;
  readonly conversationId: string;
  readonly code: string;
}

/** A try is counted before it is judged: however many come at once, three are looked at. */
async function check(deps: CodeDeps, ask: CheckAsk): Promise<CodeChecked> {
  const { records, clock, pepper } = deps;
  for (;;) {
    const former = await records.get(challengeKind, ask.challengeId);
    const known = former === undefined ? undefined : (JSON.parse(former) as Challenge);
    if (former === undefined || known === undefined) return { kind: 'expired' };
    if (known.conversationId !== ask.conversationId || known.passed) return { kind: 'expired' };
    if (known.tries >= limits.codeAttemptsMax) return { kind: 'locked' };
    if (clock() >= known.expiresAtMs) return { kind: 'expired' };
    const hash = hashOf(pepper, { ...ask, salt: known.salt, code: digitsOf(ask.code) });
    const passed = timingSafeEqual(Buffer.from(hash, 'hex'), Buffer.from(known.hash, 'hex'));
    const tries = known.tries + 1;
    const body = JSON.stringify({ ...known, tries, passed } satisfies Challenge);
    const keptUntilMs = known.expiresAtMs + 24 * hourMs;
    if (!(await records.replace(challengeKind, ask.challengeId, former, body, keptUntilMs))) {
      continue;
    }
    if (passed) return { kind: 'passed' };
    const attemptsLeft = limits.codeAttemptsMax - tries;
    return attemptsLeft > 0 ? { kind: 'wrong', attemptsLeft } : { kind: 'locked' };
  }
}

/** People copy codes with spaces, or type them with full-width or Arabic digits. */
function digitsOf(code: string): string {
  return commonDigits(code.slice(0, 64)).replace(/[\s-]/g, '');
}

function hashOf(
  pepper: Uint8Array,
  of: {
    readonly salt: string;
    readonly challengeId: string;
    readonly conversationId: string;
    readonly code: string;
  },
): string {
  const text = JSON.stringify([of.salt, of.challengeId, of.conversationId, of.code]);
  return createHmac('sha256', pepper).update(text).digest('hex');
}

/** Refuses a sender's or key's misconfiguration at start, not at the first customer. */
export function checkPepper(pepper: Uint8Array): void {
  if (pepper.length >= 32) return;
  throw new Fault('bad_config', 'The key for one-time codes must have at least 32 bytes.');
}
