import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createFiles, moveBlobs, type Files } from '../../src/files/index.ts';
import { openPostgresStore, openSqliteStore } from '../../src/store/index.ts';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const hourMs = 60 * 60_000;
let nowMs = 10_000 * hourMs;
const clock = () => nowMs;
const upload = { conversationId: 'c1', senderId: 'v1', name: 'receipt.txt' };

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-shared-files-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A node with a data folder of its own. */
async function node(url: string, folder?: string) {
  const own = folder ?? (await freshFolder());
  const store = await openPostgresStore({ url, clock });
  onTestFinished(() => store.close());
  const { records, blobs } = store;
  const more = { bytesMax: 1024 * 1024, unusedTtlMs: hourMs };
  const files = createFiles({ folder: own, records, blobs, clock, randomId: randomUUID, ...more });
  return { files, folder: own, blobs };
}

/** Text, as that needs no format; of several parts, and in pieces that fit none of them. */
const text = (bytes: number): Uint8Array => Buffer.from(randomBytes(bytes / 2).toString('hex'));
async function* pieces(bytes: Uint8Array, size = 9973): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const bytesOf = async (files: Files, id: string) => {
  const found = await files.find(id);
  return found && (await buffer(found.open()));
};

test('what one node took any other gives, byte for byte, and without a disk that they share', async () => {
  const url = await server.database();
  const [a, b] = [await node(url), await node(url)];
  const sent = text(700_000);
  const { id } = await a.files.put({ ...upload, body: pieces(sent) });
  expect(await bytesOf(b.files, id)).toEqual(sent);
  expect(await b.files.claim([id], { ...upload, cid: 'm1' })).toHaveLength(1);
  expect(await readdir(a.folder)).toEqual([]);
  await b.files.remove(id);
  expect(await a.files.find(id)).toBeUndefined();
  expect(await a.blobs?.has(id)).toBe(false);
});

test('an upload that is refused, cut off or named by nobody leaves nothing', async () => {
  const url = await server.database();
  const { files, blobs } = await node(url);
  const kept = async () => (await blobs?.olderThan(Number.MAX_SAFE_INTEGER, '', 10)) ?? [];
  const tooMuch = files.put({ ...upload, body: pieces(text(1_200_000)) });
  await expect(tooMuch).rejects.toMatchObject({ code: 'too_large' });
  async function* cut(): AsyncIterable<Uint8Array> {
    yield text(400_000);
    throw new Error('the line was cut');
  }
  await expect(files.put({ ...upload, body: cut() })).rejects.toThrow('the line was cut');
  expect(await kept()).toEqual([]);
  await files.put({ ...upload, body: pieces(text(1000)) });
  const { id } = await files.put({ ...upload, body: pieces(text(1000)) });
  await files.claim([id], { ...upload, cid: 'm1' });
  nowMs += 2 * hourMs;
  const store = await openPostgresStore({ url, clock });
  await store.records.sweep(nowMs, 100);
  await store.close();
  expect(await files.sweep()).toBe(1);
  expect(await kept()).toEqual([id]);
});

test('files from before the move are copied and compared, and until then still read from the folder', async () => {
  const folder = await freshFolder();
  const alone = await openSqliteStore({ folder, clock });
  const before = createFiles({
    folder,
    records: alone.records,
    clock,
    randomId: randomUUID,
  });
  const sent = text(300_000);
  const ref = await before.put({ ...upload, body: pieces(sent) });
  const body = (await alone.records.get('file', ref.id)) ?? '';
  await alone.close();

  const url = await server.database();
  const moved = await node(url, folder);
  const store = await openPostgresStore({ url, clock });
  onTestFinished(() => store.close());
  await store.records.insert('file', ref.id, body);
  expect(await bytesOf(moved.files, ref.id)).toEqual(sent);
  if (!moved.blobs) throw new Error('no blobs');
  expect(await moveBlobs(folder, moved.blobs)).toEqual({ files: 1, bytes: 300_000 });
  expect(await moveBlobs(folder, moved.blobs)).toEqual({ files: 1, bytes: 300_000 });
  const elsewhere = await node(url);
  expect(await bytesOf(elsewhere.files, ref.id)).toEqual(sent);
});
