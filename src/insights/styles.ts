import type { Judged } from './judged.ts';

export const styles = ['short', 'long', 'figures'] as const;

/** `short`: at most 3 words; `long`: at least 15; `figures`: with an id of the wallet's or an amount. */
export type Style = (typeof styles)[number];

const shortWordsMax = 3;
const longWordsMin = 15;

/** Tells the styles of judged lines; words are counted by the rules of the line's language, Chinese ones too. */
export function createStyler(): (one: Judged) => readonly Style[] {
  const segmenters = new Map<string, Intl.Segmenter>();
  return ({ language, text, holdsFigures }) => {
    const segmenter =
      segmenters.get(language) ?? new Intl.Segmenter(language, { granularity: 'word' });
    segmenters.set(language, segmenter);
    let words = 0;
    for (const { isWordLike } of segmenter.segment(text)) if (isWordLike === true) words++;
    const found: Style[] = [];
    if (words <= shortWordsMax) found.push('short');
    if (words >= longWordsMin) found.push('long');
    if (holdsFigures) found.push('figures');
    return found;
  };
}
