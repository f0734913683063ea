import { expect, test } from 'vitest';
import { Fault } from '../../../src/core/index.ts';
import type { ConversationId } from '../../../src/core/index.ts';
import type { ConversationEvent } from '../../../src/dialogue/index.ts';
import type { AppendRequest, Store } from '../../../src/store/index.ts';
import {
  c1,
  committed,
  conversation,
  heldBy,
  made,
  message,
  note,
  place,
  queued,
  state,
} from './support.ts';
import type { Begin } from './support.ts';

export function logContract(begin: Begin): void {
  test('an append numbers events from 1, and visible ones from 1 among themselves', async () => {
    const { store } = await begin();
    const events = [message('m1'), note, message('m2')];
    const first = await store.conversations.append({
      conversationId: c1,
      create: made,
      atMs: 5,
      events,
    });
    expect(first).toEqual({
      kind: 'committed',
      version: 3,
      events: [
        { pos: 1, seq: 1, atMs: 5, event: events[0] },
        { pos: 2, atMs: 5, event: events[1] },
        { pos: 3, seq: 2, atMs: 5, event: events[2] },
      ],
    });
    expect(await store.conversations.readAll(c1, 0, 10)).toEqual(committed(first).events);
    expect(await store.conversations.readVisible(c1, 1, 10)).toEqual([
      { pos: 3, seq: 2, atMs: 5, event: events[2] },
    ]);
  });

  test('money in an event comes back as the very same bigint', async () => {
    const { store, reopen } = await begin();
    const event: ConversationEvent = {
      type: 'slots.set',
      slots: { amount: { minor: 9_007_199_254_740_993n, currency: 'CNY' } },
    };
    await store.conversations.append({
      conversationId: c1,
      create: made,
      atMs: 1,
      events: [event],
    });
    const again = await reopen();
    expect((await again.conversations.load(c1))?.tail[0]?.event).toEqual(event);
  });

  test('the same message five times at once is stored once, and all five get the first events', async () => {
    const { store } = await begin();
    const request: AppendRequest = {
      conversationId: c1,
      create: made,
      dedupe: { key: 'm:x', fingerprint: 'f' },
      atMs: 1,
      events: [message('x'), note],
    };
    const results = await Promise.all(
      Array.from({ length: 5 }, () => store.conversations.append(request)),
    );
    const first = results.filter(({ kind }) => kind === 'committed');
    expect(first).toHaveLength(1);
    const duplicates = results.filter((result) => result.kind === 'duplicate');
    expect(duplicates).toHaveLength(4);
    for (const duplicate of duplicates) {
      expect(duplicate.first).toEqual(committed(first[0] ?? duplicate).events);
    }
    expect(await store.conversations.readAll(c1, 0, 10)).toHaveLength(2);
  });

  test('a used key with another content is a conflict, in its own conversation only', async () => {
    const { store } = await begin();
    const send = (id: ConversationId, fingerprint: string) =>
      store.conversations.append({
        conversationId: id,
        create: made,
        dedupe: { key: 'k', fingerprint },
        atMs: 1,
        events: [message('x')],
      });
    expect((await send(c1, 'a')).kind).toBe('committed');
    expect(await send(c1, 'b')).toEqual({ kind: 'refused', reason: 'conflict' });
    expect((await send(conversation('c2'), 'b')).kind).toBe('committed');
  });

  test('a repeated append is a duplicate even when its version has become stale, and after a restart', async () => {
    const { store, reopen } = await begin();
    const request: AppendRequest = {
      conversationId: c1,
      create: made,
      expect: 0,
      dedupe: { key: 'k', fingerprint: 'f' },
      atMs: 1,
      events: [message('x')],
    };
    const first = committed(await store.conversations.append(request));
    await store.conversations.append({ conversationId: c1, atMs: 2, events: [message('y')] });
    const again = await reopen();
    expect(await again.conversations.append(request)).toEqual({
      kind: 'duplicate',
      first: first.events,
    });
  });

  test('a key that made no events is still used once', async () => {
    const { store } = await begin();
    const request: AppendRequest = {
      conversationId: c1,
      create: made,
      dedupe: { key: 'k', fingerprint: 'f' },
      atMs: 1,
      events: [],
    };
    expect(await store.conversations.append(request)).toMatchObject({
      kind: 'committed',
      version: 0,
    });
    expect(await store.conversations.append(request)).toEqual({ kind: 'duplicate', first: [] });
  });

  test('an append to an unknown conversation is refused and makes nothing', async () => {
    const { store } = await begin();
    const append = { conversationId: c1, atMs: 1, events: [message('x')] };
    expect(await store.conversations.append(append)).toEqual({
      kind: 'refused',
      reason: 'not_found',
    });
    expect(await store.conversations.append({ ...append, create: made, expect: 3 })).toEqual({
      kind: 'refused',
      reason: 'stale',
      version: 0,
    });
    expect(await store.conversations.load(c1)).toBeUndefined();
    expect((await store.conversations.heads([c1])).size).toBe(0);
    expect(await store.conversations.readAll(c1, 0, 10)).toEqual([]);
  });

  test('of two who decided on the same version one is committed and the other told the new one', async () => {
    const { store } = await begin();
    await store.conversations.append({ conversationId: c1, create: made, atMs: 1, events: [note] });
    const take = (agentId: string) =>
      store.conversations.append({
        conversationId: c1,
        expect: 1,
        atMs: 2,
        events: [{ type: 'handoff.accepted', agentId, agentName: agentId }],
        snapshot: state({ owner: heldBy(agentId, 2) }),
      });
    const results = await Promise.all(Array.from({ length: 50 }, (_, i) => take(`a${i}`)));
    expect(results.filter(({ kind }) => kind === 'committed')).toHaveLength(1);
    const stale = { kind: 'refused', reason: 'stale', version: 2 };
    expect(results.slice(1)).toEqual(Array.from({ length: 49 }, () => stale));
    const winner = await store.conversations.inbox({ list: 'mine', agentId: 'a0', limit: 5 });
    expect(winner.map(({ conversationId }) => conversationId)).toEqual([c1]);
  });

  test('a refused append leaves the others of its moment as they are', async () => {
    const { store } = await begin();
    const appends = Array.from({ length: 60 }, (_, i) =>
      store.conversations.append({
        conversationId: c1,
        ...(i === 0 && { create: made }),
        ...(i % 3 === 1 && { expect: 999 }),
        atMs: i,
        events: [message(`m${i}`)],
        outbox: [{ id: `e${i}`, kind: 'action', payload: i, dueAtMs: 0 }],
      }),
    );
    const kinds = (await Promise.all(appends)).map(({ kind }) => kind);
    const refused = kinds.filter((kind) => kind === 'refused');
    expect(refused).toHaveLength(20);
    const events = await store.conversations.readAll(c1, 0, 100);
    expect(events.map(({ pos }) => pos)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(await store.outbox.recover()).toBe(40);
  });

  test('200 appends at once are numbered without a gap, in the order of the calls', async () => {
    const { store, reopen } = await begin();
    const ids = [conversation('a'), conversation('b'), conversation('c')];
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        store.conversations.append({
          conversationId: ids[i % 3] ?? c1,
          create: made,
          atMs: i,
          events: i % 5 === 0 ? [note, message(`m${i}`)] : [message(`m${i}`)],
        }),
      ),
    );
    expect(results.every(({ kind }) => kind === 'committed')).toBe(true);
    const again = await reopen();
    for (const [index, id] of ids.entries()) {
      const events = await again.conversations.readAll(id, 0, 500);
      expect(events.map(({ pos }) => pos)).toEqual(events.map((_, i) => i + 1));
      const visible = await again.conversations.readVisible(id, 0, 500);
      expect(visible.map(({ seq }) => seq)).toEqual(visible.map((_, i) => i + 1));
      const calls = Array.from({ length: 200 }, (_, i) => i).filter((i) => i % 3 === index);
      const told = visible.map(({ event }) => (event.type === 'message.received' ? event.cid : ''));
      expect(told).toEqual(calls.map((i) => `m${i}`));
    }
  });

  test('loading gives the last snapshot and only the events behind it', async () => {
    const { store, reopen } = await begin();
    await place(store, c1, 1, { language: 'zh-CN', counter: 7 });
    await store.conversations.append({ conversationId: c1, atMs: 2, events: [message('m'), note] });
    const again = await reopen();
    expect(await again.conversations.load(c1)).toEqual({
      id: c1,
      version: 3,
      seq: 1,
      snapshot: state({ language: 'zh-CN', counter: 7 }),
      snapshotVersion: 1,
      tail: [
        { pos: 2, seq: 1, atMs: 2, event: message('m') },
        { pos: 3, atMs: 2, event: note },
      ],
    });
  });

  test('a snapshot without the version it was made from is a bug and is not kept', async () => {
    const { store } = await begin();
    const append = store.conversations.append({
      conversationId: c1,
      create: made,
      atMs: 1,
      events: [],
      snapshot: state({}),
    });
    await expect(append).rejects.toMatchObject({ code: 'internal' });
    expect(await store.conversations.load(c1)).toBeUndefined();
  });

  test('the latest conversation of a visitor and of a customer is found', async () => {
    const { store } = await begin();
    const [old, young, other] = [conversation('old'), conversation('young'), conversation('other')];
    for (const [id, atMs] of [
      [old, 1],
      [young, 2],
      [other, 3],
    ] as const) {
      await store.conversations.append({
        conversationId: id,
        create: { ...made, visitorId: id === other ? 'v2' : 'v1' },
        expect: 0,
        atMs,
        events: [note],
        snapshot: state({ customerId: id === other ? null : 'lin' }),
      });
    }
    expect(await store.conversations.findByVisitor('v1')).toBe(young);
    expect(await store.conversations.findByCustomer('lin')).toBe(young);
    await store.conversations.append({ conversationId: old, atMs: 9, events: [message('m')] });
    expect(await store.conversations.findByVisitor('v1')).toBe(old);
    expect(await store.conversations.findByCustomer('lin')).toBe(old);
    expect(await store.conversations.findByVisitor('nobody')).toBeUndefined();
    expect(await store.conversations.findByCustomer('nobody')).toBeUndefined();
  });

  test('a customer’s conversation is found by the channel that it began on, the latest of those', async () => {
    const { store } = await begin();
    const began = async (id: ConversationId, channel: string, atMs: number) => {
      const create = { visitorId: `v-${channel}-${atMs}`, channel };
      const snapshot = state({ customerId: 'lin' });
      const events = [note];
      await store.conversations.append({
        conversationId: id,
        create,
        expect: 0,
        atMs,
        events,
        snapshot,
      });
    };
    const [web, former] = [conversation('web'), conversation('former')];
    const latest = conversation('latest');
    await began(former, 'telegram', 1);
    await began(latest, 'telegram', 2);
    await began(web, 'web', 3);
    const { conversations } = store;
    expect(await conversations.findByCustomer('lin')).toBe(web);
    expect(await conversations.findByCustomer('lin', 'web')).toBe(web);
    expect(await conversations.findByCustomer('lin', 'telegram')).toBe(latest);
    expect(await conversations.findByCustomer('lin', 'line')).toBeUndefined();
    expect(await conversations.findByCustomer('nobody', 'web')).toBeUndefined();
    await store.conversations.append({ conversationId: former, atMs: 4, events: [message('m')] });
    expect(await conversations.findByCustomer('lin', 'telegram')).toBe(former);
    expect(await conversations.findByCustomer('lin')).toBe(former);
  });

  test('heads come in one answer for those that exist', async () => {
    const { store } = await begin();
    const events = [message('m'), note];
    await store.conversations.append({ conversationId: c1, create: made, atMs: 1, events });
    const heads = await store.conversations.heads([c1, conversation('nowhere')]);
    expect([...heads]).toEqual([[c1, { version: 2, seq: 1 }]]);
    expect((await store.conversations.heads([])).size).toBe(0);
  });

  test('a turn that was cut off is found until it is taken, and never while an agent has it', async () => {
    const { store, reopen } = await begin();
    const found = (from: Store) => from.conversations.unhandled(100, 10);
    await place(store, c1, 1, { handledPos: 1 });
    expect(await found(store)).toEqual([]);
    await store.conversations.append({ conversationId: c1, atMs: 5, events: [message('m')] });
    expect(await store.conversations.unhandled(5, 10)).toEqual([]);
    // Written by a clock that was ahead.
    expect(await store.conversations.unhandled(0, 10, 4)).toEqual([c1]);
    expect(await store.conversations.unhandled(0, 10, 5)).toEqual([]);
    const again = await reopen();
    expect(await found(again)).toEqual([c1]);
    await place(again, c1, 6, { handledPos: 1, owner: heldBy('a1', 6) });
    expect(await found(again)).toEqual([]);
    await place(again, c1, 7, { handledPos: 1, owner: queued(7) });
    expect(await found(again)).toEqual([c1]);
    await place(again, c1, 8, { handledPos: 2 });
    expect(await found(again)).toEqual([]);
  });

  test('the epoch stays over a restart', async () => {
    const { store, reopen } = await begin();
    const { epoch } = store;
    expect(epoch).toMatch(/^[0-9a-f]{32}$/);
    expect((await reopen()).epoch).toBe(epoch);
  });

  test('after closing, everything is refused by name', async () => {
    const { store } = await begin();
    const last = store.conversations.append({
      conversationId: c1,
      create: made,
      atMs: 1,
      events: [note],
    });
    await store.close();
    expect((await last).kind).toBe('committed');
    await expect(store.conversations.load(c1)).rejects.toMatchObject({ code: 'shutting_down' });
    await expect(store.records.insert('k', 'x', 'y')).rejects.toMatchObject({
      code: 'shutting_down',
    });
    await expect(store.checkHealth()).rejects.toBeInstanceOf(Fault);
    await store.close();
  });
}
