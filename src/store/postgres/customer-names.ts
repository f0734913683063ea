import { nameKeys, nameQuery, namesakesMax, namesById, shownName } from '../customer-names.ts';
import type { NameRow } from '../customer-names.ts';
import type { Database } from './connection.ts';

const sql = {
  known: 'SELECT key, name FROM customer_name WHERE customer_id = $1',
  // Of two nodes that read the same card at once, the second waits and then finds nothing to change.
  lock: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 11))',
  forget: 'DELETE FROM customer_name WHERE customer_id = $1',
  keep: 'INSERT INTO customer_name (key, customer_id, name) SELECT DISTINCT k.key, $2, $3 FROM unnest($1::text[]) AS k (key) ON CONFLICT DO NOTHING',
  names:
    'SELECT DISTINCT customer_id AS "customerId", name FROM customer_name WHERE name IS NOT NULL AND customer_id = ANY($1::text[])',
};

/** As in the embedded store: a name that is known already costs one look. */
export function createNaming({
  again,
  transaction,
}: Database): (customerId: string, name: string) => Promise<void> {
  return async (customerId, name) => {
    const keys = nameKeys(name);
    const shown = shownName(name);
    const former = await again<{ key: string; name: string | null }>(sql.known, customerId);
    const formerKeys = former.map(({ key }) => key).toSorted();
    const isSame = formerKeys.join('\n') === keys.toSorted().join('\n');
    if (isSame && former.every((row) => row.name === shown)) return;
    await transaction(async (run) => {
      await run(sql.lock, customerId);
      await run(sql.forget, customerId);
      await run(sql.keep, keys, customerId, shown);
    });
  };
}

export function createNames({
  again,
}: Database): (customerIds: readonly string[]) => Promise<ReadonlyMap<string, string>> {
  return async (customerIds) => namesById(await again<NameRow>(sql.names, customerIds));
}

/** Conversations of customers whose name begins so, or has a word from which on it does. */
export function createNameSearch<Row extends object>(
  { again }: Database,
  columns: string,
  tables: (on: string) => string,
): (text: string, limit: number) => Promise<readonly Row[]> {
  const found = `SELECT n.key, 'customer' AS kind, h.last_at_ms AS "atMs", ${columns} FROM (SELECT key, customer_id FROM customer_name WHERE key >= $1 AND key < $2 ORDER BY key LIMIT ${namesakesMax}) n JOIN ${tables('ON c.customer_id = n.customer_id')} ORDER BY n.key = $1 DESC, h.last_at_ms DESC LIMIT $3`;
  return async (text, limit) => {
    const asked = nameQuery(text);
    return asked === undefined ? [] : again<Row>(found, asked, `${asked}\u{10FFFF}`, limit);
  };
}
