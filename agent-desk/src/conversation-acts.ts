import { navigate } from 'wouter/use-browser-location';
import { command } from './commands.ts';
import { setDraft } from './drafts.ts';
import type { Mode } from './drafts.ts';
import { focusComposer, focusList, wishFocus } from './focus.ts';
import type { DeskAgent, DeskCommand, DeskHead, DeskOffered } from './protocol.ts';
import { sawUntil, serviceNowMs, setCursor, useUi } from './ui.ts';
import type { ListName } from './ui.ts';

function pathOf(list: ListName, conv?: string): string {
  return conv === undefined ? `/desk/${list}` : `/desk/${list}/${encodeURIComponent(conv)}`;
}

export function goTo(list: ListName, conv?: string): void {
  if (conv !== undefined) {
    setCursor(list, conv);
    sawUntil(conv, serviceNowMs());
  }
  navigate(pathOf(list, conv));
}

/** The desk's pages beside the lists. */
export function goToPage(page: 'floor' | 'settings'): void {
  navigate(`/desk/${page}`);
}

export function owns(head: DeskHead | null, agentId: string): boolean {
  return head?.owner === 'agent' && head.agentId === agentId && !head.closed;
}

/** Closed for the customer, and this agent still says what came of it. */
export function wrapsUp(head: DeskHead | null, agentId: string): boolean {
  return head?.state === 'wrap_up' && head.agentId === agentId;
}

export function supervises({ role }: DeskAgent): boolean {
  return role !== 'agent';
}

/** What can be accepted: nobody's, the bot's, or a closed one. */
export function isFree(head: DeskHead): boolean {
  return head.closed || head.owner !== 'agent';
}

export function accept(conv: string): Promise<void> {
  const offer = useUi.getState().offers.find((each) => each.conv === conv);
  return take(conv, { type: 'accept', ...(offer && { offerId: offer.offerId }) });
}

export function takeOver(conv: string): Promise<void> {
  return take(conv, { type: 'take_over' });
}

async function take(
  conv: string,
  asked: Extract<DeskCommand, { type: 'accept' | 'take_over' }>,
): Promise<void> {
  // Wished for at once: the field may be drawn, by the socket's news, before the request is answered.
  setDraft(conv, { mode: 'reply' });
  wishFocus(conv);
  dropOffers((offer) => offer.conv === conv);
  if (await command(conv, asked)) goTo('mine', conv);
  else wishFocus(null);
}

/** Answered: out of the way at once; the service's next word on offers is what holds. */
function dropOffers(answered: (offer: DeskOffered) => boolean): void {
  useUi.setState(({ offers }) => ({ offers: offers.filter((offer) => !answered(offer)) }));
}

export async function decline({ conv, offerId }: DeskOffered): Promise<void> {
  dropOffers((offer) => offer.offerId === offerId);
  await command(conv, { type: 'decline', offerId });
}

/** Does what takes the conversation off this agent's hands, and goes back to the list. */
export async function letGo(
  list: ListName,
  conv: string,
  asked: Extract<
    DeskCommand,
    { type: 'return_to_bot' | 'close' | 'transfer' | 'snooze' | 'wrap_up' }
  >,
): Promise<boolean> {
  if (!(await command(conv, asked))) return false;
  goTo(list);
  focusList();
  return true;
}

export function write(conv: string, mode: Mode): void {
  focusComposer(conv);
  setDraft(conv, { mode });
}
