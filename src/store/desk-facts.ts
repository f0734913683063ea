import type { Value } from '../core/index.ts';
import type { ConversationEvent } from '../dialogue/index.ts';

/** Identifiers that one event can bring: a list of transactions has fifty at most. */
const referencesMax = 60;

/** Words of people. What the bot says is the same for everyone and would be found everywhere. */
export function wordsOf(event: ConversationEvent): string {
  switch (event.type) {
    case 'message.received':
      return [event.text, ...Object.values(event.form?.fields ?? {})].join('\n');
    case 'agent.said':
    case 'agent.noted':
      return event.text;
    case 'satisfaction.given':
      return event.comment ?? '';
    default:
      return '';
  }
}

export interface SearchKey {
  readonly key: string;
  readonly kind: 'customer' | 'reference' | 'tag';
}

/** What the conversation is found by from this event on, beside its words. */
export function keysOf(event: ConversationEvent): readonly SearchKey[] {
  const of = (kind: SearchKey['kind'], key: string): SearchKey => ({
    key: key.toLowerCase().slice(0, 128),
    kind,
  });
  return [
    ...(event.type === 'identity.bound' && event.customerId !== null
      ? [of('customer', event.customerId)]
      : []),
    ...('tags' in event ? (event.tags ?? []).map((tag) => of('tag', tag)) : []),
    ...referencesOf(event).map((id) => of('reference', id)),
  ];
}

/** Identifiers of transactions, refunds, tickets and the like that the conversation was about. */
function referencesOf(event: ConversationEvent): readonly string[] {
  switch (event.type) {
    case 'action.requested':
    case 'agent_action.requested':
      return identifiersIn(event.args);
    case 'action.ended':
    case 'agent_action.ended':
      return event.outcome.kind === 'ok' ? identifiersIn(event.outcome.result) : [];
    case 'ticket.changed':
      return [event.ticketId];
    default:
      return [];
  }
}

const identifierName = /^(?:id|receipt)$|Id$/;

function identifiersIn(value: Value, name = '', depth = 0): readonly string[] {
  if (typeof value === 'string')
    return identifierName.test(name) && value.length >= 3 ? [value] : [];
  if (typeof value !== 'object' || value === null || depth > 3) return [];
  const found = Array.isArray(value)
    ? value.flatMap((item: Value) => identifiersIn(item, '', depth + 1))
    : Object.entries(value).flatMap(([key, item]) => identifiersIn(item as Value, key, depth + 1));
  return [...new Set(found)].slice(0, referencesMax);
}
