import type { ConversationEvent } from '../dialogue/index.ts';

/** What the bot has to answer; the rest is its own doing, the desk's, or told by itself. */
const inputs: ReadonlySet<ConversationEvent['type']> = new Set<ConversationEvent['type']>([
  'conversation.started',
  'message.received',
  'identity.bound',
  'identity.challenged',
  'identity.checked',
  'action.pended',
  'action.ended',
  'handoff.released',
]);

/** Whether a turn must follow: an event of this kind behind a conversation's `handledPos` makes it unhandled. */
export function isInput(event: ConversationEvent): boolean {
  return inputs.has(event.type);
}
