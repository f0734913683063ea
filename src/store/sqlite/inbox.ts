import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inboxLists, listOf, readCursor, sift, toInboxRow } from '../inbox-lists.ts';
import type {
  InboxList,
  InboxListName,
  PlaceRow,
  SiftedTable,
  StoredInboxRow,
} from '../inbox-lists.ts';
import type { ConversationStore } from '../ports.ts';
import { many, one } from './rows.ts';

const columns =
  'id, visitor_id AS visitorId, customer_id AS customerId, channel, language, owner, stage, agent_id AS agentId, agent_name AS agentName, offer_id AS offerId, priority, queue, reason, since_ms AS sinceMs, rank_ms AS rankMs, due_ms AS dueMs, risk, last_at_ms AS lastAtMs, closed, version, preview, preview_by AS previewBy';

export function createInbox(
  database: DatabaseSync,
): Pick<ConversationStore, 'inbox' | 'inboxSifted' | 'queuePlace'> {
  const prepared = new Map(
    (Object.keys(inboxLists) as InboxListName[]).map((name) => [
      name,
      pages(database, inboxLists[name]),
    ]),
  );
  const sifted = siftedTable(database);
  return {
    inboxSifted: (query, filter, lookThrough) => sift(sifted, query, { filter, lookThrough }),
    inbox: async (query) => {
      const [name, narrowed] = listOf(query);
      const { order } = inboxLists[name];
      const page = prepared.get(name);
      const from = readCursor(query.after, order.length);
      const rows = from
        ? many<StoredInboxRow>(page?.next as StatementSync, ...narrowed, ...from, query.limit)
        : many<StoredInboxRow>(page?.first as StatementSync, ...narrowed, query.limit);
      return rows.map((row) => toInboxRow(row, order));
    },
    queuePlace: createQueuePlace(database),
  };
}

/** One statement a list and a set of filters, made when it is first asked for: some dozens at most. */
function siftedTable(database: DatabaseSync): SiftedTable {
  const prepared = new Map<string, StatementSync>();
  function of(sql: string): StatementSync {
    const statement = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  }
  return {
    prefix: '',
    tagged:
      "EXISTS (SELECT 1 FROM search_key k WHERE k.conversation = conversation.n AND k.kind = 'tag' AND k.key = ?)",
    places: async (rest, values) =>
      many<PlaceRow>(
        of(
          `SELECT id, rank_ms AS rankMs, since_ms AS sinceMs, due_ms AS dueMs, risk FROM conversation ${rest}`,
        ),
        ...values,
      ),
    rows: async (rest, values) =>
      many<StoredInboxRow>(of(`SELECT ${columns} FROM conversation ${rest}`), ...values),
  };
}

function pages(database: DatabaseSync, { where, order, newestFirst }: InboxList) {
  const keys = [...order, 'id'];
  const by = keys.map((key) => (newestFirst ? `${key} DESC` : key)).join(', ');
  const behind = `(${keys.join(', ')}) ${newestFirst ? '<' : '>'} (${keys.map(() => '?').join(', ')})`;
  const of = (condition: string) =>
    database.prepare(
      `SELECT ${columns} FROM conversation WHERE ${condition} ORDER BY ${by} LIMIT ?`,
    );
  return { first: of(where), next: of(`${where} AND ${behind}`) };
}

function createQueuePlace(database: DatabaseSync): ConversationStore['queuePlace'] {
  const own = database.prepare(
    "SELECT rank_ms AS rankMs FROM conversation WHERE id = ? AND owner = 'queue' AND closed = 0",
  );
  const ahead = database.prepare(
    "SELECT count(*) AS count FROM conversation WHERE owner = 'queue' AND closed = 0 AND (rank_ms, id) < (?, ?)",
  );
  return async (id) => {
    const row = one<{ rankMs: number }>(own, id);
    if (!row) return undefined;
    const before = one<{ count: number }>(ahead, row.rankMs, id);
    return (before?.count ?? 0) + 1;
  };
}
