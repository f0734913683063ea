import { readFile, rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { actionSpecs } from '../../src/actions/index.ts';
import { openSandboxWallet, refusalReasons } from '../../src/wallet/index.ts';
import { freshFolder, startMs } from '../wallet/sandbox-world.ts';

const page = await readFile(new URL('../../docs/reference/wallet.md', import.meta.url), 'utf8');

/** The rows of the table under a heading, each as its cells. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) => line.split('|').map((cell) => cell.trim()));
}

const names = (cell = ''): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');

test('the reference page tells of each operation its level, consent, arguments and refusals', () => {
  const told = rowsUnder('Operations').map((cells) => ({
    name: names(cells[1])[0],
    level: cells[2],
    consent: cells[3] === 'yes',
    args: names(cells[4]),
    refusals: names(cells[6]),
  }));
  expect(told).toEqual(
    Object.values(actionSpecs).map(({ name, level, consent, args, refusals }) => ({
      name,
      level,
      consent,
      args: Object.entries(args).map(([arg, { required }]) => (required ? arg : `${arg}?`)),
      refusals,
    })),
  );
});

test('the reference page explains every reason and no other', () => {
  expect(rowsUnder('Reasons').map((cells) => names(cells[1])[0])).toEqual([...refusalReasons]);
});

test('the reference page names the sandbox’s customers', async () => {
  const folder = await freshFolder();
  const sandbox = await openSandboxWallet({ folder, clock: () => startMs });
  const ids = sandbox.customers().map(({ customerId }) => customerId);
  sandbox.close();
  await rm(folder, { recursive: true });
  const told = rowsUnder('The sandbox').map((cells) => names(cells[1])[0]);
  for (const id of ids) expect(told).toContain(id);
});
