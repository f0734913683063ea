import type { Values } from '../../core/index.ts';
import type { DeskWebhookTopic } from '../../protocol/index.ts';
import type { LoggedEvent } from '../deps.ts';

type Event = LoggedEvent['event'];

export interface Told {
  readonly topic: DeskWebhookTopic;
  /** What is told beside conversation, position and time. */
  readonly data: { readonly [name: string]: unknown };
}

/** What other systems are told of an event; undefined for what is the desk's own: notes, offers, the machine's events. */
export function webhookTold(event: Event): Told | undefined {
  switch (event.type) {
    case 'conversation.started':
      return told('conversation.started', { channel: event.channel, language: event.language });
    case 'handoff.requested': {
      const { reason, priority, queue } = event;
      return told('conversation.queued', { reason, priority, queue });
    }
    case 'handoff.accepted':
      return told('conversation.assigned', { agentId: event.agentId, agentName: event.agentName });
    case 'handoff.released':
      return releasedTold(event);
    case 'conversation.tagged':
      return told('conversation.tagged', { tags: event.tags });
    default:
      return messageTold(event);
  }
}

function told(topic: DeskWebhookTopic, data: Told['data']): Told {
  return { topic, data };
}

function releasedTold(event: Extract<Event, { type: 'handoff.released' }>): Told | undefined {
  if (event.to === 'bot') return told('conversation.returned', { by: event.by });
  if (event.to === 'queue') return undefined;
  const { by, disposition = null, tags = [] } = event;
  return told('conversation.closed', { by, disposition, tags });
}

function messageTold(event: Event): Told | undefined {
  switch (event.type) {
    case 'message.received':
      return told('message.customer', { text: event.text });
    case 'bot.said':
      return told('message.bot', { language: event.language, blocks: event.blocks });
    case 'agent.said':
      return told('message.agent', {
        agentId: event.agentId,
        agentName: event.agentName,
        text: event.text,
      });
    case 'action.ended':
    case 'agent_action.ended':
      return ticketTold(event.outcome);
    default:
      return undefined;
  }
}

/** Tickets are known by the form of their numbers: no other record of the wallet has a type and a time line. */
function ticketTold(
  outcome: Extract<Event, { type: 'action.ended' }>['outcome'],
): Told | undefined {
  if (outcome.kind !== 'ok') return undefined;
  const { result } = outcome;
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return undefined;
  const record = result as Values;
  if (record['timeline'] === undefined || record['id'] === undefined) return undefined;
  return told('ticket.opened', { id: record['id'], type: record['type'] ?? null });
}
