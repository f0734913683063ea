import { api, asApiError } from './api.ts';
import type { ApiError } from './api.ts';
import { refreshLists } from './lists.ts';
import type { DeskCommand } from './protocol.ts';
import { toast } from './ui.ts';
import { currentWords as words } from './words.ts';

/** What an error says to the agent; losing a race is told by name. */
export function errorText({ code, by }: ApiError): string {
  if (code === 'already_taken') return words('told.taken', { name: by ?? '' });
  if (code === 'not_owner') {
    return by === undefined ? words('told.notOwned') : words('told.notOwner', { name: by });
  }
  const key = `error.${code}`;
  const text = words(key);
  return text === key ? words('error.other', { code }) : text;
}

/** Runs it and tells the agent how it went. True when it is done. */
export async function command(
  conv: string,
  asked: Exclude<DeskCommand, { type: 'say' | 'note' }>,
): Promise<boolean> {
  try {
    await api.command(conv, asked);
  } catch (error) {
    toast('bad', errorText(asApiError(error)));
    return false;
  }
  refreshLists();
  if (asked.type === 'return_to_bot') toast('plain', words('told.returned'));
  if (asked.type === 'close') toast('plain', words('told.closed'));
  return true;
}
