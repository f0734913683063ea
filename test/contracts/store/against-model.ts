import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { priorities } from '../../../src/core/index.ts';
import type { Owner } from '../../../src/core/index.ts';
import type { ConversationEvent } from '../../../src/dialogue/index.ts';
import type { AppendRequest, AppendResult, Store } from '../../../src/store/index.ts';
import { StoreModel } from './model.ts';
import { allPages, conversation, heldBy, message, note, queued, state } from './support.ts';
import type { Begin } from './support.ts';

const names = ['x', 'y', 'z'].map(conversation);
const anId = fc.constantFrom(...names);
const owners: readonly Owner[] = [
  { by: 'bot', epoch: 0 },
  { by: 'bot', epoch: 2 },
  { by: 'bot', epoch: 4 },
  ...priorities.map((priority) => queued(5, priority)),
  queued(3),
  heldBy('a1', 4),
  heldBy('a2', 6),
  { ...heldBy('a1', 4), snoozedUntilMs: 9 } as Owner,
  { ...queued(5, 'money'), queue: 'vip' } as Owner,
  { ...queued(5), offer: { offerId: 'o1', agentId: 'a1', agentName: 'a1', untilMs: 7 } } as Owner,
];
const anEvent = fc.constantFrom(message('m'), note, {
  type: 'handoff.released',
  to: 'bot',
  by: 'a1',
} satisfies ConversationEvent);

const aStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      id: anId,
      create: fc.boolean(),
      /** Distance of the expected version from the true one; none expected when null. */
      expect: fc.constantFrom(null, 0, 0, 1),
      key: fc.constantFrom(null, 'k1', 'k2', 'k3'),
      fingerprint: fc.constantFrom('f', 'f', 'g'),
      events: fc.array(anEvent, { maxLength: 3 }),
      snapshot: fc.option(
        fc.record({
          owner: fc.constantFrom(...owners),
          closed: fc.constantFrom(false, false, true),
          customerId: fc.constantFrom(null, 'lin', 'maria'),
          handled: fc.integer({ min: 0, max: 3 }),
          risk: fc.constantFrom(0, 0, 40),
          wrapUp: fc.boolean(),
        }),
      ),
      work: fc.array(
        fc.record({
          id: fc.constantFrom('e1', 'e2', 'e3', 'e4', 'e5', 'e6'),
          kind: fc.constantFrom('action', 'timer'),
          dueInMs: fc.integer({ min: 0, max: 6 }),
          leaseMs: fc.constantFrom(undefined, undefined, 3),
        }),
        { maxLength: 2 },
      ),
      settles: fc.array(fc.constantFrom('e1', 'e2', 'e3'), { maxLength: 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('claim' as const),
      limit: fc.integer({ min: 1, max: 4 }),
      leaseMs: fc.integer({ min: 1, max: 8 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('settle' as const, 'retry' as const, 'bury' as const),
      id: fc.constantFrom('e1', 'e2', 'e3', 'e4'),
      dueInMs: fc.integer({ min: 0, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('recover' as const) }) },
);
type StepOfModel = typeof aStep extends fc.Arbitrary<infer Step> ? Step : never;

function requestOf(
  step: Extract<StepOfModel, { do: 'append' }>,
  version: number,
  atMs: number,
): AppendRequest {
  const { snapshot } = step;
  return {
    conversationId: step.id,
    ...(step.create && { create: { visitorId: `v-${step.id}`, channel: 'web' } }),
    // A snapshot is only ever written by who says what it was made from.
    ...((snapshot || step.expect !== null) && { expect: version + (step.expect ?? 0) }),
    ...(step.key !== null && { dedupe: { key: step.key, fingerprint: step.fingerprint } }),
    atMs,
    events: step.events,
    ...(snapshot && {
      snapshot: state({
        owner: snapshot.owner,
        closed: snapshot.closed,
        customerId: snapshot.customerId,
        risk: snapshot.risk,
        ...(snapshot.wrapUp && { wrapUp: { agentId: 'a1', agentName: 'a1', untilMs: 8 } }),
        handledPos: Math.max(0, version - snapshot.handled),
      }),
    }),
    outbox: step.work.map(({ id, kind, dueInMs, leaseMs }) => ({
      id,
      kind,
      payload: { id },
      dueAtMs: atMs + dueInMs,
      ...(leaseMs !== undefined && { leaseMs }),
    })),
    settles: step.settles,
  };
}

/** Rows that the appender got at once. */
function leasedBy(result: AppendResult): readonly string[] {
  return result.kind === 'committed' ? (result.leased ?? []).map(({ id }) => id) : [];
}

interface Answers {
  readonly store: unknown;
  readonly model: unknown;
}

/** Does one step on both and gives what they answered. */
async function both(
  store: Store,
  model: StoreModel,
  step: StepOfModel,
  nowMs: number,
): Promise<Answers> {
  const { outbox } = store;
  switch (step.do) {
    case 'append': {
      const version = model.conversations.get(step.id)?.events.length ?? 0;
      const request = requestOf(step, version, nowMs);
      const appended = await store.conversations.append(request);
      return { store: appended, model: model.append(request, leasedBy(appended)) };
    }
    case 'claim': {
      const claimed = await outbox.claim(nowMs, step.limit, step.leaseMs);
      return { store: claimed, model: model.claim(nowMs, step.limit, step.leaseMs) };
    }
    case 'settle':
      return { store: await outbox.settle(step.id), model: model.settle(step.id) };
    case 'bury':
      return { store: await outbox.bury(step.id, 'why'), model: model.settle(step.id) };
    case 'retry': {
      const dueAtMs = nowMs + step.dueInMs;
      return {
        store: await outbox.retry(step.id, nowMs, step.dueInMs, 'why'),
        model: model.retry(step.id, dueAtMs),
      };
    }
    case 'recover':
      return { store: await outbox.recover(), model: model.recover() };
  }
}

/** Everything that can be read is the same in both. */
async function same(store: Store, model: StoreModel, nowMs: number): Promise<void> {
  const { conversations } = store;
  for (const id of names) {
    const loaded = await conversations.load(id);
    const own = model.conversations.get(id);
    expect(loaded?.version).toBe(own?.events.length);
    expect(loaded?.snapshot).toEqual(own?.snapshot);
    expect(loaded?.tail ?? []).toEqual(own?.events.slice(own.snapshotVersion) ?? []);
    expect(await conversations.readVisible(id, 1, 3)).toEqual(model.visible(id, 1, 3));
    expect(await conversations.readAll(id, 1, 3)).toEqual(model.all(id, 1, 3));
    const place = model.inbox({ list: 'queue' }).indexOf(id) + 1;
    expect(await conversations.queuePlace(id)).toBe(place === 0 ? undefined : place);
    const byVisitor = await conversations.findByVisitor(`v-${id}`);
    expect(byVisitor).toBe(model.latest(({ visitorId }) => visitorId === `v-${id}`));
  }
  const lists = ['queue', 'mine', 'offered', 'team', 'bot', 'snoozed', 'closed'] as const;
  const queries = lists.flatMap((list) => [
    { list, agentId: 'a1' },
    ...(list === 'queue' || list === 'team' ? [{ list, queue: 'vip' }] : []),
  ]);
  for (const query of queries) {
    const rows = await allPages(store, { ...query, limit: 2 });
    expect(rows.map(({ conversationId }) => conversationId)).toEqual(model.inbox(query));
  }
  expect(await conversations.findByCustomer('lin')).toBe(
    model.latest(({ snapshot }) => snapshot?.customerId === 'lin'),
  );
  expect(await conversations.unhandled(nowMs, 10)).toEqual(model.unhandled(nowMs));
  expect(await store.outbox.nextDueMs()).toBe(model.nextDueMs());
}

/** `share` of the usual number of runs, for stores that take long to open. */
export function modelContract(begin: Begin, share = 1): void {
  test('any sequence of calls is answered as a plain model answers it, also over restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 40 }), fc.nat(40), async (steps, restartAt) => {
        const opened = await begin();
        let { store } = opened;
        const model = new StoreModel();
        for (const [index, step] of steps.entries()) {
          if (index === restartAt) store = await opened.reopen();
          const answers = await both(store, model, step, index);
          expect(answers.store).toEqual(answers.model);
        }
        await same(store, model, steps.length);
        await store.close();
      }),
      { numRuns: Math.ceil(120 * share) },
    );
  }, 120_000);

  test('calls made at once are answered as the same calls one after the other', async () => {
    const appends = fc.array(aStep, { minLength: 2, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(appends, async (steps) => {
        const { store } = await begin();
        const model = new StoreModel();
        const requests = steps
          .filter((step) => step.do === 'append')
          .map((step) => requestOf({ ...step, snapshot: null }, 1, 1));
        const results = await Promise.all(
          requests.map((request) => store.conversations.append(request)),
        );
        const leased = results.map(leasedBy);
        expect(results).toEqual(requests.map((request, at) => model.append(request, leased[at])));
        await same(store, model, 9);
        await store.close();
      }),
      { numRuns: Math.ceil(60 * share) },
    );
  }, 120_000);
}
