import type { DatabaseSync } from 'node:sqlite';
import { Fault, priorities } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { ConversationStore, InboxQuery, InboxRow } from '../ports.ts';
import { many, one } from './rows.ts';

interface Row {
  readonly id: ConversationId;
  readonly visitorId: string;
  readonly customerId: string | null;
  readonly channel: string;
  readonly language: string;
  readonly owner: InboxRow['owner'];
  readonly agentId: string | null;
  readonly priority: number | null;
  readonly reason: string | null;
  readonly sinceMs: number;
  readonly lastAtMs: number;
  readonly closed: 0 | 1;
  readonly version: number;
}

const columns =
  'id, visitor_id AS visitorId, customer_id AS customerId, channel, language, owner, agent_id AS agentId, priority, reason, since_ms AS sinceMs, last_at_ms AS lastAtMs, closed, version';

/**
 * Orders: the queue by (priority, since), an agent's own by since, both oldest first; the bot's and the closed
 * ones newest first. The id parts equals, as in handoff's order, so a cursor names one place and a page never repeats or leaves out a row that stayed.
 */
export function createInbox(
  database: DatabaseSync,
): Pick<ConversationStore, 'inbox' | 'queuePlace'> {
  const of = (where: string, order: string) =>
    database.prepare(
      `SELECT ${columns} FROM conversation WHERE ${where} ORDER BY ${order} LIMIT ?`,
    );
  const queue = of(
    "owner = 'queue' AND closed = 0 AND (priority, since_ms, id) > (?, ?, ?)",
    'priority, since_ms, id',
  );
  const mine = of(
    "owner = 'agent' AND closed = 0 AND agent_id = ? AND (since_ms, id) > (?, ?)",
    'since_ms, id',
  );
  const bot = of(
    "owner = 'bot' AND closed = 0 AND (since_ms, id) < (?, ?)",
    'since_ms DESC, id DESC',
  );
  const closed = of('closed = 1 AND (since_ms, id) < (?, ?)', 'since_ms DESC, id DESC');
  const read = (query: InboxQuery): readonly Row[] => {
    const { rank, sinceMs, id } = readCursor(query);
    switch (query.list) {
      case 'queue':
        return many<Row>(queue, rank, sinceMs, id, query.limit);
      case 'mine':
        return many<Row>(mine, query.agentId ?? '', sinceMs, id, query.limit);
      case 'bot':
        return many<Row>(bot, sinceMs, id, query.limit);
      case 'closed':
        return many<Row>(closed, sinceMs, id, query.limit);
    }
  };
  return {
    inbox: async (query) => read(query).map(toInboxRow),
    queuePlace: createQueuePlace(database),
  };
}

function createQueuePlace(database: DatabaseSync): ConversationStore['queuePlace'] {
  const own = database.prepare(
    "SELECT priority, since_ms AS sinceMs FROM conversation WHERE id = ? AND owner = 'queue' AND closed = 0",
  );
  const ahead = database.prepare(
    "SELECT count(*) AS count FROM conversation WHERE owner = 'queue' AND closed = 0 AND (priority, since_ms, id) < (?, ?, ?)",
  );
  return async (id) => {
    const row = one<{ priority: number; sinceMs: number }>(own, id);
    if (!row) return undefined;
    const before = one<{ count: number }>(ahead, row.priority, row.sinceMs, id);
    return (before?.count ?? 0) + 1;
  };
}

interface Cursor {
  readonly rank: number;
  readonly sinceMs: number;
  readonly id: string;
}

/** Where the page begins: behind the cursor, or at the list's open end. `~` sorts behind every character of an id. */
function readCursor({ list, after }: InboxQuery): Cursor {
  if (after === undefined) {
    const isNewestFirst = list === 'bot' || list === 'closed';
    return isNewestFirst
      ? { rank: 0, sinceMs: Number.MAX_SAFE_INTEGER, id: '~' }
      : { rank: -1, sinceMs: Number.MIN_SAFE_INTEGER, id: '' };
  }
  const match = /^(\d{1,2})\.(-?\d{1,15})\.(.{1,128})$/.exec(after);
  if (!match) throw new Fault('bad_request', '`after` must be the `cursor` of a row of this list');
  return { rank: Number(match[1]), sinceMs: Number(match[2]), id: match[3] ?? '' };
}

function toInboxRow({ id, priority, closed, ...row }: Row): InboxRow {
  return {
    ...row,
    conversationId: id,
    priority: priority === null ? null : (priorities[priority] ?? null),
    closed: closed === 1,
    cursor: `${priority ?? 0}.${row.sinceMs}.${id}`,
  };
}
