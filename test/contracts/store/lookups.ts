import { expect, test } from 'vitest';
import { erased, evolve, initialState } from '../../../src/dialogue/index.ts';
import type { ConversationEvent } from '../../../src/dialogue/index.ts';
import type { Store } from '../../../src/store/index.ts';
import { c1, conversation, made, message, type Begin } from './support.ts';

const agent = { agentId: 'a1', agentName: 'Ana' };
const tagged = (...tags: string[]): ConversationEvent => ({
  type: 'conversation.tagged',
  ...agent,
  tags,
});

/** What the desk and the operator look up by name, page or number, at its bounds. */
export function lookupContract(begin: Begin): void {
  async function add(store: Store, name: string, ...events: ConversationEvent[]) {
    await store.conversations.append({
      conversationId: conversation(name),
      create: { ...made, visitorId: `v-${name}` },
      atMs: 1000,
      events,
    });
    while ((await store.deskIndex.follow(50)) > 0);
  }

  test('each conversation has its own tags, and those most used are the first to be offered', async () => {
    const { store } = await begin();
    await add(store, 'one', tagged('vip', 'card'));
    await add(store, 'two', tagged('vip'));
    await add(store, 'three', message('m1'));
    const of = async (...names: string[]) =>
      Object.fromEntries(await store.deskIndex.tagsOf(names.map(conversation)));
    expect(await of('one', 'two', 'three')).toEqual({ one: ['card', 'vip'], two: ['vip'] });
    expect(await of('two')).toEqual({ two: ['vip'] });
    expect(await of()).toEqual({});
    expect(await store.deskIndex.tags(10)).toEqual(['vip', 'card']);
    expect(await store.deskIndex.tags(1)).toEqual(['vip']);
    await add(store, 'one', tagged('later'));
    expect(await of('one')).toEqual({ one: ['later'] });
  });

  test('a page of a search holds no more than was asked for, and the last one says that it is', async () => {
    const { store } = await begin();
    for (let n = 0; n < 5; n += 1) await add(store, `c${n}`, message(`m${n}`, 'refund please'));
    const page = async (limit: number, after?: string) => {
      const found = await store.deskIndex.search({
        text: 'refund',
        limit,
        ...(after !== undefined && { after }),
      });
      return { ids: found.hits.map(({ row }) => row.conversationId), next: found.next };
    };
    const first = await page(3);
    expect(first.ids).toEqual(['c4', 'c3', 'c2']);
    expect(await page(3, first.next ?? '')).toEqual({ ids: ['c1', 'c0'], next: null });
    expect(await page(5)).toEqual({ ids: ['c4', 'c3', 'c2', 'c1', 'c0'], next: null });
    expect((await store.deskIndex.search({ text: '!!', limit: 5 })).hits).toEqual([]);
    await expect(page(3, 'x')).rejects.toMatchObject({ code: 'bad_request' });
    await expect(page(3, '')).rejects.toMatchObject({ code: 'bad_request' });
  });

  test('going back to the queue is no end of what people owe', async () => {
    const { store } = await begin();
    const asks: ConversationEvent = {
      type: 'handoff.requested',
      reason: 'asked',
      priority: 'normal',
      queue: 'default',
      by: 'customer',
    };
    const owed = async () => (await store.deskIndex.serviceLevels([c1])).get(c1)?.askedMs ?? null;
    await add(store, 'c1', asks, { type: 'handoff.released', to: 'queue', by: 'a1' } as never);
    expect(await owed()).toBe(1000);
    await add(store, 'c1', { type: 'handoff.released', to: 'bot', by: 'a1' } as never);
    expect(await owed()).toBeNull();
  });

  test('a record that is replaced expires when it is told to then, or no more', async () => {
    const { store } = await begin();
    const { records } = store;
    for (const key of ['later', 'never']) await records.insert('t', key, 'a', 10);
    expect(await records.replace('t', 'later', 'a', 'b', 100)).toBe(true);
    expect(await records.replace('t', 'never', 'a', 'b')).toBe(true);
    expect(await records.sweep(100, 10)).toBe(0);
    expect(await records.sweep(101, 10)).toBe(1);
    expect(await records.sweep(Number.MAX_SAFE_INTEGER, 10)).toBe(0);
    expect((await records.list('t', 10)).map(({ key }) => key)).toEqual(['never']);
  });

  test('conversations of many messages are rewritten, and whatever is written next goes on', async () => {
    const { store } = await begin();
    const { records } = store;
    await records.insert('t', 'k', '0');
    for (const name of ['c1', 'c2']) {
      await store.conversations.append({
        conversationId: conversation(name),
        create: made,
        atMs: 1,
        events: Array.from({ length: 10 }, (_, n) => message(`${name}-${n}`, `lemon ${n}`)),
      });
    }
    while ((await store.deskIndex.follow(50)) > 0);
    for (const [n, name] of ['c1', 'c2'].entries()) {
      const id = conversation(name);
      const events = (await store.conversations.readAll(id, 0, 20)).map((one) => ({
        ...one,
        event: erased(one.event, `erased-${n}`),
      }));
      const snapshot = events.reduce(evolve, initialState);
      const whole = { conversationId: id, events, snapshot, expect: 10 };
      expect(await store.personal.rewrite(whole)).toBe('rewritten');
      expect(await records.replace('t', 'k', `${n}`, `${n + 1}`)).toBe(true);
    }
    await store.personal.scrub();
    expect(await records.replace('t', 'k', '2', '3')).toBe(true);
    expect((await store.deskIndex.search({ text: 'lemon', limit: 5 })).hits).toEqual([]);
    expect((await store.conversations.load(conversation('c2')))?.snapshot?.visitorId).toBe(
      initialState.visitorId,
    );
  });

  test('a conversation is rewritten as a whole or not at all', async () => {
    const { store } = await begin();
    await add(store, 'c1', message('m1', 'kept words'), message('m2'));
    const events = await store.conversations.readAll(c1, 0, 10);
    const snapshot = events.reduce(evolve, initialState);
    const part = { conversationId: c1, events: events.slice(1), snapshot, expect: 2 };
    await expect(store.personal.rewrite(part)).rejects.toMatchObject({ code: 'internal' });
    expect(await store.conversations.readAll(c1, 0, 10)).toEqual(events);
    expect((await store.deskIndex.search({ text: 'kept words', limit: 5 })).hits).toHaveLength(1);
  });
}
