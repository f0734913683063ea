import type { Value } from '../../core/index.ts';
import { dayNumber, isDay, weekdayOf } from './calendar.ts';
import {
  datesMax,
  dayValue,
  latestWeekday,
  monthPeriod,
  monthsFromNow,
  periodValue,
  weekPeriod,
  yearlessDay,
  yearOfMonth,
  yearPeriod,
  type DateContext,
} from './dates.ts';
import { monthsBefore } from './dates-zh.ts';
import type { Found } from './found.ts';
import { anyOf, parseNumberWords, plainForm, type Lexicon } from './lexicon.ts';

type Groups = { readonly [name: string]: string | undefined };
type Read = (groups: Groups, context: DateContext) => Value | undefined;

/** Nobody means a payment of a thousand years ago. */
const countMax = 3650;

/** Makes a reader of days and periods out of a language's words; numbers may be digits or words. */
export function createDateReader(
  lexicon: Lexicon,
): (text: string, context: DateContext) => readonly Found[] {
  const patterns = patternsOf(lexicon);
  return (text, context) => {
    const folded = plainForm(text);
    const found: Found[] = [];
    for (const [pattern, read] of patterns) {
      for (const match of folded.matchAll(pattern)) {
        if (found.length >= datesMax) return found;
        const value = read(match.groups ?? {}, context);
        if (value === undefined) continue;
        found.push({ type: 'date', start: match.index, end: match.index + match[0].length, value });
      }
    }
    return found;
  };
}

function patternsOf(lexicon: Lexicon): readonly (readonly [RegExp, Read])[] {
  const { ago, last, current, latest, of } = lexicon;
  const number = `(?<number>\\d{1,4}|${anyOf(lexicon.numbers)})`;
  const unit = `(?<unit>${anyOf(lexicon.units)})`;
  const month = `(?<month>${anyOf(lexicon.months)})`;
  const weekday = `(?<weekday>${anyOf(lexicon.weekdays)})`;
  const count = (groups: Groups): number | undefined => countOf(groups['number'], lexicon);
  const whole = (source: string): RegExp =>
    new RegExp(`(?<![\\p{L}\\d])(?:${source})(?![\\p{L}\\d])`, 'gu');
  return [
    [
      whole(`(?<day>[0-3]?\\d)${of}${month}(?:(?: del?)? (?<year>20\\d{2}))?`),
      (groups, context) => readDay(groups, lexicon, context),
    ],
    [
      whole(`${ago} (?:${number} )?${unit}`),
      (groups, context) => readAgo(groups, count(groups), lexicon, context),
    ],
    [
      whole(`${latest} (?:${number} )?${unit}`),
      (groups, context) => readLatest(groups, count(groups), lexicon, context),
    ],
    [
      whole(`${unit} (?<last>${last})|(?<before>${last}) ${unit.replace('<unit>', '<unit2>')}`),
      (groups, context) => periodOf(groups['unit'] ?? groups['unit2'], -1, lexicon, context),
    ],
    [
      whole(`${current} ${unit}`),
      (groups, context) => periodOf(groups['unit'], 0, lexicon, context),
    ],
    [
      whole(`(?:${last} )?${weekday}(?<last> ${last})?`),
      (groups, context) => readWeekday(groups, lexicon, context),
    ],
    [
      whole(`(?<relative>${anyOf(lexicon.relative)})`),
      (groups, context) =>
        dayValue(context, context.today + (lexicon.relative[groups['relative'] ?? ''] ?? 0)),
    ],
    [
      whole(`${month}(?:(?: del?)? (?<year>20\\d{2}))?`),
      (groups, context) => readMonth(groups, lexicon, context),
    ],
  ];
}

function countOf(text: string | undefined, lexicon: Lexicon): number | undefined {
  if (text === undefined) return 1;
  const count = /^\d+$/.test(text) ? Number(text) : parseNumberWords(text, lexicon);
  return count !== undefined && count <= countMax ? count : undefined;
}

function readDay(
  groups: Groups,
  { months }: Lexicon,
  { today, ...rest }: DateContext,
): Value | undefined {
  const month = months[groups['month'] ?? ''] ?? 0;
  const day = Number(groups['day']);
  const year = groups['year'];
  const date = { year: Number(year), month, day };
  const number =
    year === undefined ? yearlessDay(today, month, day) : isDay(date) ? dayNumber(date) : undefined;
  return number === undefined ? undefined : dayValue({ today, ...rest }, number);
}

function before(context: DateContext, count: number, unit: readonly [number, number]): number {
  const [days, months] = unit;
  return days > 0 ? context.today - days * count : monthsBefore(context.today, months * count);
}

function readAgo(
  groups: Groups,
  count: number | undefined,
  { units }: Lexicon,
  context: DateContext,
): Value | undefined {
  const unit = units[groups['unit'] ?? ''];
  if (unit === undefined || count === undefined) return undefined;
  return dayValue(context, before(context, count, unit));
}

function readLatest(
  groups: Groups,
  count: number | undefined,
  { units }: Lexicon,
  context: DateContext,
): Value | undefined {
  const unit = units[groups['unit'] ?? ''];
  if (unit === undefined || count === undefined) return undefined;
  return periodValue(context, before(context, count, unit), context.today + 1);
}

function periodOf(
  word: string | undefined,
  step: number,
  { units }: Lexicon,
  context: DateContext,
): Value | undefined {
  const [days, months] = units[word ?? ''] ?? [0, 0];
  if (days === 7) return weekPeriod(context, step);
  if (months === 1) return monthsFromNow(context, step);
  return months === 12 ? yearPeriod(context, step) : undefined;
}

/** A weekday alone is the latest one, today included; a "last" one is before today. */
function readWeekday(groups: Groups, { weekdays }: Lexicon, context: DateContext): Value {
  const weekday = weekdays[groups['weekday'] ?? ''] ?? 1;
  const isToday = weekdayOf(context.today) === weekday;
  const from = groups['last'] !== undefined && isToday ? context.today - 1 : context.today;
  return dayValue(context, latestWeekday(from, weekday));
}

function readMonth(groups: Groups, { months }: Lexicon, context: DateContext): Value {
  const month = months[groups['month'] ?? ''] ?? 1;
  const year = groups['year'];
  return monthPeriod(
    context,
    year === undefined ? yearOfMonth(context.today, month) : Number(year),
    month,
  );
}
