import type { ApiError } from './api.ts';
import { currentWords as words } from './words.ts';

/** What an error says to the agent; losing a race is told by name. */
export function errorText({ code, by, reason }: ApiError): string {
  if (code === 'already_taken') return words('told.taken', { name: by ?? '' });
  if (code === 'not_owner') {
    return by === undefined ? words('told.notOwned') : words('told.notOwner', { name: by });
  }
  if (code === 'words_refused') return refusedWords(reason);
  const key = `error.${code}`;
  const text = words(key);
  return text === key ? words('error.other', { code }) : text;
}

/** What staff must never ask for. */
const secrets: ReadonlySet<string> = new Set([
  'password',
  'code',
  'pin',
  'seed',
  'card_number',
  'cvv',
]);

function refusedWords(reason: string | undefined): string {
  return words(`refused.${reason !== undefined && secrets.has(reason) ? reason : 'any'}`);
}
