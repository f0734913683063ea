import { expect, test } from 'vitest';
import { parseConversationId } from '../../src/core/index.ts';
import { handoffTimes } from '../../src/handoff/index.ts';
import { Floor, Presences, type RosterAgent } from '../../src/turn/index.ts';
import { memoryRecords } from '../support/desk-memory.ts';

const minuteMs = 60_000;
const quiet = { warn: () => undefined, error: () => undefined };

interface Taken {
  readonly waitedMs: number;
  readonly atMs: number;
}

/** Presences and the floor over records in memory, at a clock that the test moves. */
function world(agents: readonly RosterAgent[], records = memoryRecords()) {
  let nowMs = 1_800_000_000_000;
  const clock = () => nowMs;
  const queue = { waiting: 0, recent: [] as readonly Taken[], places: new Map<string, number>() };
  let reads = 0;
  const presences = new Presences({
    records,
    clock,
    times: () => handoffTimes,
    log: quiet,
    changed: () => undefined,
  });
  const floor = new Floor({
    conversations: {
      queueFigures: async () => {
        reads += 1;
        const { waiting } = queue;
        const figure = {
          queue: 'default',
          priority: 'normal',
          offered: 0,
          oldestSinceMs: 0,
        } as const;
        return waiting === 0 ? [] : [{ ...figure, waiting }];
      },
      recentWaits: async () => queue.recent.map((one) => ({ ...one, priority: 'normal' as const })),
      queuePlace: async (id) => queue.places.get(id),
    },
    presences,
    roster: async () => agents,
    clock,
  });
  return {
    floor,
    presences,
    records,
    queue,
    clock,
    reads: () => reads,
    later: (ms: number) => {
      nowMs += ms;
    },
  };
}

const ana: RosterAgent = { agentId: 'ana', name: 'Ana' };

test('an account that never signed in attends nothing; loading a page anew changes nothing; whoever is gone for longer than the grace is gone', async () => {
  const { floor, presences, later } = world([ana]);
  expect(presences.of('ana').status).toBe('away');
  expect(await floor.attended()).toBe(false);
  let leave = presences.connect('ana');
  expect(await floor.attended()).toBe(true);
  for (let load = 0; load < 3; load += 1) {
    leave();
    expect(await floor.attended()).toBe(true);
    later(4000);
    expect(await floor.attended()).toBe(true);
    leave = presences.connect('ana');
  }
  leave();
  later(handoffTimes.graceMs - 1);
  expect(await floor.attended()).toBe(true);
  later(1);
  expect(await floor.attended()).toBe(false);
  await presences.settled();
});

test('who is away by choice, missed offers, serves only another team or has no account any more attends nothing', async () => {
  const agents: RosterAgent[] = [
    { ...ana, queues: ['refunds'] },
    { agentId: 'bo', name: 'Bo' },
  ];
  const { floor, presences, later } = world(agents);
  presences.connect('ana');
  presences.connect('gone');
  expect(await floor.attended()).toBe(false);
  presences.connect('bo');
  expect(await floor.attended()).toBe(true);
  presences.choose('bo', 'away');
  expect(await floor.attended()).toBe(false);
  presences.choose('bo', 'available');
  expect(await floor.attended()).toBe(true);
  presences.missed('bo');
  presences.missed('bo');
  expect(await floor.attended()).toBe(false);
  agents[0] = ana;
  later(10_000);
  expect(await floor.attended()).toBe(true);
  await presences.settled();
});

test('after a restart whoever was there has the grace, whoever had gone has no second one', async () => {
  const before = world([ana]);
  before.presences.connect('ana');
  await before.presences.settled();
  const after = world([ana], before.records);
  await after.presences.start();
  expect(await after.floor.attended()).toBe(true);
  after.later(handoffTimes.graceMs);
  expect(await after.floor.attended()).toBe(false);
});

test('the wait is told from what the latest waited while nobody waits, from the pace once somebody does, and for who waits from their place', async () => {
  const { floor, queue, clock, later, reads } = world([ana]);
  const wait = (id?: string) => floor.expectedWait(id === undefined ? undefined : known(id));
  expect(await wait()).toBeUndefined();
  // One every ten minutes, each taken after two: a quiet day, not a slow one.
  queue.recent = Array.from({ length: 10 }, (_, n) => ({
    atMs: clock() - n * 10 * minuteMs,
    waitedMs: 2 * minuteMs,
  }));
  // What was read is good for some seconds, however many ask.
  await Promise.all(Array.from({ length: 50 }, () => wait()));
  expect([reads(), await wait()]).toEqual([1, undefined]);
  later(5000);
  expect(await wait()).toEqual({ from: 2, to: 2 });
  queue.waiting = 3;
  queue.places.set('c1', 2);
  later(5000);
  const arriving = await wait();
  const second = await wait('c1');
  expect(arriving?.to).toBeGreaterThan(second?.to ?? Infinity);
  expect(second?.from).toBeGreaterThanOrEqual(1);
  // Whoever has just been taken waits as whoever would come.
  expect(await wait('c2')).toEqual(arriving);
});

test('a queue that cannot be read once is read again at the next question', async () => {
  const { floor, presences, clock } = world([ana]);
  let fails = true;
  const faulty = new Floor({
    conversations: {
      queueFigures: async () => {
        if (fails) throw new Error('cannot be read');
        return [];
      },
      recentWaits: async () => [],
      queuePlace: async () => undefined,
    },
    presences,
    roster: async () => [ana],
    clock,
  });
  await expect(faulty.expectedWait(undefined)).rejects.toThrow('cannot be read');
  fails = false;
  expect(await faulty.expectedWait(undefined)).toBeUndefined();
  expect(await floor.expectedWait(undefined)).toBeUndefined();
});

function known(name: string) {
  const id = parseConversationId(name);
  if (id === undefined) throw new Error('no id');
  return id;
}
