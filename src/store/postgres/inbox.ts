import { Fault, priorities } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { ConversationStore, InboxQuery, InboxRow } from '../ports.ts';
import type { Database } from './connection.ts';

interface Row extends Omit<InboxRow, 'conversationId' | 'state' | 'offer' | 'priority' | 'cursor'> {
  readonly id: ConversationId;
  readonly stage: InboxRow['state'];
  readonly offerId: string | null;
  readonly priority: number | null;
  readonly rankMs: number | null;
}

const columns =
  'c.id, c.visitor_id AS "visitorId", c.customer_id AS "customerId", c.channel, c.language, c.owner, c.stage, c.agent_id AS "agentId", c.agent_name AS "agentName", c.offer_id AS "offerId", c.priority, c.queue, c.reason, c.since_ms AS "sinceMs", c.rank_ms AS "rankMs", c.due_ms AS "dueMs", c.risk, h.last_at_ms AS "lastAtMs", c.closed = 1 AS closed, h.version, h.preview, h.preview_by AS "previewBy"';

/** A list: what it holds, as far as `$1` narrows it, and the columns that order it. */
interface List {
  readonly where: string;
  readonly isNarrowed?: true;
  readonly order: readonly (keyof typeof orderKeys)[];
  readonly newestFirst?: true;
}

const orderKeys = {
  rank_ms: 'rankMs',
  since_ms: 'sinceMs',
  due_ms: 'dueMs',
  risk: 'risk',
} as const;

/** The same lists in the same orders as the embedded store's. */
const lists = {
  queue: { where: "c.owner = 'queue' AND c.closed = 0", order: ['rank_ms'] },
  queueOf: {
    where: "c.owner = 'queue' AND c.closed = 0 AND c.queue = $1",
    isNarrowed: true,
    order: ['rank_ms'],
  },
  mine: {
    where: "c.agent_id = $1 AND c.stage IN ('agent', 'wrap_up')",
    isNarrowed: true,
    order: ['since_ms'],
  },
  offered: {
    where: "c.agent_id = $1 AND c.stage = 'offered'",
    isNarrowed: true,
    order: ['due_ms'],
  },
  team: { where: "c.stage = 'agent'", order: ['since_ms'] },
  teamOf: { where: "c.stage = 'agent' AND c.queue = $1", isNarrowed: true, order: ['since_ms'] },
  bot: {
    where: "c.owner = 'bot' AND c.closed = 0",
    order: ['risk', 'since_ms'],
    newestFirst: true,
  },
  snoozed: { where: "c.stage = 'snoozed'", order: ['due_ms'] },
  snoozedOf: {
    where: "c.agent_id = $1 AND c.stage = 'snoozed'",
    isNarrowed: true,
    order: ['due_ms'],
  },
  closed: { where: 'c.closed = 1', order: ['since_ms'], newestFirst: true },
} as const satisfies { readonly [name: string]: List };

function wanted({ list, agentId, queue }: InboxQuery): readonly [List, readonly string[]] {
  switch (list) {
    case 'queue':
      return queue === undefined ? [lists.queue, []] : [lists.queueOf, [queue]];
    case 'team':
      return queue === undefined ? [lists.team, []] : [lists.teamOf, [queue]];
    case 'mine':
    case 'offered':
      return [lists[list], [agentId ?? '']];
    case 'snoozed':
      return agentId === undefined ? [lists.snoozed, []] : [lists.snoozedOf, [agentId]];
    case 'bot':
    case 'closed':
      return [lists[list], []];
  }
}

const own =
  'SELECT rank_ms AS "rankMs" FROM conversation WHERE id = $1 AND owner = \'queue\' AND closed = 0';
const ahead =
  "SELECT count(*) AS count FROM conversation WHERE owner = 'queue' AND closed = 0 AND (rank_ms, id) < ($1, $2)";

export function createInbox({ again }: Database): Pick<ConversationStore, 'inbox' | 'queuePlace'> {
  return {
    inbox: async (query) => {
      const [list, narrowed] = wanted(query);
      const from = readCursor(query.after, list.order.length);
      const values = [...narrowed, ...(from ?? []), query.limit];
      const rows = await again<Row>(page(list, from !== undefined), ...values);
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

function page({ where, isNarrowed, order, newestFirst }: List, isNext: boolean): string {
  const keys = [...order, 'id'].map((key) => `c.${key}`);
  const by = keys.map((key) => (newestFirst ? `${key} DESC` : key)).join(', ');
  const first = isNarrowed ? 2 : 1;
  const behind = isNext
    ? ` AND (${keys.join(', ')}) ${newestFirst ? '<' : '>'} (${keys.map((_, i) => `$${first + i}`).join(', ')})`
    : '';
  const limit = first + (isNext ? keys.length : 0);
  return `SELECT ${columns} FROM conversation c JOIN head h ON h.id = c.id WHERE ${where}${behind} ORDER BY ${by} LIMIT $${limit}`;
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

function toInboxRow(row: Row, order: List['order']): InboxRow {
  const { id, stage, priority, offerId, agentId, agentName, rankMs: _, ...rest } = row;
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
    cursor: `${first}.${second}.${id}`,
  };
}
