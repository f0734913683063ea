import { expect, test } from 'vitest';
import { erased, evolve, initialState } from '../../../src/dialogue/index.ts';
import type { ConversationEvent } from '../../../src/dialogue/index.ts';
import type { ConversationId } from '../../../src/core/index.ts';
import type { PersonalStore, Store } from '../../../src/store/index.ts';
import { c1, conversation, made, message, type Begin } from './support.ts';

async function write(store: Store, id: ConversationId, ...events: ConversationEvent[]) {
  const version = (await store.conversations.heads([id])).get(id)?.version ?? 0;
  const before = await store.conversations.readAll(id, 0, 1000);
  const state = before.reduce(evolve, initialState);
  const snapshot = events.reduce(
    (former, event, index) => evolve(former, { pos: version + index + 1, atMs: 1000, event }),
    state,
  );
  const dedupe = { key: `k${version}`, fingerprint: 'of the words' };
  const base = { conversationId: id, create: made, expect: version, atMs: 1000, dedupe };
  await store.conversations.append({ ...base, events, snapshot });
}

const bind = (customerId: string | null): ConversationEvent => ({
  type: 'identity.bound',
  customerId,
});

async function level(store: Store) {
  while ((await store.deskIndex.follow(100)) > 0);
}

async function eraseAs(store: Store, personal: PersonalStore, id: ConversationId) {
  const events = await store.conversations.readAll(id, 0, 1000);
  const bare = events.map((one) => ({ ...one, event: erased(one.event, 'erased-1') }));
  const snapshot = bare.reduce(evolve, initialState);
  const base = { conversationId: id, events: bare, snapshot };
  return { events, bare, result: await personal.rewrite({ ...base, expect: events.length }) };
}

export function personalContract(begin: Begin): void {
  test('conversations that once were a customer’s are found, those of one with a like name are not', async () => {
    const { store } = await begin();
    const { personal } = store;
    const [left, other] = ['p2', 'p3'].map(conversation);
    if (!left || !other) throw new Error('no ids');
    await write(store, c1, message('m1'), bind('lin'));
    await write(store, left, bind('lin'), bind(null));
    await write(store, other, bind('LIN'));
    await level(store);
    expect(await personal.conversationsOf('lin')).toEqual([c1, left]);
    expect(await personal.conversationsOf('nobody')).toEqual([]);
  });

  test('records are found by their key, its end, and what they hold as a whole string', async () => {
    const { store } = await begin();
    const { personal } = store;
    await store.records.insert('a', 'lin_1', '{}');
    await store.records.insert('b', 'customer:lin_1', '[]');
    await store.records.insert('c', 'x', '{"customerId":"lin_1"}');
    await store.records.insert('d', 'customer:linx1', '{"customerId":"lin_12"}');
    const found = await personal.recordsNaming(['lin_1']);
    expect(found.map(({ kind }) => kind)).toEqual(['a', 'b', 'c']);
    expect(await personal.recordsNaming([])).toEqual([]);
  });

  test('a rewritten conversation has its positions, folds to its snapshot and is found by nothing that was said', async () => {
    const { store, reopen } = await begin();
    const { personal } = store;
    await write(store, c1, message('m1', 'my secret garden'), bind('lin'));
    await level(store);
    const before = await store.deskIndex.search({ text: 'secret garden', limit: 5 });
    expect(before.hits).toHaveLength(1);
    const { events, bare, result } = await eraseAs(store, personal, c1);
    expect(result).toBe('rewritten');
    await personal.scrub();

    const again = await reopen();
    await level(again);
    const stored = await again.conversations.readAll(c1, 0, 10);
    expect(stored).toEqual(bare);
    const places = (all: typeof stored) => all.map(({ pos, seq, atMs }) => [pos, seq, atMs]);
    expect(places(stored)).toEqual(places(events));
    const loaded = await again.conversations.load(c1);
    expect(loaded?.snapshot).toEqual(stored.reduce(evolve, initialState));
    for (const text of ['secret', 'garden', 'lin']) {
      expect((await again.deskIndex.search({ text, limit: 5 })).hits).toEqual([]);
    }
    expect(await again.conversations.findByCustomer('lin')).toBeUndefined();
    expect(await again.conversations.findByVisitor(made.visitorId)).toBeUndefined();
    expect(await again.personal.conversationsOf('lin')).toEqual([]);
    expect((await again.conversations.inbox({ list: 'bot', limit: 5 }))[0]?.preview).toBeNull();
  });

  test('what a customer was called goes with the erasure; of another customer it stays', async () => {
    const { store } = await begin();
    await write(store, c1, message('m1'), bind('lin'));
    await write(store, conversation('c9'), message('m9'), bind('kim'));
    await store.deskIndex.named('lin', 'Wei Erased');
    await store.deskIndex.named('kim', 'Kim Kept');
    await level(store);
    const found = async (text: string) =>
      (await store.deskIndex.search({ text, limit: 5 })).hits.map(({ text: shown }) => shown);
    expect([await found('wei erased'), await found('kim kept')]).toEqual([['lin'], ['kim']]);
    await eraseAs(store, store.personal, c1);
    await store.personal.scrub();
    // The same person come back is another conversation.
    await write(store, conversation('c8'), message('m8'), bind('lin'));
    await level(store);
    expect([await found('wei erased'), await found('kim kept')]).toEqual([[], ['kim']]);
  });

  test('a conversation that went on meanwhile is not rewritten', async () => {
    const { store } = await begin();
    const { personal } = store;
    await write(store, c1, message('m1'));
    const base = { conversationId: c1, events: [], snapshot: initialState };
    expect(await personal.rewrite({ ...base, expect: 7 })).toBe('stale');
    const unknown = { ...base, conversationId: conversation('p9'), expect: 0 };
    expect(await personal.rewrite(unknown)).toBe('not_found');
  });
}
