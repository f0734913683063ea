import type { Transaction, TransactionFilter } from '../port.ts';
import { dayMs, ok, refuse, type Books, type Outcome } from './books.ts';
import { findCustomer } from './customers.ts';
import { available, held, post } from './ledger.ts';

export interface TransactionRow {
  readonly id: string;
  readonly customer_id: string;
  readonly kind: Transaction['kind'];
  readonly state: Transaction['state'];
  readonly amount: bigint;
  readonly fee: bigint;
  readonly currency: string;
  readonly counterparty: string;
  readonly method: Transaction['method'];
  readonly at_ms: bigint;
  readonly expected_by_ms: bigint | null;
  readonly completed_at_ms: bigint | null;
  readonly failure_reason: string | null;
  /** `seller`: only when the seller agrees; `never`: none of the seller's sales. */
  readonly refund_rule: 'allowed' | 'seller' | 'never';
}

/** After this a purchase is too old for a refund. */
export const refundWindowMs = 90 * dayMs;

const isRefundable = `kind = 'payment' AND state = 'completed' AND refund_rule = 'allowed'
  AND at_ms > :refundsFrom
  AND NOT EXISTS (SELECT 1 FROM refund WHERE txn_id = txn.id AND state IN ('reviewing','approved'))
  AND amount > (SELECT coalesce(sum(amount), 0) FROM refund WHERE txn_id = txn.id AND state = 'paid')`;

type ShownRow = TransactionRow & { readonly refundable: bigint };

export function listTransactions(
  books: Books,
  filter: TransactionFilter & { readonly customerId: string },
): Outcome<readonly Transaction[]> {
  if (findCustomer(books, filter.customerId) === undefined) return refuse('not_found');
  const rows = books.db.allNamed<ShownRow>(
    `SELECT *, (${isRefundable}) AS refundable FROM txn
     WHERE customer_id = :customerId
       AND (:kind IS NULL OR kind = :kind)
       AND (:state IS NULL OR state = :state)
       AND (:fromMs IS NULL OR at_ms >= :fromMs)
       AND (:toMs IS NULL OR at_ms < :toMs)
       AND (:wanted IS NULL OR (${isRefundable}) = :wanted)
     ORDER BY at_ms DESC, rowid DESC LIMIT :limit`,
    {
      customerId: filter.customerId,
      kind: filter.kind ?? null,
      state: filter.state ?? null,
      fromMs: filter.fromMs ?? null,
      toMs: filter.toMs ?? null,
      wanted: filter.refundable === undefined ? null : Number(filter.refundable),
      refundsFrom: books.clock() - refundWindowMs,
      limit: listLimit(filter.limit),
    },
  );
  return ok(rows.map(toTransaction));
}

/** Five unless asked for otherwise, never more than fifty. */
export function listLimit(asked: number | undefined): number {
  if (asked === undefined || !Number.isFinite(asked)) return 5;
  return Math.min(50, Math.max(1, Math.trunc(asked)));
}

export function getTransaction(
  books: Books,
  customerId: string,
  transactionId: string,
): Outcome<Transaction> {
  const rows = books.db.allNamed<ShownRow>(
    `SELECT *, (${isRefundable}) AS refundable FROM txn WHERE id = :id AND customer_id = :customerId`,
    { refundsFrom: books.clock() - refundWindowMs, id: transactionId, customerId },
  );
  const row = rows[0];
  return row === undefined ? refuse('not_found') : ok(toTransaction(row));
}

/** The customer's own transaction; another's is as good as none. */
export function findTransaction(
  { db }: Books,
  customerId: string,
  transactionId: string,
): TransactionRow | undefined {
  return db.get<TransactionRow>(
    'SELECT * FROM txn WHERE id = ? AND customer_id = ?',
    transactionId,
    customerId,
  );
}

/** Also for frozen and locked accounts: it only brings money back. */
export function cancelTransaction(
  books: Books,
  customerId: string,
  transactionId: string,
): Outcome<Transaction> {
  const row = findTransaction(books, customerId, transactionId);
  if (row === undefined) return refuse('not_found');
  if (row.state === 'cancelled') return refuse('already_cancelled');
  if (row.state !== 'pending') return refuse('not_pending');
  releaseHold(books, row, 'transaction_cancelled');
  setState(books, row.id, 'cancelled');
  return getTransaction(books, customerId, transactionId);
}

/** Gives what a pending payment from the balance holds back to the customer. */
export function releaseHold(books: Books, row: TransactionRow, kind: string): void {
  if (row.method !== 'balance' || row.kind === 'top_up' || row.kind === 'transfer_in') return;
  const total = row.amount + row.fee;
  post(books.db, {
    kind,
    ref: row.id,
    atMs: books.clock(),
    currency: row.currency,
    lines: [
      [held(row.customer_id), -total],
      [available(row.customer_id), total],
    ],
  });
}

export function setState({ db }: Books, transactionId: string, state: Transaction['state']): void {
  db.run('UPDATE txn SET state = ? WHERE id = ?', state, transactionId);
}

function toTransaction(row: ShownRow): Transaction {
  const { currency } = row;
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    amount: { minor: row.amount, currency },
    fee: { minor: row.fee, currency },
    counterparty: row.counterparty,
    method: row.method,
    atMs: Number(row.at_ms),
    ...(row.expected_by_ms === null ? {} : { expectedByMs: Number(row.expected_by_ms) }),
    ...(row.completed_at_ms === null ? {} : { completedAtMs: Number(row.completed_at_ms) }),
    ...(row.failure_reason === null ? {} : { failureReason: row.failure_reason }),
    refundable: row.refundable === 1n,
  };
}
