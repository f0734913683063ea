import { navigate } from 'wouter/use-browser-location';
import { command } from './commands.ts';
import { focusComposer, wishFocus } from './composer.tsx';
import { setDraft } from './drafts.ts';
import type { Mode } from './drafts.ts';
import type { DeskHead, DeskListName } from './protocol.ts';
import { sawUntil, setCursor, useUi } from './ui.ts';

function pathOf(list: DeskListName, conv?: string): string {
  return conv === undefined ? `/desk/${list}` : `/desk/${list}/${encodeURIComponent(conv)}`;
}

export function goTo(list: DeskListName, conv?: string): void {
  if (conv !== undefined) {
    setCursor(list, conv);
    sawUntil(conv, Date.now() + useUi.getState().aheadMs);
  }
  navigate(pathOf(list, conv));
}

/** Moves the keyboard to the list, so that focus is never lost on the page's body. */
export function focusList(): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>('#rows')?.focus();
  });
}

export function owns(head: DeskHead | null, agentId: string): boolean {
  return head?.owner === 'agent' && head.agentId === agentId && !head.closed;
}

export async function accept(conv: string): Promise<void> {
  // Wished for at once: the field may be drawn, by the socket's news, before the request is answered.
  setDraft(conv, { mode: 'reply' });
  wishFocus(conv);
  if (await command(conv, { type: 'accept' })) goTo('mine', conv);
  else wishFocus(null);
}

export async function returnToBot(list: DeskListName, conv: string): Promise<void> {
  if (!(await command(conv, { type: 'return_to_bot' }))) return;
  goTo(list);
  focusList();
}

export async function close(list: DeskListName, conv: string, disposition: string): Promise<void> {
  if (!(await command(conv, { type: 'close', disposition }))) return;
  goTo(list);
  focusList();
}

export function write(conv: string, mode: Mode): void {
  focusComposer(conv);
  setDraft(conv, { mode });
}

export function openDialog(dialog: 'keys' | 'close' | 'none'): void {
  useUi.setState({ dialog });
}
