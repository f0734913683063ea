import type { Money } from '../../core/index.ts';
import type { Database } from './database.ts';

/**
 * The books. Amounts are signed, credit positive: what the wallet owes is above zero (customers,
 * parties, reserves), what it has at banks is below; together every currency adds up to zero.
 */
export interface AccountName {
  readonly owner: string;
  readonly kind: AccountKind;
}

/**
 * `available` and `held` belong to a customer; `party` is a merchant or another person; `reserve` is a
 * party's money kept back for a refund or dispute; `bank`, `fees` and `equity` are the house's.
 */
type AccountKind = 'available' | 'held' | 'party' | 'reserve' | 'bank' | 'fees' | 'equity';

export const available = (customerId: string): AccountName => ({
  owner: customerId,
  kind: 'available',
});
export const held = (customerId: string): AccountName => ({ owner: customerId, kind: 'held' });
export const party = (name: string): AccountName => ({ owner: name, kind: 'party' });
export const reserve = (name: string): AccountName => ({ owner: name, kind: 'reserve' });
export const bank: AccountName = { owner: 'house', kind: 'bank' };
export const fees: AccountName = { owner: 'house', kind: 'fees' };
export const equity: AccountName = { owner: 'house', kind: 'equity' };

export interface Entry {
  /** What happened, such as `refund_requested`. */
  readonly kind: string;
  /** Id of the transaction, refund or withdrawal that it belongs to. */
  readonly ref: string;
  readonly atMs: number;
  readonly currency: string;
  /** Added to each account; zeros are left out. Must add up to zero, or the commit fails. */
  readonly lines: readonly (readonly [AccountName, bigint])[];
}

/** Writes one journal; inside `Database.transact` only. */
export function post(db: Database, entry: Entry): void {
  const journal = db.get<{ id: bigint }>(
    'INSERT INTO journal (kind, ref, at_ms) VALUES (?, ?, ?) RETURNING id',
    entry.kind,
    entry.ref,
    entry.atMs,
  );
  const journalId = journal?.id ?? 0n;
  // Credits before debits would let an account dip below zero only when the whole entry overdraws it.
  const lines = entry.lines.filter(([, amount]) => amount !== 0n);
  for (const [account, amount] of [...lines].sort(byCreditFirst)) {
    db.run(
      'INSERT INTO posting (journal_id, account_id, currency, amount) VALUES (?, ?, ?, ?)',
      journalId,
      accountId(db, account, entry.currency),
      entry.currency,
      amount,
    );
  }
  db.run('INSERT INTO seal (journal_id) VALUES (?)', journalId);
}

function byCreditFirst(a: readonly [AccountName, bigint], b: readonly [AccountName, bigint]) {
  return a[1] > b[1] ? -1 : 1;
}

function accountId(db: Database, { owner, kind }: AccountName, currency: string): bigint {
  db.run(
    'INSERT INTO account (owner, kind, currency) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    owner,
    kind,
    currency,
  );
  const row = db.get<{ id: bigint }>(
    'SELECT id FROM account WHERE owner = ? AND kind = ? AND currency = ?',
    owner,
    kind,
    currency,
  );
  return row?.id ?? 0n;
}

export function balanceOf(db: Database, { owner, kind }: AccountName, currency: string): bigint {
  const row = db.get<{ balance: bigint }>(
    'SELECT balance FROM account WHERE owner = ? AND kind = ? AND currency = ?',
    owner,
    kind,
    currency,
  );
  return row?.balance ?? 0n;
}

/** A customer's money by currency, the largest holding's currency not preferred: alphabetical. */
export function balancesOf(
  db: Database,
  customerId: string,
): readonly { readonly available: Money; readonly held: Money }[] {
  const rows = db.all<{ currency: string; available: bigint; held: bigint }>(
    `SELECT currency,
       sum(CASE kind WHEN 'available' THEN balance ELSE 0 END) AS available,
       sum(CASE kind WHEN 'held' THEN balance ELSE 0 END) AS held
     FROM account WHERE owner = ? AND kind IN ('available', 'held')
     GROUP BY currency ORDER BY currency`,
    customerId,
  );
  return rows.map(({ currency, available, held }) => ({
    available: { minor: available, currency },
    held: { minor: held, currency },
  }));
}

/** What the books say of themselves; everything but `sums`' zeros and the two zero counts is a fault. */
export interface Audit {
  /** Sum of all accounts by currency: each must be zero. */
  readonly sums: { readonly [currency: string]: bigint };
  /** Journals whose postings do not add up to zero in some currency, or have no seal. */
  readonly crookedJournals: number;
  /** Accounts whose balance is not the sum of their postings. */
  readonly driftedAccounts: number;
  /** All of the above is as it must be. */
  readonly balanced: boolean;
}

/** Recomputes everything from the postings; trusts no stored balance. */
export function audit(db: Database): Audit {
  const sums = Object.fromEntries(
    db
      .all<{
        currency: string;
        total: bigint;
      }>('SELECT currency, sum(balance) AS total FROM account GROUP BY currency ORDER BY currency')
      .map(({ currency, total }) => [currency, total]),
  );
  const crookedJournals = countOf(
    db,
    `SELECT count(*) AS n FROM journal WHERE NOT EXISTS (SELECT 1 FROM seal WHERE journal_id = journal.id)
       OR EXISTS (SELECT 1 FROM posting WHERE journal_id = journal.id GROUP BY currency HAVING sum(amount) <> 0)`,
  );
  const driftedAccounts = countOf(
    db,
    `SELECT count(*) AS n FROM account
     WHERE balance <> (SELECT coalesce(sum(amount), 0) FROM posting WHERE account_id = account.id)`,
  );
  const balanced =
    crookedJournals === 0 &&
    driftedAccounts === 0 &&
    Object.values(sums).every((sum) => sum === 0n);
  return { sums, crookedJournals, driftedAccounts, balanced };
}

function countOf(db: Database, sql: string): number {
  return Number(db.get<{ n: bigint }>(sql)?.n ?? 0n);
}
