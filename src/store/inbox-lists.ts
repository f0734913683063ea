import { Fault, priorities } from '../core/index.ts';
import type { ConversationId } from '../core/index.ts';
import type { InboxQuery, InboxRow } from './ports.ts';

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

export function toInboxRow(row: StoredInboxRow, order: InboxList['order']): InboxRow {
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
