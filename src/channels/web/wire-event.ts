import type { FileRef } from '../../core/index.ts';
import type { HandoffReleased, LoggedEvent, MessageReceived } from '../../dialogue/index.ts';
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
      return { ...customerMessage(event), ...at };
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
      return { type: 'message', ...at, from: 'agent', cid, agentName, text, ...filesOf(event) };
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
    case 'handoff.transferred':
    case 'handoff.dropped':
      return { type: 'handoff', ...at, state: 'queued' };
    case 'handoff.accepted':
      return { type: 'handoff', ...at, state: 'accepted', agentName: event.agentName };
    case 'handoff.released':
      return { type: 'handoff', ...at, state: releasedStates[event.to], ...nameOf(event) };
    case 'ticket.changed': {
      const { language, blocks } = event;
      return { type: 'notice', ...at, about: 'ticket', language, blocks: [...blocks] };
    }
    case 'satisfaction.asked':
      return { type: 'satisfaction', ...at, state: 'asked' };
    case 'satisfaction.given':
      return { type: 'satisfaction', ...at, state: 'given', score: event.score };
    default:
      return undefined;
  }
}

function nameOf({ byName }: HandoffReleased): { agentName?: string } {
  return byName === undefined ? {} : { agentName: byName };
}

function customerMessage(event: MessageReceived) {
  const { cid, text } = event;
  return { type: 'message', from: 'customer', cid, text, ...filesOf(event) } as const;
}

/** Field by field, as the events themselves. */
function filesOf({ files }: { readonly files?: readonly FileRef[] }): { files?: FileRef[] } {
  if (files === undefined) return {};
  return {
    files: files.map(({ id, name, type, bytes, width, height }) => ({
      id,
      name,
      type,
      bytes,
      ...(width !== undefined && { width }),
      ...(height !== undefined && { height }),
    })),
  };
}

const releasedStates = { bot: 'returned', closed: 'closed', queue: 'queued' } as const;
