import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLocalBus } from '../../src/bus/index.ts';
import { followSettings } from '../../src/service/settings-following.ts';
import { openSqliteStore, type RecordStore } from '../../src/store/index.ts';
import { openWorkspace } from '../../src/workspace/index.ts';

const patient = { timeout: 60_000 };

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-settings-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What the nodes share: any store's records, and a bus. */
async function shared() {
  const store = await openSqliteStore({ folder: await freshFolder(), clock: Date.now });
  onTestFinished(() => store.close());
  return { records: store.records, bus: createLocalBus() };
}

interface Shared {
  readonly records: RecordStore;
  readonly bus: ReturnType<typeof createLocalBus>;
}

async function node({ records, bus }: Shared, folder: string) {
  const warnings: string[] = [];
  const say = (_: object, text: string) => void warnings.push(text);
  const log = { info: () => undefined, warn: say, error: say };
  const file = join(folder, 'workspace.json');
  const workspace = await openWorkspace(file, log);
  const stop = await followSettings({ workspace, records, bus, log });
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    stop();
    await workspace.close();
  };
  onTestFinished(close);
  return { workspace, file, warnings, close };
}

/** As a person does with an editor. */
async function edit(file: string, fields: object): Promise<void> {
  const was = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...was, ...fields }));
}

test('an edit of one node’s file is in force, and in the file, on the others', async () => {
  const common = await shared();
  const [a, b] = [await node(common, await freshFolder()), await node(common, await freshFolder())];
  await edit(a.file, { brand: 'Acme Pay' });
  await expect.poll(() => b.workspace.current().brand, patient).toBe('Acme Pay');
  expect(JSON.parse(await readFile(b.file, 'utf8'))).toMatchObject({ brand: 'Acme Pay' });
  await b.workspace.change((draft) => {
    draft.brand = 'Bcme Pay';
  });
  await expect.poll(() => a.workspace.current().brand, patient).toBe('Bcme Pay');
  expect(a.workspace.revision()).toBe(b.workspace.revision());
  expect([...a.warnings, ...b.warnings]).toEqual([]);
});

test('a new node takes what is in force, an old one is brought up to date, and an edit made while stopped counts', async () => {
  const common = await shared();
  const folder = await freshFolder();
  const a = await node(common, await freshFolder());
  const b = await node(common, folder);
  await a.workspace.change((draft) => {
    draft.brand = 'First';
  });
  await expect.poll(() => b.workspace.current().brand, patient).toBe('First');
  await b.close();
  await a.workspace.change((draft) => {
    draft.brand = 'Second';
  });
  await expect
    .poll(async () => await common.records.get('settings', 'workspace'), patient)
    .toContain('Second');
  const fresh = await node(common, await freshFolder());
  expect(fresh.workspace.current().brand).toBe('Second');
  const again = await node(common, folder);
  expect(again.workspace.current().brand).toBe('Second');
  await again.close();
  await edit(join(folder, 'workspace.json'), { brand: 'By hand, meanwhile' });
  const edited = await node(common, folder);
  expect(edited.workspace.current().brand).toBe('By hand, meanwhile');
  await expect.poll(() => a.workspace.current().brand, patient).toBe('By hand, meanwhile');
});

test('edits on two nodes at once end the same everywhere', async () => {
  const common = await shared();
  const [a, b] = [await node(common, await freshFolder()), await node(common, await freshFolder())];
  for (let n = 1; n <= 10; n += 1) {
    await Promise.all([
      a.workspace.change((draft) => {
        draft.brand = `A ${n}`;
      }),
      b.workspace.change((draft) => {
        draft.brand = `B ${n}`;
      }),
    ]);
  }
  const kept = async () =>
    JSON.parse((await common.records.get('settings', 'workspace')) ?? '{}') as { revision: string };
  await expect
    .poll(async () => {
      const { revision } = await kept();
      return [a, b].map(({ workspace }) => workspace.revision() === revision);
    }, patient)
    .toEqual([true, true]);
});
