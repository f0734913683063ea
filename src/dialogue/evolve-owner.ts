import type { ConversationEvent, HandoffReleased } from './events.ts';
import type { ConversationState, QueuedAt } from './state.ts';

type OfOwner = Extract<
  ConversationEvent,
  { type: 'handoff.requested' | 'handoff.accepted' | 'handoff.released' }
>;

/** Who has the word, and since when. */
export function evolveOwner(
  state: ConversationState,
  event: OfOwner,
  atMs: number,
): ConversationState {
  const epoch = state.owner.epoch + 1;
  switch (event.type) {
    case 'handoff.requested': {
      const { priority, queue, reason } = event;
      // Asked for again while waiting (a graver matter came up): the place by time is kept.
      const sinceMs = state.owner.by === 'queue' ? state.owner.sinceMs : atMs;
      const at: QueuedAt = { sinceMs, priority, queue, reason };
      return {
        ...state,
        owner: { by: 'queue', epoch, ...at },
        queued: at,
        counter: state.counter + 1,
      };
    }
    case 'handoff.accepted': {
      const { agentId, agentName } = event;
      return {
        ...state,
        owner: { by: 'agent', epoch, sinceMs: atMs, agentId, agentName },
        pending: null,
        closed: false,
      };
    }
    case 'handoff.released':
      return evolveReleased(state, event, { epoch, atMs });
  }
}

function evolveReleased(
  state: ConversationState,
  { to }: HandoffReleased,
  { epoch, atMs }: { readonly epoch: number; readonly atMs: number },
): ConversationState {
  const bot = { by: 'bot', epoch } as const;
  switch (to) {
    case 'bot':
      return { ...state, owner: bot, queued: null };
    case 'closed':
      return {
        ...withoutParked(state),
        owner: bot,
        queued: null,
        closed: true,
        stack: [],
        pending: null,
        ladder: 0,
      };
    case 'queue': {
      const at = state.queued ?? {
        sinceMs: atMs,
        priority: 'normal',
        queue: 'default',
        reason: 'released',
      };
      return { ...state, owner: { by: 'queue', epoch, ...at }, queued: at };
    }
  }
}

/** Nothing else is asked for any more. */
export function withoutParked(state: ConversationState): ConversationState {
  const { waitingSlots: _, ...rest } = state;
  return { ...rest, waitingIntents: [] };
}
