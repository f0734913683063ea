import type { DatabaseSync } from 'node:sqlite';
import { encode, Fault } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { PersonalRecord, PersonalStore, Rewrite } from '../personal-ports.ts';
import { many, one } from './rows.ts';
import type { Writer } from './writer.ts';

/** See `PersonalStore`. */
export function createPersonal(database: DatabaseSync, writer: Writer): PersonalStore {
  const conversations = database.prepare(
    "SELECT id FROM conversation c WHERE customer_id = ?1 OR (n IN (SELECT conversation FROM search_key WHERE key = lower(?1) AND kind = 'customer') AND EXISTS (SELECT 1 FROM event WHERE conversation = c.n AND instr(body, ?2) > 0)) ORDER BY n",
  );
  const records = database.prepare(
    "SELECT kind, r.key, body FROM record r WHERE EXISTS (SELECT 1 FROM json_each(?) t WHERE r.key = t.value OR substr(r.key, -length(t.value) - 1) = ':' || t.value OR instr(body, '\"' || t.value || '\"') > 0) ORDER BY kind, r.key",
  );
  const put = createRewrite(database);
  return {
    conversationsOf: async (customerId) =>
      many<{ id: ConversationId }>(
        conversations,
        customerId,
        `"customerId":${JSON.stringify(customerId)}`,
      ).map(({ id }) => id),
    recordsNaming: async (ids) => many<PersonalRecord>(records, JSON.stringify(ids)),
    rewrite: (request) => {
      const bodies = request.events.map(({ event }) => encode(event));
      return writer.write(() => put(request, bodies));
    },
    scrub: async () => {
      // Words stay in the segments of the index until these are merged, and rows in free pages until the file is rebuilt.
      await writer.write(() => {
        database.exec("INSERT INTO search_text (search_text) VALUES ('optimize')");
      });
      database.exec('VACUUM');
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    },
  };
}

function createRewrite(database: DatabaseSync) {
  const of = (sql: string) => database.prepare(sql);
  const head = of('SELECT n, version FROM conversation WHERE id = ?');
  const event = of('UPDATE event SET body = ? WHERE conversation = ? AND pos = ?');
  const snapshot = of(
    'INSERT OR REPLACE INTO snapshot (conversation, version, body) VALUES (?, ?, ?)',
  );
  const words = of(
    'DELETE FROM search_text WHERE rowid IN (SELECT n FROM event WHERE conversation = ?)',
  );
  // The index marks what is deleted in rows of its own, whose numbers are beyond a JavaScript number: any `run` that finds one
  // of them as the last inserted throws. Here it is read as a bigint; putting the snapshot anew then makes another one the last.
  words.setReadBigInts(true);
  const place = of(
    'UPDATE conversation SET visitor_id = ?, customer_id = ?, preview = NULL, preview_by = NULL WHERE n = ?',
  );
  const derived = [
    // What the customer of it is called goes with them; by their keys, which the next statement removes.
    "DELETE FROM customer_name WHERE lower(customer_id) IN (SELECT key FROM search_key WHERE conversation = ? AND kind = 'customer')",
    "DELETE FROM search_key WHERE conversation = ? AND kind <> 'tag'",
    'UPDATE service_level SET comment = NULL WHERE conversation = ?',
    "UPDATE accepted SET fingerprint = '' WHERE conversation = ?",
    "UPDATE outbox SET payload = 'null', error = NULL WHERE conversation = ? AND state <> 'open'",
  ].map(of);
  return (request: Rewrite, bodies: readonly string[]) => {
    const row = one<{ n: number; version: number }>(head, request.conversationId);
    if (!row) return 'not_found';
    if (row.version !== request.expect) return 'stale';
    if (bodies.length !== row.version) {
      throw new Fault('internal', 'a conversation is rewritten as a whole or not at all');
    }
    const body = encode(request.snapshot);
    words.run(row.n);
    snapshot.run(row.n, row.version, body);
    for (const statement of derived) statement.run(row.n);
    for (const [index, text] of bodies.entries()) event.run(text, row.n, index + 1);
    place.run(request.snapshot.visitorId, request.snapshot.customerId, row.n);
    return 'rewritten';
  };
}
