import type { Money } from '../../core/index.ts';
import type { Transaction, Withdrawal } from '../port.ts';
import { addWorkingDays, nextNumber, ok, refuse, type Books, type Outcome } from './books.ts';
import { findCustomer } from './customers.ts';
import { available, balanceOf, bank, fees, held, party, post, type Entry } from './ledger.ts';
import { feeOf } from './quotes.ts';
import { getTransaction, releaseHold, setState, type TransactionRow } from './transactions.ts';
import { arrivalDays, getWithdrawal, holdWithdrawal, type WithdrawalRow } from './withdrawals.ts';

/**
 * What customers do in the wallet's own app and what banks and clerks answer: the moves that the bot
 * never makes but lives among. The seed plays its histories through these, so they are as double-entry
 * as anything later.
 */
export interface Deal {
  readonly customerId: string;
  readonly kind: Transaction['kind'];
  readonly amount: Money;
  readonly counterparty: string;
  readonly method: Transaction['method'];
  /** Default `completed`. */
  readonly state?: 'pending' | 'completed' | 'failed';
  readonly failureReason?: string;
  readonly refundRule?: TransactionRow['refund_rule'];
  readonly crossBorder?: boolean;
}

/** Working days until a pending transfer or top-up should be through. */
const settleDays = 1;

/** Enters one deal at the clock's time. `insufficient_funds` when the balance does not carry it. */
export function enter(books: Books, deal: Deal): Outcome<Transaction> {
  if (findCustomer(books, deal.customerId) === undefined) return refuse('not_found');
  const { minor, currency } = deal.amount;
  if (minor <= 0n) return refuse('amount_invalid');
  const row = toRow(books, deal);
  const fromBalance = row.method === 'balance' && isOutgoing(row.kind);
  const needed = row.state === 'failed' ? 0n : row.amount + row.fee;
  if (fromBalance && balanceOf(books.db, available(deal.customerId), currency) < needed) {
    return refuse('insufficient_funds');
  }
  insertRow(books, row);
  if (row.state === 'completed') postMove(books, row, false);
  if (row.state === 'pending' && fromBalance) postHold(books, row);
  return getTransaction(books, row.customer_id, row.id);
}

function toRow(books: Books, deal: Deal): TransactionRow {
  const nowMs = books.clock();
  const state = deal.state ?? 'completed';
  const charged = isOutgoing(deal.kind) && state !== 'failed';
  return {
    id: nextNumber(books, 'P', nowMs),
    customer_id: deal.customerId,
    kind: deal.kind,
    state,
    amount: deal.amount.minor,
    fee: charged ? feeOf(deal.amount.minor, deal.method, deal.crossBorder ?? false) : 0n,
    currency: deal.amount.currency,
    counterparty: deal.counterparty,
    method: deal.method,
    at_ms: BigInt(nowMs),
    expected_by_ms: state === 'pending' ? BigInt(addWorkingDays(books, nowMs, settleDays)) : null,
    completed_at_ms: state === 'completed' ? BigInt(nowMs) : null,
    failure_reason: state === 'failed' ? (deal.failureReason ?? 'risk_refused') : null,
    refund_rule: deal.refundRule ?? 'never',
  };
}

function insertRow({ db }: Books, row: TransactionRow): void {
  db.run(
    `INSERT INTO txn (id, customer_id, kind, state, amount, fee, currency, counterparty, method,
       at_ms, expected_by_ms, completed_at_ms, failure_reason, refund_rule)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.id,
    row.customer_id,
    row.kind,
    row.state,
    row.amount,
    row.fee,
    row.currency,
    row.counterparty,
    row.method,
    row.at_ms,
    row.expected_by_ms,
    row.completed_at_ms,
    row.failure_reason,
    row.refund_rule,
  );
}

function isOutgoing(kind: Transaction['kind']): boolean {
  return kind === 'payment' || kind === 'transfer_out';
}

function postHold(books: Books, row: TransactionRow): void {
  const total = row.amount + row.fee;
  post(books.db, {
    ...entryOf(books, row, `${row.kind}_held`),
    lines: [
      [available(row.customer_id), -total],
      [held(row.customer_id), total],
    ],
  });
}

/** The money itself: from hold, balance or bank to the payee, or from the bank to the customer. */
function postMove(books: Books, row: TransactionRow, wasHeld: boolean): void {
  const entry = entryOf(books, row, `${row.kind}_completed`);
  if (!isOutgoing(row.kind)) {
    const lines = [
      [bank, -row.amount],
      [available(row.customer_id), row.amount],
    ] as const;
    post(books.db, { ...entry, lines });
    return;
  }
  const own = wasHeld ? held(row.customer_id) : available(row.customer_id);
  post(books.db, {
    ...entry,
    lines: [
      [row.method === 'balance' ? own : bank, -(row.amount + row.fee)],
      [party(row.counterparty), row.amount],
      [fees, row.fee],
    ],
  });
}

function entryOf(books: Books, row: TransactionRow, kind: string): Omit<Entry, 'lines'> {
  return { kind, ref: row.id, atMs: books.clock(), currency: row.currency };
}

/** Pending → completed. */
export function complete(books: Books, transactionId: string): Outcome<Transaction> {
  const row = pendingRow(books, transactionId);
  if (row === undefined) return refuse('not_pending');
  postMove(books, row, true);
  setState(books, row.id, 'completed');
  books.db.run('UPDATE txn SET completed_at_ms = ? WHERE id = ?', books.clock(), row.id);
  return getTransaction(books, row.customer_id, row.id);
}

/** Pending → failed, with its reason; what was held is free again. */
export function fail(books: Books, transactionId: string, reason: string): Outcome<Transaction> {
  const row = pendingRow(books, transactionId);
  if (row === undefined) return refuse('not_pending');
  releaseHold(books, row, `${row.kind}_failed`);
  setState(books, row.id, 'failed');
  books.db.run('UPDATE txn SET failure_reason = ? WHERE id = ?', reason, row.id);
  return getTransaction(books, row.customer_id, row.id);
}

function pendingRow({ db }: Books, transactionId: string): TransactionRow | undefined {
  return db.get<TransactionRow>(
    `SELECT * FROM txn WHERE id = ? AND state = 'pending'`,
    transactionId,
  );
}

/** A customer asks for money at their bank. */
export function withdraw(
  books: Books,
  call: {
    readonly customerId: string;
    readonly amount: Money;
    readonly bank: string;
    readonly accountTail: string;
  },
): Outcome<Withdrawal> {
  const { minor, currency } = call.amount;
  const nowMs = books.clock();
  const fee = feeOf(minor, 'withdrawal', false);
  if (balanceOf(books.db, available(call.customerId), currency) < minor + fee) {
    return refuse('insufficient_funds');
  }
  const row: WithdrawalRow = {
    id: nextNumber(books, 'W', nowMs),
    customer_id: call.customerId,
    state: 'processing',
    amount: minor,
    fee,
    currency,
    bank: call.bank,
    account_tail: call.accountTail,
    requested_at_ms: BigInt(nowMs),
    expected_by_ms: BigInt(addWorkingDays(books, nowMs, arrivalDays)),
    failure_reason: null,
  };
  books.db.run(
    `INSERT INTO withdrawal (id, customer_id, state, amount, fee, currency, bank, account_tail,
       requested_at_ms, expected_by_ms) VALUES (?, ?, 'processing', ?, ?, ?, ?, ?, ?, ?)`,
    row.id,
    row.customer_id,
    row.amount,
    row.fee,
    row.currency,
    row.bank,
    row.account_tail,
    row.requested_at_ms,
    row.expected_by_ms,
  );
  holdWithdrawal(books, row, 'withdrawal_requested');
  return getWithdrawal(books, call.customerId, row.id);
}

/** Opening capital: what the house makes good from. */
export function endow({ db, clock }: Books, { minor, currency }: Money): Outcome<null> {
  post(db, {
    kind: 'capital',
    ref: 'house',
    atMs: clock(),
    currency,
    lines: [
      [bank, -minor],
      [{ owner: 'house', kind: 'equity' }, minor],
    ],
  });
  return ok(null);
}
