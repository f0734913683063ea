import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { restoreBackup } from '../../src/upkeep/backup.ts';
import { restore, run } from '../../src/cli/backup.ts';
import { readBackup, openSqliteStore } from '../../src/store/index.ts';
import { deskService, known } from '../support/desk-service.ts';
import { message, note } from '../contracts/store/support.ts';

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-backup-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Prints into a list for the length of a test. */
function printed(): string[] {
  const lines: string[] = [];
  const spy = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  onTestFinished(() => spy.mockRestore());
  return lines;
}

test('a backup of a running service under load restores to the same log, settings, records and chain, with a new epoch', async () => {
  const service = await deskService();
  const out = await freshFolder();
  const lines = printed();
  try {
    const conv = await service.conversation('lin-wei');
    for (let at = 0; at < 20; at += 1) await service.says(conv, `word ${at}`);
    await service.core.workspace.change((draft) => {
      draft.brand = 'Restored Pay';
    });
    const before = await service.core.store.conversations.readAll(conv, 0, 2000);
    let writing = true;
    const load = (async () => {
      for (let at = 0; writing; at += 1) await service.log(conv, note);
    })();
    const file = join(out, 'kefu.backup');
    expect(
      await run([file, '--with-secrets', '--data', service.folder, '--url', service.origin]),
    ).toBe(0);
    writing = false;
    await load;
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await expect(
      run([file, '--data', service.folder, '--url', service.origin]),
    ).rejects.toMatchObject({ message: expect.stringContaining('exists already') as string });

    const again = join(out, 'again');
    expect(await restore([file, '--data', again])).toBe(0);
    expect(lines.join('\n')).toMatch(/chain is whole/);
    const store = await openSqliteStore({ folder: again, clock: () => 0 });
    onTestFinished(() => store.close());
    const after = await store.conversations.readAll(conv, 0, 100_000);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.map(({ pos }) => pos)).toEqual(after.map((_, at) => at + 1));
    expect(store.epoch).not.toBe(service.core.store.epoch);
    const agents = await store.records.list('agent', 10);
    expect(agents).toEqual(await service.core.store.records.list('agent', 10));
    const workspace = await readFile(join(again, 'workspace.json'), 'utf8');
    expect(workspace).toContain('Restored Pay');
    expect(await readFile(join(again, 'secrets.json'))).toEqual(
      await readFile(join(service.folder, 'secrets.json')),
    );
    const last = known((await known(store.audit).read({ after: 0, limit: 1000 })).at(-1));
    expect(last).toMatchObject({ kind: 'operator.restored' });
  } finally {
    await service.stop();
  }
}, 120_000);

/** A backup of a small store, made without a service. */
async function smallBackup(): Promise<{ readonly file: string; readonly out: string }> {
  const out = await freshFolder();
  const data = join(out, 'data');
  const store = await openSqliteStore({ folder: data, clock: () => 0 });
  for (let at = 0; at < 300; at += 1) {
    const events = [message(`m${at}`, `words ${at} ${'x'.repeat(200)}`)];
    const create = { visitorId: 'v', channel: 'web' };
    await store.conversations.append({
      conversationId: `c${at}` as never,
      create,
      atMs: 0,
      events,
    });
  }
  await store.close();
  await writeFile(join(data, 'workspace.json'), '{}');
  await writeFile(join(data, 'channels.json'), '{"linkSecret":"a secret"}');
  const file = join(out, 'small.backup');
  expect(await run([file, '--data', data, '--url', 'http://127.0.0.1:9'])).toBe(0);
  return { file, out };
}

test('without a service the data folder itself is backed up, and secrets only when asked for', async () => {
  const lines = printed();
  const { file, out } = await smallBackup();
  expect(readBackup(file).map(({ path }) => path)).toEqual(['workspace.json']);
  expect(lines.join('\n')).toMatch(/does not hold secrets\.json and channels\.json/);
  const whole = join(out, 'whole.backup');
  const data = join(out, 'data');
  await run([whole, '--with-secrets', '--data', data, '--url', 'http://127.0.0.1:9']);
  const paths = readBackup(whole).map(({ path }) => path);
  expect(paths).toEqual(['channels.json', 'secrets.json', 'workspace.json']);
  const again = join(out, 'with-secrets');
  expect(await restore([whole, '--data', again])).toBe(0);
  expect(await readFile(join(again, 'channels.json'), 'utf8')).toContain('a secret');
  expect((await stat(join(again, 'channels.json'))).mode & 0o777).toBe(0o600);
});

test('a restore never writes over a database, and makes nothing of what is no backup', async () => {
  printed();
  const { file, out } = await smallBackup();
  const clock = () => 0;
  await expect(
    restoreBackup({ from: file, folder: join(out, 'data'), clock }),
  ).rejects.toMatchObject({ code: 'conflict' });
  const other = join(out, 'other');
  const from = join(out, 'data', 'kefu.db');
  await expect(restoreBackup({ from, folder: other, clock })).rejects.toMatchObject({
    code: 'bad_config',
  });
  await expect(stat(other)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a backup that was cut short or has a flipped page is told and not restored', async () => {
  printed();
  const { file, out } = await smallBackup();
  const whole = await readFile(file);
  const pages = whole.length / 4096;
  const clock = () => 0;
  const folder = join(out, 'bad');
  await truncate(file, Math.floor(pages / 2) * 4096);
  await expect(restoreBackup({ from: file, folder, clock })).rejects.toMatchObject({
    code: 'store_corrupt',
  });
  for (const page of [1, Math.floor(pages / 2), pages - 2]) {
    const bytes = Buffer.from(whole);
    bytes.fill(0xa5, page * 4096, page * 4096 + 64);
    await writeFile(file, bytes);
    await expect(restoreBackup({ from: file, folder, clock })).rejects.toMatchObject({
      code: 'store_corrupt',
    });
  }
  await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a database with a torn or flipped page, cut short or emptied, is named at the start and not opened', async () => {
  printed();
  const { out } = await smallBackup();
  const folder = join(out, 'data');
  const file = join(folder, 'kefu.db');
  const whole = await readFile(file);
  const opens = async (bytes: Buffer) => {
    await writeFile(file, bytes);
    return openSqliteStore({ folder, clock: () => 0 }).then(
      async (store) => {
        await store.close();
        return 'opened';
      },
      (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
    );
  };
  const damaged = /^store_corrupt: .*kefu\.db is damaged.*Restore a backup/s;
  const torn = Buffer.from(whole);
  torn.fill(0, 3 * 4096 + 2048, 4 * 4096);
  const flipped = Buffer.from(whole);
  flipped.fill(0x5a, 5 * 4096, 5 * 4096 + 8);
  expect(await opens(torn)).toMatch(damaged);
  expect(await opens(flipped)).toMatch(damaged);
  expect(await opens(whole.subarray(0, whole.length - 3 * 4096))).toMatch(damaged);
  expect(await opens(whole.subarray(0, 0))).toMatch(damaged);
  expect(await opens(whole)).toBe('opened');
});
