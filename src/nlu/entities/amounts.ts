import { currencyDigits, type Money } from '../../core/index.ts';
import { currencyCodes, currencyPrefixes, currencySuffixes, multipliers } from './currencies.ts';
import type { Found } from './found.ts';
import { anyOf, arabicLexicon, parseNumberWords, plainForm, spanishLexicon } from './lexicon.ts';
import {
  chineseNumeral,
  englishNumeral,
  parseChineseNumeral,
  parseEnglishNumeral,
  plainDecimal,
  roundTo,
  westernNumeral,
} from './numerals.ts';

const escape = (text: string): string => text.replace(/[$.*+?^()[\]{}|\\]/g, '\\$&');
const longestFirst = (words: readonly string[]): string =>
  [...words]
    .sort((a, b) => b.length - a.length)
    .map(escape)
    .join('|');

/** Codes that are also English words count only behind a number. */
const prefixCodes = currencyCodes.filter((code) => code !== 'try' && code !== 'all');
const prefix = `(?<![a-z])(?:${longestFirst([...currencyPrefixes.map(([sign]) => sign), ...prefixCodes])})`;
const suffix = `(?:${longestFirst(currencySuffixes.map(([word]) => word))}|${currencyCodes.join('|')})(?![a-z])`;
const multiplier = `(?:${longestFirst(Object.keys(multipliers))})(?![a-z])`;
const gap = ' {0,2}';

/** Number in digits with whatever says that it is money around it; nothing repeats without a bound. */
const inDigits = new RegExp(
  `(?<prefix>${prefix})?${gap}(?<![\\d.,])(?<number>${westernNumeral})(?![\\d])(?:${gap}(?<times>${multiplier}))?(?:${gap}(?<suffix>${suffix})(?<tail>\\d{1,2}(?!\\d))?)?`,
  'gu',
);
const inChinese = new RegExp(
  `(?<number>${chineseNumeral})(?:[多来几])?(?:${gap}(?<suffix>${suffix})(?<tail>[一二三四五六七八九半](?=$|[\\s,.!?;，。！？；的]))?)?`,
  'gu',
);
const inEnglish = new RegExp(
  `(?<![a-z])(?<number>${englishNumeral}(?:(?: and |[ -])${englishNumeral}){0,7})(?![a-z])(?: (?<suffix>${suffix}))`,
  'gu',
);

/** Number words of a language and its currency behind them, as in `doscientos euros`. */
const inWords = [spanishLexicon, arabicLexicon].map((lexicon) => {
  const word = `(?:${lexicon.and})?${anyOf({ ...lexicon.numbers, ...lexicon.multipliers })}`;
  return {
    lexicon,
    pattern: new RegExp(
      `(?<![\\p{L}])(?<number>${word}(?: ${word}){0,7}) (?:de )?(?<suffix>${plainForm(suffix)})(?!\\p{L})`,
      'gu',
    ),
  };
});
const plainSuffixes = new Map(
  currencySuffixes.map(([word, currency]) => [plainForm(word), currency]),
);

const moneyWord = new RegExp(
  plainForm(longestFirst(currencySuffixes.map(([word]) => word).filter((word) => word.length > 3))),
);

/** Whether a text without digits may hold an amount in words. */
export function hasMoneyWord(text: string): boolean {
  return moneyWord.test(plainForm(text));
}

const prefixCurrency = new Map(currencyPrefixes);
const suffixCurrency = new Map(
  currencySuffixes.map(([word, currency, worth]) => [word, { currency, worth }]),
);

/** Money in the shadow of a text: with a currency where one is said, `''` where only the form says money (`2k`, `三百五`, `12.50`). */
export function findAmounts(text: string): readonly Found[] {
  const found: Found[] = [];
  if (/\d/.test(text)) for (const match of text.matchAll(inDigits)) add(found, match, readDigits);
  if (/[零〇一二两兩三四五六七八九十百千万半]/.test(text)) {
    for (const match of text.matchAll(inChinese)) add(found, match, readChinese);
  }
  if (/[a-z]/.test(text))
    for (const match of text.matchAll(inEnglish)) add(found, match, readEnglish);
  if (hasMoneyWord(text)) addInWords(found, plainForm(text));
  return found;
}

function addInWords(found: Found[], text: string): void {
  for (const { lexicon, pattern } of inWords) {
    for (const match of text.matchAll(pattern)) {
      add(found, match, ({ number = '', suffix: word = '' }) => {
        const decimal = parseNumberWords(number, lexicon);
        const currency = plainSuffixes.get(word);
        return decimal === undefined || currency === undefined ? undefined : { decimal, currency };
      });
    }
  }
}

type Groups = { readonly [name: string]: string | undefined };
type Reading = { readonly decimal: number | string; readonly currency: string } | undefined;

function add(found: Found[], match: RegExpExecArray, read: (groups: Groups) => Reading): void {
  const reading = read(match.groups ?? {});
  const value = reading && moneyOf(reading.decimal, reading.currency);
  if (!value) return;
  const blanks = /^ */.exec(match[0])?.[0].length ?? 0;
  const start = match.index + blanks;
  found.push({ type: 'amount', start, end: match.index + match[0].length, value });
}

function readDigits(groups: Groups): Reading {
  const { prefix, number = '', times, suffix, tail } = groups;
  const currency = currencyOf(prefix, suffix);
  const looksLikeMoney = times !== undefined || /^\d{1,7}[.,]\d{2}$/.test(number);
  if (currency === undefined && !looksLikeMoney) return undefined;
  if (currency === undefined && times !== undefined && !bareTimes.test(times)) return undefined;
  const worth = suffixCurrency.get(suffix ?? '')?.worth ?? 1;
  const factor = (multipliers[times ?? ''] ?? 1) * worth;
  const plain = plainDecimal(number);
  const decimal = factor === 1 ? plain : roundTo(Number(plain) * factor);
  // 3块5 is 3.50.
  const withTail = tail !== undefined && suffix?.startsWith('块') ? `${plain}.${tail}` : decimal;
  return { decimal: withTail, currency: currency ?? '' };
}

/** Multipliers that stand for money by themselves; `5 m` and `3 million` may be metres or views. */
const bareTimes = /^(?:k|w|万|千|百|grand)$/;

function readChinese(groups: Groups): Reading {
  const { number = '', suffix, tail } = groups;
  const value = parseChineseNumeral(number);
  if (value === undefined || value === 0) return undefined;
  const known = suffixCurrency.get(suffix ?? '');
  const currency = currencyOf(undefined, suffix);
  if (currency === undefined && !(value >= 100 && /[百千万亿]/.test(number) && number.length > 1)) {
    return undefined;
  }
  const fraction =
    tail === undefined ? 0 : tail === '半' ? 0.5 : (parseChineseNumeral(tail) ?? 0) / 10;
  return { decimal: roundTo(value * (known?.worth ?? 1) + fraction), currency: currency ?? '' };
}

function readEnglish(groups: Groups): Reading {
  const value = parseEnglishNumeral(groups['number'] ?? '');
  const known = suffixCurrency.get(groups['suffix'] ?? '');
  const currency = currencyOf(undefined, groups['suffix']);
  if (value === undefined || currency === undefined) return undefined;
  return { decimal: roundTo(value * (known?.worth ?? 1)), currency };
}

function currencyOf(prefix: string | undefined, suffix: string | undefined): string | undefined {
  if (suffix !== undefined) return suffixCurrency.get(suffix)?.currency ?? suffix.toUpperCase();
  if (prefix !== undefined) return prefixCurrency.get(prefix) ?? prefix.toUpperCase();
  return undefined;
}

/** Undefined when the number has more decimals than the currency; two decimals are assumed when none is said. */
function moneyOf(decimal: number | string, currency: string): Money | undefined {
  const match = /^(\d{1,15})(?:\.(\d+))?$/.exec(String(decimal));
  if (!match) return undefined;
  const digits = currencyDigits(currency);
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > digits) return undefined;
  return { minor: BigInt((match[1] ?? '0') + fraction.padEnd(digits, '0')), currency };
}
