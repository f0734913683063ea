import type { PastRow, SearchHit } from './desk-ports.ts';
import { foldForSearch } from './search-text.ts';

/** Words of a name that it can be found from, and the letters of one. */
const wordsMax = 6;
const lengthMax = 80;
/** Shorter than this begins too many names; a Chinese one is two signs as a whole. */
const lengthMin = 3;
const lengthMinEastAsian = 2;
const eastAsian = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** Customers of one name, and conversations of theirs, that one search leads to. */
export const namesakesMax = 200;

/** The name as it is shown: of a wallet that has no bound for names, only so much is kept. */
export function shownName(name: string): string {
  return name.replace(/\s+/g, ' ').trim().slice(0, lengthMax).trimEnd();
}

export interface NameRow {
  readonly customerId: string;
  readonly name: string;
}

export function namesById(rows: readonly NameRow[]): ReadonlyMap<string, string> {
  return new Map(rows.map(({ customerId, name }) => [customerId, name]));
}

/** What a customer is found under: the name from each of its words on. */
export function nameKeys(name: string): readonly string[] {
  const words = plainName(name)
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, wordsMax);
  return words.map((_, from) => words.slice(from).join(' '));
}

/** What a name in the index must begin with; undefined when too many would, or when it is none. */
export function nameQuery(text: string): string | undefined {
  const asked = plainName(text);
  const min = eastAsian.test(asked) ? lengthMinEastAsian : lengthMin;
  // Identifiers have digits; names of people have none.
  return asked.length < min || /\p{N}/u.test(asked) ? undefined : asked;
}

function plainName(text: string): string {
  return foldForSearch(text)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, lengthMax)
    .trimEnd();
}

/** The name itself is not told: who has not got the conversation sees a customer's initials only. */
export function withNamesakes(
  hits: readonly SearchHit[],
  namesakes: readonly { readonly row: PastRow; readonly atMs: number }[],
): readonly SearchHit[] {
  const all = new Map(hits.map((hit) => [hit.row.conversationId, hit]));
  for (const { row, atMs } of namesakes) {
    if (all.has(row.conversationId)) continue;
    const text = row.customerId ?? '';
    all.set(row.conversationId, { row, found: 'customer', pos: null, atMs, text, words: [] });
  }
  return [...all.values()];
}
