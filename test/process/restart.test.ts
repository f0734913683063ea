import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allRules, ChaosClient } from '../chaos/client.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let folder: string;
let server: RunningServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kefu-restart-'));
  server = await startServer({ folder });
}, 120_000);
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The desk as an agent's page calls it. */
async function signIn(agent: { email: string; password: string }): Promise<string> {
  const reply = await fetch(`${server.url}/api/desk/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify(agent),
  });
  expect(reply.status).toBe(200);
  return String(reply.headers.get('set-cookie')).split(';')[0] ?? '';
}

async function queue(cookie: string): Promise<readonly { conv: string; sinceMs: number }[]> {
  const reply = await fetch(`${server.url}/api/desk/conversations?list=queue`, {
    headers: { cookie },
  });
  const { rows } = (await reply.json()) as { rows: { conv: string; sinceMs: number }[] };
  return rows;
}

async function accept(cookie: string, conv: string): Promise<number> {
  const reply = await fetch(`${server.url}/api/desk/conversations/${conv}/commands`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify({ type: 'accept' }),
  });
  return reply.status;
}

test('kill -9 between hand-off and acceptance: still queued, at the same place since the same moment', async () => {
  const agent = server.firstAgent;
  if (!agent) throw new Error('no first agent was printed');
  const clients = await Promise.all([waiting('one'), waiting('two')]);
  const cookie = await signIn(agent);
  const before = await queue(cookie);
  expect(before.map(({ conv }) => conv).sort()).toEqual(
    clients.map(({ conversation }) => conversation).sort(),
  );

  await server.kill();
  server = await startServer({ folder });
  // The agent's session is in the store as well.
  const after = await queue(cookie);
  expect(after).toEqual(before);
  expect(await accept(cookie, after[0]?.conv ?? '')).toBe(200);
  expect((await queue(cookie)).map(({ conv }) => conv)).toEqual([after[1]?.conv]);
  for (const client of clients) client.stop();
}, 120_000);

/** A customer who has asked for a person and was told that they are queued. */
function waiting(name: string): Promise<ChaosClient> {
  const { promise, resolve } = Promise.withResolvers<ChaosClient>();
  const client = new ChaosClient(name, () => server.url, allRules);
  client.onEvent = (event) => {
    if (event.type === 'handoff' && event.state === 'queued') resolve(client);
  };
  client.start();
  client.say('I want to talk to a person');
  return promise;
}

test('a second process on the same folder is refused in words, and the first goes on', async () => {
  await expect(startServer({ folder })).rejects.toThrow(/data_folder_in_use/);
  const ready = await fetch(`${server.url}/health/ready`);
  expect(ready.status).toBe(200);
}, 120_000);

test('a setting that is not of its form is named with what is right', async () => {
  await expect(startServer({ env: { PORT: 'http' } })).rejects.toThrow(
    /PORT must be a whole number/,
  );
}, 120_000);
