const digitValues: { readonly [character: string]: number } = {
  零: 0,
  〇: 0,
  一: 1,
  壹: 1,
  二: 2,
  贰: 2,
  两: 2,
  俩: 2,
  兩: 2,
  三: 3,
  叁: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
};
const unitValues: { readonly [character: string]: number } = {
  十: 10,
  拾: 10,
  百: 100,
  佰: 100,
  千: 1000,
  仟: 1000,
  万: 10_000,
  萬: 10_000,
  亿: 100_000_000,
};

/** A run that may be a Chinese number; bounded, since the longest number of money has fewer characters. */
export const chineseNumeral = '[零〇一壹二贰两俩兩三叁四五六七八九十拾百佰千仟万萬亿半点]{1,20}';

/**
 * `三百五十` → 350, `三百五` → 350, `两万三` → 23000, `一点五万` → 15000, `二零二六` → 2026, `半` → 0.5.
 * Undefined for what is no number.
 */
export function parseChineseNumeral(text: string): number | undefined {
  if (text === '半') return 0.5;
  if (/^[零〇一二三四五六七八九]{2,}$/.test(text)) {
    return Number(Array.from(text, (character) => digitValues[character] ?? 0).join(''));
  }
  const [whole = '', fraction, ...rest] = text.split('点');
  if (rest.length > 0) return undefined;
  if (fraction === undefined) return parseChineseWhole(whole);
  return parseChineseDecimal(whole, fraction);
}

function parseChineseDecimal(whole: string, fraction: string): number | undefined {
  const scale = unitValues[fraction.at(-1) ?? ''] ?? 1;
  const digits = scale > 1 ? fraction.slice(0, -1) : fraction;
  const before = parseChineseWhole(whole);
  if (before === undefined || !/^[零〇一二三四五六七八九]{1,4}$/.test(digits)) return undefined;
  const after = Array.from(digits, (character) => digitValues[character] ?? 0).join('');
  return roundTo(Number(`${before}.${after}`) * scale);
}

function parseChineseWhole(text: string): number | undefined {
  let total = 0;
  let section = 0;
  let digit: number | undefined;
  let lastUnit = 0;
  let sawZero = false;
  for (const character of text) {
    const value = digitValues[character];
    if (value !== undefined) {
      if (digit !== undefined && digit !== 0) return undefined;
      digit = value;
      sawZero = value === 0;
      continue;
    }
    const unit = unitValues[character];
    if (unit === undefined) return undefined;
    if (unit >= 10_000) {
      total = (total + section + (digit ?? 0)) * unit;
      section = 0;
    } else {
      section += (digit ?? 1) * unit;
    }
    digit = undefined;
    lastUnit = unit;
  }
  if (digit === undefined) return text === '' ? undefined : total + section;
  // 三百五 is 350 and 两万三 23000: a last digit without its unit counts in the next lower one; 三百零五 is 305.
  const scale = lastUnit > 10 && !sawZero && !/零|〇/.test(text.slice(-2)) ? lastUnit / 10 : 1;
  return total + section + digit * scale;
}

const smallWords: { readonly [word: string]: number } = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};
const largeWords: { readonly [word: string]: number } = {
  hundred: 100,
  thousand: 1000,
  grand: 1000,
  million: 1_000_000,
};

/** One English number word and what may stand between two of them. */
export const englishNumeral = `(?:${[...Object.keys(smallWords), ...Object.keys(largeWords)].sort((a, b) => b.length - a.length).join('|')})`;

/** `two hundred and fifty` → 250, `a hundred` → 100. Undefined for what is no number. */
export function parseEnglishNumeral(text: string): number | undefined {
  let total = 0;
  let group = 0;
  for (const word of text.split(/[\s-]+/)) {
    const small = smallWords[word];
    const large = largeWords[word];
    if (small !== undefined) group += small;
    else if (large === 100) group = Math.max(group, 1) * 100;
    else if (large !== undefined) {
      total += Math.max(group, 1) * large;
      group = 0;
    } else if (word !== 'and') return undefined;
  }
  return total + group;
}

/** Digits with grouping or a decimal sign of either custom: at most 15 digits before the sign and 4 behind. */
export const westernNumeral =
  "\\d{1,3}(?: \\d{3}){1,3}(?! ?\\d)(?:[.,]\\d{1,2})?|\\d{1,3}(?:[,.']\\d{3}){1,4}(?:[.,]\\d{1,2})?|\\d{1,15}(?:[.,]\\d{1,4})?";

/**
 * `1,234.56`, `1.234,56`, `12,50` → plain decimal text. A single sign before exactly three digits groups
 * (`1,234`; `1.234` too, since no wallet amount has three decimals by custom), otherwise it is the decimal sign.
 */
export function plainDecimal(numeral: string): string {
  const compact = numeral.replace(/[' ]/g, '');
  const last = Math.max(compact.lastIndexOf('.'), compact.lastIndexOf(','));
  if (last < 0) return compact;
  const signs = compact.replace(/\d/g, '');
  const mixed = signs.includes('.') && signs.includes(',');
  const groups = !mixed && (signs.length > 1 || compact.length - last - 1 === 3);
  if (groups) return compact.replace(/[.,]/g, '');
  return `${compact.slice(0, last).replace(/[.,]/g, '')}.${compact.slice(last + 1)}`;
}

export function roundTo(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
