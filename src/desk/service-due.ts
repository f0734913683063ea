import type { ConversationId } from '../core/index.ts';
import { runningTargets } from '../handoff/index.ts';
import type { DeskDue } from '../protocol/index.ts';
import { agentSchedule, openMsLater } from '../workspace/index.ts';
import type { DeskDeps } from './deps.ts';

type DueDeps = Pick<DeskDeps, 'api'>;

export interface Dueable {
  readonly conv: ConversationId;
  readonly isSnoozed: boolean;
}

/**
 * What each conversation is owed next, and until when, in hours of live agents; those that are owed nothing are not in it. It
 * follows the log a moment later, as all that the index tells.
 */
export async function duesOf(
  { api }: DueDeps,
  conversations: readonly Dueable[],
): Promise<ReadonlyMap<ConversationId, DeskDue>> {
  const dues = new Map<ConversationId, DeskDue>();
  if (!api || conversations.length === 0) return dues;
  const facts = await api.index.serviceLevels(conversations.map(({ conv }) => conv));
  const workspace = api.workspace();
  const { firstReplyMinutes, nextReplyMinutes, resolutionHours } = workspace.serviceLevels;
  const targets = {
    firstReplyMs: firstReplyMinutes * 60_000,
    nextReplyMs: nextReplyMinutes * 60_000,
    resolutionMs: resolutionHours * 3_600_000,
  };
  const schedule = agentSchedule(workspace);
  for (const { conv, isSnoozed } of conversations) {
    const owed = facts.get(conv);
    if (!owed) continue;
    const running = runningTargets(owed, targets, isSnoozed).flatMap(
      ({ kind, fromMs, withinMs }) => {
        const dueAtMs = openMsLater(schedule, fromMs, withinMs);
        return dueAtMs === undefined ? [] : [{ kind, dueAtMs }];
      },
    );
    const [next] = running.toSorted((a, b) => a.dueAtMs - b.dueAtMs);
    if (next) dues.set(conv, next);
  }
  return dues;
}
