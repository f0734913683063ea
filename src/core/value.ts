import type { Money } from './money.ts';

/** A point in time as slots and text parameters carry it; `style` says how much of it people should read. */
export interface Instant {
  readonly atMs: number;
  readonly style?: 'date' | 'datetime';
}

/** Everything a slot, an argument or a text parameter may hold: JSON plus bigint (inside Money). */
export type Value =
  | null
  | boolean
  | number
  | string
  | bigint
  | Money
  | Instant
  | readonly Value[]
  | { readonly [key: string]: Value };

export type Values = { readonly [key: string]: Value };

/** JSON text in which a bigint is `{"$int":"12"}`; the inverse of `decode`. Keys keep their order. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'bigint' ? { $int: item.toString() } : item,
  );
}

/** Reads what `encode` wrote. The caller vouches for the text: it is our own. */
export function decode<T>(text: string): T {
  // Looking at every member costs five times the reading itself, and most texts have no bigint.
  if (!text.includes('"$int"')) return JSON.parse(text) as T;
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item === 'object' && item !== null && '$int' in item) {
      return BigInt(String(item.$int));
    }
    return item;
  }) as T;
}

/** `encode` with the keys of every object sorted: equal values give equal text, as digests need. */
export function canonical(value: unknown): string {
  return encode(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
