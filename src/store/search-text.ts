/** Words of a query at most, and characters of one word. */
const wordsMax = 12;
const wordLengthMax = 64;

const eastAsian = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

/** One form for what people type differently: width, case, accents, vowel signs, Arabic letters' variants. */
export function foldForSearch(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\p{M}\p{Cf}ـ]/gu, '')
    .replace(/ى/gu, 'ي')
    .replace(/ة/gu, 'ه')
    .normalize('NFC');
}

/** The words under which a text is found. Scripts without spaces are split into signs; a run of them is then looked for in a row. */
export function indexText(text: string): string {
  return foldForSearch(text).replace(eastAsian, ' $& ');
}

export interface TextQuery {
  /** For FTS5; made of letters and digits in quotes only, so that nothing typed is read as syntax. */
  readonly match: string;
  readonly words: readonly string[];
}

/** All words must be in the message; the last may be only begun. Undefined when there is no word in it. */
export function textQuery(text: string): TextQuery | undefined {
  const words = (foldForSearch(text).match(/[\p{L}\p{N}]+/gu) ?? [])
    .slice(0, wordsMax)
    .map((word) => word.slice(0, wordLengthMax));
  const last = words.at(-1);
  if (last === undefined) return undefined;
  const phrases = words.map((word) => `"${word.replace(eastAsian, ' $& ').trim()}"`);
  // A single letter begins far too much.
  const prefix = last.length >= 2 && last.search(eastAsian) < 0 ? '*' : '';
  return { match: phrases.join(' AND ') + prefix, words };
}
