import type { DeskMoney } from './protocol.ts';
import { currentLanguage, primary } from './words.ts';

const made = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat | Intl.DisplayNames>();

/** Making a formatter costs a hundred times what using it does. */
function once<T extends Intl.DateTimeFormat | Intl.NumberFormat | Intl.DisplayNames>(
  name: string,
  make: (language: string) => T,
): T {
  const language = currentLanguage();
  const key = `${language} ${name}`;
  const former = made.get(key);
  if (former) return former as T;
  const fresh = make(language);
  made.set(key, fresh);
  return fresh;
}

export function clockTime(atMs: number): string {
  return once(
    'time',
    (language) => new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }),
  ).format(atMs);
}

export function fullTime(atMs: number): string {
  return once(
    'full',
    (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }),
  ).format(atMs);
}

export function dayName(atMs: number): string {
  return once(
    'day',
    (language) =>
      new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' }),
  ).format(atMs);
}

/** Every zone's day begins at a whole quarter of an hour: within one, what was found out last still holds. */
const quarterMs = 15 * 60_000;
let lastDay = { quarter: Number.NaN, name: '' };

export function dayOf(atMs: number): string {
  const quarter = Math.floor(atMs / quarterMs);
  if (quarter !== lastDay.quarter) lastDay = { quarter, name: new Date(atMs).toDateString() };
  return lastDay.name;
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** The largest unit only: `4m`, `2h`, `3d`. */
export function shortSpan(spanMs: number): string {
  const span = Math.max(0, spanMs);
  const [unit, length] = units.find(([, size]) => span >= size) ?? units[3];
  return once(
    `span ${unit}`,
    (language) => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'narrow' }),
  ).format(Math.floor(span / length));
}

/** `4:05`: what is left, to the second. */
export function countdown(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** The time today, otherwise the day with it. */
export function shortWhen(atMs: number, nowMs: number): string {
  if (dayOf(atMs) === dayOf(nowMs)) return clockTime(atMs);
  return once(
    'when',
    (language) =>
      new Intl.DateTimeFormat(language, {
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
      }),
  ).format(atMs);
}

/**
 * As the bot writes it to the customer. Exact: the amount stays text until `Intl` writes it, with as many digits as it has
 * (of some currencies `Intl` would show fewer than move). Among Arabic words it is kept together as one piece, which runs
 * from the left: Intl's own marks would part the currency's letters from its sign.
 */
export function moneyText({ amount, currency }: DeskMoney): string {
  const digits = amount.split('.')[1]?.length ?? 0;
  const fraction = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const text = once(
    `money ${currency} ${digits}`,
    (language) => new Intl.NumberFormat(language, { style: 'currency', currency, ...fraction }),
  ).format(amount as Intl.StringNumericLiteral);
  return primary(currentLanguage()) === 'ar'
    ? `\u2066${text.replaceAll(/[\u200e\u200f\u061c]/g, '')}\u2069`
    : text;
}

/** `1.4 MB` */
export function sizeText(bytes: number): string {
  const [unit, size] =
    bytes < 1_000_000
      ? (['kilobyte', bytes / 1000] as const)
      : (['megabyte', bytes / 1e6] as const);
  return once(
    `size ${unit}`,
    (language) =>
      new Intl.NumberFormat(language, {
        style: 'unit',
        unit,
        unitDisplay: 'short',
        maximumSignificantDigits: 2,
      }),
  ).format(Math.max(0.1, size));
}

export function languageName(tag: string): string {
  try {
    return (
      once('language', (language) => new Intl.DisplayNames(language, { type: 'language' })).of(
        tag,
      ) ?? tag
    );
  } catch {
    return tag;
  }
}

/** First letter of a name, whole even where one letter is several code points. */
export function initialOf(name: string): string {
  const letter = /[\p{L}\p{N}]\p{M}*/u.exec(name);
  return (letter?.[0] ?? '·').toUpperCase();
}

/** `zh-CN` → `ZH`: enough to tell rows apart; the full name is beside it as a title. */
export function languageTag(tag: string): string {
  return (tag.split('-')[0] ?? tag).toUpperCase();
}
