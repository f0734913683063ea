/** Names of ISO weekdays, 1 is Monday: a run of them by its ends. */
export function dayNames(language: string, days: readonly number[]): string {
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });
  // The fifth of January 1970 was a Monday.
  const name = (day: number | undefined) => weekday.format((4 + (day ?? 1) - 1) * 86_400_000);
  const sorted = days.toSorted((a, b) => a - b);
  const [first = 1] = sorted;
  const isRun = sorted.length > 2 && sorted.every((day, at) => day === first + at);
  return isRun
    ? `${name(first)}–${name(sorted.at(-1))}`
    : new Intl.ListFormat(language, { type: 'unit' }).format(sorted.map(name));
}
