import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createLimit } from '../../src/service/limits.ts';
import { openPostgresStore, type CountTable } from '../../src/store/index.ts';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

async function countsOf(url: string): Promise<CountTable | undefined> {
  const store = await openPostgresStore({ url, clock: Date.now });
  onTestFinished(() => store.close());
  return store.counts;
}

function limitOf(counts: CountTable | undefined, perMinute = 100) {
  const complaints: string[] = [];
  const log = { warn: (_: object, message: string) => void complaints.push(message) };
  const limit = createLimit({ name: 'ip', points: perMinute, windowMs: 60_000 }, { counts, log });
  /** How many of so many are let in. */
  const taken = async (key: string, times: number): Promise<number> => {
    let count = 0;
    for (let n = 0; n < times; n += 1) if (await limit.take(key)) count += 1;
    return count;
  };
  return { taken, complaints };
}

test('two nodes let in together what one may, and each address by itself', async () => {
  const url = await server.database();
  const [a, b] = [limitOf(await countsOf(url)), limitOf(await countsOf(url))];
  expect(await a.taken('1.2.3.4', 60)).toBe(60);
  expect(await b.taken('1.2.3.4', 60)).toBe(40);
  expect(await a.taken('1.2.3.4', 5)).toBe(0);
  expect(await a.taken('5.6.7.8', 60)).toBe(60);
});

test('quiet addresses cost the database nothing, and a flood asks it no more once it is refused', async () => {
  const asked: string[] = [];
  const counts: CountTable = {
    add: (key) => {
      asked.push(key);
      return Promise.resolve({ points: key.endsWith('loud') ? 1000 : 1, leftMs: 30_000 });
    },
  };
  const { taken } = limitOf(counts);
  expect(await taken('quiet', 10)).toBe(10);
  expect(asked).toEqual([]);
  expect(await taken('loud', 90)).toBe(10);
  expect(asked).toEqual(['ip:loud']);
});

test('what a node counted by itself before is told with the first shared count', async () => {
  const added: number[] = [];
  const counts: CountTable = {
    add: (_key, points) => {
      added.push(points);
      return Promise.resolve({ points: 0, leftMs: 1 });
    },
  };
  await limitOf(counts).taken('a', 12);
  expect(added).toEqual([11, 1]);
});

test('while the shared counts are away each node goes on with its own, and says so once', async () => {
  let asked = 0;
  const away: CountTable = {
    add: () => {
      asked += 1;
      // Neither an answer nor a failure, as with a cut that nobody notices.
      return new Promise(() => undefined);
    },
  };
  const { taken, complaints } = limitOf(away);
  expect(await taken('a', 130)).toBe(100);
  expect(asked).toBe(1);
  expect(complaints).toHaveLength(1);
});

test('counts end with their window', async () => {
  const counts = await countsOf(await server.database());
  await counts?.add('k', 70, 1);
  await expect
    .poll(async () => (await counts?.add('k', 1, 60_000))?.points, { timeout: 30_000 })
    .toBeLessThan(70);
});
