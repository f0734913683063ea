import type { Money } from '../../core/index.ts';
import type { Account, Balance, RefusalReason } from '../port.ts';
import { isOverUsed, ceilings, ok, refuse, type Books, type Outcome } from './books.ts';
import { balancesOf } from './ledger.ts';

export interface CustomerRow {
  readonly id: string;
  readonly name: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly currency: string;
  readonly status: Account['status'];
  readonly status_reason: string | null;
  readonly status_before: Account['status'] | null;
  readonly reason_before: string | null;
  readonly kyc_level: bigint;
}

export function findCustomer({ db }: Books, customerId: string): CustomerRow | undefined {
  return db.get<CustomerRow>('SELECT * FROM customer WHERE id = ?', customerId);
}

export function getAccount(books: Books, customerId: string): Outcome<Account> {
  const row = findCustomer(books, customerId);
  return row === undefined ? refuse('not_found') : ok(toAccount(row));
}

export function getBalances(books: Books, customerId: string): Outcome<readonly Balance[]> {
  const row = findCustomer(books, customerId);
  if (row === undefined) return refuse('not_found');
  const balances = balancesOf(books.db, customerId);
  const none = { minor: 0n, currency: row.currency };
  return ok(balances.length > 0 ? balances : [{ available: none, held: none }]);
}

/** Why this account may not move money out or be changed now; undefined when it may. */
export function outOfUse(row: CustomerRow): RefusalReason | undefined {
  switch (row.status) {
    case 'active':
      return undefined;
    case 'frozen':
      return 'account_frozen';
    case 'locked':
      return 'account_locked';
    case 'restricted':
      return 'account_restricted';
    case 'closed':
      return 'not_allowed';
  }
}

export function unlockAccount(books: Books, customerId: string): Outcome<Account> {
  const row = findCustomer(books, customerId);
  if (row === undefined) return refuse('not_found');
  if (row.status === 'active') return refuse('not_locked');
  if (row.status !== 'locked') return refuse(outOfUse(row) ?? 'not_allowed');
  return setStatus(books, row, 'active', null);
}

/** Stops everything that moves money out. Easy on purpose; only people lift it. */
export function freezeAccount(
  books: Books,
  { customerId, reason }: { readonly customerId: string; readonly reason: string },
): Outcome<Account> {
  const row = findCustomer(books, customerId);
  if (row === undefined) return refuse('not_found');
  if (row.status === 'frozen') return refuse('already_frozen');
  if (row.status === 'closed') return refuse('not_allowed');
  return setStatus(books, row, 'frozen', reason);
}

/** The back office lifts a freeze: the account is again what it was before. */
export function unfreezeAccount(books: Books, customerId: string): Outcome<Account> {
  const row = findCustomer(books, customerId);
  if (row === undefined) return refuse('not_found');
  if (row.status !== 'frozen') return refuse('not_allowed');
  return setStatus(books, row, row.status_before ?? 'active', row.reason_before);
}

function setStatus(
  books: Books,
  row: CustomerRow,
  status: Account['status'],
  reason: string | null,
): Outcome<Account> {
  books.db.run(
    `UPDATE customer SET status = ?, status_reason = ?, status_before = ?, reason_before = ?
     WHERE id = ?`,
    status,
    reason,
    row.status,
    row.status_reason,
    row.id,
  );
  return getAccount(books, row.id);
}

export interface ContactChange {
  readonly customerId: string;
  readonly field: 'phone' | 'email' | 'address';
  readonly value: string;
}

export function updateContact(books: Books, change: ContactChange): Outcome<Account> {
  const row = findCustomer(books, change.customerId);
  if (row === undefined) return refuse('not_found');
  const blocked = outOfUse(row);
  if (blocked !== undefined) return refuse(blocked);
  const value = normalContact(change.field, change.value);
  if (value === undefined) return refuse('contact_invalid');
  if (change.field !== 'address' && isInUse(books, change.field, value, row.id)) {
    return refuse('contact_in_use');
  }
  books.db.run(`UPDATE customer SET ${change.field} = ? WHERE id = ?`, value, row.id);
  return getAccount(books, row.id);
}

function isInUse({ db }: Books, field: 'phone' | 'email', value: string, by: string): boolean {
  return db.get(`SELECT 1 FROM customer WHERE ${field} = ? AND id <> ?`, value, by) !== undefined;
}

/** E.164 for phones (a bare mainland mobile number gets +86), lower case for email; undefined when it is neither. */
function normalContact(field: 'phone' | 'email' | 'address', value: string): string | undefined {
  const text = value.trim();
  switch (field) {
    case 'phone': {
      const digits = text.replace(/[\s().-]/g, '');
      if (/^1[3-9]\d{9}$/.test(digits)) return `+86${digits}`;
      return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : undefined;
    }
    case 'email':
      return text.length <= 254 && /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text)
        ? text.toLowerCase()
        : undefined;
    case 'address':
      return text.length >= 5 && text.length <= 300 ? text : undefined;
  }
}

/** The same answer for every contact that could be one; only a real one's owner hears of it. */
export function sendPasswordReset(
  books: Books,
  contact: string,
): Outcome<{ readonly channel: 'email' | 'phone' }> {
  const channel = contact.includes('@') ? 'email' : 'phone';
  const value = normalContact(channel, contact);
  if (value === undefined) return refuse('contact_invalid');
  if (isOverUsed(books, { ...ceilings.passwordReset, subject: value })) {
    return refuse('too_many_requests');
  }
  const row = books.db.get<{ id: string }>(`SELECT id FROM customer WHERE ${channel} = ?`, value);
  if (row !== undefined) {
    books.outgoing.push({
      kind: 'password_reset',
      customerId: row.id,
      channel,
      token: books.randomId(),
      expiresAtMs: books.clock() + 30 * 60_000,
    });
  }
  return ok({ channel });
}

/** A code of the wallet's own or one that it was handed: to the phone, or the mailbox where there is no phone. */
export function sendCode(
  books: Books,
  sent: {
    readonly customerId: string;
    readonly purpose: string;
    readonly code: string;
    readonly expiresAtMs: number;
  },
): Outcome<{ readonly tail: string }> {
  const row = findCustomer(books, sent.customerId);
  if (row === undefined) return refuse('not_found');
  const tail = contactTail(row);
  if (tail === undefined) return refuse('not_allowed');
  if (isOverUsed(books, { ...ceilings.code, subject: sent.customerId })) {
    return refuse('too_many_requests');
  }
  const { customerId, purpose, code, expiresAtMs } = sent;
  books.outgoing.push({ kind: 'code', customerId, purpose, code, expiresAtMs });
  return ok({ tail });
}

/** Where a message to the customer goes, masked: the phone before the mailbox. */
function contactTail(row: CustomerRow): string | undefined {
  if (row.phone !== null) return `···${row.phone.slice(-4)}`;
  return row.email === null ? undefined : maskEmail(row.email);
}

function toAccount(row: CustomerRow): Account {
  const level = levelOf(row);
  return {
    customerId: row.id,
    name: row.name,
    phone: row.phone === null ? '' : maskPhone(row.phone),
    email: row.email === null ? '' : maskEmail(row.email),
    status: row.status,
    ...(row.status_reason === null ? {} : { statusReason: row.status_reason }),
    kycLevel: level,
    limits: limitsOf(row),
  };
}

function levelOf(row: CustomerRow): 0 | 1 | 2 {
  if (row.kyc_level === 2n) return 2;
  return row.kyc_level === 1n ? 1 : 0;
}

/** In whole units of a dollar-like currency; a CNY account has seven times, a JPY one a hundred times as many. */
const limitTable = {
  0: { perPayment: 150n, perDay: 300n, withdrawalPerDay: 150n },
  1: { perPayment: 1_500n, perDay: 3_000n, withdrawalPerDay: 3_000n },
  2: { perPayment: 10_000n, perDay: 30_000n, withdrawalPerDay: 20_000n },
} as const;

export function limitsOf(row: CustomerRow): Account['limits'] {
  const { perPayment, perDay, withdrawalPerDay } = limitTable[levelOf(row)];
  // JPY has no minor unit: a hundred yen a dollar is a hundred minor units, as for cents.
  const scale = row.currency === 'CNY' ? 700n : 100n;
  const money = (units: bigint): Money => ({ minor: units * scale, currency: row.currency });
  return {
    perPayment: money(perPayment),
    perDay: money(perDay),
    withdrawalPerDay: money(withdrawalPerDay),
  };
}

/** `+8613812345678` → `138****5678`; other countries keep their prefix: `+351****4821`. */
function maskPhone(phone: string): string {
  const local = phone.startsWith('+86') ? phone.slice(3) : phone;
  const head = local.startsWith('+') ? 4 : 3;
  return `${local.slice(0, head)}****${local.slice(-4)}`;
}

function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  return `${email.slice(0, 1)}***${email.slice(at)}`;
}
