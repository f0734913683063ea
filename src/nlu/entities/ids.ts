import type { EntityType } from '../../core/index.ts';
import type { Found } from './found.ts';
import { anyOf, plainForm } from './lexicon.ts';

const types: { readonly [letter: string]: EntityType } = {
  p: 'transaction_id',
  r: 'refund_id',
  w: 'withdrawal_id',
  t: 'ticket_id',
};

/** Letter, day, number; with or without dashes, and with the spaces that people put where they pause. */
const pattern =
  /(?<![a-z\d])([prwt])[ -]{0,3}(20\d{2})[ -]{0,2}([01]\d)[ -]{0,2}([0-3]\d)[ -]{0,3}(\d{3,8}|\d{2} \d{2})(?!\d)/g;

/** Ids as the wallet writes them: `P20261103-4471`, `T-20261122-0007`; the value is that form whatever was typed. */
export function findIds(text: string): readonly Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(pattern)) {
    const [whole, letter = '', year = '', month = '', day = '', number = ''] = match;
    const type = types[letter];
    if (type === undefined) continue;
    const dash = letter === 't' ? '-' : '';
    const value = `${letter.toUpperCase()}${dash}${year}${month}${day}-${number.replace(' ', '')}`;
    found.push({ type, start: match.index, end: match.index + whole.length, value });
  }
  const taken = (one: Found): boolean =>
    found.some(({ start, end }) => one.start < end && start < one.end);
  return [...found, ...findSpelledIds(text).filter((one) => !taken(one))];
}

/** Names of the ten digits from nought, a line a language or custom. */
const digitNames = [
  'zero one two three four five six seven eight nine',
  'oh one two three four five six seven eight niner',
  'cero uno dos tres cuatro cinco seis siete ocho nueve',
  '零 一 二 三 四 五 六 七 八 九',
  '〇 幺 两 三 四 五 六 七 八 九',
  'صفر واحد اثنين ثلاثه اربعه خمسه سته سبعه ثمانيه تسعه',
  'صفر واحد اتنين تلاته اربعه خمسه سته سبعه تمانيه تسعه',
];
const dashNames = 'dash hyphen minus guion raya 横杠 横线 杠 减 شرطه داش'.split(' ');
const spoken: { readonly [word: string]: string } = Object.fromEntries([
  ...digitNames.flatMap((names) => names.split(' ').map((name, digit) => [name, String(digit)])),
  // As a digit in a row 幺 is one.
  ['幺', '1'],
  ...dashNames.map((name) => [name, '']),
]);
const spokenWord = anyOf(spoken);
/** Every part of an id may be said instead of typed; at most as many parts as an id has characters. */
const spelled = new RegExp(
  `(?<![a-z\\d])([prwt])((?:[ ,-]{0,3}(?:\\d{1,8}|${spokenWord}))(?:[ ,-]{0,3}(?:\\d{1,8}|${spokenWord})){1,24})(?!\\d)`,
  'gu',
);

/** `P 2026 1103 dash 4471`, `P二零二六一一零三杠四四七一`. */
function findSpelledIds(text: string): readonly Found[] {
  const found: Found[] = [];
  for (const match of plainForm(text).matchAll(spelled)) {
    const [whole, letter = '', said = ''] = match;
    const digits = said.replace(spokenToken, (word) => spoken[word] ?? '').replace(/\D/g, '');
    const id = /^(20\d{2}[01]\d[0-3]\d)(\d{3,8})$/.exec(digits);
    const type = types[letter];
    if (!id || type === undefined) continue;
    const value = `${letter.toUpperCase()}${letter === 't' ? '-' : ''}${id[1] ?? ''}-${id[2] ?? ''}`;
    found.push({ type, start: match.index, end: match.index + whole.length, value });
  }
  return found;
}
const spokenToken = new RegExp(spokenWord, 'gu');
