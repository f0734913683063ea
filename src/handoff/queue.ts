import { priorities } from '../core/index.ts';
import type { Priority } from '../core/index.ts';

/** What the order of the queue depends on. */
export interface Queued {
  readonly priority: Priority;
  readonly sinceMs: number;
  readonly conversationId: string;
}

/** 0 is served first. Stores sort by this number, so it is stable for good. */
export function priorityRank(priority: Priority): number {
  return priorities.indexOf(priority);
}

/** Comparator: security before money before normal, then whoever waits longest; the id settles a tie, so that every node sees one order. */
export function compareQueued(a: Queued, b: Queued): number {
  const byRank = priorityRank(a.priority) - priorityRank(b.priority);
  if (byRank !== 0) return byRank;
  if (a.sinceMs !== b.sinceMs) return a.sinceMs - b.sinceMs;
  if (a.conversationId === b.conversationId) return 0;
  return a.conversationId < b.conversationId ? -1 : 1;
}

/** Place in the queue, 1 is next; undefined when it is not in it. */
export function placeIn(queue: readonly Queued[], conversationId: string): number | undefined {
  const self = queue.find((entry) => entry.conversationId === conversationId);
  if (!self) return undefined;
  return 1 + queue.filter((entry) => compareQueued(entry, self) < 0).length;
}
