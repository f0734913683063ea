import type {
  ActionEnded,
  ActionRequested,
  BotSaid,
  ConversationEvent,
  FlowEnded,
  IdentityBound,
  IdentityChecked,
  LoggedEvent,
} from './events.ts';
import { evolveAgentAction } from './agent-actions.ts';
import { awaiting, consented, filled, frameOf, moved, withoutConsent } from './evolve-frame.ts';
import { evolveOwner, withoutParked } from './evolve-owner.ts';
import { riskAfter } from './risk.ts';
import type { ActionRecord, ConversationState, Frame } from './state.ts';

/** Ended actions kept for late outcomes and for the frames that still look at them; open ones are never dropped. */
const actionsMax = 20;
const wordingsMax = 60;
/** Enough to see that two messages are the same. */
export const lastTextLengthMax = 600;

/**
 * What a conversation is after one more event. Total: any event on any state gives a state, so a log can
 * always be read. Positions are used by nothing but `turn.taken`, which names its own.
 */
export function evolve(state: ConversationState, logged: LoggedEvent): ConversationState {
  const next = evolveEvent(state, logged);
  const risk = riskAfter(next.risk ?? 0, logged.event);
  return risk === (next.risk ?? 0) ? next : { ...next, risk };
}

function evolveEvent(state: ConversationState, logged: LoggedEvent): ConversationState {
  const { event, atMs } = logged;
  switch (event.type) {
    case 'conversation.started':
    case 'message.received':
    case 'language.changed':
    case 'identity.bound':
    case 'identity.challenged':
    case 'identity.checked':
      return evolveCustomer(state, event, atMs);
    case 'message.understood':
    case 'agent.said':
    case 'agent.noted':
    case 'ticket.changed':
    case 'delivery.failed':
    case 'delivery.resent':
    case 'delivery.offered':
    case 'message.withdrawn':
      return state;
    case 'satisfaction.asked':
      return { ...state, satisfaction: { askedAtMs: atMs, isGiven: false } };
    case 'satisfaction.given':
      return { ...state, satisfaction: { askedAtMs: atMs, ...state.satisfaction, isGiven: true } };
    case 'bot.said':
      return evolveSaid(state, event);
    case 'turn.taken':
      return told(
        { ...state, handledPos: Math.max(state.handledPos, event.upTo) },
        event.told ?? [],
      );
    case 'timer.set': {
      const { effectId, purpose, dueAtMs } = event;
      return { ...state, timer: { effectId, purpose, dueAtMs }, counter: state.counter + 1 };
    }
    case 'timer.fired':
      return state.timer?.effectId === event.effectId ? { ...state, timer: null } : state;
    case 'action.requested':
      return evolveRequested(state, event);
    case 'action.pended':
      return evolvePended(state, event.effectId);
    case 'action.ended':
      return evolveEnded(state, event);
    case 'handoff.requested':
    case 'handoff.accepted':
    case 'handoff.released':
    case 'handoff.offered':
    case 'handoff.offer_ended':
    case 'handoff.transferred':
    case 'handoff.rerouted':
    case 'handoff.dropped':
    case 'handoff.snoozed':
    case 'handoff.woken':
    case 'handoff.wrapped_up':
      return withTags(evolveOwner(state, event, atMs), event);
    case 'conversation.tagged':
      return { ...state, tags: event.tags };
    case 'agent_action.requested':
    case 'agent_action.decided':
    case 'agent_action.pended':
    case 'agent_action.ended':
      return evolveAgentAction(state, event, atMs);
    default:
      return evolveFlow(state, event);
  }
}

/** Tags that were given with the last word on it are added to those it has. */
function withTags(state: ConversationState, event: ConversationEvent): ConversationState {
  if (!('tags' in event) || event.tags === undefined) return state;
  return { ...state, tags: [...new Set([...(state.tags ?? []), ...event.tags])] };
}

type OfCustomer = Extract<
  ConversationEvent,
  {
    type:
      | 'conversation.started'
      | 'message.received'
      | 'language.changed'
      | 'identity.bound'
      | 'identity.challenged'
      | 'identity.checked';
  }
>;

function evolveCustomer(
  state: ConversationState,
  event: OfCustomer,
  atMs: number,
): ConversationState {
  switch (event.type) {
    case 'conversation.started': {
      const { channel, language, visitorId, timeZone } = event;
      const zone = timeZone === undefined ? {} : { timeZone };
      return { ...state, started: true, channel, language, visitorId, ...zone };
    }
    case 'message.received':
      // Writing again opens a closed conversation.
      return { ...state, closed: false, heardAtMs: atMs };
    case 'language.changed':
      return { ...state, language: event.language };
    case 'identity.bound':
      return { ...evolveBound(state, event), heardAtMs: atMs };
    case 'identity.challenged': {
      const { challengeId, expiresAtMs, tail } = event;
      return { ...state, challenge: { challengeId, expiresAtMs, tail, locked: false } };
    }
    case 'identity.checked':
      return { ...evolveChecked(state, event), heardAtMs: atMs };
  }
}

/** Another customer, or none: nothing that was said or read for the former one may be used any more. */
function evolveBound(state: ConversationState, { customerId }: IdentityBound): ConversationState {
  if (customerId === state.customerId) return state;
  const bound = { ...state, customerId, verifiedUntilMs: 0, challenge: null };
  if (state.customerId === null) return bound;
  const { handedOff: _, ...own } = withoutParked(bound);
  return { ...own, stack: [], pending: null, ladder: 0, actions: {} };
}

function evolveChecked(state: ConversationState, event: IdentityChecked): ConversationState {
  switch (event.result) {
    case 'passed':
      return { ...state, challenge: null, verifiedUntilMs: event.verifiedUntilMs ?? 0 };
    case 'wrong':
      return state;
    case 'locked':
      return {
        ...state,
        challenge: state.challenge && { ...state.challenge, locked: true },
      };
    case 'expired':
    case 'not_sent':
      return { ...state, challenge: null };
  }
}

function evolveSaid(state: ConversationState, { says, blocks }: BotSaid): ConversationState {
  const keys = says.flatMap((say) => (say.type === 'text' ? [say.key] : []));
  const wordings = Object.entries(state.wordings).filter(([key]) => !keys.includes(key));
  for (const key of new Set(keys)) wordings.push([key, (state.wordings[key] ?? 0) + 1]);
  const text = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  return {
    ...state,
    lastKeys: keys,
    lastText: text.slice(0, lastTextLengthMax),
    wordings: Object.fromEntries(wordings.slice(-wordingsMax)),
    counter: state.counter + 1,
  };
}

type OfFlow = Extract<
  ConversationEvent,
  {
    type:
      | 'flow.started'
      | 'flow.moved'
      | 'flow.ended'
      | 'slots.set'
      | 'attempt.missed'
      | 'bot.awaits'
      | 'intents.parked'
      | 'consent.asked'
      | 'consent.answered';
  }
>;

function evolveFlow(state: ConversationState, event: OfFlow): ConversationState {
  switch (event.type) {
    case 'flow.started':
      return {
        ...state,
        stack: [...state.stack, frameOf(event)],
        pending: null,
        ladder: 0,
        counter: state.counter + 1,
      };
    case 'flow.moved':
      return onTop(state, (frame) => moved(frame, event.step));
    case 'flow.ended':
      return event.outermost
        ? { ...keepHandedOff(state, event), stack: state.stack.slice(1) }
        : { ...keepHandedOff(state, event), stack: state.stack.slice(0, -1), pending: null };
    case 'slots.set':
      return onTop(state, (frame) => filled(frame, event.slots, state));
    case 'attempt.missed':
      if (event.at === 'ladder' || (event.at === 'aside' && state.stack.length === 0)) {
        return { ...state, ladder: state.ladder + 1 };
      }
      if (event.at === 'aside') {
        return onTop(state, (frame) => ({ ...frame, asides: (frame.asides ?? 0) + 1 }));
      }
      return onTop(state, (frame) => ({ ...frame, attempts: frame.attempts + 1 }));
    case 'bot.awaits':
      return onTop({ ...state, pending: event.pending, counter: state.counter + 1 }, (frame) =>
        awaiting(frame, event.pending),
      );
    case 'intents.parked': {
      const parked = { ...withoutParked(state), waitingIntents: event.intents };
      return event.slots ? { ...parked, waitingSlots: event.slots } : parked;
    }
    case 'consent.asked':
      return { ...state, counter: state.counter + 1 };
    case 'consent.answered':
      return onTop(state, (frame) => consented(frame, event, state));
  }
}

/** Flows that people may return with what was given for them. */
const handedOffMax = 4;

function keepHandedOff(
  state: ConversationState,
  { outcome, flow, outermost }: FlowEnded,
): ConversationState {
  const slots = state.stack.at(outermost ? 0 : -1)?.slots ?? {};
  if (outcome !== 'handed_off' || Object.keys(slots).length === 0) return state;
  const others = Object.entries(state.handedOff ?? {}).filter(([id]) => id !== flow);
  return {
    ...state,
    handedOff: Object.fromEntries([...others, [flow, slots]].slice(-handedOffMax)),
  };
}

function onTop(state: ConversationState, change: (frame: Frame) => Frame): ConversationState {
  const top = state.stack.at(-1);
  return top ? { ...state, stack: [...state.stack.slice(0, -1), change(top)] } : state;
}

function evolveRequested(state: ConversationState, event: ActionRequested): ConversationState {
  const { effectId, action, flow, flowVersion, step, consent } = event;
  const record: ActionRecord = {
    action,
    state: 'requested',
    flow,
    flowVersion,
    step,
    ...(consent !== undefined && { consented: true }),
  };
  const held = new Set(state.stack.map((frame) => frame.effectId));
  const old = Object.entries(state.actions).map(([id, one]): [string, ActionRecord] => [
    id,
    held.has(id) || one.untold === true ? one : withoutResult(one),
  ]);
  const open = old.filter(([id, one]) => one.state !== 'ended' || held.has(id));
  const ended = old.filter(([id, one]) => one.state === 'ended' && !held.has(id));
  const kept = [...ended.slice(-actionsMax), ...open];
  return onTop(
    {
      ...state,
      actions: { ...Object.fromEntries(kept), [effectId]: record },
      counter: state.counter + 1,
    },
    (frame) => ({
      ...withoutConsent(frame, consent),
      effectId,
      acted: (frame.acted ?? 0) + 1,
    }),
  );
}

/** The log has the result; the state need not carry whole lists of transactions along. */
function withoutResult(record: ActionRecord): ActionRecord {
  if (record.outcome?.kind !== 'ok') return record;
  return { ...record, outcome: { ...record.outcome, result: null } };
}

function evolvePended(state: ConversationState, effectId: string): ConversationState {
  const record = state.actions[effectId];
  if (record?.state !== 'requested') return state;
  return { ...state, actions: { ...state.actions, [effectId]: { ...record, state: 'pending' } } };
}

/** An outcome counts once: a second one for the same effect changes nothing. */
function evolveEnded(state: ConversationState, event: ActionEnded): ConversationState {
  const record = state.actions[event.effectId];
  if (!record || record.state === 'ended') return state;
  const ended: ActionRecord = {
    ...record,
    state: 'ended',
    outcome: event.outcome,
    untold: true,
  };
  return { ...state, actions: { ...state.actions, [event.effectId]: ended } };
}

function told(state: ConversationState, effectIds: readonly string[]): ConversationState {
  if (effectIds.length === 0) return state;
  const actions = Object.entries(state.actions).map(([id, one]): [string, ActionRecord] => {
    const { untold: _, ...known } = one;
    return [id, effectIds.includes(id) ? known : one];
  });
  return { ...state, actions: Object.fromEntries(actions) };
}
