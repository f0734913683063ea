import { casual } from 'chrono-node/en';
import type { ParsedComponents, ParsedResult } from 'chrono-node';
import type { Value } from '../../core/index.ts';
import { dayNumber, dayOf, isDay, monthsBefore } from './calendar.ts';
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
import { parseEnglishNumeral } from './numerals.ts';

/**
 * Words without which chrono need not look: it costs more than everything else here. "Last", "this" and "ago" say
 * nothing without one of them, and "money" is no Monday.
 */
const trigger =
  /\d|(?<![a-z])(?:yesterday|today|tonight|tomorrow|(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun|jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?![a-z])|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|august|(?:septem|octo|novem|decem)ber|morning|(?:after)?noon|evening|(?:mid|over)?night|midday|week|month|year|hour|day|(?:last|past|this|next) (?:[a-z]{1,6} )?(?:min|sec|hr|yr|quarter|qtr)|(?:minute|min|second|sec|hr|yr|quarter|qtr)s? ago)/;
/** Its patterns were written for sentences; a long text is read in its first part. */
const readLengthMax = 1000;

const period =
  /(?<![a-z])(?<step>last|past|previous|this|next) (?:(?<number>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|few|couple(?: of)?) )?(?<unit>days?|weeks?|months?|years?)(?![a-z])/g;

/** Days, times and periods in English. */
export function findEnglishDates(text: string, context: DateContext): readonly Found[] {
  const head = text.slice(0, readLengthMax);
  if (!trigger.test(head)) return [];
  return [...findPeriods(head, context), ...findWithChrono(head, context)];
}

function findPeriods(text: string, context: DateContext): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(period)) {
    const value = periodOf(match.groups ?? {}, context);
    if (value === undefined) continue;
    found.push({ type: 'date', start: match.index, end: match.index + match[0].length, value });
  }
  return found;
}

const steps: { readonly [word: string]: number } = {
  last: -1,
  past: -1,
  previous: -1,
  this: 0,
  next: 1,
};

function periodOf(
  groups: { readonly [name: string]: string | undefined },
  context: DateContext,
): Value | undefined {
  const { number, unit = '', step = '' } = groups;
  const direction = steps[step] ?? 0;
  if (number !== undefined) return direction < 0 ? lastPeriod(number, unit, context) : undefined;
  if (unit.startsWith('week')) return weekPeriod(context, direction);
  if (unit.startsWith('month')) return monthsFromNow(context, direction);
  return unit.startsWith('year') ? yearPeriod(context, direction) : undefined;
}

function lastPeriod(number: string, unit: string, context: DateContext): Value | undefined {
  const count = number === 'few' ? 3 : number.startsWith('couple') ? 2 : countOf(number);
  if (count === undefined) return undefined;
  const days = unit.startsWith('day') ? 1 : unit.startsWith('week') ? 7 : 0;
  const months = unit.startsWith('year') ? count * 12 : count;
  const from = days > 0 ? context.today - count * days : monthsBefore(context.today, months);
  return periodValue(context, from, context.today + 1);
}

function countOf(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : parseEnglishNumeral(text);
}

function findWithChrono(text: string, context: DateContext): Found[] {
  const offset = (context.today * 1440 + context.minute - Math.floor(context.nowMs / 60_000)) | 0;
  const results = casual.parse(text, {
    // The instant is given, not read from a clock; chrono wants it in this wrapping.
    // oxlint-disable-next-line no-restricted-globals
    instant: new Date(context.nowMs),
    timezone: offset,
  });
  const found: Found[] = [];
  for (const result of results) {
    const value = isChance(result, text) ? undefined : valueOf(result, text, context);
    if (value === undefined) continue;
    found.push({
      type: 'date',
      start: result.index,
      end: result.index + result.text.length,
      value,
    });
  }
  return found;
}

/** Short names that are words as well need a preposition before them: "on Sat", not "I sat". */
function isChance(result: ParsedResult, text: string): boolean {
  if (/^now$|^\d{1,2}$|^\d{1,6}[.:]\d{2,}$/.test(result.text)) return true;
  if (!/^(?:sat|sun|mon|wed|may|mar|march|dec|second|sec)$/.test(result.text)) return false;
  const before = text.slice(Math.max(0, result.index - 8), result.index);
  return !/(?:on|last|next|this|since|every|by|until|in|from|of) $/.test(before);
}

function valueOf(result: ParsedResult, text: string, context: DateContext): Value | undefined {
  const { start, end } = result;
  if (end) {
    const from = dayFrom(start, text, result.index, context);
    const to = dayFrom(end, text, result.index, context);
    if (from !== undefined && to !== undefined && from <= to) {
      return periodValue(context, from, to + 1);
    }
  }
  if (start.isCertain('month') && !start.isCertain('day') && !start.isCertain('weekday')) {
    const month = start.get('month') ?? 1;
    const year = start.isCertain('year') ? start.get('year') : null;
    return monthPeriod(context, year ?? yearOfMonth(context.today, month), month);
  }
  const day = dayFrom(start, text, result.index, context);
  if (day === undefined) return undefined;
  if (!start.isCertain('hour')) return dayValue(context, day);
  return timeValue(context, day, (start.get('hour') ?? 0) * 60 + (start.get('minute') ?? 0));
}

function dayFrom(
  components: ParsedComponents,
  text: string,
  index: number,
  { today }: DateContext,
): number | undefined {
  const weekday = components.get('weekday');
  const stepped = /^(?:last|past|next|this|coming)/.test(text.slice(index, index + 8));
  if (components.isCertain('weekday') && !components.isCertain('day') && !stepped) {
    return latestWeekday(today, weekday === 0 || weekday === null ? 7 : weekday);
  }
  const date = {
    year: components.get('year') ?? dayOf(today).year,
    month: components.get('month') ?? 1,
    day: components.get('day') ?? 1,
  };
  return isDay(date) ? dayNumber(date) : undefined;
}
