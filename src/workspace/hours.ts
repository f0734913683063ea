import { weekdays } from './schema.ts';
import type { Holiday, WeekHours, Workspace } from './schema.ts';

/** When something is open: weekly hours, in a time zone, with days that are unlike their weekday. */
export interface Schedule {
  readonly timeZone: string;
  readonly hours: WeekHours;
  readonly holidays: readonly Holiday[];
}

interface Span {
  readonly from: string;
  readonly to: string;
}

/** Further than any closing that a support desk tells its customers of. */
const lookAheadDays = 400;

/** The hours of live agents. */
export function agentSchedule({ timeZone, agents }: Workspace): Schedule {
  return { timeZone, hours: agents.hours, holidays: agents.holidays };
}

/** The hours of the telephone line; holidays are the agents' alone. */
export function phoneSchedule({ timeZone, phone }: Workspace): Schedule {
  return { timeZone, hours: phone.hours, holidays: [] };
}

/** The week with its days as ISO numbers, 1 is Monday; holidays are not in it. */
export function weekSpans({ hours }: Schedule): { days: number[]; from: string; to: string }[] {
  return hours.map(({ days, from, to }) => ({
    days: days.map((day) => weekdays.indexOf(day) + 1),
    from,
    to,
  }));
}

/** Whether live agents are on duty by the hours; `from` is in, `to` is out. */
export function isStaffed(workspace: Workspace, nowMs: number): boolean {
  return isOpen(agentSchedule(workspace), nowMs);
}

export function isOpen(schedule: Schedule, nowMs: number): boolean {
  const now = zoned(nowMs, schedule.timeZone);
  const date = now.toPlainDate();
  return spansOn(schedule, date).some((span) => {
    return nowMs >= atMs(date, span.from, schedule) && nowMs < atMs(date, span.to, schedule);
  });
}

/** `nowMs` while open, else the next moment of opening; undefined when there is none within 400 days. */
export function nextOpeningMs(schedule: Schedule, nowMs: number): number | undefined {
  if (isOpen(schedule, nowMs)) return nowMs;
  const today = zoned(nowMs, schedule.timeZone).toPlainDate();
  for (let days = 0; days <= lookAheadDays; days += 1) {
    const date = today.add({ days });
    const opening = spansOn(schedule, date)
      // A change of the clocks can leave nothing of a span.
      .filter((span) => atMs(date, span.from, schedule) < atMs(date, span.to, schedule))
      .map((span) => atMs(date, span.from, schedule))
      .filter((ms) => ms > nowMs);
    if (opening.length > 0) return Math.min(...opening);
  }
  return undefined;
}

/**
 * The moment at which `openMs` of opening time will have passed since `fromMs`; undefined when that takes more than
 * 400 days. Spans that overlap count once.
 */
export function openMsLater(
  schedule: Schedule,
  fromMs: number,
  openMs: number,
): number | undefined {
  const today = zoned(fromMs, schedule.timeZone).toPlainDate();
  let left = openMs;
  let at = fromMs;
  for (let days = 0; days <= lookAheadDays; days += 1) {
    const date = today.add({ days });
    for (const { from, to } of byStart(spansOn(schedule, date))) {
      const startMs = Math.max(at, atMs(date, from, schedule));
      const endMs = atMs(date, to, schedule);
      if (endMs <= startMs) continue;
      if (endMs - startMs >= left) return startMs + left;
      left -= endMs - startMs;
      at = endMs;
    }
  }
  return undefined;
}

function byStart(spans: readonly Span[]): readonly Span[] {
  return spans.toSorted((a, b) => (a.from < b.from ? -1 : 1));
}

function spansOn({ hours, holidays }: Schedule, date: Temporal.PlainDate): readonly Span[] {
  const holiday = holidays.find((day) => day.date === date.toString());
  if (holiday) return holiday.open;
  const weekday = weekdays[date.dayOfWeek - 1];
  return hours.filter(({ days }) => days.some((day) => day === weekday));
}

function zoned(nowMs: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone);
}

/** A wall-clock time that a change of the clocks leaves out is moved by as much; of one that comes twice, the first counts. */
function atMs(date: Temporal.PlainDate, time: string, { timeZone }: Schedule): number {
  const isMidnight = time === '24:00';
  return (isMidnight ? date.add({ days: 1 }) : date).toZonedDateTime({
    timeZone,
    plainTime: isMidnight ? '00:00' : time,
  }).epochMilliseconds;
}

/**
 * The week as clocks in another zone show it at this time of the year; undefined where they show the same, or where the zone
 * is none. A span may end on the day after the one that it begins on.
 */
export function weekSpansIn(
  schedule: Schedule,
  timeZone: string,
  nowMs: number,
): ReturnType<typeof weekSpans> | undefined {
  const ahead = minutesAhead(schedule.timeZone, timeZone, nowMs);
  if (ahead === undefined || ahead === 0) return undefined;
  return weekSpans(schedule).map(({ days, from, to }) => {
    const start = minutesOf(from) + ahead;
    return {
      days: days.map((day) => wrapped(day - 1 + Math.floor(start / dayMinutes), 7) + 1),
      from: clockText(start),
      to: clockText(minutesOf(to) + ahead),
    };
  });
}

const dayMinutes = 24 * 60;

function minutesAhead(from: string, to: string, nowMs: number): number | undefined {
  try {
    const offsets = [from, to].map((zone) => zoned(nowMs, zone).offsetNanoseconds / 60_000_000_000);
    return Math.round((offsets[1] ?? 0) - (offsets[0] ?? 0));
  } catch (error) {
    if (error instanceof RangeError) return undefined; // a zone that this machine does not know
    throw error;
  }
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function clockText(minutes: number): string {
  const inDay = wrapped(minutes, dayMinutes);
  return [Math.floor(inDay / 60), inDay % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

function wrapped(value: number, length: number): number {
  return ((value % length) + length) % length;
}
