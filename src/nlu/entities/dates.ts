import type { Value } from '../../core/index.ts';
import { dayNumber, dayOf, isDay, weekdayOf, type ZoneCalendar } from './calendar.ts';
import type { Found } from './found.ts';

/** What dates are counted from, in the zone in which people speak of them. */
export interface DateContext {
  readonly zone: ZoneCalendar;
  readonly nowMs: number;
  /** Local day and minute of `nowMs`. */
  readonly today: number;
  readonly minute: number;
}

/** The zone is asked when a date is first counted from: most messages have none. */
export function dateContext(zone: ZoneCalendar, nowMs: number): DateContext {
  let local: ReturnType<ZoneCalendar['localAt']> | undefined;
  const now = () => (local ??= zone.localAt(nowMs));
  return {
    zone,
    nowMs,
    get today() {
      return now().day;
    },
    get minute() {
      return now().minute;
    },
  };
}

export function dayValue({ zone }: DateContext, day: number): Value {
  return { atMs: zone.instantOf(day), style: 'date' };
}

export function timeValue({ zone }: DateContext, day: number, minute: number): Value {
  return { atMs: zone.instantOf(day, minute), style: 'datetime' };
}

/** Whole days from `from` up to, not including, `to`. */
export function periodValue({ zone }: DateContext, from: number, to: number): Value {
  return { fromMs: zone.instantOf(from), toMs: zone.instantOf(to) };
}

export function weekPeriod(context: DateContext, weeks: number): Value {
  const monday = context.today - weekdayOf(context.today) + 1 + weeks * 7;
  return periodValue(context, monday, monday + 7);
}

export function monthPeriod(context: DateContext, year: number, month: number): Value {
  return periodValue(
    context,
    dayNumber({ year, month, day: 1 }),
    dayNumber({ year, month: month + 1, day: 1 }),
  );
}

export function monthsFromNow(context: DateContext, months: number): Value {
  const { year, month } = dayOf(context.today);
  return monthPeriod(context, year, month + months);
}

export function yearPeriod(context: DateContext, years: number): Value {
  const year = dayOf(context.today).year + years;
  return periodValue(
    context,
    dayNumber({ year, month: 1, day: 1 }),
    dayNumber({ year: year + 1, month: 1, day: 1 }),
  );
}

/** People ask about what has happened: a weekday alone is the latest one, today included. */
export function latestWeekday(today: number, weekday: number): number {
  return today - ((weekdayOf(today) - weekday + 7) % 7);
}

/** Days ahead that a date without its year may lie; further ahead it means the year before. */
const aheadDaysMax = 90;

export function yearlessDay(today: number, month: number, day: number): number | undefined {
  const { year } = dayOf(today);
  for (const candidate of [year + 1, year, year - 1]) {
    const number = dayNumber({ year: candidate, month, day });
    if (number - today <= aheadDaysMax && isDay({ year: candidate, month, day })) return number;
  }
  return undefined;
}

/** Year of a month named alone: the latest such month that has begun. */
export function yearOfMonth(today: number, month: number): number {
  const now = dayOf(today);
  return month > now.month ? now.year - 1 : now.year;
}

/** More dates than anyone writes in a message; each one costs a look at the zone's calendar. */
export const datesMax = 30;

const fullDay = '(20\\d{2})([-/.]?)([01]?\\d)';
const range = new RegExp(
  `(?<![\\d.,a-z-])${fullDay}\\2([0-3]?\\d) ?(?:-{1,2}|~|to|until|till|through|a|al|hasta|至|到|الى|إلى|حتى) ?${fullDay}\\6([0-3]?\\d)(?![\\d-])`,
  'g',
);

/** `2026-10-01 – 2026-10-31`: two full days with a dash or a word between them, the same in every language. */
function findRanges(text: string, context: DateContext): readonly Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(range)) {
    const [whole, year, , month, day, lastYear, , lastMonth, lastDay] = match;
    const first = { year: Number(year), month: Number(month), day: Number(day) };
    const last = { year: Number(lastYear), month: Number(lastMonth), day: Number(lastDay) };
    if (!isDay(first) || !isDay(last) || found.length >= datesMax) continue;
    const [from, to] = [dayNumber(first), dayNumber(last)];
    if (from > to) continue;
    const end = match.index + whole.length;
    found.push({
      type: 'date',
      start: match.index,
      end,
      value: periodValue(context, from, to + 1),
    });
  }
  return found;
}

const dayFirstNumeric = /(?<![\d.,a-z/-])([0-3]?\d)([-/.])([01]?\d)\2(20\d{2})(?![\d/-])/g;

function findDayFirst(text: string, context: DateContext): readonly Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(dayFirstNumeric)) {
    const date = { year: Number(match[4]), month: Number(match[3]), day: Number(match[1]) };
    if (!isDay(date) || found.length >= datesMax) continue;
    const end = match.index + match[0].length;
    found.push({
      type: 'date',
      start: match.index,
      end,
      value: dayValue(context, dayNumber(date)),
    });
  }
  return found;
}

const numeric =
  /(?<![\d.,a-z-])(20\d{2})(?:([-/.])(\d{1,2})\2(\d{1,2})|([01]\d)([0-3]\d))(?![\d-])(?:(?:t| {1,2})([01]?\d|2[0-3]):([0-5]\d)(?!\d))?/g;

/** `2026-11-03`, `2026/11/3`, `20261103`, each with a time of day if it has one: the same in every language. */
export function findNumericDates(
  text: string,
  context: DateContext,
  isDayFirst = false,
): readonly Found[] {
  const found: Found[] = [...findRanges(text, context)];
  if (isDayFirst) found.push(...findDayFirst(text, context));
  for (const match of text.matchAll(numeric)) {
    if (found.length >= datesMax) break;
    const date = {
      year: Number(match[1]),
      month: Number(match[3] ?? match[5]),
      day: Number(match[4] ?? match[6]),
    };
    if (!isDay(date)) continue;
    const day = dayNumber(date);
    const value =
      match[7] === undefined
        ? dayValue(context, day)
        : timeValue(context, day, Number(match[7]) * 60 + Number(match[8]));
    found.push({ type: 'date', start: match.index, end: match.index + match[0].length, value });
  }
  return found;
}
