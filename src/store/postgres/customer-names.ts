import { nameKeys, nameQuery, namesakesMax } from '../customer-names.ts';
import type { Database } from './connection.ts';

const sql = {
  known: 'SELECT key FROM customer_name WHERE customer_id = $1',
  // Of two nodes that read the same card at once, the second waits and then finds nothing to change.
  lock: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 11))',
  forget: 'DELETE FROM customer_name WHERE customer_id = $1',
  keep: 'INSERT INTO customer_name (key, customer_id) SELECT DISTINCT k.key, $2 FROM unnest($1::text[]) AS k (key) ON CONFLICT DO NOTHING',
};

/** As in the embedded store: a name that is known already costs one look. */
export function createNaming({
  again,
  transaction,
}: Database): (customerId: string, name: string) => Promise<void> {
  return async (customerId, name) => {
    const keys = nameKeys(name);
    const former = (await again<{ key: string }>(sql.known, customerId)).map(({ key }) => key);
    if (former.toSorted().join('\n') === keys.toSorted().join('\n')) return;
    await transaction(async (run) => {
      await run(sql.lock, customerId);
      await run(sql.forget, customerId);
      await run(sql.keep, keys, customerId);
    });
  };
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
