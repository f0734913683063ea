import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(resolve(root, 'docs/reference/reliability.md'), 'utf8');
const rows = page.split('\n').filter((line) => /^\| R\d+ /.test(line));

test('every fault of the list has its line, and each test that a line names is there and runs', () => {
  expect(rows.map((row) => /R\d+/.exec(row)?.[0])).toEqual(
    Array.from({ length: 18 }, (_, n) => `R${n + 1}`),
  );
  const named = rows.flatMap((row) => [
    ...row.matchAll(/`(test\/\S+\.ts)` › (.+?)(?=<br>|\s*\|)/g),
  ]);
  expect(named.length).toBeGreaterThan(24);
  const missing = named
    .filter(([, file = '', name = '']) => !hasTest(file, name))
    .map(([text]) => text);
  expect(missing).toEqual([]);
});

/** `test('name'`, with a new line or a condition of the machine (`skipIf`) between, but none that is never run. */
function hasTest(file: string, name: string): boolean {
  const source = readFileSync(resolve(root, file), 'utf8');
  const at = source.indexOf(`'${name}'`);
  return at > 0 && /\btest(?:\.skipIf\([^)]*\))?\(\s*$/.test(source.slice(0, at));
}
