import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createPostgresBus } from '../../src/bus/index.ts';
import type { Bus, Hint } from '../../src/bus/index.ts';
import { execute, startPostgres } from '../support/postgres.ts';
import type { PostgresServer } from '../support/postgres.ts';
import { busContract } from './contract.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

function open(url: string) {
  const complaints: string[] = [];
  const log = { error: (_: object, text: string) => complaints.push(text), warn: () => undefined };
  const bus = createPostgresBus({ url, log });
  onTestFinished(() => bus.close());
  return { bus, complaints };
}

busContract('the bus between nodes', async () => open(await server.database()));

const head = (seq: number, conversationId = 'a'): Hint => ({
  kind: 'head',
  conversationId,
  version: seq,
  seq,
});

/** Says something until it is heard there: before that the listener may not be connected. */
async function untilHeard(from: Bus, heard: readonly Hint[], seq: number): Promise<void> {
  await expect
    .poll(
      () => {
        from.publish('c:a', head(seq));
        return heard.some((hint) => hint.kind === 'head' && hint.seq === seq);
      },
      { timeout: 60_000, interval: 20 },
    )
    .toBe(true);
}

test('a hint of one node reaches the listeners of the other, and the own ones once', async () => {
  const url = await server.database();
  const [a, b] = [open(url).bus, open(url).bus];
  const heardByA: Hint[] = [];
  const heardByB: Hint[] = [];
  a.subscribe('c:a', (hint) => heardByA.push(hint));
  b.subscribe('c:a', (hint) => heardByB.push(hint));
  await untilHeard(a, heardByB, 1);
  await untilHeard(b, heardByA, 2);
  heardByA.length = 0;
  a.publish('c:a', head(3));
  b.publish('c:a', head(4));
  await expect.poll(() => heardByA.filter(isSeq(4)).length).toBe(1);
  expect(heardByA.filter(isSeq(3))).toHaveLength(1);
});

test('five hundred hints at once come over in full, each conversation’s latest', async () => {
  const url = await server.database();
  const [a, b] = [open(url).bus, open(url).bus];
  const ready: Hint[] = [];
  const heard = new Map<string, number>();
  b.subscribe('c:a', (hint) => ready.push(hint));
  b.subscribe('desk', (hint) => {
    if (hint.kind === 'head') heard.set(hint.conversationId, hint.seq);
  });
  await untilHeard(a, ready, 1);
  for (let seq = 1; seq <= 3; seq += 1) {
    for (let i = 0; i < 500; i += 1) a.publish('desk', head(seq, `conversation-${i}`));
  }
  await expect.poll(() => heard.size).toBe(500);
  await expect.poll(() => [...heard.values()].every((seq) => seq === 3)).toBe(true);
});

test('a bus whose connections are cut, and whose server dies, speaks again by itself', async () => {
  const url = await server.database();
  const [a, b] = [open(url).bus, open(url).bus];
  const heard: Hint[] = [];
  b.subscribe('c:a', (hint) => heard.push(hint));
  await untilHeard(a, heard, 1);
  await execute(
    url,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kefu bus' AND datname = current_database()",
  );
  await untilHeard(a, heard, 2);
  await server.crash();
  await untilHeard(a, heard, 3);
  expect(heard.length).toBeGreaterThanOrEqual(3);
});

function isSeq(seq: number): (hint: Hint) => boolean {
  return (hint) => hint.kind === 'head' && hint.seq === seq;
}
