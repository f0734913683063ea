import { expect, test } from 'vitest';
import type { NewDelivery, NumberedEvent, Store } from '../../../src/store/index.ts';
import { c1, conversation, made, message, note } from './support.ts';
import type { Begin } from './support.ts';

/** What deliveries to other people's systems build on. */
export function webhookContract(begin: Begin): void {
  const write = (store: Store, name: string, count: number) =>
    store.conversations.append({
      conversationId: conversation(name),
      create: made,
      atMs: 1,
      events: Array.from({ length: count }, (_, i) => message(`${name}-${i}`)),
    });
  const deliveryOf = ({ n, conversationId }: NumberedEvent, dueAtMs: number): NewDelivery => ({
    id: `d${n}`,
    webhook: 'w1',
    topic: 'message',
    conversationId,
    event: n,
    dueAtMs,
  });

  test('the log is read in the order of its writing, each event once, also when many write at once', async () => {
    const { store } = await begin();
    const read: NumberedEvent[] = [];
    const readOn = async () => {
      for (;;) {
        const page = await store.webhooks.eventsAfter(read.at(-1)?.n ?? 0, 7);
        read.push(...page);
        if (page.length < 7) return;
      }
    };
    const writing = Promise.all(
      Array.from({ length: 60 }, (_, i) => write(store, `c${i % 5}`, 1 + (i % 3))),
    );
    for (let look = 0; look < 5; look += 1) await readOn();
    await writing;
    await readOn();
    expect(read).toHaveLength(120);
    for (let i = 0; i < 5; i += 1) {
      const own = read.filter(({ conversationId }) => conversationId === conversation(`c${i}`));
      expect(own.map(({ logged }) => logged.pos)).toEqual(own.map((_, index) => index + 1));
    }
    expect(await store.webhooks.lastEvent()).toBe(read.at(-1)?.n);
  });

  test('of two who queue deliveries from the same place one does, and it stays over a restart', async () => {
    const { store, reopen } = await begin();
    await write(store, 'c1', 2);
    const events = await store.webhooks.eventsAfter(0, 10);
    const last = events.at(-1)?.n ?? 0;
    const enqueue = () =>
      store.webhooks.enqueue(
        0,
        last,
        events.map((event) => deliveryOf(event, 10)),
      );
    expect((await Promise.all([enqueue(), enqueue()])).sort()).toEqual([false, true]);
    const again = await reopen();
    expect(await again.webhooks.cursor()).toBe(last);
    expect(await again.webhooks.counts('w1')).toEqual({ waiting: 2, dead: 0, lastError: null });
  });

  test('a delivery is given with its event, once while leased, and again when it is to be tried again', async () => {
    const { store } = await begin();
    await store.conversations.append({
      conversationId: c1,
      create: made,
      atMs: 5,
      events: [message('m'), note],
    });
    const events = await store.webhooks.eventsAfter(0, 10);
    const last = events.at(-1)?.n ?? 0;
    await store.webhooks.enqueue(
      0,
      last,
      events.map((event, i) => deliveryOf(event, 10 + i)),
    );
    expect(await store.webhooks.claim(9, 10, 50)).toEqual([]);
    const claimed = await store.webhooks.claim(20, 10, 50);
    expect(claimed).toMatchObject([
      { conversationId: c1, dueAtMs: 10, attempts: 1, logged: { pos: 1, event: message('m') } },
      { dueAtMs: 11, attempts: 1, logged: { pos: 2, event: note } },
    ]);
    expect(await store.webhooks.claim(20, 10, 50)).toEqual([]);
    const [first, second] = claimed;
    if (!first || !second) throw new Error('nothing claimed');
    await store.webhooks.done(first.id);
    await store.webhooks.retry(second.id, 20, 10, 'HTTP 500');
    expect(await store.webhooks.nextDueMs()).toBe(30);
    expect(await store.webhooks.claim(30, 10, 50)).toMatchObject([{ id: second.id, attempts: 2 }]);
    await store.webhooks.bury(second.id, 'given up');
    expect(await store.webhooks.counts('w1')).toEqual({
      waiting: 0,
      dead: 1,
      lastError: 'given up',
    });
    expect(await store.webhooks.nextDueMs()).toBeUndefined();
  });

  test('a delivery that a clock ahead of the others has put off or taken waits, once it is right again, as long as was meant', async () => {
    const { store } = await begin();
    const { webhooks } = store;
    const [nowMs, hourMs] = [1_000_000, 3_600_000];
    await write(store, 'c1', 1);
    const events = await webhooks.eventsAfter(0, 10);
    const last = events.at(-1)?.n ?? 0;
    const deliveries = events.map((event) => deliveryOf(event, nowMs + hourMs));
    await webhooks.enqueue(0, last, deliveries);
    const [{ id } = { id: '' }] = deliveries;
    const look = async (atMs: number) =>
      (await webhooks.claim(atMs, 10, 50)).length + (await webhooks.claim(atMs, 10, 50)).length;
    expect(await look(nowMs)).toBe(1);
    await webhooks.retry(id, nowMs + hourMs, 3000, 'HTTP 500');
    expect(await look(nowMs + 100)).toBe(0);
    expect(await look(nowMs + 3099)).toBe(0);
    expect(await look(nowMs + 3100)).toBe(1);
    expect(await look(nowMs + hourMs)).toBe(1);
    expect(await look(nowMs + 4000)).toBe(0);
    expect(await look(nowMs + 4050)).toBe(1);
  });

  test('after a restart what was under way is due at once, and what waits goes on waiting', async () => {
    const { store, reopen } = await begin();
    await write(store, 'c1', 3);
    const events = await store.webhooks.eventsAfter(0, 10);
    const deliveries = events.map((event) => deliveryOf(event, 10));
    await store.webhooks.enqueue(0, events.at(-1)?.n ?? 0, deliveries);
    await store.webhooks.claim(20, 10, 1_000_000);
    const [a, b, c] = deliveries.map(({ id }) => id);
    if (!a || !b || !c) throw new Error('three deliveries');
    await store.webhooks.done(a);
    await store.webhooks.retry(b, 20, 500, 'HTTP 500');
    const again = await reopen();
    await again.webhooks.recover();
    expect((await again.webhooks.claim(30, 10, 50)).map(({ id }) => id)).toEqual([c]);
    expect((await again.webhooks.claim(520, 10, 50)).map(({ id }) => id)).toContain(b);
  });

  test('the dead come back when they are asked for, and what was delivered is forgotten', async () => {
    const { store } = await begin();
    await write(store, 'c1', 3);
    const events = await store.webhooks.eventsAfter(0, 10);
    const deliveries = events.map((event) => deliveryOf(event, 1));
    await store.webhooks.enqueue(0, events.at(-1)?.n ?? 0, deliveries);
    const [a, b, c] = deliveries.map(({ id }) => id);
    if (!a || !b || !c) throw new Error('three deliveries');
    await store.webhooks.bury(a, 'x');
    await store.webhooks.bury(b, 'y');
    await store.webhooks.done(c);
    const dead = await store.webhooks.list('w1', 'dead', 10);
    expect(dead.map(({ id, error }) => [id, error])).toEqual([
      [b, 'y'],
      [a, 'x'],
    ]);
    expect(await store.webhooks.replay('w1', 40, [a])).toBe(1);
    expect(await store.webhooks.replay('other', 40)).toBe(0);
    expect(await store.webhooks.replay('w1', 50)).toBe(1);
    expect((await store.webhooks.claim(50, 10, 5)).map(({ id }) => id)).toEqual([a, b]);
    expect(await store.webhooks.sweep(1, 10)).toBe(0);
    expect(await store.webhooks.sweep(2, 10)).toBe(1);
    await store.webhooks.forget('w1');
    expect(await store.webhooks.list('w1', 'waiting', 10)).toEqual([]);
  });
}
