import { canonical, type Value, type Values } from '../core/index.ts';

const hourMs = 3_600_000;

/** How a flow asks for the records of a list that repeat an earlier one: `{ repeatsIn, same, withinHours }`. */
export function isRepeats(record: Values): boolean {
  return Object.keys(record).sort().join() === 'repeatsIn,same,withinHours';
}

/**
 * Those records that are like another one of the list in the named fields and came after it (`atMs`) within the time:
 * of two like charges the second. The earlier one is not in it, so that nobody is given back both.
 */
export function repeatsIn({ repeatsIn: list, same, withinHours }: Values): readonly Value[] {
  if (!Array.isArray(list) || !Array.isArray(same) || typeof withinHours !== 'number') return [];
  const fields: readonly unknown[] = same;
  const records = list.filter(isRecord);
  const sign = (record: Values) =>
    canonical(fields.map((name) => (typeof name === 'string' ? (record[name] ?? null) : null)));
  return records.filter((one) =>
    records.some((other) => {
      const apartMs = atOf(one) - atOf(other);
      const isAfter = apartMs > 0 && apartMs <= withinHours * hourMs;
      return isAfter && sign(one) === sign(other);
    }),
  );
}

function isRecord(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function atOf({ atMs }: Values): number {
  return typeof atMs === 'number' ? atMs : Number.NaN;
}
