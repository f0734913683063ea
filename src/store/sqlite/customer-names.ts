import type { DatabaseSync } from 'node:sqlite';
import { nameKeys, nameQuery, namesakesMax } from '../customer-names.ts';
import { many } from './rows.ts';
import type { Writer } from './writer.ts';

/** Keeps what a customer is called; a name that is known already costs one look. */
export function createNaming(
  database: DatabaseSync,
  writer: Writer,
): (customerId: string, name: string) => Promise<void> {
  const known = database.prepare('SELECT key FROM customer_name WHERE customer_id = ?');
  const forget = database.prepare('DELETE FROM customer_name WHERE customer_id = ?');
  const keep = database.prepare(
    'INSERT INTO customer_name (key, customer_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  return async (customerId, name) => {
    const keys = nameKeys(name);
    const former = many<{ key: string }>(known, customerId).map(({ key }) => key);
    if (former.toSorted().join('\n') === keys.toSorted().join('\n')) return;
    await writer.write(() => {
      forget.run(customerId);
      for (const key of keys) keep.run(key, customerId);
    });
  };
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
