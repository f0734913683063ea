import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import {
  addToBackup,
  dropBackedUpFiles,
  openSqliteStore,
  readBackup,
  type BackedUpFile,
} from '../../src/store/index.ts';
import { conversation, message } from '../contracts/store/support.ts';
import { freshFolder, openIn } from './support.ts';

const c1 = conversation('c1');
const bytes = (text: string) => new TextEncoder().encode(text);

async function* each(files: readonly BackedUpFile[]): AsyncGenerator<BackedUpFile> {
  yield* files;
}

/** A backup with two messages and two files, given to it in the wrong order. */
async function aBackup() {
  const folder = await freshFolder();
  const store = await openIn(folder);
  for (const cid of ['m1', 'm2']) {
    await store.conversations.append({
      conversationId: c1,
      create: { visitorId: 'v', channel: 'web' },
      atMs: 1,
      events: [message(cid)],
    });
  }
  const file = join(folder, 'kefu.backup');
  await store.backup?.(file);
  const files = [
    { path: 'settings.json', bytes: bytes('{}') },
    { path: 'files/a', bytes: bytes('one') },
  ];
  expect(await addToBackup(file, each(files))).toBe(2);
  return { store, folder, file, files };
}

describe('a backup', () => {
  test('has its files in the order of their paths, and the log as one file without a journal', async () => {
    const { file, files } = await aBackup();
    expect(readBackup(file).map(({ path, bytes: held }) => [path, Buffer.from(held)])).toEqual(
      files.toReversed().map(({ path, bytes: held }) => [path, Buffer.from(held)]),
    );
    const copy = new DatabaseSync(file, { readOnly: true });
    expect(copy.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' });
    expect(copy.prepare('SELECT count(*) AS count FROM event').get()).toEqual({ count: 2 });
    copy.close();
  });

  test('becomes a store again without its files, which leave nothing behind', async () => {
    const { file, folder } = await aBackup();
    dropBackedUpFiles(file);
    expect((await readFile(file)).includes('settings.json')).toBe(false);
    const again = join(folder, 'again');
    const emptied = await openIn(again);
    await emptied.close();
    await copyFile(file, join(again, 'kefu.db'));
    const store = await openIn(again);
    expect((await store.conversations.load(c1))?.version).toBe(2);
    expect(() => readBackup(file)).toThrow('is not a backup of Kefu.');
  });

  test('goes on while messages come, and leaves the store as it was', async () => {
    const { store } = await aBackup();
    expect((await store.conversations.load(c1))?.version).toBe(2);
  });

  test('into a place that cannot be written is refused and leaves nothing', async () => {
    const { store, folder } = await aBackup();
    const nowhere = join(folder, 'no/where');
    await expect(store.backup?.(nowhere)).rejects.toMatchObject({ code: 'store_failed' });
    await expect(readFile(nowhere)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('with a file that is not as it was is refused by that file’s name', async () => {
    const { file } = await aBackup();
    const copy = new DatabaseSync(file);
    copy.prepare('UPDATE backup_file SET bytes = ? WHERE path = ?').run(bytes('two'), 'files/a');
    copy.close();
    expect(() => readBackup(file)).toThrow(
      expect.objectContaining({
        code: 'store_corrupt',
        message: `${file} is damaged (its file files/a is not as it was): it is of no use; take another backup.`,
      }) as Error,
    );
  });

  test('with damaged pages is refused', async () => {
    const { file } = await aBackup();
    const whole = await readFile(file);
    whole.fill(0xa5, 4096 * 3, 4096 * 6);
    await writeFile(file, whole);
    expect(() => readBackup(file)).toThrow(
      expect.objectContaining({
        code: 'store_corrupt',
        message: expect.stringMatching(/is damaged .*take another backup\.$/s) as string,
      }) as Error,
    );
  });

  test('that is none is told so', async () => {
    const folder = await freshFolder();
    const text = join(folder, 'notes.txt');
    await writeFile(text, 'not a database at all, only words '.repeat(50));
    const refusal = (file: string) => {
      try {
        return readBackup(file);
      } catch (error) {
        return error;
      }
    };
    expect(refusal(text)).toMatchObject({ code: 'store_corrupt' });
    expect(refusal(join(folder, 'absent'))).toMatchObject({
      code: 'bad_config',
      message: `${join(folder, 'absent')} cannot be read as a backup.`,
    });
    const store = await openSqliteStore({ folder, clock: () => 0 });
    await store.close();
    expect(refusal(join(folder, 'kefu.db'))).toMatchObject({
      code: 'bad_config',
      message: `${join(folder, 'kefu.db')} is not a backup of Kefu.`,
    });
  });

  test('takes no file twice', async () => {
    const { file, files } = await aBackup();
    await expect(addToBackup(file, each(files))).rejects.toMatchObject({
      message: expect.stringContaining('UNIQUE') as string,
    });
    expect(readBackup(file)).toHaveLength(2);
  });
});
