import type { LoggedEvent } from '../../dialogue/index.ts';
import type { WireEvent } from '../../protocol/index.ts';

/**
 * What the customer sees of a logged event; undefined for what only the desk may see. Each visible
 * event gives exactly one, so that their numbers have no gap. Built field by field: what an event
 * gains later (an agent's id, a note) cannot leak by itself.
 */
export function toWireEvent(logged: LoggedEvent): WireEvent | undefined {
  const { seq, atMs, event } = logged;
  if (seq === undefined) return undefined;
  const at = { seq, atMs };
  switch (event.type) {
    case 'message.received':
      return { type: 'message', ...at, from: 'customer', cid: event.cid, text: event.text };
    case 'bot.said':
      return {
        type: 'message',
        ...at,
        from: 'bot',
        language: event.language,
        blocks: [...event.blocks],
      };
    case 'agent.said': {
      const { cid, agentName, text } = event;
      return { type: 'message', ...at, from: 'agent', cid, agentName, text };
    }
    case 'language.changed':
      return { type: 'language', ...at, language: event.language };
    case 'identity.bound':
      return { type: 'identity', ...at, customer: event.customerId !== null };
    case 'identity.checked': {
      const { result, attemptsLeft } = event;
      return { type: 'code', ...at, result, attemptsLeft };
    }
    case 'handoff.requested':
      return { type: 'handoff', ...at, state: 'queued' };
    case 'handoff.accepted':
      return { type: 'handoff', ...at, state: 'accepted', agentName: event.agentName };
    case 'handoff.released':
      return { type: 'handoff', ...at, state: releasedStates[event.to] };
    default:
      return undefined;
  }
}

const releasedStates = { bot: 'returned', closed: 'closed', queue: 'queued' } as const;
