import { expect, test } from 'vitest';
import type { Owner, Priority } from '../../../src/core/index.ts';
import {
  allPages,
  c1,
  conversation,
  heldBy,
  made,
  message,
  note,
  place,
  queued,
} from './support.ts';
import type { InboxFilter } from '../../../src/store/index.ts';
import type { Begin } from './support.ts';

const minute = 60_000;

export function inboxContract(begin: Begin): void {
  test('the queue is in order of priority, then of waiting, and its places agree', async () => {
    const { store } = await begin();
    const waiting: readonly (readonly [string, number, Priority])[] = [
      ['n1', 10, 'normal'],
      ['m2', 22, 'money'],
      ['s2', 66, 'security'],
      ['n2', 11, 'normal'],
      ['m1', 20, 'money'],
      ['s1', 60, 'security'],
      // Whoever has waited an hour longer stands before the gravest newcomer, a quarter of an hour before money.
      ['n0', 4, 'normal'],
    ];
    for (const [id, sinceMs, priority] of waiting) {
      await place(store, conversation(id), 99 * minute, {
        owner: queued(sinceMs * minute, priority),
      });
    }
    const rows = await store.conversations.inbox({ list: 'queue', limit: 10 });
    const order = ['s1', 'n0', 'm1', 's2', 'm2', 'n1', 'n2'];
    expect(rows.map(({ conversationId }) => conversationId)).toEqual(order);
    for (const [index, id] of order.entries()) {
      expect(await store.conversations.queuePlace(conversation(id))).toBe(index + 1);
    }
    expect(rows[2]).toMatchObject({
      owner: 'queue',
      priority: 'money',
      reason: 'asked',
      sinceMs: 20 * minute,
      lastAtMs: 99 * minute,
      closed: false,
      version: 1,
      visitorId: 'visitor-of-m1',
      channel: 'web',
      language: 'en',
    });
  });

  test('pages neither repeat nor leave out a row, also among equals', async () => {
    const { store } = await begin();
    await Promise.all(
      Array.from({ length: 25 }, (_, i) =>
        place(store, conversation(`q${i}`), i, { owner: queued(7) }),
      ),
    );
    const ids = (await allPages(store, { list: 'queue', limit: 4 })).map(
      (row) => row.conversationId,
    );
    expect(ids).toHaveLength(25);
    expect(new Set(ids).size).toBe(25);
    const whole = await store.conversations.inbox({ list: 'queue', limit: 100 });
    expect(ids).toEqual(whole.map((row) => row.conversationId));
  });

  test('a narrowed list has all that fits and nothing else, also where hardly anything does', async () => {
    const { store } = await begin();
    const all = 130;
    await Promise.all(
      Array.from({ length: all }, (_, i) =>
        place(store, conversation(`q${i}`), 1, {
          owner: queued(i),
          language: i % 25 === 24 ? 'ar' : 'en',
        }),
      ),
    );
    const sifted = async (filter: InboxFilter, limit: number) => {
      const found: string[] = [];
      let after: string | undefined;
      for (let pages = 0; pages < 80; pages += 1) {
        const query = { list: 'queue', limit, ...(after !== undefined && { after }) } as const;
        const page = await store.conversations.inboxSifted(query, filter, 10);
        expect(page.rows.length).toBeLessThanOrEqual(limit);
        found.push(...page.rows.map(({ conversationId }) => conversationId));
        if (page.next === null) return found;
        after = page.next;
      }
      throw new Error('there is no end');
    };
    const rare = ['q24', 'q49', 'q74', 'q99', 'q124'];
    expect(await sifted({ language: 'ar' }, 2)).toEqual(rare);
    expect(await sifted({ language: 'ar', channel: 'web' }, 50)).toEqual(rare);
    expect(await sifted({ language: 'ar', channel: 'telegram' }, 50)).toEqual([]);
    expect(await sifted({ language: 'fr' }, 50)).toEqual([]);
    expect(new Set(await sifted({ language: 'en' }, 4)).size).toBe(all - rare.length);
    expect(await sifted({ tag: 'vip' }, 50)).toEqual([]);
  });

  test('the riskiest first, a narrowed list goes on from the last row', async () => {
    const { store } = await begin();
    for (let i = 0; i < 6; i += 1) {
      await place(store, conversation(`b${i}`), 1, { risk: i * 10, language: i % 2 ? 'es' : 'en' });
    }
    const filter = { language: 'es' };
    const first = await store.conversations.inboxSifted({ list: 'bot', limit: 2 }, filter);
    expect(first.rows.map(({ conversationId }) => conversationId)).toEqual(['b5', 'b3']);
    const after = first.next ?? '';
    const next = await store.conversations.inboxSifted({ list: 'bot', limit: 2, after }, filter);
    expect(next.rows.map(({ conversationId }) => conversationId)).toEqual(['b1']);
    expect(next.next).toBeNull();
  });

  test('a conversation is in the lists of where it stands and in no other', async () => {
    const { store } = await begin();
    const lists = async (): Promise<readonly string[]> => {
      const found: string[] = [];
      for (const list of ['queue', 'mine', 'team', 'bot', 'snoozed', 'closed'] as const) {
        const rows = await store.conversations.inbox({ list, agentId: 'a1', limit: 10 });
        if (rows.length > 0) found.push(list);
      }
      return found;
    };
    await store.conversations.append({ conversationId: c1, create: made, atMs: 1, events: [note] });
    expect(await lists()).toEqual(['bot']);
    await place(store, c1, 2, { owner: queued(2) });
    expect(await lists()).toEqual(['queue']);
    expect(await store.conversations.queuePlace(c1)).toBe(1);
    await place(store, c1, 3, { owner: heldBy('a1', 3) });
    expect(await lists()).toEqual(['mine', 'team']);
    expect(await store.conversations.queuePlace(c1)).toBeUndefined();
    await place(store, c1, 4, { owner: heldBy('a2', 4) });
    expect(await lists()).toEqual(['team']);
    await place(store, c1, 4, { owner: { ...heldBy('a1', 4), snoozedUntilMs: 9 } as Owner });
    expect(await lists()).toEqual(['snoozed']);
    const wrapUp = { agentId: 'a1', agentName: 'a1', untilMs: 9 };
    await place(store, c1, 5, { closed: true, wrapUp });
    expect(await lists()).toEqual(['mine', 'closed']);
    await place(store, c1, 5, { closed: true });
    expect(await lists()).toEqual(['closed']);
    await place(store, c1, 6, {});
    expect(await lists()).toEqual(['bot']);
  });

  test('a message moves the last time of a row but not its place', async () => {
    const { store } = await begin();
    await place(store, conversation('first'), 1, { owner: queued(1) });
    await place(store, conversation('second'), 2, { owner: queued(2) });
    await store.conversations.append({
      conversationId: conversation('first'),
      atMs: 50,
      events: [message('m')],
    });
    const rows = await store.conversations.inbox({ list: 'queue', limit: 10 });
    expect(rows.map((row) => [row.conversationId, row.sinceMs, row.lastAtMs])).toEqual([
      ['first', 1, 50],
      ['second', 2, 2],
    ]);
  });

  test('a turn of the bot does not move its conversation among the others', async () => {
    const { store } = await begin();
    await place(store, conversation('first'), 1, {});
    await place(store, conversation('second'), 2, {});
    await place(store, conversation('first'), 50, { counter: 1 });
    const rows = await store.conversations.inbox({ list: 'bot', limit: 10 });
    expect(rows.map((row) => [row.conversationId, row.sinceMs, row.lastAtMs])).toEqual([
      ['second', 2, 2],
      ['first', 1, 50],
    ]);
  });

  test('the newest of the bot and of the closed come first', async () => {
    const { store } = await begin();
    for (const [id, atMs] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ] as const) {
      await place(store, conversation(id), atMs, {});
    }
    const of = async (list: 'bot' | 'closed') =>
      (await allPages(store, { list, limit: 2 })).map((row) => row.conversationId);
    expect(await of('bot')).toEqual(['c', 'b', 'a']);
    await place(store, conversation('b'), 10, { closed: true });
    await place(store, conversation('a'), 11, { closed: true });
    expect(await of('closed')).toEqual(['a', 'b']);
    expect(await of('bot')).toEqual(['c']);
  });

  test('a cursor that no row gave is refused by name', async () => {
    const { store } = await begin();
    for (const after of ['', 'x', '1.2', '1.2.', `1.2.${'x'.repeat(129)}`]) {
      await expect(
        store.conversations.inbox({ list: 'queue', limit: 1, after }),
      ).rejects.toMatchObject({ code: 'bad_request' });
    }
  });
}
