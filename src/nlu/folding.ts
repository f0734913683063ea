import traditionalToSimplified from 'opencc-js/dict/TSCharacters';

/**
 * One form for what readers take for one: traditional and simplified characters, Arabic letters that keyboards and
 * habits interchange, letters of another alphabet that look the same.
 */

/** Traditional characters of the basic plane, each with its simplified one; the few whose twin lies beyond it stay. */
const simplified: ReadonlyMap<string, string> = new Map(
  traditionalToSimplified
    .split('|')
    .map((pair): [string, string] => {
      const [traditional = '', simple = ''] = pair.split(' ');
      return [traditional, simple];
    })
    .filter(([traditional, simple]) => traditional.length === 1 && simple.length === 1)
    // OpenCC leaves these to its phrase tables; in talk about money each has one meaning.
    .concat([
      ['妳', '你'],
      ['帳', '账'],
      ['著', '着'],
      ['麽', '么'],
      ['喺', '在'],
      ['咗', '了'],
      ['嘅', '的'],
      ['冇', '没'],
    ]),
);

const han = /[\u3400-\u9fff]/;
const hanLetter = /[\u3400-\u9fff]/g;

export function foldHan(text: string): string {
  return han.test(text)
    ? text.replace(hanLetter, (letter) => simplified.get(letter) ?? letter)
    : text;
}

/** The simplified twin of one code unit, or itself: for text whose offsets must stay. */
export function simplifiedCode(code: number): number {
  if (code < 0x3400 || code > 0x9fff) return code;
  return simplified.get(String.fromCharCode(code))?.charCodeAt(0) ?? code;
}

/** Vowel signs, doubling, dagger alif, Quranic marks and the stretching bar: written or not as one likes. */
const arabicMarks = /[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]/g;
const arabicVariants: { readonly [letter: string]: string } = {
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ٱ: 'ا',
  ى: 'ي',
  ئ: 'ي',
  ی: 'ي',
  ې: 'ي',
  ؤ: 'و',
  ة: 'ه',
  ۀ: 'ه',
  ہ: 'ه',
  ھ: 'ه',
  ک: 'ك',
  ڪ: 'ك',
  ڤ: 'ف',
  پ: 'ب',
  چ: 'ج',
  گ: 'ك',
};
const arabicVariant = new RegExp(`[${Object.keys(arabicVariants).join('')}]`, 'g');

export function foldArabic(text: string): string {
  if (!/[\u0600-\u06ff]/.test(text)) return text;
  return text
    .replace(arabicMarks, '')
    .replace(arabicVariant, (letter) => arabicVariants[letter] ?? letter)
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15));
}

/** Latin letters and the Cyrillic, Greek and phonetic ones that pass for them, lower case. */
const twins: { readonly [plain: string]: string } = {
  a: 'аαɑ',
  b: 'вьβ',
  c: 'сϲ',
  d: 'ԁ',
  e: 'еёε',
  g: 'ɡ',
  h: 'һн',
  i: 'іїιı',
  j: 'јϳ',
  k: 'кκ',
  l: 'ӏ',
  m: 'м',
  n: 'пηո',
  o: 'оοσ',
  p: 'рρ',
  q: 'ԛ',
  r: 'г',
  s: 'ѕ',
  t: 'тτ',
  u: 'цυ',
  v: 'νѵ',
  w: 'ԝωш',
  x: 'хχ',
  y: 'уγү',
};
const lookAlikes: ReadonlyMap<string, string> = new Map(
  Object.entries(twins).flatMap(([plain, odd]) =>
    Array.from(odd, (letter): [string, string] => [letter, plain]),
  ),
);
const oddLetter = /[\u0370-\u052f\u0131\u0251\u0261]/;
const wordWithOddLetter = /[\p{L}\p{M}]*[\u0370-\u052f\u0131\u0251\u0261][\p{L}\p{M}]*/gu;

/** `раyment` with a Cyrillic а: only in words that are Latin besides and only where every odd letter has a twin. */
export function foldLookAlikes(text: string): string {
  if (!oddLetter.test(text)) return text;
  return text.replace(wordWithOddLetter, (word) => {
    if (!/[a-z]/.test(word)) return word;
    const letters = Array.from(word, (letter) =>
      oddLetter.test(letter) ? lookAlikes.get(letter) : letter,
    );
    return letters.includes(undefined) ? word : letters.join('');
  });
}

const disguises: { readonly [sign: string]: string } = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '@': 'a',
  $: 's',
};
/** A digit or sign for a letter, between two letters each side at most: `p@ssword`, `refund` with a nought; `2fa` stays. */
const disguised = /(?<=[a-z])[01345@$](?=[a-z]{2})/g;

export function foldDisguises(text: string): string {
  return text.replace(disguised, (sign) => disguises[sign] ?? sign);
}

/** Latin letters without their accents: the second view of a word, beside the word as written. */
export function withoutAccents(word: string): string {
  return /[\u00c0-\u024f\u1e00-\u1eff]/.test(word)
    ? word.normalize('NFD').replace(/[\u0300-\u036f]/g, '')
    : word;
}
