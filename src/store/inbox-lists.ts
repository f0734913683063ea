import { Fault, priorities } from '../core/index.ts';
import type { ConversationId } from '../core/index.ts';
import type { InboxFilter, InboxQuery, InboxRow, SiftedInbox } from './ports.ts';

/** A row of the inbox as both databases give it. */
export interface StoredInboxRow extends Omit<
  InboxRow,
  'conversationId' | 'state' | 'offer' | 'priority' | 'cursor' | 'closed'
> {
  readonly id: ConversationId;
  readonly stage: InboxRow['state'];
  readonly offerId: string | null;
  readonly priority: number | null;
  readonly rankMs: number | null;
  readonly closed: 0 | 1;
}

const orderKeys = {
  rank_ms: 'rankMs',
  since_ms: 'sinceMs',
  due_ms: 'dueMs',
  risk: 'risk',
} as const;

/** A list: what it holds (at most one `?`, which narrows it) and the columns that order it. */
export interface InboxList {
  readonly where: string;
  readonly order: readonly (keyof typeof orderKeys)[];
  readonly newestFirst?: true;
}

/**
 * Orders: the queue as it is served; an agent's own and the teams' by since, oldest first; the bot's by risk, then newest
 * first; the snoozed by when they wake; the closed newest first. The id parts equals, so a cursor names one place
 * and a page never repeats or leaves out a row that stayed.
 */
export const inboxLists = {
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
} as const satisfies { readonly [name: string]: InboxList };

export type InboxListName = keyof typeof inboxLists;

/** The list that a query means, with the value of its `?` where it has one. */
export function listOf({
  list,
  agentId,
  queue,
}: InboxQuery): readonly [InboxListName, readonly string[]] {
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

/** The order's numbers and the id of the row before the page; undefined for the first page. Faults: bad_request. */
export function readCursor(
  after: string | undefined,
  numbers: number,
): readonly (number | string)[] | undefined {
  if (after === undefined) return undefined;
  const match = /^(-?\d{1,16})\.(-?\d{1,16})\.(.{1,128})$/.exec(after);
  if (!match) throw new Fault('bad_request', '`after` must be the `cursor` of a row of this list');
  return [...[Number(match[1]), Number(match[2])].slice(0, numbers), match[3] ?? ''];
}

function cursorOf(row: PlaceRow, order: InboxList['order']): string {
  const [first = 0, second = 0] = order.map((key) => row[orderKeys[key]] ?? 0);
  return `${first}.${second}.${row.id}`;
}

export function toInboxRow(row: StoredInboxRow, order: InboxList['order']): InboxRow {
  const { id, stage, priority, closed, offerId, agentId, agentName, rankMs: _, ...rest } = row;
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
    cursor: cursorOf(row, order),
  };
}

/** Rows of a list that one question looks through for those that fit its filter: some milliseconds of the database. */
const lookThroughUsually = 5000;

/** Where a row stands in its list, and no more. */
export type PlaceRow = Pick<StoredInboxRow, 'id' | 'rankMs' | 'sinceMs' | 'dueMs' | 'risk'>;

/** What a database brings to `sift`. Statements have a `?` for each value, in order. */
export interface SiftedTable {
  /** Before the names of columns that two tables have. */
  readonly prefix: string;
  /** That a conversation has the tag `?`. */
  readonly tagged: string;
  places(rest: string, values: readonly (string | number)[]): Promise<readonly PlaceRow[]>;
  rows(rest: string, values: readonly (string | number)[]): Promise<readonly StoredInboxRow[]>;
}

export interface Sifting {
  readonly filter: InboxFilter;
  readonly lookThrough?: number | undefined;
}

/** First where the stretch ends that is looked through, then what fits within it. */
export async function sift(
  table: SiftedTable,
  query: InboxQuery,
  { filter, lookThrough = lookThroughUsually }: Sifting,
): Promise<SiftedInbox> {
  const [name, narrowed] = listOf(query);
  const { where, order, newestFirst }: InboxList = inboxLists[name];
  const keys = [...order, 'id'].map((key) => `${table.prefix}${key}`);
  const by = `ORDER BY ${keys.map((key) => (newestFirst ? `${key} DESC` : key)).join(', ')}`;
  const compared = (sign: string) =>
    ` AND (${keys.join(', ')}) ${sign} (${keys.map(() => '?').join(', ')})`;
  const after = readCursor(query.after, order.length);
  const behind = `WHERE ${where}${after ? compared(newestFirst ? '<' : '>') : ''}`;
  const values = [...narrowed, ...(after ?? [])];
  const [end] = await table.places(`${behind} ${by} LIMIT 1 OFFSET ${lookThrough - 1}`, values);
  const until = end ? [...order.map((key) => end[orderKeys[key]] ?? 0), end.id] : [];
  const fits = fitting(filter, table.tagged);
  const found = await table.rows(
    `${behind}${end ? compared(newestFirst ? '>=' : '<=') : ''}${fits.map(([that]) => ` AND ${that}`).join('')} ${by} LIMIT ?`,
    [...values, ...until, ...fits.map(([, value]) => value), query.limit],
  );
  const rows = found.map((row) => toInboxRow(row, order));
  const isFull = rows.length === query.limit;
  return { rows, next: isFull ? (rows.at(-1)?.cursor ?? null) : end ? cursorOf(end, order) : null };
}

function fitting(
  { language, channel, tag }: InboxFilter,
  tagged: string,
): readonly (readonly [string, string])[] {
  return [
    ...(language === undefined ? [] : [['language = ?', language] as const]),
    ...(channel === undefined ? [] : [['channel = ?', channel] as const]),
    ...(tag === undefined ? [] : [[tagged, tag.toLowerCase()] as const]),
  ];
}
