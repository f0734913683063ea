import { expect, test } from 'vitest';
import type { Owner } from '../../../src/core/index.ts';
import type { ConversationEvent } from '../../../src/dialogue/index.ts';
import { committed, conversation, heldBy, message, place, queued, state } from './support.ts';
import type { Begin } from './support.ts';

const offerTo = (agentId: string, untilMs: number): Owner => {
  const offer = { offerId: `o-${untilMs}`, agentId, agentName: agentId, untilMs };
  return { ...queued(1, 'money'), offer } as Owner;
};
const snoozed = (agentId: string, snoozedUntilMs: number): Owner =>
  ({ ...heldBy(agentId, 1), snoozedUntilMs }) as Owner;

/** What the matcher and the supervisors' view build on. */
export function handoffContract(begin: Begin): void {
  test('the ends of offers, snoozes and wrap-ups are told in order, and gone with what they belong to', async () => {
    const { store, reopen } = await begin();
    await place(store, conversation('offer'), 1, { owner: offerTo('a1', 30) });
    await place(store, conversation('snooze'), 1, { owner: snoozed('a1', 10) });
    const wrapUp = { agentId: 'a1', agentName: 'a1', untilMs: 20 };
    await place(store, conversation('written'), 1, { closed: true, wrapUp });
    await place(store, conversation('waiting'), 1, { owner: queued(1) });
    const again = await reopen();
    const due = (nowMs: number) => again.conversations.handoffDue(nowMs, 10);
    expect(await due(9)).toEqual([]);
    expect(await due(25)).toEqual(['snooze', 'written']);
    expect(await due(99)).toEqual(['snooze', 'written', 'offer']);
    await place(again, conversation('offer'), 2, { owner: heldBy('a1', 2) });
    expect(await due(99)).toEqual(['snooze', 'written']);
    await again.close();
  });

  test('what each agent has in hand is counted by how they have it', async () => {
    const { store } = await begin();
    await place(store, conversation('open'), 1, { owner: heldBy('a1', 1) });
    await place(store, conversation('offer'), 1, { owner: offerTo('a1', 30) });
    await place(store, conversation('snooze'), 1, { owner: snoozed('a2', 10) });
    const wrapUp = { agentId: 'a2', agentName: 'a2', untilMs: 20 };
    await place(store, conversation('written'), 1, { closed: true, wrapUp });
    expect(await store.conversations.agentLoads()).toEqual([
      { agentId: 'a1', open: 1, offered: 1, wrapUp: 0, snoozed: 0 },
      { agentId: 'a2', open: 0, offered: 0, wrapUp: 1, snoozed: 1 },
    ]);
    const held = await store.conversations.heldBy('a1', 10);
    expect(held.map(({ conversationId, state: stage }) => [conversationId, stage])).toEqual([
      ['offer', 'offered'],
      ['open', 'agent'],
    ]);
    // An offer is nobody's yet: the row says to whom it is made, not who has it.
    const [row] = await store.conversations.inbox({ list: 'offered', agentId: 'a1', limit: 5 });
    expect(row).toMatchObject({ agentId: null, offer: { agentId: 'a1', untilMs: 30 } });
  });

  test('what agents have in hand is counted right however conversations come, move and go, also over a reopening', async () => {
    const { store, reopen } = await begin();
    const wrapUp = { agentId: 'a3', agentName: 'a3', untilMs: 99 };
    const places = [
      { owner: heldBy('a1', 1) },
      { owner: heldBy('a2', 1) },
      { owner: snoozed('a1', 90) },
      { owner: offerTo('a2', 90) },
      { owner: queued(1) },
      { closed: true, wrapUp },
      {},
    ];
    const ids = Array.from({ length: 9 }, (_, nth) => conversation(`c${nth}`));
    for (let step = 0; step < 60; step += 1) {
      const id = ids[(step * 5) % ids.length] ?? ids[0];
      if (id) await place(store, id, step, places[(step * 11 + (step >> 2)) % places.length] ?? {});
    }
    const again = await reopen();
    const loads = await again.conversations.agentLoads();
    expect(loads.map(({ agentId }) => agentId)).toEqual(['a1', 'a2', 'a3']);
    for (const { agentId, open, offered, wrapUp: written, snoozed: aside } of loads) {
      const held = (await again.conversations.heldBy(agentId, 100)).map(
        ({ state: stage }) => stage,
      );
      const stages = { agent: open, offered, wrap_up: written, snoozed: aside };
      expect(held.toSorted()).toEqual(
        Object.entries(stages)
          .flatMap(([stage, count]) => Array.from({ length: count }, () => stage))
          .toSorted(),
      );
    }
    for (const id of ids) await place(again, id, 99, { closed: true });
    expect(await again.conversations.agentLoads()).toEqual([]);
    await again.close();
  });

  test('a snoozed conversation is told of once the customer has written to it', async () => {
    const { store } = await begin();
    const id = conversation('snooze');
    await place(store, id, 1, { owner: snoozed('a1', 99), handledPos: 1 });
    expect(await store.conversations.wokenByCustomer(5)).toEqual([]);
    await store.conversations.append({ conversationId: id, atMs: 2, events: [message('m')] });
    expect(await store.conversations.wokenByCustomer(5)).toEqual([id]);
  });

  test('who waits is counted by team and priority, with since when the first does', async () => {
    const { store } = await begin();
    await place(store, conversation('n1'), 1, { owner: queued(30) });
    await place(store, conversation('n2'), 1, { owner: queued(20) });
    await place(store, conversation('m'), 1, { owner: offerTo('a1', 9) });
    await place(store, conversation('v'), 1, { owner: { ...queued(5), queue: 'vip' } as Owner });
    await place(store, conversation('bot'), 1, {});
    expect(await store.conversations.queueFigures()).toEqual([
      { queue: 'default', priority: 'money', waiting: 0, offered: 1, oldestSinceMs: 1 },
      { queue: 'default', priority: 'normal', waiting: 2, offered: 0, oldestSinceMs: 20 },
      { queue: 'vip', priority: 'normal', waiting: 1, offered: 0, oldestSinceMs: 5 },
    ]);
  });

  test('how long people waited is kept for those an agent took from the queue, the latest first', async () => {
    const { store } = await begin();
    const accepted: ConversationEvent = {
      type: 'handoff.accepted',
      agentId: 'a1',
      agentName: 'a1',
    };
    for (const [name, sinceMs, atMs] of [
      ['one', 10, 50],
      ['two', 20, 80],
    ] as const) {
      await place(store, conversation(name), sinceMs, { owner: queued(sinceMs, 'money') });
      committed(
        await store.conversations.append({
          conversationId: conversation(name),
          expect: 1,
          atMs,
          events: [accepted],
          snapshot: state({ owner: heldBy('a1', atMs) }),
        }),
      );
    }
    expect(await store.conversations.recentWaits('default', 9)).toEqual([
      { priority: 'money', waitedMs: 60, atMs: 80 },
      { priority: 'money', waitedMs: 40, atMs: 50 },
    ]);
    expect(await store.conversations.recentWaits('vip', 9)).toEqual([]);
  });

  test('a row carries the latest words of the customer or an agent, cut to a line', async () => {
    const { store } = await begin();
    const id = conversation('c');
    await place(store, id, 1, { owner: queued(1) });
    const append = (event: ConversationEvent) =>
      store.conversations.append({ conversationId: id, atMs: 2, events: [event] });
    await append(message('m', `my  money\nis gone ${'x'.repeat(300)}`));
    const row = async () => (await store.conversations.inbox({ list: 'queue', limit: 1 }))[0];
    expect((await row())?.preview).toHaveLength(140);
    expect(await row()).toMatchObject({
      preview: expect.stringMatching(/^my money is gone x/),
      previewBy: 'customer',
    });
    const who = { agentId: 'a1', agentName: 'a1' };
    await append({ type: 'agent.noted', cid: 'n', ...who, text: 'secret' });
    await append({ type: 'agent.said', cid: 's', ...who, text: 'On it' });
    expect(await row()).toMatchObject({ preview: 'On it', previewBy: 'agent' });
  });
}
