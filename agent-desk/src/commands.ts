import { api, asApiError } from './api.ts';
import { errorText } from './errors.ts';
import { refreshLists } from './lists.ts';
import { flushReplies } from './outbox.ts';
import type { DeskCommand } from './protocol.ts';
import { toast } from './ui.ts';
import { currentWords as words } from './words.ts';

export type Asked = Exclude<DeskCommand, { type: 'say' | 'note' }>;

/** What is told when it is done. */
const done: { readonly [type in Asked['type']]?: string } = {
  return_to_bot: 'told.returned',
  close: 'told.closed',
  transfer: 'told.transferred',
  snooze: 'told.snoozed',
  wake: 'told.woken',
  wrap_up: 'told.wrappedUp',
  reroute: 'told.rerouted',
  take_over: 'told.takenOver',
  decline: 'told.declined',
};

/** Runs it and tells the agent how it went. True when it is done. */
export async function command(conv: string, asked: Asked): Promise<boolean> {
  try {
    // A reply that could still be taken back comes before whatever is done after it.
    await flushReplies(conv);
    await api.command(conv, asked);
  } catch (error) {
    toast('bad', errorText(asApiError(error)));
    return false;
  }
  refreshLists();
  const told = done[asked.type];
  if (told !== undefined) toast('plain', words(told));
  return true;
}
