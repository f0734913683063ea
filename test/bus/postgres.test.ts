import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createPostgresBus } from '../../src/bus/index.ts';
import type { Hint } from '../../src/bus/index.ts';
import { execute, startPostgres } from '../support/postgres.ts';
import type { PostgresServer } from '../support/postgres.ts';
import { betweenNodesContract, untilHeard } from './between-nodes.ts';
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

busContract('the bus over the database', async () => open(await server.database()));
betweenNodesContract('the bus over the database', async () => {
  const url = await server.database();
  return [open(url).bus, open(url).bus];
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
