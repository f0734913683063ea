import { expect, test } from 'vitest';
import type { z } from 'zod';

/**
 * What crosses the wire, told by example: pages and programs of yesterday speak with the service of today, so that a member that
 * is lost, renamed, or asked for anew is a break. Paths are written `rows[].offer.agentId`; `[]` is the first of a list.
 */
export interface Shape {
  readonly schema: z.ZodType;
  /** With every member that there is. */
  readonly example: unknown;
  /** What may be left out. Everything else may not. */
  readonly optional?: readonly string[];
  /** What may be null. Nothing else may. */
  readonly nullable?: readonly string[];
  /** The words that a member may be; others are refused. */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  /** Lengths of texts and lists, values of numbers: the least and the most that are taken. */
  readonly within?: Readonly<Record<string, readonly [least: number, most: number]>>;
  /** Numbers that must be whole. */
  readonly whole?: readonly string[];
  /** Identifiers: letters, digits and `_.:-`, 128 at most, a letter or a digit first. */
  readonly ids?: readonly string[];
  /** Set for replies: a newer service may tell more. Requests with an unknown member are refused. */
  readonly open?: true;
  /** Members that hold texts by names of their own: anything may stand there. */
  readonly openAt?: readonly string[];
}

type Path = readonly (string | number)[];

export function holdsShape(name: string, shape: Shape): void {
  const { schema, example } = shape;
  const taken = (value: unknown) => schema.safeParse(value).success;
  const listed = (paths: readonly string[] = []) => paths.map((path) => present(example, path));

  test(`${name}: arrives whole`, () => {
    expect(schema.parse(example)).toEqual(example);
  });
  test(`${name}: what may be left out, and nothing else`, () => {
    listed(shape.optional);
    const may = membersOf(example).filter((path) => taken(without(example, path)));
    expect(sorted(may.map(written))).toEqual(sorted(shape.optional ?? []));
  });
  test(`${name}: what may be null, and nothing else`, () => {
    const may = membersOf(example).filter((path) => taken(put(example, path, null)));
    expect(sorted(may.map(written))).toEqual(sorted(shape.nullable ?? []));
  });
  test(`${name}: a member of another kind is refused`, () => {
    const wrong = membersOf(example).filter((path) =>
      taken(put(example, path, ofAnotherKind(at(example, path)))),
    );
    expect(wrong.map(written)).toEqual([]);
  });
  test(`${name}: members that nobody knows are ${shape.open ? 'left out' : 'refused'}`, () => {
    const named = shape.openAt ?? [];
    for (const path of objectsOf(example)) {
      if (named.includes(written(path))) continue;
      const more = put(example, [...path, 'unknownToAll'], 1);
      const read = schema.safeParse(more);
      const got = read.success ? read.data : 'refused';
      expect([written(path), got]).toEqual([written(path), shape.open ? example : 'refused']);
    }
  });
  bounds(name, shape);
}

function bounds(name: string, { schema, example, words, within, whole, ids }: Shape): void {
  const taken = (value: unknown) => schema.safeParse(value).success;
  const tried = (path: string, values: readonly unknown[]) =>
    values.filter((value) => taken(put(example, present(example, path), value)));

  for (const [path, known] of Object.entries(words ?? {})) {
    test(`${name}: ${path} is one of ${known.join(', ')}`, () => {
      const others = ['', 'another', 'toString', (known[0] ?? '').toUpperCase()];
      expect(tried(path, [...known, ...others])).toEqual(known);
    });
  }
  for (const [path, [least, most]] of Object.entries(within ?? {})) {
    test(`${name}: ${path} is within ${least} and ${most}`, () => {
      const value = at(example, present(example, path));
      const sized = (size: number) => ofSize(value, size);
      const beyond = [...(least > 0 || typeof value === 'number' ? [least - 1] : []), most + 1];
      expect(tried(path, [least, most].map(sized))).toHaveLength(2);
      expect(tried(path, beyond.map(sized))).toEqual([]);
    });
  }
  for (const path of whole ?? []) {
    test(`${name}: ${path} is a whole number`, () => {
      expect(tried(path, [1.5, Infinity, Number.NaN, 2 ** 53])).toEqual([]);
    });
  }
  for (const path of ids ?? []) {
    test(`${name}: ${path} is an identifier`, () => {
      const good = ['a', 'Z', '7', 'a_b.c:d-E', 'x'.repeat(128)];
      const bad = ['', '-a', '_a', '.a', ' a', 'a ', 'a b', 'a/b', 'é', 'a\n', 'x'.repeat(129)];
      expect(tried(path, [...good, ...bad])).toEqual(good);
    });
  }
}

const sorted = (list: readonly string[]) => list.toSorted();

function ofSize(like: unknown, size: number): unknown {
  if (typeof like === 'number') return size;
  if (typeof like === 'string') return 'x'.repeat(size);
  if (Array.isArray(like)) return Array.from({ length: size }, () => like[0] as unknown);
  throw new Error('only texts, numbers and lists have a size');
}

function ofAnotherKind(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? 'another kind' : 7;
}

/** Every member of every object, and of the first of every list. */
function membersOf(value: unknown, from: Path = []): readonly Path[] {
  return objectsOf(value, from).flatMap((path) =>
    Object.keys(at(value, path.slice(from.length)) as object).map((key) => [...path, key]),
  );
}

function objectsOf(value: unknown, from: Path = []): readonly Path[] {
  if (Array.isArray(value)) return value.length > 0 ? objectsOf(value[0], [...from, 0]) : [];
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([key, one]) => objectsOf(one, [...from, key]));
  return [from, ...below];
}

const written = (path: Path): string =>
  path.reduce<string>(
    (text, key) => (key === 0 ? `${text}[]` : text === '' ? `${key}` : `${text}.${key}`),
    '',
  );

/** The path as it is written; a slip in a table is an error and not a check that looks at nothing. */
function present(example: unknown, text: string): Path {
  const path = text
    .replaceAll('[]', '.0')
    .split('.')
    .filter((key) => key !== '')
    .map((key) => (key === '0' ? 0 : key));
  if (at(example, path) === undefined) throw new Error(`the example has no ${text}`);
  return path;
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
    value,
  );
}

function put(value: unknown, path: Path, to: unknown): unknown {
  return changed(value, path, (owner, key) => {
    owner[key] = to;
  });
}

function without(value: unknown, path: Path): unknown {
  return changed(value, path, (owner, key) => {
    delete owner[key];
  });
}

function changed(
  value: unknown,
  path: Path,
  change: (owner: Record<string, unknown>, key: string | number) => void,
): unknown {
  const copy = structuredClone(value);
  const key = path.at(-1);
  if (key === undefined) throw new Error('the whole is no member');
  change(at(copy, path.slice(0, -1)) as Record<string, unknown>, key);
  return copy;
}
