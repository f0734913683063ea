import type { Owner } from '../core/index.ts';
import type { AgentSaid, ConversationEvent } from '../dialogue/index.ts';
import { asksForRating, changesOwner, type HandoffTimes } from '../handoff/index.ts';
import type { Held } from './log-access.ts';
import type { AgentCommand, AgentRef } from './ports.ts';

export interface CommandContext {
  readonly nowMs: number;
  readonly times: HandoffTimes;
}

/**
 * What a command that is allowed adds to the log; nothing when it is so already. Whoever speaks or moves a conversation
 * has dealt with what came before: the bot never answers it afterwards.
 */
export function eventsFor(
  held: Held,
  agent: AgentRef,
  asked: AgentCommand,
  context: CommandContext,
): readonly ConversationEvent[] {
  const { agentId } = agent;
  const taken: ConversationEvent = { type: 'turn.taken', upTo: held.version };
  switch (asked.type) {
    case 'accept':
    case 'take_over':
      return accepting(held, agent, context);
    case 'decline':
      return offerEnded(held.state.owner, 'declined', context.nowMs + context.times.declinedPassMs);
    case 'say':
      return [taken, said(agent, asked)];
    case 'note':
      return [noted(agent, asked.cid, asked.text, asked.whisper === true)];
    case 'transfer':
      return transferring(held, agent, asked);
    case 'snooze':
      return [taken, { type: 'handoff.snoozed', agentId, untilMs: asked.untilMs }];
    case 'wake':
      return isSnoozed(held.state.owner) ? [{ type: 'handoff.woken', why: 'agent' }] : [];
    case 'return_to_bot':
      return [taken, returning(agent, asked)];
    case 'close':
      return [taken, closing(agent, asked, context), ...ratingOf(held, context)];
    case 'wrap_up':
      return [{ type: 'handoff.wrapped_up', agentId, why: 'done', ...outcomeOf(asked) }];
    case 'reroute':
      return rerouting(held, agent, asked, context);
  }
}

/** At once, and not with the writing-up: the customer is still here. */
function ratingOf({ state }: Held, { nowMs }: CommandContext): readonly ConversationEvent[] {
  return asksForRating(state.satisfaction, nowMs) ? [{ type: 'satisfaction.asked' }] : [];
}

function said({ agentId, agentName }: AgentRef, { cid, text, files }: Asked<'say'>): AgentSaid {
  return { type: 'agent.said', cid, agentId, agentName, text, ...(files && { files }) };
}

type Asked<Type extends AgentCommand['type']> = Extract<AgentCommand, { readonly type: Type }>;

function accepting(held: Held, agent: AgentRef, { nowMs }: CommandContext): ConversationEvent[] {
  const { state } = held;
  const { owner } = state;
  if (!changesOwner(state, agent.agentId)) return [];
  const offer = owner.by === 'queue' ? owner.offer : undefined;
  const isMine = offer?.agentId === agent.agentId;
  return [
    { type: 'turn.taken', upTo: held.version },
    ...(isMine ? [] : offerEnded(owner, 'withdrawn', nowMs)),
    {
      type: 'handoff.accepted',
      agentId: agent.agentId,
      agentName: agent.agentName,
      ...(offer && isMine && { offerId: offer.offerId }),
      ...(owner.by === 'agent' && !state.closed && { tookFrom: owner.agentName }),
    },
  ];
}

/** The end of the offer that is open, if one is. */
export function offerEnded(
  owner: Owner,
  why: 'declined' | 'expired' | 'disconnected' | 'withdrawn',
  passUntilMs: number,
): ConversationEvent[] {
  const offer = owner.by === 'queue' ? owner.offer : undefined;
  if (!offer) return [];
  const { offerId, agentId, agentName } = offer;
  return [{ type: 'handoff.offer_ended', offerId, agentId, agentName, why, passUntilMs }];
}

function noted(
  { agentId, agentName, supervises }: AgentRef,
  cid: string,
  text: string,
  whisper: boolean,
): ConversationEvent {
  return {
    type: 'agent.noted',
    cid,
    agentId,
    agentName,
    text,
    ...(whisper && supervises && { whisper: true }),
  };
}

function transferring(
  held: Held,
  agent: AgentRef,
  { to, note = '' }: Asked<'transfer'>,
): ConversationEvent[] {
  const { agentId, agentName } = agent;
  const cid = `transfer:${held.state.owner.epoch}`;
  return [
    { type: 'turn.taken', upTo: held.version },
    ...(note === '' ? [] : [noted(agent, cid, note, false)]),
    { type: 'handoff.transferred', agentId, agentName, to },
  ];
}

function isSnoozed(owner: Owner): boolean {
  return owner.by === 'agent' && owner.snoozedUntilMs !== undefined;
}

function returning(
  { agentId, agentName }: AgentRef,
  { flow }: Asked<'return_to_bot'>,
): ConversationEvent {
  const onWith = flow === undefined ? {} : { flow };
  return { type: 'handoff.released', to: 'bot', by: agentId, byName: agentName, ...onWith };
}

function outcomeOf({ disposition, tags }: Asked<'close' | 'wrap_up'>) {
  return { ...(disposition !== undefined && { disposition }), ...(tags && { tags }) };
}

function closing(
  { agentId, agentName }: AgentRef,
  asked: Asked<'close'>,
  { nowMs, times }: CommandContext,
): ConversationEvent {
  const isWrittenUp = asked.disposition !== undefined || times.wrapUpMs === 0;
  return {
    type: 'handoff.released',
    to: 'closed',
    by: agentId,
    byName: agentName,
    ...outcomeOf(asked),
    ...(!isWrittenUp && { wrapUp: { agentId, agentName, untilMs: nowMs + times.wrapUpMs } }),
  };
}

function rerouting(
  { state }: Held,
  { agentId, agentName }: AgentRef,
  { queue, priority, wanted }: Asked<'reroute'>,
  { nowMs }: CommandContext,
): ConversationEvent[] {
  return [
    ...offerEnded(state.owner, 'withdrawn', nowMs),
    {
      type: 'handoff.rerouted',
      by: agentId,
      byName: agentName,
      ...(queue !== undefined && { queue }),
      ...(priority && { priority }),
      ...(wanted && { wanted }),
    },
  ];
}
