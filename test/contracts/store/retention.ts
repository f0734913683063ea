import { expect, test } from 'vitest';
import type { Store } from '../../../src/store/index.ts';
import { c1, conversation, heldBy, note, place, queued } from './support.ts';
import type { Begin } from './support.ts';

/** What goes when it has been kept for long enough, and what stays however old it is. */
export function retentionContract(begin: Begin): void {
  const retentionOf = ({ retention }: Store) => {
    if (!retention) throw new Error('the store keeps everything');
    return retention;
  };
  const write = (store: Store, name: string, atMs: number, more: object = {}) =>
    store.conversations.append({
      conversationId: conversation(name),
      create: { visitorId: `v-${name}`, channel: 'web' },
      atMs,
      events: [note],
      ...more,
    });
  const work = (id: string, dueAtMs: number) => ({
    outbox: [{ id, kind: 'action', payload: null, dueAtMs }],
  });

  test('quiet are the conversations that nobody has to do with any more, in stretches', async () => {
    const { store } = await begin();
    const bot = { by: 'bot', epoch: 1 } as const;
    await place(store, conversation('with-bot'), 10, { owner: bot });
    await place(store, conversation('closed'), 10, { owner: heldBy('a1', 5), closed: true });
    await place(store, conversation('waiting'), 10, { owner: queued(5) });
    await place(store, conversation('held'), 10, { owner: heldBy('a1', 5) });
    await place(store, conversation('late'), 11, { owner: bot });
    await write(store, 'busy', 10, work('e1', 99));
    await write(store, 'erased', 10, { create: { visitorId: 'erased-1', channel: 'web' } });
    const bounds = { quietBeforeMs: 11, keysBeforeMs: 0 };
    const names: string[] = [];
    let next: number | undefined = 0;
    for (let stretches = 0; next !== undefined; stretches += 1) {
      expect(stretches).toBeLessThan(5);
      const found = await retentionOf(store).conversations(next, 2, bounds);
      names.push(...found.quiet.map(({ conversationId }) => conversationId));
      expect(found.quiet.every(({ lastAtMs }) => lastAtMs === 10)).toBe(true);
      next = found.next;
    }
    expect(names).toEqual(['with-bot', 'closed']);
    await store.outbox.settle('e1');
    const full = await retentionOf(store).conversations(0, 7, bounds);
    expect(full.next).toBeDefined();
    expect(await retentionOf(store).conversations(full.next ?? 0, 7, bounds)).toEqual({
      quiet: [],
      keys: 0,
      next: undefined,
    });
    const all = await retentionOf(store).conversations(0, 100, bounds);
    expect(all.quiet.map(({ conversationId }) => conversationId)).toContain('busy');
    expect(all.next).toBeUndefined();
  });

  test('keys of messages go when no client sends them again, and not before', async () => {
    const { store } = await begin();
    const dedupe = (key: string) => ({ dedupe: { key, fingerprint: 'f' } });
    await write(store, 'c1', 10, dedupe('m1'));
    await write(store, 'c1', 11, dedupe('m2'));
    const goes = (keysBeforeMs: number) =>
      retentionOf(store).conversations(0, 10, { quietBeforeMs: 0, keysBeforeMs });
    expect(await goes(11)).toMatchObject({ keys: 0, quiet: [] });
    expect((await write(store, 'c1', 11, dedupe('m1'))).kind).toBe('duplicate');
    expect(await goes(12)).toMatchObject({ keys: 2 });
    expect((await write(store, 'c1', 12, dedupe('m1'))).kind).toBe('committed');
  });

  test('work that was done goes in stretches, and work that was not stays', async () => {
    const { store } = await begin();
    for (const [id, dueAtMs] of [
      ['e1', 10],
      ['e2', 20],
      ['e3', 10],
      ['e4', 10],
    ] as const) {
      await write(store, 'c1', 1, work(id, dueAtMs));
    }
    for (const id of ['e1', 'e2', 'e4']) await store.outbox.settle(id);
    const first = await retentionOf(store).work(0, 2, 20);
    expect(first.removed).toBe(1);
    expect(first.next).toBeDefined();
    const second = await retentionOf(store).work(first.next ?? 0, 3, 20);
    expect(second).toEqual({ removed: 1, next: undefined });
    expect(await retentionOf(store).work(0, 10, 21)).toEqual({ removed: 1, next: undefined });
    expect(await retentionOf(store).work(0, 10, 999)).toEqual({ removed: 0, next: undefined });
    expect(await store.outbox.claim(999, 10, 10)).toMatchObject([{ id: 'e3' }]);
  });

  test('deliveries that were given up go when they are old, those that wait stay', async () => {
    const { store } = await begin();
    await write(store, 'c1', 1);
    const delivery = (id: string, dueAtMs: number) => ({
      id,
      webhook: 'w1',
      topic: 'message.bot',
      conversationId: c1,
      event: 1,
      dueAtMs,
    });
    const [first] = await store.webhooks.eventsAfter(0, 1);
    const event = first?.n ?? 0;
    const deliveries = [delivery('d1', 10), delivery('d2', 20), delivery('d3', 10)];
    await store.webhooks.enqueue(
      0,
      event,
      deliveries.map((one) => ({ ...one, event })),
    );
    await store.webhooks.bury('d1', 'gone');
    await store.webhooks.bury('d2', 'gone');
    expect(await retentionOf(store).work(0, 10, 10)).toMatchObject({ removed: 0 });
    expect(await retentionOf(store).work(0, 10, 20)).toMatchObject({ removed: 1 });
    expect(await store.webhooks.counts('w1')).toMatchObject({ waiting: 1, dead: 1 });
    expect(await retentionOf(store).work(0, 10, 21)).toMatchObject({ removed: 1 });
    expect(await store.webhooks.counts('w1')).toMatchObject({ waiting: 1, dead: 0 });
  });
}
