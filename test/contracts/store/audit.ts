import { expect, test } from 'vitest';
import type { AuditRow, Store } from '../../../src/store/index.ts';
import { c1, made, message, type Begin } from './support.ts';

function chainOf(store: Store) {
  if (!store.audit) throw new Error('this store keeps no chain');
  return store.audit;
}

const row = (n: number, kind = 'sign_in.ok', atMs = n * 10): AuditRow => ({
  n,
  atMs,
  kind,
  actor: `agent:a${n % 2}`,
  subject: 'conversation:c1',
  details: '{}',
  previous: n === 1 ? '' : `h${n - 1}`,
  hash: `h${n}`,
});

/** What the audit chain builds on: order, compare-and-append, a prunable beginning. */
export function auditContract(begin: Begin): void {
  test('of two who append to the same head of the chain one does', async () => {
    const { store, reopen } = await begin();
    const chain = chainOf(store);
    const none = { n: 0, hash: '' };
    expect(await chain.head()).toEqual(none);
    const answers = await Promise.all([
      chain.append(none, [row(1), row(2)]),
      chain.append(none, [row(1)]),
    ]);
    expect(answers.filter(Boolean)).toHaveLength(1);
    const again = chainOf(await reopen());
    const head = await again.head();
    expect(await again.read({ after: 0, limit: 10 })).toHaveLength(head.n);
    expect(await again.append(none, [row(1)])).toBe(false);
    expect(await again.append({ ...head, hash: 'other' }, [row(head.n + 1)])).toBe(false);
  });

  test('entries are read by kind, family of kinds, actor and time', async () => {
    const { store } = await begin();
    const chain = chainOf(store);
    const kinds = ['sign_in.ok', 'sign_in.failed', 'read', 'sign_in_other'];
    await chain.append(
      { n: 0, hash: '' },
      kinds.map((kind, i) => row(i + 1, kind)),
    );
    const found = async (query: object) =>
      (await chain.read({ after: 0, limit: 10, ...query })).map(({ n }) => n);
    expect(await found({ kind: 'sign_in.' })).toEqual([1, 2]);
    expect(await found({ kind: 'read' })).toEqual([3]);
    expect(await found({ kind: 'sign_in' })).toEqual([]);
    expect(
      await found({ kind: 'sign_in.', actor: 'agent:a0', subject: 'conversation:c1' }),
    ).toEqual([2]);
    expect(await found({ subject: 'conversation:c2' })).toEqual([]);
    expect(await found({ actor: 'agent:a1' })).toEqual([1, 3]);
    expect(await found({ fromMs: 20, untilMs: 40 })).toEqual([2, 3]);
    expect(await found({ after: 2, limit: 1 })).toEqual([3]);
    expect(await chain.lastBefore(25)).toEqual({ n: 2, hash: 'h2' });
    expect(await chain.lastBefore(5)).toBeUndefined();
  });

  test('the log is followed together with the entries, or not at all', async () => {
    const { store } = await begin();
    const chain = chainOf(store);
    await store.conversations.append({
      conversationId: c1,
      create: made,
      atMs: 1,
      events: [message('m1'), message('m2')],
    });
    const events = await chain.eventsAfter(await chain.cursor(), 10);
    expect(events).toMatchObject([
      { conversationId: c1, customerId: null, logged: { pos: 1 } },
      { logged: { pos: 2 } },
    ]);
    const to = events.at(-1)?.n ?? 0;
    const none = { n: 0, hash: '' };
    expect(await chain.append(none, [row(1)], { from: 99, to })).toBe(false);
    expect(await chain.head()).toEqual(none);
    expect(await chain.append(none, [row(1)], { from: 0, to })).toBe(true);
    expect(await chain.cursor()).toBe(to);
    expect(await chain.eventsAfter(to, 10)).toEqual([]);
  });

  test('the oldest entries go and leave where the chain now begins', async () => {
    const { store, reopen } = await begin();
    const chain = chainOf(store);
    await chain.append({ n: 0, hash: '' }, [row(1), row(2), row(3)]);
    expect(await chain.prune(2, 1)).toBe(1);
    expect(await chain.prune(2, 10)).toBe(1);
    expect(await chain.prune(2, 10)).toBe(0);
    expect(await chain.anchor()).toEqual({ n: 2, hash: 'h2' });
    expect(await chain.prune(3, 10)).toBe(1);
    const again = chainOf(await reopen());
    expect(await again.head()).toEqual({ n: 3, hash: 'h3' });
    expect(await again.append({ n: 3, hash: 'h3' }, [row(4)])).toBe(true);
  });
}
