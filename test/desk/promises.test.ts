import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const table = readFileSync(join(root, 'docs/reference/promises.md'), 'utf8');

interface Row {
  readonly promise: string;
  readonly held: readonly { readonly file: string; readonly name: string }[];
}

const rows: readonly Row[] = table
  .split('\n')
  .filter((line) => /^\| D\d+\s/.test(line))
  .map((line) => {
    const cells = line.split(/\s*\|\s*/);
    const held = (cells[3] ?? '').split('<br>').map((one) => {
      const [file = '', name = ''] = one.split(' › ');
      return { file: file.replaceAll('`', '').trim(), name: name.trim() };
    });
    return { promise: cells[1] ?? '', held };
  });

test('each promise of the desk names at least one test, and each test that is named is there and runs', () => {
  expect(rows.map(({ promise }) => promise)).toEqual(
    Array.from({ length: 12 }, (_, n) => `D${n + 1}`),
  );
  const missing = rows.flatMap(({ promise, held }) =>
    held
      .filter(({ file, name }) => !holds(file, name))
      .map(({ file, name }) => `${promise}: ${file} › ${name}`),
  );
  expect(missing).toEqual([]);
});

test('a test that was renamed, or is not run, is not taken for one that holds', () => {
  const text = "test.skip('a is b', () => {});\ntest('c is d', () => {});";
  expect(hasTest(text, 'c is d')).toBe(true);
  expect(hasTest(text, 'a is b')).toBe(false);
  expect(hasTest(text, 'c is')).toBe(false);
  expect(hasTest(text, '')).toBe(false);
});

function holds(file: string, name: string): boolean {
  const text = readFileSync(join(root, file), 'utf8');
  return file.startsWith('bench/') ? measures(text, name) : hasTest(text, name);
}

/** A row of a bench that begins so, with a limit beside it. */
function measures(text: string, what: string): boolean {
  return (
    what !== '' &&
    text.includes('export const name') &&
    text.includes(`what: \`${what}`) &&
    text.includes('limit:')
  );
}

/** A plain `test(…)` of exactly this name. */
function hasTest(text: string, name: string): boolean {
  return name !== '' && `\n${text}`.includes(`\ntest('${name}',`);
}
