import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allRules, ChaosClient } from '../chaos/client.ts';
import { deskClient } from '../support/desk-world.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let folder: string;
let server: RunningServer;
const clients: ChaosClient[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kefu-handoff-restart-'));
  // Room for one that is had, one that is written up and one offer: the fifth customer waits on.
  const workspace = {
    limits: { agentConversationsMax: 3 },
    handoff: { offerSeconds: 60, wrapUpSeconds: 20, graceSeconds: 30 },
    agents: {
      hours: [
        { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' },
      ],
    },
  };
  await writeFile(join(folder, 'workspace.json'), JSON.stringify(workspace));
  server = await startServer({ folder });
}, 120_000);
afterEach(async () => {
  for (const client of clients.splice(0)) client.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A customer who has asked for a person and was told that they are queued. */
function waiting(name: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const client = new ChaosClient(name, () => server.url, allRules);
  clients.push(client);
  client.onEvent = (event) => {
    if (event.type === 'handoff' && event.state === 'queued') resolve(client.conversation);
  };
  client.start();
  client.say('I want to talk to a person');
  return promise;
}

type Desk = ReturnType<typeof deskClient>;

async function headOf(desk: Desk, conv: string) {
  const { body } = await desk.get(`/conversations/${conv}`);
  const { state, epoch, sinceMs, agentId, offer, snoozedUntilMs, wrapUpUntilMs, version } =
    body as Record<string, unknown>;
  return { state, epoch, sinceMs, agentId, offer, snoozedUntilMs, wrapUpUntilMs, version };
}

async function queueOf(desk: Desk): Promise<readonly unknown[]> {
  const { body } = await desk.get('/conversations?list=queue');
  return (
    body as unknown as { rows: { conv: string; sinceMs: number; cursor: string }[] }
  ).rows.map(({ conv, sinceMs, cursor }) => ({ conv, sinceMs, cursor }));
}

test('kill -9 in each state of a hand-off: queued, offered, owned, snoozed and being written up go on at the same place with the same timer', async () => {
  const agent = server.firstAgent;
  if (!agent) throw new Error('no first agent was printed');
  const first = deskClient(server.url);
  expect((await first.post('/sign-in', agent)).status).toBe(200);
  const convs: string[] = [];
  for (const name of ['owned', 'snoozed', 'written', 'offered', 'queued']) {
    convs.push(await waiting(name));
  }
  const [owned = '', snoozed = '', written = '', offered = '', queued = ''] = convs;
  for (const conv of [owned, snoozed, written]) {
    expect((await first.command(conv, { type: 'accept' })).status).toBe(200);
  }
  const untilMs = Date.now() + 25_000;
  await first.command(snoozed, { type: 'snooze', untilMs });
  await first.command(written, { type: 'close' });
  const socket = first.socket();
  const { offers } = await socket.until('offers', (frame) => frame.offers.length > 0);
  expect(offers.map(({ conv }) => conv)).toEqual([offered]);

  const before = await Promise.all(convs.map((conv) => headOf(first, conv)));
  expect(before.map(({ state }) => state)).toEqual([
    'agent',
    'snoozed',
    'wrap_up',
    'offered',
    'queued',
  ]);
  const queueBefore = await queueOf(first);
  const places = convs.slice(3);
  expect(queueBefore.map((row) => (row as { conv: string }).conv)).toEqual(places);

  await server.kill();
  server = await startServer({ folder });
  const second = deskClient(server.url);
  expect((await second.post('/sign-in', agent)).status).toBe(200);
  const again = second.socket();
  expect(await Promise.all(convs.map((conv) => headOf(second, conv)))).toEqual(before);
  expect(await queueOf(second)).toEqual(queueBefore);
  const kept = await again.until('offers', (frame) => frame.offers.length > 0);
  expect(kept.offers).toEqual(offers);

  // The timers go on: neither forgotten nor begun anew.
  const endsMs = before[2]?.wrapUpUntilMs as number;
  await expect.poll(() => stateOf(second, written), { timeout: 60_000 }).toBe('closed');
  expect(Date.now()).toBeGreaterThanOrEqual(endsMs);
  expect(Date.now()).toBeLessThan(endsMs + 40_000);
  await expect.poll(() => stateOf(second, snoozed), { timeout: 60_000 }).toBe('agent');
  expect(Date.now()).toBeGreaterThanOrEqual(untilMs);
  expect(Date.now()).toBeLessThan(untilMs + 40_000);
  const accepted = { type: 'accept', offerId: offers[0]?.offerId };
  expect((await second.command(offered, accepted)).status).toBe(200);
  expect(await stateOf(second, queued)).toMatch(/queued|offered/);
  again.close();
}, 180_000);

async function stateOf(desk: Desk, conv: string): Promise<unknown> {
  return (await headOf(desk, conv)).state;
}
