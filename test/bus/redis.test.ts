import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createRedisBus } from '../../src/bus/index.ts';
import type { Hint } from '../../src/bus/index.ts';
import { startRedis, whyNoRedis, type RedisServer } from '../support/redis.ts';
import { betweenNodesContract, untilHeard } from './between-nodes.ts';
import { busContract } from './contract.ts';

let server: RedisServer;

function open(namespace: string) {
  const complaints: string[] = [];
  const log = { error: (_: object, text: string) => complaints.push(text), warn: () => undefined };
  const bus = createRedisBus({ url: server.url, namespace, log });
  onTestFinished(() => bus.close());
  return { bus, complaints };
}

const why = whyNoRedis();
if (why !== undefined) console.warn(why);

describe.skipIf(why !== undefined)('on a real Redis server', () => {
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  busContract('the bus over Redis', async () => open(randomUUID()));
  betweenNodesContract('the bus over Redis', async () => {
    const namespace = randomUUID();
    return [open(namespace).bus, open(namespace).bus];
  });

  test('a server that dies and comes back is found again, and publishing meanwhile holds nobody up', async () => {
    const [a, b] = [open('n').bus, open('n').bus];
    const heard: Hint[] = [];
    b.subscribe('c:a', (hint) => heard.push(hint));
    await untilHeard(a, heard, 1);
    await server.kill();
    const own: Hint[] = [];
    a.subscribe('desk', (hint) => own.push(hint));
    a.publish('desk', { kind: 'presence', agentId: 'x' });
    await expect.poll(() => own.length).toBe(1);
    await server.start();
    await untilHeard(a, heard, 2);
  });

  test('installations on one server do not hear each other', async () => {
    const [ours, theirs] = [open('ours').bus, open('theirs').bus];
    const [heardHere, heardThere]: [Hint[], Hint[]] = [[], []];
    const beside = open('ours').bus;
    beside.subscribe('c:a', (hint) => heardHere.push(hint));
    theirs.subscribe('c:a', (hint) => heardThere.push(hint));
    const besideThem = open('theirs').bus;
    await untilHeard(besideThem, heardThere, 100);
    await untilHeard(ours, heardHere, 1);
    expect(heardThere.some((hint) => hint.kind === 'head' && hint.seq === 1)).toBe(false);
  });
});
