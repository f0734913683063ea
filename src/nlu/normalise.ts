import { foldArabic, foldDisguises, foldHan, foldLookAlikes } from './folding.ts';

/**
 * Text as the features see it: one width, one case, one form of each letter, no invisible characters, contractions
 * opened, stretched letters shortened. Accents stay: features look at words with and without them. Offsets are lost on
 * purpose; entities are read from the text as typed.
 */
export function normalise(text: string): string {
  const plain = foldWidth(text).toLowerCase().replace(apostrophes, "'");
  const folded = beyondLatin.test(plain) ? foldLetters(plain) : plain;
  return openContractions(foldDisguises(folded))
    .replace(stretched, '$1$1')
    .replace(blanks, ' ')
    .trim();
}

const beyondLatin = /[\u0131\u0250-\uffff]/;

function foldLetters(text: string): string {
  return foldHan(foldArabic(foldLookAlikes(text)));
}

/** Compatibility forms to plain ones (`１２` → `12`, `ﬁ` → `fi`) and nothing that takes no space: those only hide words. */
function foldWidth(text: string): string {
  const visible = text.replace(invisible, '').normalize('NFKC').replace(invisible, '');
  return visible.replace(piledMarks, '$1').replace(looseMarks, '');
}

/** Marks piled on a letter for show, and those of Latin letters that no letter took in. */
const piledMarks = /(\p{M}{3})\p{M}+/gu;
const looseMarks = /[\u0300-\u036f]/g;

/** Soft hyphen, joiners, direction marks, fillers, variation selectors, tags: first and last code point of each block. */
const invisibleBlocks = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180e],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xe0000, 0xe0fff],
] as const;
const escaped = (codePoint: number): string => `\\u{${codePoint.toString(16)}}`;
const invisible = new RegExp(
  `[${invisibleBlocks.map(([first, last]) => `${escaped(first)}-${escaped(last)}`).join('')}]`,
  'gu',
);
const apostrophes = /[\u2018\u2019\u02bc\u0060\u00b4\uff07]/g;
const blanks = /\s+/g;
/** Three and more of one letter or mark say no more than two (`sooooo`, `退退退款`); digits are kept, they count. */
const stretched = /([\p{L}\p{P}\p{S}])\1{2,}/gu;

const irregular: { readonly [word: string]: string } = {
  "can't": 'can not',
  "won't": 'will not',
  "shan't": 'shall not',
  "let's": 'let us',
  "y'all": 'you all',
};
const irregularWords = /\b(?:can't|won't|shan't|let's|y'all)/g;
const negation = /n't\b/g;
const clitic = /'(m|re|ve|ll|d|s)\b/g;

function openContractions(text: string): string {
  if (!text.includes("'")) return text;
  return text
    .replace(irregularWords, (word) => irregular[word] ?? word)
    .replace(negation, ' not')
    .replace(clitic, ' $1');
}

/** Equal for texts that differ in punctuation, spaces, case or width only: the key of the exact-match shortcut. */
export function matchKey(normalised: string): string {
  return normalised.replace(betweenWords, ' ').replace(unspacedGap, '').trim();
}

const betweenWords = /[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}\ue000-\ue0ff]+/gu;
/** A space beside a character that needs none. */
const unspacedGap =
  /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]) | (?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])/gu;
