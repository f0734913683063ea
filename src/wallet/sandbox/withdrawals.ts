import type { Withdrawal } from '../port.ts';
import { addWorkingDays, dayMs, ok, refuse, type Books, type Outcome } from './books.ts';
import { findCustomer, limitsOf, outOfUse } from './customers.ts';
import { available, balanceOf, bank, fees, held, post } from './ledger.ts';
import { listLimit } from './transactions.ts';

export interface WithdrawalRow {
  readonly id: string;
  readonly customer_id: string;
  readonly state: Withdrawal['state'];
  readonly amount: bigint;
  readonly fee: bigint;
  readonly currency: string;
  readonly bank: string;
  readonly account_tail: string;
  readonly requested_at_ms: bigint;
  readonly expected_by_ms: bigint;
  readonly failure_reason: string | null;
}

/** Working days until the money should be at the bank. */
export const arrivalDays = 3;

export function listWithdrawals(
  books: Books,
  { customerId, limit }: { readonly customerId: string; readonly limit?: number },
): Outcome<readonly Withdrawal[]> {
  if (findCustomer(books, customerId) === undefined) return refuse('not_found');
  const rows = books.db.all<WithdrawalRow>(
    `SELECT * FROM withdrawal WHERE customer_id = ? ORDER BY requested_at_ms DESC, rowid DESC LIMIT ?`,
    customerId,
    listLimit(limit),
  );
  return ok(rows.map((row) => toWithdrawal(books, row)));
}

export function getWithdrawal(
  books: Books,
  customerId: string,
  withdrawalId: string,
): Outcome<Withdrawal> {
  const row = findWithdrawal(books, withdrawalId);
  if (row === undefined || row.customer_id !== customerId) return refuse('not_found');
  return ok(toWithdrawal(books, row));
}

function findWithdrawal({ db }: Books, withdrawalId: string): WithdrawalRow | undefined {
  return db.get<WithdrawalRow>('SELECT * FROM withdrawal WHERE id = ?', withdrawalId);
}

/** The same withdrawal sets out again, under its number, with a new date. */
export function retryWithdrawal(
  books: Books,
  customerId: string,
  withdrawalId: string,
): Outcome<Withdrawal> {
  const row = findWithdrawal(books, withdrawalId);
  if (row === undefined || row.customer_id !== customerId) return refuse('not_found');
  const refused = whyNoRetry(books, row);
  if (refused !== undefined) return refused;
  const nowMs = books.clock();
  holdWithdrawal(books, row, 'withdrawal_retried');
  books.db.run(
    `UPDATE withdrawal SET state = 'processing', failure_reason = NULL, requested_at_ms = ?,
       expected_by_ms = ? WHERE id = ?`,
    nowMs,
    addWorkingDays(books, nowMs, arrivalDays),
    row.id,
  );
  return getWithdrawal(books, customerId, withdrawalId);
}

function whyNoRetry(books: Books, row: WithdrawalRow): Outcome<never> | undefined {
  const customer = findCustomer(books, row.customer_id);
  if (customer === undefined) return refuse('not_found');
  const blocked = outOfUse(customer);
  if (blocked !== undefined) return refuse(blocked);
  if (row.state !== 'failed' && row.state !== 'returned') return refuse('not_failed');
  const total = row.amount + row.fee;
  if (balanceOf(books.db, available(row.customer_id), row.currency) < total) {
    return refuse('insufficient_funds');
  }
  const { withdrawalPerDay } = limitsOf(customer);
  const sameCurrency = withdrawalPerDay.currency === row.currency;
  if (sameCurrency && withdrawnToday(books, row) + row.amount > withdrawalPerDay.minor) {
    return refuse('limit_exceeded');
  }
  return undefined;
}

/** What set out in the last 24 hours and is not back. */
function withdrawnToday({ db, clock }: Books, { customer_id, currency }: WithdrawalRow): bigint {
  const row = db.get<{ total: bigint }>(
    `SELECT coalesce(sum(amount), 0) AS total FROM withdrawal
     WHERE customer_id = ? AND currency = ? AND state IN ('processing','arrived') AND requested_at_ms > ?`,
    customer_id,
    currency,
    clock() - dayMs,
  );
  return row?.total ?? 0n;
}

export function holdWithdrawal(books: Books, row: WithdrawalRow, kind: string): void {
  post(books.db, {
    kind,
    ref: row.id,
    atMs: books.clock(),
    currency: row.currency,
    lines: [
      [available(row.customer_id), -(row.amount + row.fee)],
      [held(row.customer_id), row.amount + row.fee],
    ],
  });
}

/** The bank's word: processing → arrived or failed; arrived → returned. Money that comes back comes whole, with its fee. */
export function endWithdrawal(
  books: Books,
  withdrawalId: string,
  end: { readonly state: 'arrived' | 'failed' | 'returned'; readonly reason?: string },
): Outcome<Withdrawal> {
  const row = findWithdrawal(books, withdrawalId);
  if (row === undefined) return refuse('not_found');
  const from = end.state === 'returned' ? 'arrived' : 'processing';
  if (row.state !== from) return refuse('not_allowed');
  moveEnded(books, row, end.state);
  books.db.run(
    'UPDATE withdrawal SET state = ?, failure_reason = ? WHERE id = ?',
    end.state,
    end.reason ?? null,
    row.id,
  );
  return getWithdrawal(books, row.customer_id, row.id);
}

function moveEnded(books: Books, row: WithdrawalRow, state: 'arrived' | 'failed' | 'returned') {
  const total = row.amount + row.fee;
  const lines = {
    arrived: [
      [held(row.customer_id), -total],
      [bank, row.amount],
      [fees, row.fee],
    ],
    failed: [
      [held(row.customer_id), -total],
      [available(row.customer_id), total],
    ],
    returned: [
      [bank, -row.amount],
      [fees, -row.fee],
      [available(row.customer_id), total],
    ],
  } as const;
  post(books.db, {
    kind: `withdrawal_${state}`,
    ref: row.id,
    atMs: books.clock(),
    currency: row.currency,
    lines: lines[state],
  });
}

function toWithdrawal({ clock }: Books, row: WithdrawalRow): Withdrawal {
  const expectedByMs = Number(row.expected_by_ms);
  return {
    id: row.id,
    state: row.state,
    amount: { minor: row.amount, currency: row.currency },
    bank: row.bank,
    accountTail: row.account_tail,
    requestedAtMs: Number(row.requested_at_ms),
    expectedByMs,
    overdue: row.state === 'processing' && clock() > expectedByMs,
    ...(row.failure_reason === null ? {} : { failureReason: row.failure_reason }),
  };
}
