import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes } from '../../src/core/index.ts';

test('the reference page names every error code with its status and close code, and no other', () => {
  const page = readFileSync(new URL('../../docs/reference/errors.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)`\s*\| (\d+)\s*\| (\d+)\s*\| .+ \|$/gm)].map(
    ([, code, status, close]) => [code, { status: Number(status), close: Number(close) }],
  );
  const table = Object.entries(errorCodes).map(([code, { status, close }]) => [
    code,
    { status, close },
  ]);
  expect(rows).toEqual(table);
});
