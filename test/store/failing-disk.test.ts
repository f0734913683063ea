import { expect, test } from 'vitest';
import type { DatabaseSync } from 'node:sqlite';
import type { AppendRequest } from '../../src/store/index.ts';
import { conversation, message } from '../contracts/store/support.ts';
import { freshFolder, openIn, rounds, sqliteError, watchPromise } from './support.ts';

const c1 = conversation('c1');
const full = 13;

function send(cid: string, text = 'hello'): AppendRequest {
  return {
    conversationId: c1,
    create: { visitorId: 'v', channel: 'web' },
    dedupe: { key: `m:${cid}`, fingerprint: text },
    atMs: 1,
    events: [message(cid, text)],
  };
}

/** A disk that can be made to fail, with what was asked of it. */
function disk() {
  const state = { failing: undefined as 'begin' | 'commit' | undefined, commits: 0, failures: 0 };
  const before = (point: 'begin' | 'commit'): void => {
    if (state.failing === point) {
      state.failures += 1;
      throw sqliteError(full, 'database or disk is full');
    }
    if (point === 'commit') state.commits += 1;
  };
  return Object.assign(state, { before });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test.for(['begin', 'commit'] as const)(
  'while %s fails nothing is acknowledged; afterwards everything is, in order and once',
  async (point) => {
    const faults = disk();
    const store = await openIn(await freshFolder(), { faults });
    faults.failing = point;
    const early = Array.from({ length: 5 }, (_, i) =>
      watchPromise(store.conversations.append(send(`m${i}`))),
    );
    await until(() => faults.failures >= 3);
    const late = Array.from({ length: 5 }, (_, i) =>
      watchPromise(store.conversations.append(send(`m${i + 5}`))),
    );
    await until(() => faults.failures >= 4);
    expect([...early, ...late].some(({ done }) => done)).toBe(false);
    expect(await store.conversations.load(c1)).toBeUndefined();
    faults.failing = undefined;
    const results = await Promise.all([...early, ...late].map(({ promise }) => promise));
    expect(results.map(({ kind }) => kind)).toEqual(results.map(() => 'committed'));
    const events = await store.conversations.readVisible(c1, 0, 100);
    const cids = events.map(({ event }) => (event.type === 'message.received' ? event.cid : ''));
    expect(cids).toEqual(Array.from({ length: 10 }, (_, i) => `m${i}`));
  },
);

test('a disk that is really full holds messages back until there is room', async () => {
  let room: number | undefined = 0;
  let attempts = 0;
  const before = (point: 'begin' | 'commit', database: DatabaseSync): void => {
    if (point !== 'begin') return;
    attempts += 1;
    const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
    database.exec(`PRAGMA max_page_count = ${room === 0 ? pages : 1_000_000}`);
  };
  const store = await openIn(await freshFolder(), { faults: { before } });
  const held = watchPromise(store.conversations.append(send('big', 'x'.repeat(100_000))));
  await until(() => attempts >= 3);
  expect(held.done).toBe(false);
  room = undefined;
  expect((await held.promise).kind).toBe('committed');
});

test('health is refused at once while commits fail, and told again when they do not', async () => {
  const faults = disk();
  const store = await openIn(await freshFolder(), { faults });
  await store.checkHealth();
  faults.failing = 'commit';
  const held = watchPromise(store.conversations.append(send('m')));
  await expect(store.checkHealth()).rejects.toMatchObject({ code: 'store_failed' });
  expect(held.done).toBe(false);
  faults.failing = undefined;
  await store.checkHealth();
  expect((await held.promise).kind).toBe('committed');
});

test('health that was asked for in vain leaves nothing waiting behind', async () => {
  const faults = disk();
  let elapsed = 0;
  const store = await openIn(await freshFolder(), { faults, elapsedMs: () => elapsed });
  faults.failing = 'commit';
  await expect(store.checkHealth()).rejects.toMatchObject({ code: 'store_failed' });
  elapsed = 60_000;
  const held = store.conversations.append(send('first of the queue'));
  faults.failing = undefined;
  expect((await held).kind).toBe('committed');
});

test('a queue that is full refuses what comes next, and loses nothing of what is in it', async () => {
  const faults = disk();
  const store = await openIn(await freshFolder(), { faults });
  faults.failing = 'commit';
  const held = Array.from({ length: 2000 }, (_, i) => store.conversations.append(send(`m${i}`)));
  const refused = await store.conversations.append(send('late'));
  expect(refused).toEqual({ kind: 'refused', reason: 'overloaded' });
  await expect(store.records.insert('k', 'x', 'y')).rejects.toMatchObject({ code: 'overloaded' });
  faults.failing = undefined;
  const results = await Promise.all(held);
  expect(results.every(({ kind }) => kind === 'committed')).toBe(true);
  expect((await store.conversations.append(send('late'))).kind).toBe('committed');
  expect((await store.conversations.heads([c1])).get(c1)).toEqual({ version: 2001, seq: 2001 });
});

test('a queue that has waited too long refuses what comes next until it moves again', async () => {
  const faults = disk();
  let elapsed = 0;
  const store = await openIn(await freshFolder(), { faults, elapsedMs: () => elapsed });
  faults.failing = 'commit';
  const held = store.conversations.append(send('first'));
  elapsed = 5000;
  const inTime = store.conversations.append(send('second'));
  elapsed = 5001;
  expect(await store.conversations.append(send('third'))).toEqual({
    kind: 'refused',
    reason: 'overloaded',
  });
  faults.failing = undefined;
  expect((await held).kind).toBe('committed');
  expect((await inTime).kind).toBe('committed');
  expect((await store.conversations.append(send('third'))).kind).toBe('committed');
});

test('up to 256 appends share one commit, more take the next one', async () => {
  const faults = disk();
  const store = await openIn(await freshFolder(), { faults });
  await Promise.all(
    Array.from({ length: 256 }, (_, i) => store.conversations.append(send(`a${i}`))),
  );
  expect(faults.commits).toBe(1);
  await Promise.all(
    Array.from({ length: 257 }, (_, i) => store.conversations.append(send(`b${i}`))),
  );
  expect(faults.commits).toBe(3);
});

test('no append is acknowledged before its commit', async () => {
  const order: string[] = [];
  const before = (point: string): void => void order.push(point);
  const store = await openIn(await freshFolder(), { faults: { before } });
  await store.conversations.append(send('m')).then(() => order.push('acknowledged'));
  await store.conversations.append(send('m')).then(() => order.push('acknowledged again'));
  const flush = ['begin', 'commit'];
  expect(order).toEqual([...flush, 'acknowledged', ...flush, 'acknowledged again']);
});

test('a write that can never succeed is refused alone', async () => {
  const store = await openIn(await freshFolder());
  const before = store.conversations.append(send('before'));
  // The tables hold whole milliseconds only.
  const bad = store.conversations.append({ ...send('bad'), atMs: 1.5 });
  const after = store.conversations.append(send('after'));
  await expect(bad).rejects.toMatchObject({ code: 'internal' });
  expect((await before).kind).toBe('committed');
  expect((await after).kind).toBe('committed');
  const events = await store.conversations.readAll(c1, 0, 10);
  expect(events.map(({ pos }) => pos)).toEqual([1, 2]);
});

test('a payload that cannot be written down is refused alone', async () => {
  const store = await openIn(await freshFolder());
  const loop: { self?: unknown } = {};
  loop.self = loop;
  const bad = store.conversations.append({
    ...send('bad'),
    outbox: [{ id: 'e', kind: 'action', payload: loop, dueAtMs: 0 }],
  });
  await expect(bad).rejects.toMatchObject({ code: 'internal' });
  expect((await store.conversations.append(send('good'))).kind).toBe('committed');
});

test('damage met while writing refuses everything from then on, by name', async () => {
  const faults = disk();
  const store = await openIn(await freshFolder(), {
    faults: {
      before: (point) => {
        if (point === 'commit' && faults.failing) throw sqliteError(11, 'disk image is malformed');
      },
    },
  });
  faults.failing = 'commit';
  const corrupt = { code: 'store_corrupt' };
  await expect(store.conversations.append(send('m'))).rejects.toMatchObject(corrupt);
  faults.failing = undefined;
  await expect(store.conversations.append(send('m'))).rejects.toMatchObject(corrupt);
  await expect(store.checkHealth()).rejects.toMatchObject(corrupt);
  // Also who only looks for work, and would find none.
  await expect(store.outbox.claim(0, 1, 1)).rejects.toMatchObject(corrupt);
  await rounds(2);
  expect(await store.conversations.load(c1)).toBeUndefined();
});
