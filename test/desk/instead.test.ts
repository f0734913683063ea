import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgentRole } from '../../src/identity/index.ts';
import { textAt } from '../../src/channels/platforms/calls.ts';
import type { ConversationId } from '../../src/core/index.ts';
import { deskClient } from '../support/desk-world.ts';
import { known } from '../support/desk-service.ts';
import { whatsappPeer } from '../support/platform-peers.ts';
import { platformWorld, type PlatformWorld } from '../support/platform-world.ts';

const closed = { status: 400, body: { error: { code: 131047, message: 'Re-engagement' } } };
const isTemplate = (body: unknown) => textAt(body, 'type') === 'template';

let world: PlatformWorld;
let conv: ConversationId;
const clients: Record<string, ReturnType<typeof deskClient>> = {};
const ids: Record<string, string> = {};

/** WhatsApp takes nothing but the approved message, and that only later: what the bot said waits. */
beforeAll(async () => {
  world = await platformWorld(whatsappPeer, {
    more: { template: 'please_write' },
    answer: ({ method }) => (method === 'GET' ? undefined : closed),
  });
  const admin = deskClient(world.service.url);
  await admin.post('/sign-in', known(world.service.firstAgent));
  clients['admin'] = admin;
  const people: readonly (readonly [string, AgentRole])[] = [
    ['Ann', 'agent'],
    ['Bo', 'agent'],
    ['Sue', 'supervisor'],
  ];
  for (const [name, role] of people) {
    const email = `${name.toLowerCase()}@example.com`;
    const { body } = await admin.post('/agents', { email, name, role });
    const made = body as unknown as { agent: { agentId: string }; password: string };
    const client = deskClient(world.service.url);
    await client.post('/sign-in', { email, password: made.password });
    clients[name] = client;
    ids[name] = made.agent.agentId;
  }
}, 120_000);

afterAll(() => world.stop());

const ask = (who: string) => known(clients[who]).get(`/conversations/${conv}/instead`);
const press = (who: string, way = 'template') =>
  known(clients[who]).post(`/conversations/${conv}/instead`, { way });

test('what waits is seen by every agent; what is sent instead is for who has the conversation and for who leads', async () => {
  await world.deliver(whatsappPeer.text(1, 'hello'));
  const held = async () =>
    (await world.events()).some((event) => event.type === 'delivery.failed' && event.held === true);
  await expect.poll(held, { timeout: 60_000 }).toBe(true);
  conv = await world.conversation();

  const { status, body } = await ask('Bo');
  expect([status, body]).toMatchObject([
    200,
    { ways: [{ way: 'template', to: null, sentAtMs: null, againAtMs: null }] },
  ]);
  expect(body['waiting']).toBeGreaterThan(0);

  // The bot has it: neither Ann nor Bo.
  expect(await press('Ann')).toMatchObject({ status: 409, body: { error: { code: 'not_owner' } } });
  const ann = { agentId: known(ids['Ann']), agentName: 'Ann', supervises: true };
  await world.core.turns.command(conv, ann, { type: 'take_over' });
  const refused = await press('Bo');
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'not_owner', by: 'Ann' } } });

  // Allowed, but WhatsApp takes it not even now.
  for (const who of ['Ann', 'Sue', 'admin']) {
    expect(await press(who)).toMatchObject({
      status: 503,
      body: { error: { code: 'overloaded' } },
    });
  }
  expect(await press('Ann', 'email')).toMatchObject({ status: 409 });
  expect(await press('Ann', 'pigeon')).toMatchObject({ status: 400 });

  world.answerWith(({ method, body: sent }) =>
    method === 'GET' || isTemplate(sent) ? undefined : closed,
  );
  const before = world.calls.filter((call) => isTemplate(call.body)).length;
  const sent = await press('Ann');
  expect(sent.status).toBe(200);
  const atMs = Number(sent.body['sentAtMs']);
  expect(world.calls.filter((call) => isTemplate(call.body))).toHaveLength(before + 1);
  expect(await press('Sue')).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
  expect((await ask('Bo')).body).toMatchObject({
    ways: [{ way: 'template', sentAtMs: atMs, againAtMs: atMs + 86_400_000 }],
  });

  const seen = await known(clients['Bo']).get(`/conversations/${conv}`);
  const lines = (seen.body as unknown as { events: readonly { readonly what?: string }[] }).events;
  expect(lines.find(({ what }) => what === 'delivery.offered.template')).toMatchObject({
    values: { channel: 'whatsapp', agent: 'Ann' },
  });
}, 120_000);

test('of a conversation that is not there, or not on a platform, nothing is said and nothing sent', async () => {
  const admin = known(clients['admin']);
  expect((await admin.get('/conversations/none/instead')).status).toBe(404);
  expect((await admin.post('/conversations/none/instead', { way: 'email' })).status).toBe(404);
});
