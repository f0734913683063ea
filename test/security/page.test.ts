import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** As a source file writes it: an apostrophe may stand escaped. */
const plain = (text: string) => text.replaceAll("\\'", "'");

test('each test that the security page names exists, under its very name', async () => {
  const page = await readFile(resolve(root, 'docs/operating/security.md'), 'utf8');
  const named = [...page.matchAll(/`(test\/\S+\.test\.ts) › ([^`]+)`/g)];
  expect(named.length).toBeGreaterThan(55);
  const missing: string[] = [];
  for (const [, file = '', name = ''] of named) {
    const source = await readFile(resolve(root, file), 'utf8').catch(() => '');
    const isThere = [`'${name}'`, `"${name}"`, `\`${name}\``].some((one) =>
      plain(source).includes(one),
    );
    if (!isThere) missing.push(`${file} › ${name}`);
  }
  expect(missing).toEqual([]);
});

test('every line of the page but those on what is not there names a test', async () => {
  const page = await readFile(resolve(root, 'docs/operating/security.md'), 'utf8');
  const [items = ''] = page.split('## Gaps');
  const bare = items.split('\n').filter((line) => line.startsWith('- ') && !line.includes(' › '));
  expect(bare).toEqual([]);
});
