import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/store/index.ts';
import { connect } from '../../src/store/sqlite/connection.ts';
import { migrate, readMigrations } from '../../src/store/sqlite/migrate.ts';
import { conversation, message } from '../contracts/store/support.ts';
import { freshFolder, openIn } from './support.ts';

const run = promisify(execFile);
const c1 = conversation('c1');

async function digestOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

/** A closed store with some hundred kilobytes in it. */
async function filledFolder(): Promise<string> {
  const folder = await freshFolder();
  const store = await openSqliteStore({ folder, clock: () => 0 });
  for (let i = 0; i < 50; i += 1) {
    await store.conversations.append({
      conversationId: c1,
      create: { visitorId: 'v', channel: 'web' },
      atMs: i,
      events: [message(`m${i}`, 'x'.repeat(4000))],
    });
  }
  await store.close();
  return folder;
}

const opening = (folder: string) => openSqliteStore({ folder, clock: () => 0 });

test('a second process on the same folder is refused within a second and touches nothing', async () => {
  const folder = await filledFolder();
  const store = await openIn(folder);
  const before = await digestOf(join(folder, 'kefu.db'));
  const program = new URL('open-once.ts', import.meta.url).pathname;
  const { stdout } = await run(process.execPath, [program, folder]);
  const said: unknown = JSON.parse(stdout);
  expect(said).toMatchObject({ code: 'data_folder_in_use' });
  expect(said).toHaveProperty('message', expect.stringContaining(folder));
  expect(said).toHaveProperty(
    'tookMs',
    expect.toSatisfy((ms: number) => ms < 1000),
  );
  expect(await digestOf(join(folder, 'kefu.db'))).toBe(before);
  expect((await store.conversations.load(c1))?.version).toBe(50);
});

test('a second store in the same process is refused too, and the first goes on', async () => {
  const folder = await freshFolder();
  const store = await openIn(folder);
  await expect(opening(folder)).rejects.toMatchObject({ code: 'data_folder_in_use' });
  await store.checkHealth();
});

test('a file cut short is refused as damaged', async () => {
  const folder = await filledFolder();
  const file = join(folder, 'kefu.db');
  await truncate(file, Math.floor((await stat(file)).size / 2));
  await expect(opening(folder)).rejects.toMatchObject({ code: 'store_corrupt' });
});

test('a file cut short is noticed without reading it through, as when it is large', async () => {
  const folder = await filledFolder();
  const file = join(folder, 'kefu.db');
  await truncate(file, (await stat(file)).size - 4096);
  expect(() => connect(folder, 0)).toThrow(expect.objectContaining({ code: 'store_corrupt' }));
});

test('an emptied file is refused and not taken for a new store', async () => {
  const folder = await filledFolder();
  await truncate(join(folder, 'kefu.db'), 0);
  await expect(opening(folder)).rejects.toMatchObject({ code: 'store_corrupt' });
});

test('a file with overwritten pages is refused as damaged', async () => {
  const folder = await filledFolder();
  const handle = await open(join(folder, 'kefu.db'), 'r+');
  await handle.write(Buffer.alloc(16_384, 0xa5), 0, 16_384, 8192);
  await handle.close();
  await expect(opening(folder)).rejects.toMatchObject({ code: 'store_corrupt' });
});

test('something that is no database is refused and left as it is', async () => {
  const folder = await freshFolder();
  const file = join(folder, 'kefu.db');
  await writeFile(file, 'this is a diary\n'.repeat(500));
  const before = await digestOf(file);
  await expect(opening(folder)).rejects.toMatchObject({ code: 'store_corrupt' });
  expect(await digestOf(file)).toBe(before);
});

test("another program's database is refused and left as it is", async () => {
  const folder = await freshFolder();
  const file = join(folder, 'kefu.db');
  const other = new DatabaseSync(file);
  other.exec('CREATE TABLE diary (line TEXT)');
  other.close();
  const before = await digestOf(file);
  await expect(opening(folder)).rejects.toMatchObject({ code: 'bad_config' });
  expect(await digestOf(file)).toBe(before);
});

test('a store written by a newer program is refused with what to do', async () => {
  const folder = await filledFolder();
  const database = new DatabaseSync(join(folder, 'kefu.db'));
  database.exec("INSERT INTO migration VALUES (9999, 'from-the-future', '', 0)");
  database.close();
  await expect(opening(folder)).rejects.toMatchObject({
    code: 'bad_config',
    message: expect.stringContaining('newer'),
  });
});

test('what was stored is there after a restart, and a restored backup gets another epoch', async () => {
  const folder = await filledFolder();
  const store = await opening(folder);
  expect((await store.conversations.load(c1))?.version).toBe(50);
  await store.close();
  const restored = await openIn(folder, { renewEpoch: true });
  expect(restored.epoch).toMatch(/^[0-9a-f]{32}$/);
  expect(restored.epoch).not.toBe(store.epoch);
});

test("nobody but the service's own user may read the data", async () => {
  const folder = join(await freshFolder(), 'data');
  await openIn(folder);
  expect((await stat(folder)).mode & 0o077).toBe(0);
  expect((await stat(join(folder, 'kefu.db'))).mode & 0o077).toBe(0);
});

test('migrations run once each, in order, and one that fails leaves nothing behind', () => {
  const database = new DatabaseSync(':memory:');
  const first = { number: 1, name: 'one', sql: 'CREATE TABLE one (a)' };
  const second = {
    number: 2,
    name: 'two',
    sql: 'CREATE TABLE two (a); INSERT INTO nowhere VALUES (1)',
  };
  const mended = { ...second, sql: 'CREATE TABLE two (a)' };
  expect(migrate(database, [first], 1)).toBe(1);
  expect(() => migrate(database, [first, second], 2)).toThrow('nowhere');
  expect(database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'two'").get()).toBeUndefined();
  expect(migrate(database, [first, mended], 3)).toBe(1);
  expect(migrate(database, [first, mended], 4)).toBe(0);
  database.close();
});

test('an edited migration is refused: what has run is history', () => {
  const database = new DatabaseSync(':memory:');
  const first = { number: 1, name: 'one', sql: 'CREATE TABLE one (a)' };
  migrate(database, [first], 1);
  const edited = { ...first, sql: 'CREATE TABLE one (a, b)' };
  expect(() => migrate(database, [edited], 2)).toThrow('another migration 1');
  database.close();
});

test('the migrations that are shipped are numbered from 1 without a gap', () => {
  const numbers = readMigrations().map(({ number }) => number);
  expect(numbers.length).toBeGreaterThan(0);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});
