import type { Money } from '../../core/index.ts';
import type { Dispute, Refund } from '../port.ts';
import {
  addWorkingDays,
  dayMs,
  nextNumber,
  ok,
  refuse,
  type Books,
  type Outcome,
} from './books.ts';
import { findCustomer } from './customers.ts';
import { available, balanceOf, bank, equity, party, post, reserve } from './ledger.ts';
import { findTransaction, refundWindowMs, setState, type TransactionRow } from './transactions.ts';

interface RefundRow {
  readonly id: string;
  readonly txn_id: string;
  readonly customer_id: string;
  readonly state: Refund['state'];
  readonly amount: bigint;
  readonly currency: string;
  readonly reason: string;
  readonly requested_at_ms: bigint;
  readonly expected_by_ms: bigint;
}

/** Working days that a review may take. */
const reviewDays = 5;
/** A purchase may be disputed for longer than it may be refunded. */
const disputeWindowMs = 180 * dayMs;

export interface RefundRequest {
  readonly customerId: string;
  readonly transactionId: string;
  readonly amount: Money;
  readonly reason: string;
}

/** Puts the seller's money in reserve until the review is decided; a unique index lets one review be open. */
export function requestRefund(books: Books, request: RefundRequest): Outcome<Refund> {
  const row = findTransaction(books, request.customerId, request.transactionId);
  if (row === undefined) return refuse('not_found');
  const refused = whyNoRefund(books, row, request);
  if (refused !== undefined) return refused;
  const nowMs = books.clock();
  const id = nextNumber(books, 'R', nowMs);
  books.db.run(
    `INSERT INTO refund (id, txn_id, customer_id, state, amount, currency, reason, requested_at_ms, expected_by_ms)
     VALUES (?, ?, ?, 'reviewing', ?, ?, ?, ?, ?)`,
    id,
    row.id,
    row.customer_id,
    request.amount.minor,
    row.currency,
    request.reason,
    nowMs,
    addWorkingDays(books, nowMs, reviewDays),
  );
  moveReserve(books, { kind: 'refund_requested', ref: id, row, amount: request.amount.minor });
  return getRefund(books, { customerId: request.customerId, refundId: id });
}

function whyNoRefund(
  books: Books,
  row: TransactionRow,
  { customerId, amount }: RefundRequest,
): Outcome<never> | undefined {
  if (findCustomer(books, customerId)?.status === 'frozen') return refuse('account_frozen');
  if (row.kind !== 'payment') return refuse('not_refundable');
  if (row.state === 'refunded') return refuse('already_refunded');
  if (hasOpenRefund(books, row.id)) return refuse('refund_in_progress');
  if (row.state !== 'completed' || row.refund_rule === 'never') return refuse('not_refundable');
  if (Number(row.at_ms) <= books.clock() - refundWindowMs) return refuse('too_old');
  if (row.refund_rule === 'seller') return refuse('seller_must_agree');
  if (amount.currency !== row.currency || amount.minor <= 0n) return refuse('amount_invalid');
  if (amount.minor > row.amount - paidBack(books, row.id)) return refuse('amount_too_large');
  return undefined;
}

function hasOpenRefund({ db }: Books, transactionId: string): boolean {
  return (
    db.get(
      `SELECT 1 FROM refund WHERE txn_id = ? AND state IN ('reviewing','approved')`,
      transactionId,
    ) !== undefined
  );
}

function paidBack({ db }: Books, transactionId: string): bigint {
  const row = db.get<{ total: bigint }>(
    `SELECT coalesce(sum(amount), 0) AS total FROM refund WHERE txn_id = ? AND state = 'paid'`,
    transactionId,
  );
  return row?.total ?? 0n;
}

/** By its own id, or the latest of a transaction, or simply the customer's latest. */
export function getRefund(
  { db }: Books,
  call: {
    readonly customerId: string;
    readonly refundId?: string;
    readonly transactionId?: string;
  },
): Outcome<Refund> {
  const row = db.get<RefundRow>(
    `SELECT * FROM refund WHERE customer_id = ?1 AND id = coalesce(?2, id) AND txn_id = coalesce(?3, txn_id)
     ORDER BY requested_at_ms DESC, rowid DESC LIMIT 1`,
    call.customerId,
    call.refundId ?? null,
    call.transactionId ?? null,
  );
  return row === undefined ? refuse('not_found') : ok(toRefund(row));
}

/** Every refund ever asked for one transaction, whoever asked: what an audit counts. */
export function refundsOf({ db }: Books, transactionId: string): readonly Refund[] {
  return db
    .all<RefundRow>('SELECT * FROM refund WHERE txn_id = ? ORDER BY rowid', transactionId)
    .map(toRefund);
}

/** The back office's word on a refund: reviewing → approved → paid, or reviewing → refused. */
export function decideRefund(
  books: Books,
  refundId: string,
  to: 'approved' | 'paid' | 'refused',
): Outcome<Refund> {
  const row = books.db.get<RefundRow>('SELECT * FROM refund WHERE id = ?', refundId);
  if (row === undefined) return refuse('not_found');
  const from = to === 'paid' ? 'approved' : 'reviewing';
  if (row.state !== from) return refuse('not_allowed');
  const paid = findTransaction(books, row.customer_id, row.txn_id);
  if (paid === undefined) return refuse('not_found');
  books.db.run('UPDATE refund SET state = ? WHERE id = ?', to, row.id);
  if (to === 'refused') {
    moveReserve(books, { kind: 'refund_refused', ref: row.id, row: paid, amount: -row.amount });
  }
  if (to === 'paid') payBack(books, paid, row);
  return getRefund(books, { customerId: row.customer_id, refundId: row.id });
}

/** To the balance when it was paid from there, otherwise out through the bank to the card. */
function payBack(books: Books, paid: TransactionRow, refund: RefundRow): void {
  const to = paid.method === 'balance' ? available(paid.customer_id) : bank;
  post(books.db, {
    kind: 'refund_paid',
    ref: refund.id,
    atMs: books.clock(),
    currency: paid.currency,
    lines: [
      [reserve(paid.counterparty), -refund.amount],
      [to, refund.amount],
    ],
  });
  if (paidBack(books, paid.id) >= paid.amount) setState(books, paid.id, 'refunded');
}

/** Seller's money into reserve; below zero: back out of it. */
function moveReserve(
  books: Books,
  move: {
    readonly kind: string;
    readonly ref: string;
    readonly row: TransactionRow;
    readonly amount: bigint;
  },
): void {
  post(books.db, {
    kind: move.kind,
    ref: move.ref,
    atMs: books.clock(),
    currency: move.row.currency,
    lines: [
      [party(move.row.counterparty), -move.amount],
      [reserve(move.row.counterparty), move.amount],
    ],
  });
}

interface DisputeRow {
  readonly id: string;
  readonly txn_id: string;
  readonly customer_id: string;
  readonly state: Dispute['state'];
  readonly reserved: bigint;
  readonly opened_at_ms: bigint;
}

/** Payments and transfers that went through. What the payee still has of it goes into reserve. */
export function openDispute(
  books: Books,
  call: {
    readonly customerId: string;
    readonly transactionId: string;
    readonly reason: string;
    readonly details?: string;
  },
): Outcome<Dispute> {
  const row = findTransaction(books, call.customerId, call.transactionId);
  if (row === undefined) return refuse('not_found');
  const refused = whyNoDispute(books, row);
  if (refused !== undefined) return refused;
  const nowMs = books.clock();
  const id = nextNumber(books, 'D', nowMs);
  const open = row.amount - paidBack(books, row.id);
  const left = balanceOf(books.db, party(row.counterparty), row.currency);
  const reserved = left < open ? left : open;
  books.db.run(
    `INSERT INTO dispute (id, txn_id, customer_id, state, reserved, reason, details, opened_at_ms)
     VALUES (?, ?, ?, 'open', ?, ?, ?, ?)`,
    id,
    row.id,
    row.customer_id,
    reserved,
    call.reason,
    call.details ?? null,
    nowMs,
  );
  if (reserved > 0n) moveReserve(books, { kind: 'dispute_opened', ref: id, row, amount: reserved });
  setState(books, row.id, 'disputed');
  return ok({ id, transactionId: row.id, state: 'open', openedAtMs: nowMs });
}

function whyNoDispute(books: Books, row: TransactionRow): Outcome<never> | undefined {
  const known = books.db.get('SELECT 1 FROM dispute WHERE txn_id = ?', row.id);
  if (known !== undefined) return refuse('already_disputed');
  if (row.state === 'refunded') return refuse('already_refunded');
  if (row.state !== 'completed') return refuse('not_allowed');
  if (row.kind !== 'payment' && row.kind !== 'transfer_out') return refuse('not_allowed');
  if (hasOpenRefund(books, row.id)) return refuse('refund_in_progress');
  if (Number(row.at_ms) <= books.clock() - disputeWindowMs) return refuse('too_old');
  return undefined;
}

/**
 * The back office decides: won gives the customer the whole open amount, from the reserve as far as it
 * goes and from the house's equity for the rest; lost gives the payee the reserve back.
 */
export function decideDispute(
  books: Books,
  disputeId: string,
  to: 'won' | 'lost',
): Outcome<Dispute> {
  const row = books.db.get<DisputeRow>('SELECT * FROM dispute WHERE id = ?', disputeId);
  if (row === undefined) return refuse('not_found');
  if (row.state !== 'open') return refuse('not_allowed');
  const paid = findTransaction(books, row.customer_id, row.txn_id);
  if (paid === undefined) return refuse('not_found');
  settleDispute(books, row, paid, to);
  books.db.run('UPDATE dispute SET state = ? WHERE id = ?', to, row.id);
  setState(books, paid.id, to === 'won' ? 'refunded' : 'completed');
  return ok({
    id: row.id,
    transactionId: row.txn_id,
    state: to,
    openedAtMs: Number(row.opened_at_ms),
  });
}

function settleDispute(
  books: Books,
  dispute: DisputeRow,
  paid: TransactionRow,
  to: 'won' | 'lost',
): void {
  if (to === 'lost') {
    if (dispute.reserved === 0n) return;
    moveReserve(books, {
      kind: 'dispute_lost',
      ref: dispute.id,
      row: paid,
      amount: -dispute.reserved,
    });
    return;
  }
  const due = paid.amount - paidBack(books, paid.id);
  post(books.db, {
    kind: 'dispute_won',
    ref: dispute.id,
    atMs: books.clock(),
    currency: paid.currency,
    lines: [
      [reserve(paid.counterparty), -dispute.reserved],
      [equity, dispute.reserved - due],
      [paid.method === 'balance' ? available(paid.customer_id) : bank, due],
    ],
  });
}

function toRefund(row: RefundRow): Refund {
  return {
    id: row.id,
    transactionId: row.txn_id,
    state: row.state,
    amount: { minor: row.amount, currency: row.currency },
    reason: row.reason,
    requestedAtMs: Number(row.requested_at_ms),
    expectedByMs: Number(row.expected_by_ms),
  };
}
