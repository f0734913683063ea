import { inboxLists, listOf, readCursor, sift, toInboxRow } from '../inbox-lists.ts';
import type { InboxList, PlaceRow, SiftedTable, StoredInboxRow } from '../inbox-lists.ts';
import type { ConversationStore } from '../ports.ts';
import type { Database } from './connection.ts';

const columns =
  'c.id, c.visitor_id AS "visitorId", c.customer_id AS "customerId", c.channel, c.language, c.owner, c.stage, c.agent_id AS "agentId", c.agent_name AS "agentName", c.offer_id AS "offerId", c.priority, c.queue, c.reason, c.since_ms AS "sinceMs", c.rank_ms AS "rankMs", c.due_ms AS "dueMs", c.risk, h.last_at_ms AS "lastAtMs", c.closed, h.version, h.preview, h.preview_by AS "previewBy"';

const own =
  'SELECT rank_ms AS "rankMs" FROM conversation WHERE id = $1 AND owner = \'queue\' AND closed = 0';
const ahead =
  "SELECT count(*) AS count FROM conversation WHERE owner = 'queue' AND closed = 0 AND (rank_ms, id) < ($1, $2)";

export function createInbox(
  database: Database,
): Pick<ConversationStore, 'inbox' | 'inboxSifted' | 'queuePlace'> {
  const { again } = database;
  const sifted = siftedTable(database);
  return {
    inboxSifted: (query, filter, lookThrough) => sift(sifted, query, { filter, lookThrough }),
    inbox: async (query) => {
      const [name, narrowed] = listOf(query);
      const list = inboxLists[name];
      const from = readCursor(query.after, list.order.length);
      const values = [...narrowed, ...(from ?? []), query.limit];
      const rows = await again<StoredInboxRow>(page(list, from !== undefined), ...values);
      return rows.map((row) => toInboxRow(row, list.order));
    },
    queuePlace: async (id) => {
      const [row] = await again<{ rankMs: number }>(own, id);
      if (!row) return undefined;
      const [before] = await again<{ count: number }>(ahead, row.rankMs, id);
      return (before?.count ?? 0) + 1;
    },
  };
}

function siftedTable({ again }: Database): SiftedTable {
  return {
    prefix: 'c.',
    tagged:
      "EXISTS (SELECT 1 FROM search_key k WHERE k.conversation = c.id AND k.kind = 'tag' AND k.key = ?)",
    places: (rest, values) =>
      again<PlaceRow>(
        numbered(
          `SELECT c.id, c.rank_ms AS "rankMs", c.since_ms AS "sinceMs", c.due_ms AS "dueMs", c.risk FROM conversation c ${rest}`,
        ),
        ...values,
      ),
    rows: (rest, values) =>
      again<StoredInboxRow>(
        numbered(`SELECT ${columns} FROM conversation c JOIN head h ON h.id = c.id ${rest}`),
        ...values,
      ),
  };
}

function numbered(sql: string): string {
  let count = 0;
  return sql.replaceAll('?', () => {
    count += 1;
    return `$${count}`;
  });
}

function page({ where, order, newestFirst }: InboxList, isNext: boolean): string {
  const keys = [...order, 'id'].map((key) => `c.${key}`);
  const by = keys.map((key) => (newestFirst ? `${key} DESC` : key)).join(', ');
  const first = where.includes('?') ? 2 : 1;
  const behind = isNext
    ? ` AND (${keys.join(', ')}) ${newestFirst ? '<' : '>'} (${keys.map((_, i) => `$${first + i}`).join(', ')})`
    : '';
  const limit = first + (isNext ? keys.length : 0);
  return `SELECT ${columns} FROM conversation c JOIN head h ON h.id = c.id WHERE ${where.replace('?', '$1')}${behind} ORDER BY ${by} LIMIT $${limit}`;
}
