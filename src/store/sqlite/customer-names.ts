import type { DatabaseSync } from 'node:sqlite';
import { nameKeys, nameQuery, namesakesMax, namesById, shownName } from '../customer-names.ts';
import type { NameRow } from '../customer-names.ts';
import { many } from './rows.ts';
import type { Writer } from './writer.ts';

/** Keeps what a customer is called; a name that is known already costs one look. */
export function createNaming(
  database: DatabaseSync,
  writer: Writer,
): (customerId: string, name: string) => Promise<void> {
  const known = database.prepare('SELECT key, name FROM customer_name WHERE customer_id = ?');
  const forget = database.prepare('DELETE FROM customer_name WHERE customer_id = ?');
  const keep = database.prepare(
    'INSERT INTO customer_name (key, customer_id, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  return async (customerId, name) => {
    const keys = nameKeys(name);
    const shown = shownName(name);
    const former = many<{ key: string; name: string | null }>(known, customerId);
    const formerKeys = former.map(({ key }) => key).toSorted();
    const isSame = formerKeys.join('\n') === keys.toSorted().join('\n');
    if (isSame && former.every((row) => row.name === shown)) return;
    await writer.write(() => {
      forget.run(customerId);
      for (const key of keys) keep.run(key, customerId, shown);
    });
  };
}

export function createNames(
  database: DatabaseSync,
): (customerIds: readonly string[]) => Promise<ReadonlyMap<string, string>> {
  const found = database.prepare(
    'SELECT DISTINCT customer_id AS customerId, name FROM customer_name WHERE name IS NOT NULL AND customer_id IN (SELECT value FROM json_each(?))',
  );
  return async (customerIds) => namesById(many<NameRow>(found, JSON.stringify(customerIds)));
}

/** Conversations of customers whose name begins so, or has a word from which on it does. */
export function createNameSearch<Row>(
  database: DatabaseSync,
  columns: string,
  tables: (on: string) => string,
): (text: string, limit: number) => readonly Row[] {
  const found = database.prepare(
    `SELECT n.key, 'customer' AS kind, c.last_at_ms AS atMs, ${columns} FROM (SELECT key, customer_id FROM customer_name WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ${namesakesMax}) n JOIN ${tables('ON c.customer_id = n.customer_id')} ORDER BY n.key = ?1 DESC, c.last_at_ms DESC LIMIT ?3`,
  );
  return (text, limit) => {
    const asked = nameQuery(text);
    return asked === undefined ? [] : many<Row>(found, asked, `${asked}\u{10FFFF}`, limit);
  };
}
