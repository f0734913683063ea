import type { Owner } from '../core/index.ts';
import type {
  HandoffAccepted,
  HandoffOfferEnded,
  HandoffReleased,
  HandoffRequested,
  HandoffRerouted,
  HandoffTransferred,
} from './desk-events.ts';
import type { ConversationEvent } from './events.ts';
import type { ConversationState, QueuedAt } from './state.ts';

export type OfOwner = Extract<ConversationEvent, { readonly type: `handoff.${string}` }>;

type Queued = Extract<Owner, { readonly by: 'queue' }>;

/** Passes kept at a time: as many agents as may let one conversation go by before the oldest is asked again. */
const passesMax = 50;

/** Who has the word, and since when. Each change has its own epoch. */
export function evolveOwner(
  state: ConversationState,
  event: OfOwner,
  atMs: number,
): ConversationState {
  const epoch = state.owner.epoch + 1;
  switch (event.type) {
    case 'handoff.requested':
      return evolveRequested(state, event, { epoch, atMs });
    case 'handoff.accepted':
      return evolveAccepted(state, event, { epoch, atMs });
    case 'handoff.released':
      return evolveReleased(state, event, { epoch, atMs });
    case 'handoff.transferred':
      return inQueue(state, transferredTo(state, event, atMs), {
        epoch,
        ...(event.to.kind === 'agent' && { wantedId: event.to.agentId }),
      });
    case 'handoff.dropped':
      return inQueue(state, placeOf(state, atMs), { epoch });
    case 'handoff.snoozed':
      return state.owner.by === 'agent'
        ? { ...state, owner: { ...state.owner, epoch, snoozedUntilMs: event.untilMs } }
        : state;
    case 'handoff.woken':
      return state.owner.by === 'agent' ? { ...state, owner: awake(state.owner, epoch) } : state;
    case 'handoff.wrapped_up':
      return withoutWrapUp(state);
    case 'handoff.offered':
    case 'handoff.offer_ended':
    case 'handoff.rerouted':
      return state.owner.by === 'queue'
        ? { ...state, ...evolveQueued(state.owner, event, epoch) }
        : state;
  }
}

interface Change {
  readonly epoch: number;
  readonly atMs: number;
}

function evolveRequested(
  state: ConversationState,
  { priority, queue, reason, skills }: HandoffRequested,
  { epoch, atMs }: Change,
): ConversationState {
  // Asked for again while waiting (a graver matter came up): the place by time is kept.
  const sinceMs = state.owner.by === 'queue' ? state.owner.sinceMs : atMs;
  const at: QueuedAt = { sinceMs, priority, queue, reason, ...(skills && { skills }) };
  const waiting = inQueue(state, at, { epoch });
  const kept =
    state.owner.by === 'queue' && waiting.owner.by === 'queue'
      ? { ...waiting, owner: { ...waiting.owner, ...offerOf(state.owner) } }
      : waiting;
  return { ...kept, counter: state.counter + 1 };
}

function offerOf({ offer, passes }: Queued) {
  return { ...(offer && { offer }), ...(passes && { passes }) };
}

function inQueue(
  state: ConversationState,
  at: QueuedAt,
  owner: { readonly epoch: number; readonly wantedId?: string },
): ConversationState {
  return { ...withoutWrapUp(state), owner: { by: 'queue', ...at, ...owner }, queued: at };
}

function evolveAccepted(
  state: ConversationState,
  { agentId, agentName }: HandoffAccepted,
  { epoch, atMs }: Change,
): ConversationState {
  return {
    ...withoutWrapUp(state),
    owner: { by: 'agent', epoch, sinceMs: atMs, agentId, agentName },
    lastAgentId: agentId,
    // Taken from a colleague who had it from the bot: should it go back, it waits since the first of them.
    queued: state.owner.by === 'agent' && !state.closed ? placeOf(state, atMs) : state.queued,
    pending: null,
    closed: false,
  };
}

/** The place that it has, or had before an agent took it; at the end of the line when it had none. */
function placeOf({ owner, queued }: ConversationState, atMs: number): QueuedAt {
  if (queued) return queued;
  const sinceMs = owner.by === 'agent' ? owner.sinceMs : atMs;
  return { sinceMs, priority: 'normal', queue: 'default', reason: 'released' };
}

function transferredTo(state: ConversationState, { to }: HandoffTransferred, atMs: number) {
  const at = placeOf(state, atMs);
  return to.kind === 'queue' ? { ...at, queue: to.queue } : at;
}

function awake(
  owner: Extract<Owner, { readonly by: 'agent' }>,
  epoch: number,
): Extract<Owner, { readonly by: 'agent' }> {
  const { snoozedUntilMs: _, ...rest } = owner;
  return { ...rest, epoch };
}

function evolveQueued(
  owner: Queued,
  event: Extract<
    OfOwner,
    { readonly type: 'handoff.offered' | 'handoff.offer_ended' | 'handoff.rerouted' }
  >,
  epoch: number,
): Pick<ConversationState, 'owner'> | Pick<ConversationState, 'owner' | 'queued'> {
  switch (event.type) {
    case 'handoff.offered': {
      const { offerId, agentId, agentName, untilMs } = event;
      return { owner: { ...owner, epoch, offer: { offerId, agentId, agentName, untilMs } } };
    }
    case 'handoff.offer_ended':
      return { owner: offerEnded(owner, event, epoch) };
    case 'handoff.rerouted':
      return rerouted(owner, event, epoch);
  }
}

/** Whoever it was meant for has had the chance: from here on it is anybody's. */
function offerEnded(
  { offer: _offer, wantedId, ...owner }: Queued,
  { agentId, passUntilMs, why }: HandoffOfferEnded,
  epoch: number,
): Queued {
  const others = (owner.passes ?? []).filter((pass) => pass.agentId !== agentId);
  const passes = [...others, { agentId, untilMs: passUntilMs }].slice(-passesMax);
  const stays = wantedId !== undefined && (wantedId !== agentId || why === 'withdrawn');
  return { ...owner, epoch, passes, ...(stays && { wantedId }) };
}

function rerouted(
  { offer: _offer, passes: _passes, wantedId: _wanted, ...owner }: Queued,
  { queue = owner.queue, priority = owner.priority, wanted }: HandoffRerouted,
  epoch: number,
) {
  const { sinceMs, reason, skills } = owner;
  const queued: QueuedAt = { sinceMs, priority, queue, reason, ...(skills && { skills }) };
  return {
    owner: { ...owner, epoch, queue, priority, ...(wanted && { wantedId: wanted.agentId }) },
    queued,
  };
}

function evolveReleased(
  state: ConversationState,
  { to, wrapUp }: HandoffReleased,
  { epoch, atMs }: Change,
): ConversationState {
  const bot = { by: 'bot', epoch } as const;
  switch (to) {
    case 'bot':
      return { ...withoutWrapUp(state), owner: bot, queued: null };
    case 'closed':
      return {
        ...withoutParked(withoutWrapUp(withoutHandedOff(state))),
        owner: bot,
        queued: null,
        closed: true,
        stack: [],
        pending: null,
        ladder: 0,
        ...(wrapUp && { wrapUp }),
      };
    case 'queue':
      return inQueue(state, placeOf(state, atMs), { epoch });
  }
}

export function withoutWrapUp(state: ConversationState): ConversationState {
  const { wrapUp: _, ...rest } = state;
  return rest;
}

function withoutHandedOff(state: ConversationState): ConversationState {
  const { handedOff: _, ...rest } = state;
  return rest;
}

/** Nothing else is asked for any more. */
export function withoutParked(state: ConversationState): ConversationState {
  const { waitingSlots: _, ...rest } = state;
  return { ...rest, waitingIntents: [] };
}
