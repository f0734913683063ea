/** A day of the proleptic Gregorian calendar; months count from 1. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const dayMs = 86_400_000;

/** Days since 1970-01-01; months and days beyond their range carry over, as in `month: 0` for December before. */
export function dayNumber({ year, month, day }: Day): number {
  const monthIndex = month - 1;
  const shiftedYear =
    year +
    Math.floor(monthIndex / 12) -
    (monthIndex - Math.floor(monthIndex / 12) * 12 < 2 ? 1 : 0);
  const shiftedMonth = ((((monthIndex % 12) + 12) % 12) + 10) % 12;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * shiftedMonth + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function dayOf(number: number): Day {
  const shifted = number + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

/** 1 is Monday, 7 Sunday. */
export function weekdayOf(number: number): number {
  return ((((number + 3) % 7) + 7) % 7) + 1;
}

export function isDay({ year, month, day }: Day): boolean {
  if (month < 1 || month > 12 || day < 1 || year < 1970 || year > 2200) return false;
  return day <= dayNumber({ year, month: month + 1, day: 1 }) - dayNumber({ year, month, day: 1 });
}

/** The same day of an earlier month, or that month's last one. */
export function monthsBefore(today: number, months: number): number {
  const { year, month, day } = dayOf(today);
  const first = dayNumber({ year, month: month - months, day: 1 });
  const next = dayNumber({ year, month: month - months + 1, day: 1 });
  return Math.min(first + day - 1, next - 1);
}

/** Local time of one zone. */
export interface ZoneCalendar {
  /** Number of the local day at an instant, and minutes since its midnight. */
  localAt(atMs: number): { readonly day: number; readonly minute: number };
  /** The instant of a local time; in a gap of the clock the time behind the gap. */
  instantOf(day: number, minute?: number): number;
}

/** Throws RangeError for a zone that does not exist; the workspace has checked its own. */
export function zoneCalendar(timeZone: string): ZoneCalendar {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const localMinutes = (atMs: number): number => {
    const parts: { [type: string]: number } = {};
    for (const { type, value } of format.formatToParts(atMs)) parts[type] = Number(value);
    const day = dayNumber({
      year: parts['year'] ?? 1970,
      month: parts['month'] ?? 1,
      day: parts['day'] ?? 1,
    });
    return day * 1440 + (parts['hour'] ?? 0) * 60 + (parts['minute'] ?? 0);
  };
  return {
    localAt: (atMs) => {
      const minutes = localMinutes(atMs);
      const day = Math.floor(minutes / 1440);
      return { day, minute: minutes - day * 1440 };
    },
    instantOf: (day, minute = 0) => {
      const wanted = day * 1440 + minute;
      const guess = day * dayMs + minute * 60_000;
      const once = guess - (localMinutes(guess) - wanted) * 60_000;
      return once - (localMinutes(once) - wanted) * 60_000;
    },
  };
}
