import type { DatabaseSync } from 'node:sqlite';
import type { RecordStore } from '../ports.ts';
import { many, one } from './rows.ts';
import type { Writer } from './writer.ts';

/** An expired record stays until it is swept: a token id that was used stays used a little longer, never shorter. */
export function createRecords(database: DatabaseSync, writer: Writer): RecordStore {
  const of = (sql: string) => database.prepare(sql);
  const get = of('SELECT body FROM record WHERE kind = ? AND key = ?');
  const insert = of(
    'INSERT INTO record (kind, key, body, expires_at_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const replace = of(
    'UPDATE record SET body = ?, expires_at_ms = ? WHERE kind = ? AND key = ? AND body = ?',
  );
  const remove = of('DELETE FROM record WHERE kind = ? AND key = ?');
  const list = of('SELECT key, body FROM record WHERE kind = ? ORDER BY key LIMIT ?');
  const expired = of(
    'SELECT kind, key FROM record WHERE expires_at_ms < ? ORDER BY expires_at_ms LIMIT ?',
  );
  return {
    get: async (kind, key) => one<{ body: string }>(get, kind, key)?.body,
    insert: (kind, key, body, expiresAtMs) =>
      writer.write(() => insert.run(kind, key, body, expiresAtMs ?? null).changes === 1),
    // eslint-disable-next-line max-params -- the port's own shape
    replace: (kind, key, former, body, expiresAtMs) =>
      writer.write(() => replace.run(body, expiresAtMs ?? null, kind, key, former).changes === 1),
    remove: (kind, key) => writer.write(() => void remove.run(kind, key)),
    list: async (kind, limit) => many<{ key: string; body: string }>(list, kind, limit),
    sweep: (nowMs, limit) =>
      writer.write(() => {
        const rows = many<{ kind: string; key: string }>(expired, nowMs, limit);
        for (const row of rows) remove.run(row.kind, row.key);
        return rows.length;
      }),
  };
}
