import type { Clock, RandomId } from '../../core/index.ts';
import type { Answer, RefusalReason } from '../port.ts';
import type { Database } from './database.ts';

/** What every operation of the sandbox works with. */
export interface Books {
  readonly db: Database;
  readonly clock: Clock;
  readonly randomId: RandomId;
  /** The wallet company's own zone: days in ids, working days. */
  readonly timeZone: string;
  /** Before a statement's token, such as `/demo/statements/`. */
  readonly statementUrl: string;
  /** Messages to customers, sent after the commit that caused them. */
  readonly outgoing: WalletMessage[];
}

/** What the wallet itself sends to a customer's phone or mailbox; the words are the receiver's. */
export type WalletMessage =
  | {
      readonly kind: 'password_reset';
      readonly customerId: string;
      readonly channel: 'email' | 'phone';
      readonly token: string;
      readonly expiresAtMs: number;
    }
  | {
      readonly kind: 'code';
      readonly customerId: string;
      readonly purpose: string;
      readonly code: string;
      readonly expiresAtMs: number;
    };

/** An operation's outcome before it gets its receipt. */
export type Outcome<T> =
  | { readonly kind: 'ok'; readonly result: T }
  | { readonly kind: 'refused'; readonly reason: RefusalReason };

export const ok = <T>(result: T): Outcome<T> => ({ kind: 'ok', result });
export const refuse = (reason: RefusalReason): Outcome<never> => ({ kind: 'refused', reason });

export function withReceipt<T>(outcome: Outcome<T>, receipt: string): Answer<T> {
  return outcome.kind === 'ok' ? { ...outcome, receipt } : outcome;
}

export const dayMs = 24 * 60 * 60_000;

/** `n` working days (Monday to Friday in the company's zone) later, at the same time of day; clock changes of an hour are not followed. */
export function addWorkingDays(books: Books, fromMs: number, days: number): number {
  const weekday = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: books.timeZone });
  let atMs = fromMs;
  for (let left = days; left > 0;) {
    atMs += dayMs;
    const name = weekday.format(atMs);
    if (name !== 'Sat' && name !== 'Sun') left -= 1;
  }
  return atMs;
}

/** `20261103` in the company's zone. */
function dayStamp(books: Books, atMs: number): string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: books.timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return format.format(atMs).replaceAll('-', '');
}

export type NumberedKind = 'P' | 'R' | 'W' | 'D' | 'T';

/**
 * The next readable number of its kind on that day: `P20261103-4471`, tickets `T-20261122-0007`. Tickets
 * count up; the others are scattered (by a fixed permutation of 0 to 9999) another start every
 * day) so that one is not taken for its neighbour. From 10,000 a day on they have five digits and count up.
 */
export function nextNumber(books: Books, kind: NumberedKind, atMs: number): string {
  const day = dayStamp(books, atMs);
  const row = books.db.get<{ value: bigint }>(
    `INSERT INTO counter (name, value) VALUES (?, 1)
     ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`,
    `${kind}${day}`,
  );
  const n = Number(row?.value ?? 1n);
  if (kind === 'T') return `T-${day}-${String(n).padStart(4, '0')}`;
  const scattered = n < 10_000 ? (n * 3637 + Number(day) * 7919) % 10_000 : n;
  return `${kind}${day}-${String(scattered).padStart(4, '0')}`;
}

/** Asks of one kind by one subject since `sinceMs`, and notes this one: a ceiling on what a stranger can cause to be sent or opened. */
export function isOverUsed(
  books: Books,
  { purpose, subject, max, windowMs }: Ceiling & { readonly subject: string },
): boolean {
  const nowMs = books.clock();
  books.db.run('DELETE FROM sent WHERE at_ms < ?', nowMs - 7 * dayMs);
  const row = books.db.get<{ n: bigint }>(
    'SELECT count(*) AS n FROM sent WHERE purpose = ? AND subject = ? AND at_ms > ?',
    purpose,
    subject,
    nowMs - windowMs,
  );
  if (Number(row?.n ?? 0n) >= max) return true;
  books.db.run(
    'INSERT INTO sent (purpose, subject, at_ms) VALUES (?, ?, ?)',
    purpose,
    subject,
    nowMs,
  );
  return false;
}

interface Ceiling {
  readonly purpose: string;
  readonly max: number;
  readonly windowMs: number;
}

const hourMs = 60 * 60_000;

/** How often one customer (or contact) may have it done. Generous for people, useless for a flood. */
export const ceilings = {
  passwordReset: { purpose: 'password_reset', max: 5, windowMs: hourMs },
  code: { purpose: 'code', max: 10, windowMs: hourMs },
  ticket: { purpose: 'ticket', max: 30, windowMs: dayMs },
  fraud: { purpose: 'fraud', max: 30, windowMs: dayMs },
  statement: { purpose: 'statement', max: 20, windowMs: dayMs },
} as const satisfies { readonly [name: string]: Ceiling };
