import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Fault } from '../../src/core/index.ts';
import { createFiles } from '../../src/files/index.ts';
import type { Files, FilesDeps } from '../../src/files/index.ts';
import { openSqliteStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/index.ts';
import { gif, heic, jpeg, pdf, png, webp } from '../support/file-samples.ts';

let folder: string;
let store: Store;
let files: Files;
let nowMs: number;

const hourMs = 60 * 60_000;
const message = { conversationId: 'c1', senderId: 'v1', cid: 'm1' };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kefu-files-'));
  nowMs = Date.now();
  store = await openSqliteStore({ folder, clock: () => nowMs });
  files = filesWith({});
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

function filesWith(more: Partial<FilesDeps>): Files {
  const { records } = store;
  return createFiles({ folder, records, clock: () => nowMs, randomId: randomUUID, ...more });
}

async function* inChunks(bytes: Uint8Array, size = 7): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const put = (bytes: Uint8Array, name = 'a.png', senderId = 'v1') =>
  files.put({ conversationId: 'c1', senderId, name, body: inChunks(bytes) });

const codeOf = async (work: Promise<unknown>) => {
  try {
    await work;
    return 'ok';
  } catch (error) {
    return error instanceof Fault ? error.code : error;
  }
};

async function onDisk(): Promise<readonly string[]> {
  const all = await readdir(join(folder, 'files'), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return all.filter((one) => one.isFile()).map(({ name }) => name);
}

test.each([
  ['png', png(640, 480), 'image/png', { width: 640, height: 480 }],
  ['gif', gif(320, 200), 'image/gif', { width: 320, height: 200 }],
  ['jpeg', jpeg(800, 600), 'image/jpeg', { width: 800, height: 600 }],
  ['a jpeg that lies on its side', jpeg(800, 600, 6), 'image/jpeg', { width: 600, height: 800 }],
  ['a jpeg turned upside down', jpeg(800, 600, 3), 'image/jpeg', { width: 800, height: 600 }],
  ['lossy webp', webp.lossy(500, 400), 'image/webp', { width: 500, height: 400 }],
  ['lossless webp', webp.lossless(501, 401), 'image/webp', { width: 501, height: 401 }],
  ['extended webp', webp.extended(70_000, 9), 'image/webp', { width: 70_000, height: 9 }],
  ['heic', heic(4032, 3024), 'image/heic', { width: 4032, height: 3024 }],
  ['pdf', pdf, 'application/pdf', {}],
  ['text', new TextEncoder().encode('رقم العملية P-1\n订单'), 'text/plain', {}],
])('%s is known by its content, whatever its name, and comes back to the byte', async (...one) => {
  const [, bytes, type, size] = one;
  const ref = await put(bytes, 'holiday.exe');
  expect(ref).toEqual({ id: ref.id, name: 'holiday.exe', type, bytes: bytes.length, ...size });
  const found = await files.find(ref.id);
  if (!found) throw new Error('not found');
  expect(Buffer.compare(await buffer(found.open()), bytes)).toBe(0);
});

test.each([
  ['a program', Buffer.from('MZ\u0090\u0000\u0003\u0000\u0000\u0000\u0004', 'latin1')],
  ['a zip archive', Buffer.from('PK\u0003\u0004\u0014\u0000\u0000\u0000\u0008\u0000', 'latin1')],
  ['a drawing that can hold scripts', Buffer.from('<?xml version="1.0"?><svg onload="x()"/>')],
  ['bytes that are no text', Buffer.from([0xc3, 0x28, 0x41, 0x42])],
  ['text cut within a letter', Buffer.from('né').subarray(0, 2)],
  ['text with control characters', Buffer.from('abc\u0000def')],
  ['nothing', Buffer.alloc(0)],
])('%s is refused even when it is called a picture, and nothing of it stays', async (_, bytes) => {
  expect(await codeOf(put(bytes, 'photo.jpg'))).toBe('unsupported_type');
  expect(await onDisk()).toEqual([]);
});

test('a file above the ceiling is refused while it comes in, and nothing of it stays', async () => {
  files = filesWith({ bytesMax: 1000 });
  let taken = 0;
  async function* endless(): AsyncIterable<Uint8Array> {
    for (;;) {
      taken += 100;
      yield new Uint8Array(100).fill(65);
    }
  }
  const upload = { conversationId: 'c1', senderId: 'v1', name: 'a.txt', body: endless() };
  expect(await codeOf(files.put(upload))).toBe('too_large');
  expect(taken).toBe(1100);
  expect(await onDisk()).toEqual([]);
});

test('a picture of more pixels than a browser can bear is refused, however few bytes it has', async () => {
  expect(await codeOf(put(png(60_000, 60_000)))).toBe('too_large');
});

test('more uploads at once than the ceiling are put off, and later ones are taken again', async () => {
  files = filesWith({ uploadsAtOnceMax: 1 });
  const gate = Promise.withResolvers<void>();
  async function* slow(): AsyncIterable<Uint8Array> {
    await gate.promise;
    yield png(1, 1);
  }
  const first = files.put({ conversationId: 'c1', senderId: 'v1', name: 'a', body: slow() });
  expect(await codeOf(put(png(1, 1)))).toBe('overloaded');
  gate.resolve();
  await first;
  expect(await codeOf(put(png(1, 1)))).toBe('ok');
});

test.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\me\\receipt.pdf', 'receipt.pdf'],
  ['evil\u202Egnp.exe', 'evilgnp.exe'],
  ['a\r\nSet-Cookie: b', 'aSet-Cookie: b'],
  ['  ', 'file'],
  ['..', 'file'],
  [`${'long'.repeat(60)}.png`, `${'long'.repeat(60).slice(0, 115)}….png`],
])('the name %j is kept as %j', async (name, kept) => {
  expect((await put(png(1, 1), name)).name).toBe(kept);
});

test('files are readable by their own user only', async () => {
  const { id } = await put(png(1, 1));
  const { mode } = await stat(join(folder, 'files', id.slice(2, 4), id));
  expect(mode & 0o777).toBe(0o600);
});

test('one message takes a file, again and again the same; no other message, sender or conversation may', async () => {
  const one = await put(png(1, 1));
  const two = await put(pdf, 'b.pdf');
  const ids = [two.id, one.id];
  expect(await files.claim(ids, { ...message, senderId: 'v2' })).toBeUndefined();
  expect(await files.claim(ids, { ...message, conversationId: 'c2' })).toBeUndefined();
  expect(await files.claim([one.id, 'f_nothing'], message)).toBeUndefined();
  expect(await files.claim(ids, message)).toEqual([two, one]);
  expect(await files.claim(ids, message)).toEqual([two, one]);
  expect(await files.claim(ids, { ...message, cid: 'm2' })).toBeUndefined();
});

test('of two messages that claim one file at the same moment, one has it', async () => {
  const { id } = await put(png(1, 1));
  const claims = ['m1', 'm2', 'm3'].map((cid) => files.claim([id], { ...message, cid }));
  expect((await Promise.all(claims)).filter((refs) => refs !== undefined)).toHaveLength(1);
});

test('what no message named is swept after its time; what one named stays for good', async () => {
  const unused = await put(png(1, 1));
  const used = await put(png(2, 2));
  await files.claim([used.id], message);
  expect(await files.sweep()).toBe(0);
  nowMs += 25 * hourMs;
  await store.records.sweep(nowMs, 100);
  expect(await files.sweep()).toBe(1);
  expect(await files.find(unused.id)).toBeUndefined();
  expect(await files.find(used.id)).toBeDefined();
  expect(await onDisk()).toEqual([used.id]);
});

test('what a crash left half written is swept too', async () => {
  const id = `f_${'a'.repeat(32)}`;
  const path = join(folder, 'files', 'aa', `${id}.part`);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, 'half');
  const old = new Date(nowMs - 25 * hourMs);
  await utimes(path, old, old);
  await files.sweep();
  expect(await onDisk()).toEqual([]);
});

test('an id that is none of ours never becomes a path', async () => {
  expect(await files.find('../wallet.db')).toBeUndefined();
  await store.records.insert('file', '../x', JSON.stringify({ ref: { id: '../x' } }));
  const found = await files.find('../x');
  expect(() => found?.open()).toThrow(Fault);
});
