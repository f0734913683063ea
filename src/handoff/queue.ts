import { priorities } from '../core/index.ts';
import type { Priority } from '../core/index.ts';

/** What the order of the queue depends on. */
export interface Queued {
  readonly priority: Priority;
  readonly sinceMs: number;
  readonly conversationId: string;
}

/** 0 is the gravest. Stores keep this number, so it is stable for good. */
export function priorityRank(priority: Priority): number {
  return priorities.indexOf(priority);
}

/** What a priority is worth in waiting. */
const headStartMs: { readonly [priority in Priority]: number } = {
  security: 60 * 60_000,
  money: 15 * 60_000,
  normal: 0,
};

/**
 * Who is served first has the smaller number. A grave matter counts as if it had waited longer already, and everyone
 * ages alike: so the order of two never changes while they wait, a store can keep it as a column, and nobody starves,
 * because whoever has waited an hour stands before every newcomer.
 */
export function serveRankMs(priority: Priority, sinceMs: number): number {
  return sinceMs - headStartMs[priority];
}

/** Comparator: by `serveRankMs`; the id settles a tie, so that every node sees one order. */
export function compareQueued(a: Queued, b: Queued): number {
  const byRank = serveRankMs(a.priority, a.sinceMs) - serveRankMs(b.priority, b.sinceMs);
  if (byRank !== 0) return byRank;
  if (a.conversationId === b.conversationId) return 0;
  return a.conversationId < b.conversationId ? -1 : 1;
}

/** Place in the queue, 1 is next; undefined when it is not in it. */
export function placeIn(queue: readonly Queued[], conversationId: string): number | undefined {
  const self = queue.find((entry) => entry.conversationId === conversationId);
  if (!self) return undefined;
  return 1 + queue.filter((entry) => compareQueued(entry, self) < 0).length;
}
