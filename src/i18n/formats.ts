import { currencyDigits, moneyDecimal } from '../core/index.ts';
import type { Money } from '../core/index.ts';
import { isRtl } from './languages.ts';

/** Numbers, money and times as one language writes them, moments in one time zone. */
export interface Formats {
  number(value: number | bigint): string;
  /** Exact for any size: the decimal text of the amount, never a float, reaches Intl. */
  money(value: Money): string;
  date(atMs: number): string;
  dateTime(atMs: number): string;
  /** `9`, `18:30` → as a clock shows it; the text as it is when it is no time of day. */
  timeOfDay(hhmm: string): string;
  /** ISO weekday, 1 is Monday. */
  weekday(day: number): string;
  /** Words in a sentence: "AUD, CAD, and CNY". */
  list(items: readonly string[]): string;
  /** Spans of days and hours, each of several words: a comma parts them where the language allows it. */
  spans(items: readonly string[]): string;
  hours(count: number): string;
  /** "3–10 minutes"; "5 minutes" when both are the same. */
  minutes(from: number, to: number): string;
  /** The operator's time zone, in which hours of work are told, as people call it: "China Standard Time". */
  readonly zone: string;
}

/** Shown where there is nothing to show. */
export const nothing = '—';
/** The largest and smallest times that ECMAScript can name. */
const timeMax = 8.64e15;

/** `timeZone` is the operator's; moments are shown in `shownZone`. */
export function createFormats(language: string, timeZone: string, shownZone = timeZone): Formats {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
  const date = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeZone: shownZone,
  });
  const dateTime = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: shownZone,
  });
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone: 'UTC' });
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });
  const list = new Intl.ListFormat(language, { type: 'conjunction', style: 'long' });
  // Not `unit`: it puts nothing at all between the parts in Chinese.
  const spans = new Intl.ListFormat(language, { type: 'conjunction', style: 'narrow' });
  const hours = new Intl.NumberFormat(language, {
    style: 'unit',
    unit: 'hour',
    unitDisplay: 'long',
  });
  const minutes = new Intl.NumberFormat(language, {
    style: 'unit',
    unit: 'minute',
    unitDisplay: 'long',
  });
  const rtl = isRtl(language);
  const money = createMoneyFormat(language);
  return {
    number: (value) => number.format(value),
    money: (value) => (rtl ? ltrIsolated(money(value)) : money(value)),
    date: (atMs) => (isTime(atMs) ? date.format(atMs) : nothing),
    dateTime: (atMs) => (isTime(atMs) ? dateTime.format(atMs) : nothing),
    timeOfDay: (hhmm) => {
      const match = /^(\d{1,2}):(\d{2})$/.exec(hhmm);
      return match ? clock.format(Date.UTC(2000, 0, 1, Number(match[1]), Number(match[2]))) : hhmm;
    },
    // The third of January 2000 was a Monday.
    weekday: (day) => weekday.format(Date.UTC(2000, 0, 2 + day)),
    list: (items) => list.format(items),
    spans: (items) => spans.format(items),
    hours: (count) => hours.format(count),
    minutes: (from, to) => (from === to ? minutes.format(to) : minutes.formatRange(from, to)),
    zone: zoneName(language, timeZone),
  };
}

/**
 * Among Arabic words the sign of "36.00 CN¥" would part from its letters and go to the amount's other side; Intl's
 * own marks keep only the number whole.
 */
function ltrIsolated(text: string): string {
  return `\u2066${text.replaceAll(/[\u200e\u200f\u061c]/g, '')}\u2069`;
}

/** The generic name, without summer or winter; the day only keeps out names of former times. */
function zoneName(language: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat(language, { timeZone, timeZoneName: 'longGeneric' });
  const parts = format.formatToParts(Date.UTC(2026, 0, 15));
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}

function createMoneyFormat(language: string): (value: Money) => string {
  const byCurrency = new Map<string, Intl.NumberFormat>();
  return (value) => {
    const decimal = moneyDecimal(value);
    if (!isDecimal(decimal)) return nothing;
    const known = byCurrency.get(value.currency);
    if (known) return known.format(decimal);
    const made = currencyFormat(language, value.currency);
    // Customers may name any three letters; ISO 4217 has fewer than 200.
    if (byCurrency.size < 200) byCurrency.set(value.currency, made);
    return made.format(decimal);
  };
}

/** Digits are ours and not Intl's: they differ (IQD has 3 in ISO 4217, 0 in CLDR) and must show what moves. */
function currencyFormat(language: string, currency: string): Intl.NumberFormat {
  const digits = currencyDigits(currency);
  const fraction = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return /^[A-Z]{3}$/.test(currency)
    ? new Intl.NumberFormat(language, { style: 'currency', currency, ...fraction })
    : new Intl.NumberFormat(language, fraction);
}

function isDecimal(text: string): text is Intl.StringNumericLiteral {
  return /^-?\d+(\.\d+)?$/.test(text);
}

function isTime(atMs: number): boolean {
  return Number.isFinite(atMs) && Math.abs(atMs) <= timeMax;
}
