import { afterEach, expect, test } from 'vitest';
import { parseVisitorId, type ConversationId } from '../../src/core/index.ts';
import type { Outbox } from '../../src/store/index.ts';
import { Outlets, type Delivered } from '../../src/turn/index.ts';
import { openWorld, type World } from '../support/world.ts';

/** Words for a channel that is delivered to: who works their row, and when it is somebody else's. */
let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const soon = { timeout: 60_000 };

async function worldWith(outlets: Outlets) {
  const claims: number[] = [];
  const settled: string[] = [];
  const opened = await openWorld({
    outlets,
    wrap: ({ store, actions }) => {
      const outbox: Outbox = {
        ...store.outbox,
        claim: async (nowMs, limit, leaseMs) => {
          const rows = await store.outbox.claim(nowMs, limit, leaseMs);
          claims.push(rows.length);
          return rows;
        },
        settle: async (id, kept) => {
          await store.outbox.settle(id, kept);
          settled.push(id);
        },
      };
      return { store: { ...store, outbox }, actions };
    },
  });
  const visitorId = parseVisitorId('tg:1');
  if (!visitorId) throw new Error('no id');
  return {
    opened,
    claimed: () => claims.reduce((sum, rows) => sum + rows, 0),
    settled,
    open: () => opened.turns.chats.open(visitorId, 'telegram', 'en'),
  };
}

test('words are delivered at once by the node that appended them, without a claim, and how far is kept with the end', async () => {
  const delivered: [ConversationId, number][] = [];
  const outlets = new Outlets(['telegram']);
  outlets.connect(async (id, attempts): Promise<Delivered> => {
    delivered.push([id, attempts]);
    return { kind: 'done', kept: { kind: 'how-far', key: id, body: String(delivered.length) } };
  }, undefined);
  const { opened, settled, claimed, open } = await worldWith(outlets);
  world = opened;
  const id = await open();
  await expect.poll(() => settled.length, soon).toBe(1);
  expect(delivered).toEqual([[id, 1]]);
  expect(await opened.turns.chats.tell(id, 'news', 'There is news.')).toBe(true);
  await expect.poll(() => settled.length, soon).toBe(2);
  expect(delivered).toEqual([
    [id, 1],
    [id, 1],
  ]);
  expect(claimed()).toBe(0);
  expect(await opened.store.records.get('how-far', id)).toBe('2');
  expect(await opened.store.outbox.claim(Date.now() + 1e9, 10, 1)).not.toContainEqual(
    expect.objectContaining({ kind: 'deliver:telegram' }),
  );
});

test('words that are said while others are on their way wait for them, and go in their order', async () => {
  const gate = Promise.withResolvers<void>();
  const begun: string[] = [];
  const outlets = new Outlets(['telegram']);
  outlets.connect(async (): Promise<Delivered> => {
    begun.push(`begins ${begun.length}`);
    if (begun.length === 1) await gate.promise;
    return { kind: 'done' };
  }, undefined);
  const { opened, settled, open } = await worldWith(outlets);
  world = opened;
  const id = await open();
  await expect.poll(() => begun.length, soon).toBe(1);
  await opened.turns.chats.tell(id, 'second', 'second');
  await opened.turns.chats.tell(id, 'third', 'third');
  expect(begun).toHaveLength(1);
  gate.resolve();
  await expect.poll(() => settled, soon).toHaveLength(3);
  expect(settled.slice(1)).toEqual([`d:${id}:second`, `d:${id}:third`]);
});

test('a node that stops takes no more of them: they are due at once for whoever is there', async () => {
  const outlets = new Outlets(['telegram']);
  const delivered: ConversationId[] = [];
  outlets.connect(async (id): Promise<Delivered> => {
    delivered.push(id);
    return { kind: 'done' };
  }, undefined);
  const { opened, settled, open } = await worldWith(outlets);
  world = opened;
  const id = await open();
  await expect.poll(() => settled.length, soon).toBe(1);
  await opened.turns.drain();
  await opened.turns.chats.tell(id, 'late', 'Said while it stops.');
  expect(delivered).toHaveLength(1);
  expect(await opened.store.outbox.claim(Date.now(), 10, 1000)).toMatchObject([
    { id: `d:${id}:late`, attempts: 1 },
  ]);
});
