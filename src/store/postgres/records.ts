import type { RecordStore } from '../ports.ts';
import type { Database } from './connection.ts';

const sql = {
  get: 'SELECT body FROM record WHERE kind = $1 AND key = $2',
  insert:
    'INSERT INTO record (kind, key, body, expires_at_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING 1',
  replace:
    'UPDATE record SET body = $1, expires_at_ms = $2 WHERE kind = $3 AND key = $4 AND body = $5 RETURNING 1',
  remove: 'DELETE FROM record WHERE kind = $1 AND key = $2',
  list: 'SELECT key, body FROM record WHERE kind = $1 ORDER BY key LIMIT $2',
  sweep:
    'DELETE FROM record WHERE (kind, key) IN (SELECT kind, key FROM record WHERE expires_at_ms < $1 ORDER BY expires_at_ms LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING 1',
};

/**
 * Every node sees the same records, so what is used once is used once in the whole cluster. A write whose answer was lost
 * throws `store_failed` and is not tried again: a second try of an insert that took place would say "used before".
 */
export function createRecords({ query, again }: Database): RecordStore {
  return {
    get: async (kind, key) => (await again<{ body: string }>(sql.get, kind, key))[0]?.body,
    insert: async (kind, key, body, expiresAtMs) =>
      (await query(sql.insert, kind, key, body, expiresAtMs ?? null)).length === 1,
    // eslint-disable-next-line max-params -- the port's own shape
    replace: async (kind, key, former, body, expiresAtMs) =>
      (await query(sql.replace, body, expiresAtMs ?? null, kind, key, former)).length === 1,
    remove: async (kind, key) => void (await again(sql.remove, kind, key)),
    list: (kind, limit) => again<{ key: string; body: string }>(sql.list, kind, limit),
    sweep: async (nowMs, limit) => (await query(sql.sweep, nowMs, limit)).length,
  };
}
