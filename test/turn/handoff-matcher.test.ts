import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConversationId, type ConversationId } from '../../src/core/index.ts';
import { evolve, initialState, type ConversationEvent } from '../../src/dialogue/index.ts';
import { handoffTimes } from '../../src/handoff/index.ts';
import type { Store } from '../../src/store/index.ts';
import {
  endMisdated,
  lookOnce,
  type MatcherDeps,
  type RosterAgent,
} from '../../src/turn/handoff-matcher.ts';
import { Presences } from '../../src/turn/index.ts';
import { openTestStore } from '../support/stores.ts';

const startMs = Date.parse('2026-11-23T09:00:00Z');
let nowMs = startMs;
let folder: string;
let store: Store;

beforeEach(async () => {
  nowMs = startMs;
  folder = await mkdtemp(join(tmpdir(), 'kefu-matcher-'));
  store = await openTestStore({ folder, clock: () => nowMs });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const quiet = {
  warn: () => undefined,
  error: (fields: object, message: string) => {
    throw new Error(`${message} ${JSON.stringify(fields)}`);
  },
};

/** One process: presence from the records, and a matcher over it. */
async function process(roster: readonly RosterAgent[]) {
  const presences = new Presences({
    records: store.records,
    clock: () => nowMs,
    times: () => handoffTimes,
    log: quiet,
    changed: () => undefined,
  });
  await presences.start();
  let made = 0;
  const deps: MatcherDeps = {
    store,
    bus: { publish: () => undefined, subscribe: () => () => undefined, close: async () => {} },
    clock: () => nowMs,
    log: quiet,
    randomId: () => `${nowMs}-${(made += 1)}`,
    presences,
    roster: async () => roster,
    capacity: () => 2,
    times: () => handoffTimes,
  };
  return { presences, look: () => lookOnce(deps), sweep: () => endMisdated(deps) };
}

async function put(name: string, ...events: readonly ConversationEvent[]): Promise<ConversationId> {
  const id = parseConversationId(name);
  if (!id) throw new Error('no id');
  const stored = await store.conversations.load(id);
  const version = stored?.version ?? 0;
  const state = stored ? stored.tail.reduce(evolve, stored.snapshot ?? initialState) : initialState;
  const snapshot = events.reduce(
    (folded, event, index) => evolve(folded, { pos: version + index + 1, atMs: nowMs, event }),
    state,
  );
  const result = await store.conversations.append({
    conversationId: id,
    create: { visitorId: `v-${name}`, channel: 'web' },
    expect: version,
    atMs: nowMs,
    events,
    snapshot,
  });
  expect(result.kind).toBe('committed');
  return id;
}

const asks = (queue = 'default'): ConversationEvent => ({
  type: 'handoff.requested',
  reason: 'customer_asked',
  priority: 'normal',
  queue,
  by: 'bot',
});
const accepts = (agentId: string): ConversationEvent => ({
  type: 'handoff.accepted',
  agentId,
  agentName: agentId,
});

async function ownerOf(id: ConversationId) {
  const stored = await store.conversations.load(id);
  if (!stored) throw new Error('no conversation');
  return stored.tail.reduce(evolve, stored.snapshot ?? initialState).owner;
}

const ann: RosterAgent = { agentId: 'ann', name: 'Ann' };

test('whoever lets two offers in a row run out counts as away until they say otherwise', async () => {
  const id = await put('c1', asks());
  const { presences, look } = await process([ann]);
  presences.connect('ann');
  for (let round = 0; round < 2; round += 1) {
    await look();
    expect(await ownerOf(id)).toMatchObject({ offer: { agentId: 'ann' } });
    nowMs += handoffTimes.offerMs;
    await look();
    nowMs += handoffTimes.expiredPassMs;
  }
  expect(presences.of('ann')).toMatchObject({ status: 'away', why: 'missed_offers' });
  await look();
  expect(await ownerOf(id)).not.toHaveProperty('offer');
  presences.choose('ann', 'available');
  await look();
  expect(await ownerOf(id)).toMatchObject({ offer: { agentId: 'ann' }, sinceMs: startMs });
});

test('a restart keeps a choice, and gives nobody who was gone before a second grace', async () => {
  const id = await put('c1', asks(), accepts('ann'));
  const first = await process([ann]);
  const left = first.presences.connect('ann');
  first.presences.choose('ann', 'away');
  nowMs += 1000;
  left();
  await first.presences.settled();
  nowMs += handoffTimes.graceMs - 1000;
  const second = await process([ann]);
  expect(second.presences.of('ann').why).toBe('disconnected');
  await second.look();
  expect(await ownerOf(id)).toMatchObject({ by: 'agent' });
  nowMs += 1000;
  await second.look();
  expect(await ownerOf(id)).toMatchObject({ by: 'queue', sinceMs: startMs });
  second.presences.connect('ann');
  expect(second.presences.of('ann').status).toBe('away');
});

test('those who were connected when the process died have a grace from its next start', async () => {
  const id = await put('c1', asks(), accepts('ann'));
  const first = await process([ann]);
  first.presences.connect('ann');
  await first.presences.settled();
  nowMs += 24 * 3_600_000;
  const second = await process([ann]);
  await second.look();
  expect(await ownerOf(id)).toMatchObject({ by: 'agent', agentId: 'ann' });
  nowMs += handoffTimes.graceMs;
  await second.look();
  expect(await ownerOf(id)).toMatchObject({ by: 'queue', sinceMs: startMs });
});

test('an offer and a leave of a clock that was ahead last no longer than was meant', async () => {
  nowMs += 3_600_000;
  const id = await put('c1', asks());
  const { presences, look, sweep } = await process([ann]);
  const left = presences.connect('ann');
  await look();
  expect(await ownerOf(id)).toMatchObject({ offer: { agentId: 'ann' } });
  left();
  nowMs -= 3_600_000;
  await sweep();
  expect(await ownerOf(id)).not.toHaveProperty('offer');
  expect(presences.of('ann')).toMatchObject({ why: 'disconnected', status: 'away' });
  nowMs += handoffTimes.graceMs;
  expect(presences.of('ann').status).toBe('offline');
  expect(presences.attends('ann')).toBe(false);
});

test('what somebody had whose account was disabled goes back at once, at its place', async () => {
  const id = await put('c1', asks(), accepts('gone'));
  const { look } = await process([ann]);
  await look();
  expect(await ownerOf(id)).toMatchObject({ by: 'queue', sinceMs: startMs });
  const log = await store.conversations.readAll(id, 0, 99);
  expect(log.at(-1)?.event).toMatchObject({ type: 'handoff.dropped', why: 'disabled' });
});

test('those who wait for another team do not stand in the way, however many they are', async () => {
  for (let nth = 0; nth < 250; nth += 1) await put(`refunds-${nth}`, asks('refunds'));
  nowMs += 1000;
  const id = await put('mine', asks('default'));
  const { presences, look } = await process([{ ...ann, queues: ['default'] }]);
  presences.connect('ann');
  await look();
  expect(await ownerOf(id)).toMatchObject({ offer: { agentId: 'ann' } });
});

test('an agent is offered as many as there is room for, in the order of the queue', async () => {
  const ids: ConversationId[] = [];
  for (let nth = 0; nth < 4; nth += 1) {
    nowMs += 1000;
    ids.push(await put(`c${nth}`, asks()));
  }
  const { presences, look } = await process([ann]);
  presences.connect('ann');
  await look();
  await look();
  const owners = await Promise.all(ids.map(ownerOf));
  expect(owners.map((owner) => owner.by === 'queue' && owner.offer !== undefined)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
