import { indexText } from '../search-text.ts';

/** Positions that a tsvector has, and how often it keeps one word's. */
const positionsMax = 16_383;
const perWordMax = 256;
/** As a query's words are cut. */
const wordLengthMax = 64;

function split(text: string): readonly string[] {
  return (indexText(text).match(/[\p{L}\p{N}]+/gu) ?? []).map((word) =>
    word.slice(0, wordLengthMax),
  );
}

/** The words of a text with their places, in the form of a tsvector; letters and digits only, so nothing in it is syntax. */
export function vectorOf(text: string): string {
  const places = new Map<string, number[]>();
  split(text)
    .slice(0, positionsMax)
    .forEach((word, index) => {
      const at = places.get(word) ?? [];
      if (at.length < perWordMax) at.push(index + 1);
      places.set(word, at);
    });
  return [...places].map(([word, at]) => `'${word}':${at.join(',')}`).join(' ');
}

/** The tsquery of words that were folded already: all of them, the signs of one in a row, the last perhaps only begun. */
export function queryOf(words: readonly string[]): string {
  const phrases = words.map((word) => {
    const signs = split(word).map((sign) => `'${sign}'`);
    return signs.length > 1 ? `(${signs.join(' <-> ')})` : (signs[0] ?? '');
  });
  const last = words.at(-1) ?? '';
  // A single letter begins far too much; a sign of a script without spaces is a word by itself.
  const isBegun = last.length >= 2 && split(last).length === 1 && split(last)[0] === last;
  const isSign = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(
    last,
  );
  return phrases.filter((phrase) => phrase !== '').join(' & ') + (isBegun && !isSign ? ':*' : '');
}
