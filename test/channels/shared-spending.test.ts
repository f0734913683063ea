import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { VisitorBuckets } from '../../src/channels/web/bucket.ts';
import { SharedSpending } from '../../src/channels/web/shared-spending.ts';
import { openPostgresStore, type CountTable } from '../../src/store/index.ts';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const burst = 30;
const perMinute = 60;

async function countsOf(url: string): Promise<CountTable> {
  const store = await openPostgresStore({ url, clock: Date.now });
  onTestFinished(() => store.close());
  if (!store.counts) throw new Error('a shared store counts');
  return store.counts;
}

/** One node's buckets, at a moment that does not pass by itself. */
function nodeOn(counts: CountTable) {
  let nowMs = 0;
  const told: number[] = [];
  const complaints: string[] = [];
  let answers: Promise<unknown> = Promise.resolve();
  const listening: CountTable = {
    add: (key, points, windowMs) => {
      told.push(points);
      const answer = counts.add(key, points, windowMs);
      answers = answer.catch(() => undefined);
      return answer;
    },
  };
  const log = { warn: (_: object, message: string) => void complaints.push(message) };
  const shared = new SharedSpending({ counts: listening, burst, log, elapsedMs: () => nowMs });
  const buckets = new VisitorBuckets(burst, perMinute, shared);
  return {
    told,
    complaints,
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** How many of so many are let in, each sent when what was told before is answered. */
    taken: async (visitor: string, times: number): Promise<number> => {
      let count = 0;
      for (let n = 0; n < times; n += 1) {
        if (buckets.take(visitor, nowMs)) count += 1;
        await answers;
        await Promise.resolve();
      }
      return count;
    },
  };
}

test('a visitor who floods two nodes at once is let in little more than by one, and at the rate of one afterwards', async () => {
  const url = await server.database();
  const [a, b] = [nodeOn(await countsOf(url)), nodeOn(await countsOf(url))];
  let taken = 0;
  for (let n = 0; n < 60; n += 1) taken += (await a.taken('loud', 1)) + (await b.taken('loud', 1));
  expect(taken).toBeGreaterThanOrEqual(burst);
  expect(taken).toBeLessThanOrEqual(burst + Math.ceil(burst / 4) + Math.ceil(burst / 6));
  // Somebody else is not concerned.
  expect(await b.taken('other', 40)).toBe(burst);
  // What flows back in a minute is one node's minute, wherever it is spent.
  let more = 0;
  for (let second = 0; second < 60; second += 1) {
    a.pass(1000);
    b.pass(1000);
    more += (await a.taken('loud', 2)) + (await b.taken('loud', 2));
  }
  expect(more).toBeLessThanOrEqual(perMinute * 1.25);
});

test('who has used up the limit on one node has little left on another', async () => {
  const url = await server.database();
  const [a, b] = [nodeOn(await countsOf(url)), nodeOn(await countsOf(url))];
  expect(await a.taken('loud', 50)).toBe(burst);
  expect(await b.taken('loud', 50)).toBeLessThanOrEqual(Math.ceil(burst / 4) + 1);
});

test('whoever writes as people do costs the database nothing, and a flood asks it a few times', async () => {
  const counts: CountTable = { add: (_, points) => Promise.resolve({ points, leftMs: 30_000 }) };
  const { taken, told, pass } = nodeOn(counts);
  for (let minute = 0; minute < 20; minute += 1) {
    expect(await taken('quiet', 6)).toBe(6);
    pass(20_000);
  }
  expect(told).toEqual([]);
  await taken('loud', 1000);
  expect(told.length).toBeLessThanOrEqual(6);
});

test('while the shared counts are away each node goes on with its own, and says so once', async () => {
  const away: CountTable = { add: () => Promise.reject(new Error('away')) };
  const { taken, complaints } = nodeOn(away);
  expect(await taken('loud', 100)).toBe(burst);
  expect(complaints).toHaveLength(1);
});
