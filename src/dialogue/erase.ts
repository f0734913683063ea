import {
  isMoney,
  type Block,
  type Say,
  type Understanding,
  type Value,
  type Values,
} from '../core/index.ts';
import type { AgentActionEvent } from './agent-actions.ts';
import type { ActionOutcome, ConversationEvent } from './events.ts';
import type { Pending } from './state.ts';

/** Stands where a person's words stood. It holds no letter, so that no search finds it. */
export const erasedMark = '▒▒▒';

/**
 * The event without what is personal in it: words, names, numbers, files, and whose it is. Its kind, and what the fold
 * needs to find its way (flows, steps, choices offered, effect ids), stays; agents' names stay, they are the
 * company's own. `visitorId` takes the place of the visitor's.
 */
export function erased(event: ConversationEvent, visitorId: string): ConversationEvent {
  switch (event.type) {
    case 'conversation.started': {
      const { timeZone: _, ...rest } = event;
      return { ...rest, visitorId };
    }
    case 'identity.bound':
      return { ...event, customerId: null };
    case 'identity.challenged':
      return { ...event, tail: erasedMark };
    case 'message.received':
    case 'message.understood':
    case 'bot.said':
    case 'agent.said':
    case 'agent.noted':
    case 'ticket.changed':
    case 'satisfaction.given':
      return withoutWords(event);
    case 'flow.started':
    case 'slots.set':
      return { ...event, slots: blank(event.slots) };
    case 'intents.parked': {
      const { slots: _, ...rest } = event;
      return rest;
    }
    case 'bot.awaits':
      return { ...event, pending: event.pending && withoutItems(event.pending) };
    case 'consent.asked':
      return { ...event, shown: blank(event.shown) };
    case 'action.requested':
      return { ...event, args: blank(event.args) };
    case 'action.ended':
      return { ...event, outcome: withoutResult(event.outcome) };
    case 'agent_action.requested':
    case 'agent_action.decided':
    case 'agent_action.pended':
    case 'agent_action.ended':
      return withoutAgentAction(event);
    default:
      return event;
  }
}

type Wordy = Extract<
  ConversationEvent,
  {
    type:
      | 'message.received'
      | 'message.understood'
      | 'bot.said'
      | 'agent.said'
      | 'agent.noted'
      | 'ticket.changed'
      | 'satisfaction.given';
  }
>;

function withoutWords(event: Wordy): ConversationEvent {
  switch (event.type) {
    case 'message.received': {
      const { type, cid, text, choice, form } = event;
      return {
        type,
        cid,
        text: markOf(text),
        ...(choice && { choice: { id: choice.id, value: erasedMark } }),
        ...(form && { form: { id: form.id, fields: {} } }),
      };
    }
    case 'message.understood':
      return { ...event, understanding: withoutText(event.understanding) };
    case 'bot.said':
      return { ...event, says: event.says.flatMap(bareSay), blocks: wordless(event.blocks) };
    case 'agent.said': {
      const { files: _, ...rest } = event;
      return { ...rest, text: markOf(event.text) };
    }
    case 'agent.noted':
      return { ...event, text: markOf(event.text) };
    case 'ticket.changed':
      return { ...event, ticketId: erasedMark, blocks: wordless(event.blocks) };
    case 'satisfaction.given': {
      const { comment: _, ...rest } = event;
      return rest;
    }
  }
}

function markOf(text: string): string {
  return text === '' ? '' : erasedMark;
}

function withoutText(understanding: Understanding): Understanding {
  const { requests: _, ...rest } = understanding;
  return { ...rest, text: erasedMark, entities: [] };
}

/** Which texts were said stays: their keys are the same for everyone. */
function bareSay(say: Say): readonly Say[] {
  return say.type === 'text' ? [{ type: 'text', key: say.key }] : [];
}

function wordless(blocks: readonly Block[]): readonly Block[] {
  return blocks.some(({ type }) => type === 'text') ? [{ type: 'text', text: erasedMark }] : [];
}

/** Every leaf without what it said; names of fields stay, which flows are written with. */
function blank(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, leaf(value)]));
}

function leaf(value: Value): Value {
  if (typeof value === 'string') return erasedMark;
  if (typeof value === 'number') return 0;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return [];
  return isMoney(value) ? { minor: 0n, currency: value.currency } : blank(value as Values);
}

/** Choices from a list are the customer's own records; choices by name are everybody's. */
function withoutItems(pending: Pending): Pending {
  if (!('options' in pending) || pending.options === undefined) return pending;
  const options = pending.options.flatMap((option) =>
    'key' in option ? [{ value: option.value, key: option.key }] : [],
  );
  if (pending.kind !== 'clarify') return { ...pending, options };
  const { entities: _, ...rest } = pending;
  return { ...rest, options };
}

/** The effect's id stays: by it the wallet's own books name the action. */
function withoutResult(outcome: ActionOutcome): ActionOutcome {
  return outcome.kind === 'ok' ? { kind: 'ok', result: null, receipt: erasedMark } : outcome;
}

function withoutAgentAction(event: AgentActionEvent): AgentActionEvent {
  switch (event.type) {
    case 'agent_action.requested':
      return {
        ...event,
        args: blank(event.args),
        reason: markOf(event.reason),
        customerId: erasedMark,
        amount: null,
      };
    case 'agent_action.decided':
      return { ...event, reason: markOf(event.reason) };
    case 'agent_action.pended':
      return event;
    case 'agent_action.ended':
      return { ...event, outcome: withoutResult(event.outcome) };
  }
}
