import type { Value } from '../../core/index.ts';
import { dayNumber, isDay } from './calendar.ts';
import { datesMax, periodValue, yearlessDay, type DateContext } from './dates.ts';
import type { Found } from './found.ts';

/** What a pattern's named groups hold. */
export type Groups = { readonly [name: string]: string | undefined };
/** Undefined where the words fit the pattern but name no day that there is. */
export type ReadDate = (groups: Groups, context: DateContext) => Value | undefined;
export type DatePatterns = readonly (readonly [RegExp, ReadDate])[];

/** Nobody means a payment of a thousand years ago. */
export const agoMax = 3650;

/** Where a date ends and what it is once what stands behind it has been looked at. */
type Finish = (match: RegExpExecArray, value: Value) => Pick<Found, 'end' | 'value'>;

/** Everything that the patterns find, pattern by pattern: the first one to claim a place has it. */
export function findByPatterns(
  text: string,
  context: DateContext,
  { patterns, finish }: { readonly patterns: DatePatterns; readonly finish: Finish },
): readonly Found[] {
  const found: Found[] = [];
  for (const [pattern, read] of patterns) {
    for (const match of text.matchAll(pattern)) {
      if (found.length >= datesMax) return found;
      const value = read(match.groups ?? {}, context);
      if (value === undefined) continue;
      found.push({ type: 'date', start: match.index, ...finish(match, value) });
    }
  }
  return found;
}

/** The day's number; without a year the one that people mean. */
export function calendarDay(
  {
    year,
    month,
    day,
  }: { readonly year: number | undefined; readonly month: number; readonly day: number },
  today: number,
): number | undefined {
  if (year === undefined) return yearlessDay(today, month, day);
  return isDay({ year, month, day }) ? dayNumber({ year, month, day }) : undefined;
}

/** From one day to another, both meant. */
export function spanOf(
  context: DateContext,
  first: number | undefined,
  last: number | undefined,
): Value | undefined {
  if (first === undefined || last === undefined || first > last) return undefined;
  return periodValue(context, first, last + 1);
}
