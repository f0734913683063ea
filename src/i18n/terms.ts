import type { Value } from '../core/index.ts';
import { nothing } from './formats.ts';
import type { Formats } from './formats.ts';

/** Working days from … to, both included. */
export interface WorkingDays {
  readonly from: number;
  readonly to: number;
}

/** Open on these ISO weekdays (1 is Monday) from … to, `HH:MM`. */
export interface OpenSpan {
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
}

/** A length of time in hours. */
export interface HourCount {
  readonly hours: number;
}

/** A length of time that is only roughly known, in minutes from … to, both included. */
export interface MinuteRange {
  readonly minutes: { readonly from: number; readonly to: number };
}

/** Says a text of the family `terms` with values that are already words. */
type Say = (key: string, values: { readonly [name: string]: string | number }) => string;

/**
 * The operator's terms as a language says them: `{from: 1, to: 5}` → "1–5 working days",
 * `[{days: [1,2,3,4,5], from: '09:00', to: '18:00'}]` → "Mon–Fri, 9:00 AM–6:00 PM", `{hours: 24}` → "24 hours",
 * `{minutes: {from: 3, to: 10}}` → "3–10 minutes".
 * Undefined for any other shape.
 */
export function formatTerm(value: Value, formats: Formats, say: Say): string | undefined {
  if (isWorkingDays(value)) return workingDays(value, formats, say);
  if (isOpenSpans(value)) return openSpans(value, formats, say);
  if (isMinuteRange(value)) return formats.minutes(value.minutes.from, value.minutes.to);
  return isHourCount(value) ? formats.hours(value.hours) : undefined;
}

function workingDays({ from, to }: WorkingDays, formats: Formats, say: Say): string {
  const range = from === to ? formats.number(to) : `${formats.number(from)}–${formats.number(to)}`;
  return say('terms.working_days', { range, count: to });
}

function openSpans(spans: readonly OpenSpan[], formats: Formats, say: Say): string {
  if (spans.length === 0) return nothing;
  return formats.spans(
    spans.map((span) =>
      say('terms.open', {
        days: weekdays(span.days, formats, say),
        times: `${formats.timeOfDay(span.from)}–${formats.timeOfDay(span.to)}`,
      }),
    ),
  );
}

function weekdays(days: readonly number[], formats: Formats, say: Say): string {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  if (sorted.length === 7) return say('terms.every_day', {});
  return formats.spans(
    runs(sorted).map(([first, last]) =>
      first === last
        ? formats.weekday(first)
        : say('terms.days', { from: formats.weekday(first), to: formats.weekday(last) }),
    ),
  );
}

/** `[1,2,3,5]` → `[[1,3],[5,5]]`. */
function runs(sorted: readonly number[]): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const day of sorted) {
    const last = found.at(-1);
    if (last && last[1] === day - 1) last[1] = day;
    else found.push([day, day]);
  }
  return found;
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWorkingDays(value: unknown): value is WorkingDays {
  return isRecord(value) && typeof value['from'] === 'number' && typeof value['to'] === 'number';
}

function isHourCount(value: unknown): value is HourCount {
  return isRecord(value) && typeof value['hours'] === 'number';
}

function isMinuteRange(value: unknown): value is MinuteRange {
  return isRecord(value) && isWorkingDays(value['minutes']);
}

function isOpenSpans(value: unknown): value is readonly OpenSpan[] {
  return Array.isArray(value) && value.every(isOpenSpan);
}

function isOpenSpan(value: unknown): value is OpenSpan {
  return (
    isRecord(value) &&
    Array.isArray(value['days']) &&
    value['days'].every((day) => Number.isInteger(day) && day >= 1 && day <= 7) &&
    typeof value['from'] === 'string' &&
    typeof value['to'] === 'string'
  );
}
