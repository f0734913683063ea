import type { Value } from '../../core/index.ts';
import { monthsBefore, weekdayOf } from './calendar.ts';
import {
  agoMax,
  calendarDay,
  findByPatterns,
  spanOf,
  type DatePatterns,
  type Groups,
} from './dates-by-pattern.ts';
import {
  dayValue,
  latestWeekday,
  monthPeriod,
  monthsFromNow,
  periodValue,
  timeValue,
  weekPeriod,
  yearOfMonth,
  yearPeriod,
  type DateContext,
} from './dates.ts';
import type { Found } from './found.ts';
import { anyOf, parseNumberWords, plainForm, type Lexicon } from './lexicon.ts';

/** Makes a reader of days and periods out of a language's words; numbers may be digits or words. */
export function createDateReader(
  lexicon: Lexicon,
): (text: string, context: DateContext) => readonly Found[] {
  const patterns = patternsOf(lexicon);
  const clock = new RegExp(`^(?:${lexicon.time})`, 'u');
  const { months, weekdays, units, relative } = lexicon;
  // One of these is in whatever the patterns find: one look instead of nine at most messages.
  const anchor = new RegExp(
    `(?:${anyOf({ ...months, ...weekdays, ...units, ...relative })})(?![\\p{L}\\d])`,
    'u',
  );
  return (text, context) => {
    const folded = plainForm(text);
    if (!anchor.test(folded)) return [];
    return findByPatterns(folded, context, {
      patterns,
      finish: (match, value) => {
        const end = match.index + match[0].length;
        const behind = clock.exec(folded.slice(end, end + timeLengthMax));
        const timed = readTime(behind, value, { lexicon, context });
        return timed ? { end: end + timed.length, value: timed.value } : { end, value };
      },
    });
  };
}

function patternsOf(lexicon: Lexicon): DatePatterns {
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
      whole(`${lexicon.span}${of}${month}(?:(?: del?)? (?<year>20\\d{2}))?`),
      (groups, context) => readSpan(groups, lexicon, context),
    ],
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
  return count !== undefined && count <= agoMax ? count : undefined;
}

/** No time of day is written longer. */
const timeLengthMax = 60;

/** `a las 5 de la tarde`, `الساعة 5 مساء` behind a day. */
function readTime(
  match: RegExpExecArray | null,
  value: Value,
  { lexicon, context }: { readonly lexicon: Lexicon; readonly context: DateContext },
): { readonly length: number; readonly value: Value } | undefined {
  if (!match || typeof value !== 'object' || value === null || !('atMs' in value)) return undefined;
  const groups: Groups = match.groups ?? {};
  const said = countOf(groups['hour'], lexicon);
  if (said === undefined || said > 24) return undefined;
  const part = groups['part'] ?? groups['half2'] ?? groups['half3'] ?? '';
  const isLate = new RegExp(lexicon.afternoon, 'u').test(part);
  const hour = isLate && said < 12 ? said + 12 : said;
  const minute = Number(groups['minute'] ?? lexicon.minutes[groups['half'] ?? ''] ?? 0);
  const { day } = context.zone.localAt(Number(value['atMs']));
  return { length: match[0].length, value: timeValue(context, day, hour * 60 + minute) };
}

function readSpan(groups: Groups, lexicon: Lexicon, context: DateContext): Value | undefined {
  const first = dayIn({ ...groups, day: groups['from'] }, lexicon, context);
  const last = dayIn({ ...groups, day: groups['to'] }, lexicon, context);
  return spanOf(context, first, last);
}

function readDay(groups: Groups, lexicon: Lexicon, context: DateContext): Value | undefined {
  const number = dayIn(groups, lexicon, context);
  return number === undefined ? undefined : dayValue(context, number);
}

function dayIn(groups: Groups, { months }: Lexicon, { today }: DateContext): number | undefined {
  const year = groups['year'];
  const named = {
    year: year === undefined ? undefined : Number(year),
    month: months[groups['month'] ?? ''] ?? 0,
    day: Number(groups['day']),
  };
  return calendarDay(named, today);
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
