import { encode, Fault } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { PersonalRecord, PersonalStore, Rewrite } from '../personal-ports.ts';
import type { Database, Run } from './connection.ts';

const sql = {
  conversations:
    "SELECT id FROM conversation c WHERE customer_id = $1 OR (id IN (SELECT conversation FROM search_key WHERE key = lower($1) AND kind = 'customer') AND EXISTS (SELECT 1 FROM event WHERE conversation = c.id AND strpos(body, $2) > 0)) ORDER BY n",
  records:
    "SELECT kind, key, body FROM record WHERE EXISTS (SELECT 1 FROM unnest($1::text[]) AS t (value) WHERE key = t.value OR right(key, length(t.value) + 1) = ':' || t.value OR strpos(body, '\"' || t.value || '\"') > 0) ORDER BY kind, key",
  // The lock that every append takes: none comes between.
  head: 'SELECT version FROM head WHERE id = $1 FOR UPDATE',
  event:
    'UPDATE event SET body = b.body FROM unnest($2::text[]) WITH ORDINALITY AS b (body, pos) WHERE conversation = $1 AND event.pos = b.pos',
  snapshot:
    'INSERT INTO snapshot (conversation, version, body) VALUES ($1, $2, $3) ON CONFLICT (conversation) DO UPDATE SET version = excluded.version, body = excluded.body',
  place: 'UPDATE conversation SET visitor_id = $2, customer_id = $3 WHERE id = $1',
  derived: [
    'UPDATE head SET preview = NULL, preview_by = NULL WHERE id = $1',
    'DELETE FROM search_text WHERE n IN (SELECT n FROM event WHERE conversation = $1)',
    // What the customer of it is called goes with them; by their keys, which the next statement removes.
    "DELETE FROM customer_name WHERE lower(customer_id) IN (SELECT key FROM search_key WHERE conversation = $1 AND kind = 'customer')",
    "DELETE FROM search_key WHERE conversation = $1 AND kind <> 'tag'",
    'UPDATE service_level SET comment = NULL WHERE conversation = $1',
    "UPDATE accepted SET fingerprint = '' WHERE conversation = $1",
    "UPDATE outbox SET payload = 'null', error = NULL WHERE conversation = $1 AND state <> 'open'",
  ],
};

/** What held a person's words: their former rows lie in these until the tables are swept. */
const scrubbed = ['event', 'snapshot', 'head', 'conversation', 'search_text', 'search_key']
  .concat(['customer_name', 'service_level', 'accepted', 'outbox', 'record'])
  .map((table) => `VACUUM ${table}`);

/** See `PersonalStore`. `scrub` frees what was; the server's write-ahead log forgets it by the server's own settings. */
export function createPersonal(database: Database): PersonalStore {
  const { again, query } = database;
  return {
    conversationsOf: async (customerId) => {
      const said = `"customerId":${JSON.stringify(customerId)}`;
      const rows = await again<{ id: ConversationId }>(sql.conversations, customerId, said);
      return rows.map(({ id }) => id);
    },
    recordsNaming: (ids) => again<PersonalRecord>(sql.records, ids),
    rewrite: (request) => database.transaction((run) => put(run, request)),
    scrub: async () => {
      for (const statement of scrubbed) await query(statement);
    },
  };
}

async function put(run: Run, { conversationId: id, expect, events, snapshot }: Rewrite) {
  const [head] = await run<{ version: number }>(sql.head, id);
  if (!head) return 'not_found';
  if (head.version !== expect) return 'stale';
  if (events.length !== head.version) {
    throw new Fault('internal', 'a conversation is rewritten as a whole or not at all');
  }
  for (const statement of sql.derived) await run(statement, id);
  const bodies = events.map(({ event }) => encode(event));
  await run(sql.event, id, bodies);
  await run(sql.snapshot, id, head.version, encode(snapshot));
  await run(sql.place, id, snapshot.visitorId, snapshot.customerId);
  return 'rewritten';
}
