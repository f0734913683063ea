import type { DatabaseSync, StatementSync } from 'node:sqlite';
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
  readonly stage: InboxRow['state'];
  readonly agentId: string | null;
  readonly agentName: string | null;
  readonly offerId: string | null;
  readonly priority: number | null;
  readonly queue: string | null;
  readonly reason: string | null;
  readonly sinceMs: number;
  readonly rankMs: number | null;
  readonly dueMs: number | null;
  readonly risk: number;
  readonly lastAtMs: number;
  readonly closed: 0 | 1;
  readonly version: number;
  readonly preview: string | null;
  readonly previewBy: InboxRow['previewBy'];
}

const columns =
  'id, visitor_id AS visitorId, customer_id AS customerId, channel, language, owner, stage, agent_id AS agentId, agent_name AS agentName, offer_id AS offerId, priority, queue, reason, since_ms AS sinceMs, rank_ms AS rankMs, due_ms AS dueMs, risk, last_at_ms AS lastAtMs, closed, version, preview, preview_by AS previewBy';

/** A list: what it holds and the columns that order it; a narrower one comes with the values that narrow it. */
interface List {
  readonly where: string;
  readonly order: readonly string[];
  readonly newestFirst?: true;
}

/**
 * Orders: the queue as it is served; an agent's own and the teams' by since, oldest first; the bot's by risk, then newest
 * first; the snoozed by when they wake; the closed newest first. The id parts equals, so a cursor names one place
 * and a page never repeats or leaves out a row that stayed.
 */
const lists = {
  queue: { where: "owner = 'queue' AND closed = 0", order: ['rank_ms'] },
  queueOf: { where: "owner = 'queue' AND closed = 0 AND queue = ?", order: ['rank_ms'] },
  mine: { where: "agent_id = ? AND stage IN ('agent', 'wrap_up')", order: ['since_ms'] },
  offered: { where: "agent_id = ? AND stage = 'offered'", order: ['due_ms'] },
  team: { where: "stage = 'agent'", order: ['since_ms'] },
  teamOf: { where: "stage = 'agent' AND queue = ?", order: ['since_ms'] },
  bot: {
    where: "owner = 'bot' AND closed = 0",
    order: ['risk', 'since_ms'],
    newestFirst: true,
  },
  snoozed: { where: "stage = 'snoozed'", order: ['due_ms'] },
  snoozedOf: { where: "agent_id = ? AND stage = 'snoozed'", order: ['due_ms'] },
  closed: { where: 'closed = 1', order: ['since_ms'], newestFirst: true },
} as const satisfies { readonly [name: string]: List };

type ListName = keyof typeof lists;

function wanted({ list, agentId, queue }: InboxQuery): readonly [ListName, readonly string[]] {
  switch (list) {
    case 'queue':
      return queue === undefined ? ['queue', []] : ['queueOf', [queue]];
    case 'team':
      return queue === undefined ? ['team', []] : ['teamOf', [queue]];
    case 'mine':
    case 'offered':
      return [list, [agentId ?? '']];
    case 'snoozed':
      return agentId === undefined ? ['snoozed', []] : ['snoozedOf', [agentId]];
    case 'bot':
    case 'closed':
      return [list, []];
  }
}

export function createInbox(
  database: DatabaseSync,
): Pick<ConversationStore, 'inbox' | 'queuePlace'> {
  const prepared = new Map(
    (Object.keys(lists) as ListName[]).map((name) => [name, pages(database, lists[name])]),
  );
  return {
    inbox: async (query) => {
      const [name, narrowed] = wanted(query);
      const { order } = lists[name];
      const page = prepared.get(name);
      const from = readCursor(query.after, order.length);
      const rows = from
        ? many<Row>(page?.next as StatementSync, ...narrowed, ...from, query.limit)
        : many<Row>(page?.first as StatementSync, ...narrowed, query.limit);
      return rows.map((row) => toInboxRow(row, order));
    },
    queuePlace: createQueuePlace(database),
  };
}

function pages(database: DatabaseSync, { where, order, newestFirst }: List) {
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

/** The order's numbers and the id of the row before the page; undefined for the first page. */
function readCursor(
  after: string | undefined,
  numbers: number,
): readonly (number | string)[] | undefined {
  if (after === undefined) return undefined;
  const match = /^(-?\d{1,16})\.(-?\d{1,16})\.(.{1,128})$/.exec(after);
  if (!match) throw new Fault('bad_request', '`after` must be the `cursor` of a row of this list');
  return [...[Number(match[1]), Number(match[2])].slice(0, numbers), match[3] ?? ''];
}

const orderKeys = {
  rank_ms: 'rankMs',
  since_ms: 'sinceMs',
  due_ms: 'dueMs',
  risk: 'risk',
} as const;

function toInboxRow(row: Row, order: readonly (keyof typeof orderKeys)[]): InboxRow {
  const { id, stage, priority, closed, offerId, agentId, agentName, rankMs: _, ...rest } = row;
  const [first = 0, second = 0] = order.map((key) => row[orderKeys[key]] ?? 0);
  const isOffered = stage === 'offered' && offerId !== null && agentId !== null;
  return {
    ...rest,
    conversationId: id,
    state: stage,
    agentId: isOffered ? null : agentId,
    agentName: isOffered ? null : agentName,
    offer: isOffered
      ? { offerId, agentId, agentName: agentName ?? '', untilMs: row.dueMs ?? 0 }
      : null,
    priority: priority === null ? null : (priorities[priority] ?? null),
    closed: closed === 1,
    cursor: `${first}.${second}.${id}`,
  };
}
