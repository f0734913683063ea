import { expect, test } from 'vitest';
import type { ConversationId } from '../../../src/core/index.ts';
import type { NewOutboxRow, OutboxRow, Store } from '../../../src/store/index.ts';
import { c1, conversation, made, note } from './support.ts';
import type { Begin } from './support.ts';

export function outboxContract(begin: Begin): void {
  const ask = (
    store: Store,
    id: ConversationId,
    outbox: readonly NewOutboxRow[],
    settles: readonly string[] = [],
  ) =>
    store.conversations.append({
      conversationId: id,
      create: made,
      atMs: 1,
      events: [note],
      outbox,
      settles,
    });
  const row = (id: string, dueAtMs: number, kind = 'action'): NewOutboxRow => ({
    id,
    kind,
    payload: { for: id, minor: 12n },
    dueAtMs,
  });
  const ids = (rows: readonly OutboxRow[]) => rows.map(({ id }) => id);

  test('a row is due at its time, with what was asked, and once while leased', async () => {
    const { store } = await begin();
    await ask(store, c1, [row('e1', 100)]);
    expect(await store.outbox.nextDueMs()).toBe(100);
    expect(await store.outbox.claim(99, 10, 50)).toEqual([]);
    expect(await store.outbox.claim(100, 10, 50)).toEqual([
      {
        id: 'e1',
        conversationId: c1,
        kind: 'action',
        payload: { for: 'e1', minor: 12n },
        dueAtMs: 100,
        attempts: 1,
      },
    ]);
    expect(await store.outbox.claim(149, 10, 50)).toEqual([]);
    expect(await store.outbox.nextDueMs()).toBe(150);
    expect(await store.outbox.claim(150, 10, 50)).toMatchObject([{ id: 'e1', attempts: 2 }]);
    await store.outbox.settle('e1');
    expect(await store.outbox.nextDueMs()).toBeUndefined();
    expect(await store.outbox.claim(9999, 10, 50)).toEqual([]);
  });

  test('two who claim at once never get the same row', async () => {
    const { store } = await begin();
    for (let i = 0; i < 30; i += 1) await ask(store, conversation(`c${i}`), [row(`e${i}`, i)]);
    const claims = await Promise.all(
      Array.from({ length: 10 }, () => store.outbox.claim(100, 7, 1000)),
    );
    const claimed = claims.flatMap(ids);
    expect(claimed).toHaveLength(30);
    expect(new Set(claimed).size).toBe(30);
    expect(claimed.slice(0, 7)).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6']);
  });

  test('of one conversation and kind only the first is given, and the next when it is done', async () => {
    const { store } = await begin();
    await ask(store, c1, [row('second', 20), row('first', 10), row('timer', 15, 'timer')]);
    await ask(store, conversation('c2'), [row('elsewhere', 12)]);
    expect(ids(await store.outbox.claim(100, 10, 50))).toEqual(['first', 'elsewhere', 'timer']);
    expect(await store.outbox.claim(100, 10, 50)).toEqual([]);
    await store.outbox.settle('first');
    expect(ids(await store.outbox.claim(100, 10, 50))).toEqual(['second']);
  });

  test('a row that is tried again is not overtaken by the one behind it', async () => {
    const { store } = await begin();
    await ask(store, c1, [row('first', 10), row('second', 11)]);
    await store.outbox.claim(20, 10, 50);
    await store.outbox.retry('first', 20, 70, 'the wallet did not answer');
    expect(await store.outbox.claim(89, 10, 50)).toEqual([]);
    expect(await store.outbox.nextDueMs()).toBe(90);
    expect(await store.outbox.claim(90, 10, 50)).toMatchObject([{ id: 'first', attempts: 2 }]);
    await store.outbox.bury('first', 'given up');
    expect(ids(await store.outbox.claim(91, 10, 50))).toEqual(['second']);
  });

  test('work asked for twice is there once, also after it was done', async () => {
    const { store } = await begin();
    await ask(store, c1, [row('e1', 10), row('e1', 10)]);
    await ask(store, c1, [row('e1', 5)]);
    expect(ids(await store.outbox.claim(100, 10, 50))).toEqual(['e1']);
    await store.outbox.settle('e1');
    await ask(store, conversation('c2'), [row('e1', 5)]);
    expect(await store.outbox.claim(1000, 10, 50)).toEqual([]);
  });

  test('an append settles rows together with its events, a refused one settles none', async () => {
    const { store } = await begin();
    await ask(store, c1, [row('e1', 10)]);
    await store.conversations.append({
      conversationId: c1,
      expect: 99,
      atMs: 2,
      events: [],
      settles: ['e1'],
    });
    expect(await store.outbox.nextDueMs()).toBe(10);
    await ask(store, c1, [], ['e1', 'never-was']);
    expect(await store.outbox.nextDueMs()).toBeUndefined();
  });

  test('after a restart everything unfinished is due again, with its tries counted', async () => {
    const { store, reopen } = await begin();
    await ask(store, c1, [row('held', 10), row('behind', 11)]);
    await ask(store, conversation('c2'), [row('done', 10), row('later', 500)]);
    await store.outbox.claim(20, 10, 1_000_000);
    await store.outbox.settle('done');
    const again = await reopen();
    expect(await again.outbox.recover()).toBe(3);
    expect(await again.outbox.claim(20, 10, 50)).toMatchObject([{ id: 'held', attempts: 2 }]);
    expect(await again.outbox.nextDueMs()).toBe(70);
  });

  test('what a clock that was ahead has put off waits, once it is right again, as long as was meant', async () => {
    const { store } = await begin();
    const { outbox } = store;
    const [nowMs, hourMs] = [1_000_000, 3_600_000];
    const put = (id: string, atMs: number, waitMs: number, kind = 'action') =>
      store.conversations.append({
        conversationId: c1,
        create: made,
        atMs,
        events: [note],
        outbox: [{ id, kind, payload: null, dueAtMs: atMs + waitMs }],
      });
    // Seen by one look, due by the next one at the latest.
    const look = async (atMs: number) => [
      ...ids(await outbox.claim(atMs, 10, 50_000)),
      ...ids(await outbox.claim(atMs, 10, 50_000)),
    ];
    await put('timer', nowMs + hourMs, 5000, 'timer');
    await put('first', nowMs + hourMs + 10, 0);
    await put('second', nowMs + hourMs + 20, 0);
    expect(await look(nowMs)).toEqual(['first']);
    await outbox.settle('first');
    expect(await look(nowMs + 1)).toEqual(['second']);
    expect(await look(nowMs + 4999)).toEqual([]);
    expect(await look(nowMs + 5000)).toEqual(['timer']);
    await outbox.retry('second', nowMs + hourMs, 3000, 'late');
    expect(await look(nowMs + 6000)).toEqual([]);
    expect(await look(nowMs + 8999)).toEqual([]);
    expect(await look(nowMs + 9000)).toEqual(['second']);
    // The same of a lease.
    expect(await look(nowMs + hourMs)).toEqual(['timer', 'second']);
    expect(await look(nowMs + 10_000)).toEqual([]);
    expect(await look(nowMs + 59_999)).toEqual([]);
    expect(await look(nowMs + 60_000)).toHaveLength(2);
  });

  test('a row that is asked to be leased is the appender’s at once, and nobody else’s while it is', async () => {
    const { store, reopen } = await begin();
    const append = (id: ConversationId, events: number, outbox: readonly NewOutboxRow[]) =>
      store.conversations.append({
        conversationId: id,
        create: made,
        atMs: 100,
        events: Array.from({ length: events }, () => note),
        outbox,
      });
    const own = (id: string, kind = 'deliver') => ({ ...row(id, 100, kind), leaseMs: 50 });
    const first = await append(c1, 1, [own('e1'), row('timer', 100, 'timer')]);
    expect(first).toMatchObject({
      kind: 'committed',
      leased: [
        {
          id: 'e1',
          conversationId: c1,
          kind: 'deliver',
          payload: { for: 'e1', minor: 12n },
          dueAtMs: 100,
          attempts: 1,
        },
      ],
    });
    expect(ids(await store.outbox.claim(149, 10, 1000))).toEqual(['timer']);
    // When its lease ends, it is due again by itself.
    expect(await store.outbox.claim(150, 10, 50)).toMatchObject([{ id: 'e1', attempts: 2 }]);
    await store.outbox.settle('e1');

    const again = await append(c1, 1, [own('e1')]);
    expect(again).not.toHaveProperty('leased');
    expect(await append(c1, 1, [own('e2')])).toMatchObject({ leased: [{ id: 'e2' }] });
    const reopened = await reopen();
    await reopened.outbox.recover();
    expect(ids(await reopened.outbox.claim(100, 10, 50))).toContain('e2');
  });

  test('a row that is asked to be leased waits its turn behind what is not finished', async () => {
    const { store } = await begin();
    const own = (id: string) => ({ ...row(id, 100, 'deliver'), leaseMs: 50 });
    const append = (id: ConversationId, ...outbox: readonly NewOutboxRow[]) =>
      store.conversations.append({
        conversationId: id,
        create: made,
        atMs: 100,
        events: [note],
        outbox,
      });
    const leasedBy = (result: Awaited<ReturnType<typeof append>>) =>
      result.kind === 'committed' ? ids(result.leased ?? []) : result.kind;
    // Asked for at once, so that they share a commit.
    const c2 = conversation('c2');
    const results = await Promise.all([
      append(c1, own('e1')),
      append(c1, own('e2')),
      append(c2, own('e3'), own('e4')),
    ]);
    expect(results.map(leasedBy)).toEqual([['e1'], [], ['e3']]);
    expect(leasedBy(await append(c1, own('e5')))).toEqual([]);
    expect(await store.outbox.claim(149, 10, 50)).toEqual([]);
    await store.outbox.settle('e1');
    expect(ids(await store.outbox.claim(149, 10, 50))).toEqual(['e2']);
    await store.outbox.settle('e2');
    expect(ids(await store.outbox.claim(149, 10, 50))).toEqual(['e5']);
  });

  test('what is kept with a settled row is written with it, once, and not by who comes too late', async () => {
    const { store } = await begin();
    await ask(store, c1, [row('e1', 10), row('e2', 10, 'other')]);
    const keep = (body: string) => ({ kind: 'place', key: c1, body });
    await store.outbox.settle('e1', keep('first'));
    expect(await store.records.get('place', c1)).toBe('first');
    await store.outbox.settle('e1', keep('late'));
    expect(await store.records.get('place', c1)).toBe('first');
    await store.outbox.settle('e2', keep('second'));
    expect(await store.records.get('place', c1)).toBe('second');
    expect(await store.outbox.nextDueMs()).toBeUndefined();
  });

  test('settling, retrying or burying what is finished changes nothing', async () => {
    const { store } = await begin();
    await ask(store, c1, [row('e1', 10)]);
    await store.outbox.settle('e1');
    await store.outbox.retry('e1', 4, 1, 'late');
    await store.outbox.bury('e1', 'late');
    await store.outbox.settle('unknown');
    expect(await store.outbox.nextDueMs()).toBeUndefined();
    expect(await store.outbox.recover()).toBe(0);
  });
}
