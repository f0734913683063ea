import { afterEach, expect, test } from 'vitest';
import type { PlatformApi } from '../../../src/channels/platforms/api.ts';
import { keepChat } from '../../../src/channels/platforms/chats.ts';
import type { Call } from '../../../src/channels/platforms/driver.ts';
import { drivers } from '../../../src/channels/platforms/drivers.ts';
import { createInstead, type InsteadDeps } from '../../../src/channels/platforms/instead.ts';
import { visitorOf } from '../../../src/channels/platforms/receiving.ts';
import { parseCustomerId } from '../../../src/core/index.ts';
import { whatsappPeer } from '../../support/platform-peers.ts';
import { windowWorld, type WindowWorld } from '../../support/window-world.ts';

const dayMs = 24 * 60 * 60_000;
const soon = { timeout: 60_000 };
const ana = { agentId: 'agent-ana', agentName: 'Ana' };
const to = { phone: whatsappPeer.userId, messageId: 'wamid.1' };
const more = { template: 'please_write' };

let world: WindowWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const templates = ({ calls }: WindowWorld) =>
  calls.filter(({ body }) => typeof body === 'string' && body.includes('please_write'));
const offered = async (one: WindowWorld) =>
  (await one.events()).filter((event) => event.type === 'delivery.offered');

/** Ana has the conversation, and her words wait: the customer wrote more than a day ago. */
async function waiting(one: WindowWorld, extra: Partial<InsteadDeps> = {}) {
  await one.accept({ kind: 'text', text: 'hello' });
  await expect.poll(() => one.texts().length, soon).toBeGreaterThan(0);
  await one.agentSays('Ana here.');
  await expect.poll(() => one.texts(), soon).toContain('Ana here.');
  one.pass(dayMs);
  await one.agentSays('The news.');
  const held = async () =>
    (await one.events()).some((event) => event.type === 'delivery.failed' && event.held === true);
  await expect.poll(held, soon).toBe(true);
  return createInstead({ ...one.deps, apis: one.apis, ...extra });
}

test('the approved message that went out by itself is not sent again within a day, then an agent may, once', async () => {
  const one = (world = await windowWorld(whatsappPeer, { to, more }));
  const instead = await waiting(one);
  const id = one.conversation();
  expect(templates(one)).toHaveLength(1);
  const now = await instead.of(id);
  expect(now).toMatchObject({ waiting: 1, ways: [{ way: 'template', to: null }] });
  const [template] = now.ways;
  expect(template?.sentAtMs).toBeTypeOf('number');
  expect(template?.againAtMs).toBe((template?.sentAtMs ?? 0) + dayMs);
  expect(await instead.send(id, 'template', ana)).toEqual({
    kind: 'refused',
    reason: 'sent_already',
  });

  one.pass(dayMs);
  expect((await instead.of(id)).ways).toEqual([
    { way: 'template', to: null, sentAtMs: null, againAtMs: null },
  ]);
  const pressed = await Promise.all([
    instead.send(id, 'template', ana),
    instead.send(id, 'template', ana),
  ]);
  expect(pressed.map(({ kind }) => kind).toSorted()).toEqual(['refused', 'sent']);
  expect(templates(one)).toHaveLength(2);
  expect(await offered(one)).toEqual([
    { type: 'delivery.offered', channel: 'whatsapp', way: 'template', ...ana },
  ]);
});

test('what the platform does not take may be tried again at once, and is told to nobody', async () => {
  const one = (world = await windowWorld(whatsappPeer, { to, more }));
  const instead = await waiting(one);
  one.pass(dayMs);
  one.refuse(() => ({ status: 500, body: {} }));
  const id = one.conversation();
  expect(await instead.send(id, 'template', ana)).toEqual({
    kind: 'refused',
    reason: 'not_taken',
  });
  expect(await offered(one)).toEqual([]);
  one.refuse(() => undefined);
  expect(await instead.send(id, 'template', ana)).toMatchObject({ kind: 'sent' });
  expect(await offered(one)).toHaveLength(1);
});

test('nothing is offered where nothing waits, nor a template where the operator has none', async () => {
  const one = (world = await windowWorld(whatsappPeer, { to }));
  await one.accept({ kind: 'text', text: 'hello' });
  const instead = createInstead({ ...one.deps, apis: one.apis });
  const id = one.conversation();
  expect(await instead.of(id)).toEqual({ waiting: 0, ways: [] });
  const refused = { kind: 'refused', reason: 'nothing_waits' };
  expect(await instead.send(id, 'template', ana)).toEqual(refused);
  await waiting(one);
  expect(await instead.of(id)).toEqual({ waiting: 1, ways: [] });
  expect(await instead.send(id, 'template', ana)).toMatchObject({ reason: 'no_such_way' });
  expect(await instead.send(id, 'email', ana)).toMatchObject({ reason: 'no_such_way' });
});

/** The email channel, whose letters are kept instead of sent. */
function letterbox(sent: Call[]): PlatformApi {
  const settings = drivers.email.settings.parse({
    address: 'help@okpay.test',
    imapUrl: 'imaps://mail.okpay.test',
    smtpUrl: 'smtps://mail.okpay.test',
    user: 'help',
    password: 'secret',
  });
  return {
    driver: drivers.email,
    settings,
    async send(make) {
      sent.push(make(settings));
      return { kind: 'sent', id: undefined };
    },
    upload: () => Promise.reject(new Error('no files here')),
    ask: async () => undefined,
    download: async () => undefined,
  };
}

test('a letter with the link to the web chat goes to the address of the same customer’s own letters, and says nothing of the words', async () => {
  const one = (world = await windowWorld(whatsappPeer, { to }));
  const { turns, records } = one.deps;
  const sent: Call[] = [];
  const apis = new Map([...one.apis, ['email', letterbox(sent)]]);
  const settings = { ...one.deps.settings, webChatUrl: 'https://pay.okpay.test/help' };
  const customers = one.customers;
  const instead = await waiting(one, { apis, settings, customers });
  const id = one.conversation();
  const [lin, omar] = ['lin-wei', 'omar-haddad'].map(parseCustomerId);
  if (!lin || !omar) throw new Error('no customer');

  const user = 'lin@example.com';
  const letters = await turns.chats.open(visitorOf(drivers.email, user), 'email', 'en');
  const address = { user, address: user, subject: 'Re: my card', messageId: '<1@example.com>' };
  await keepChat(records, letters, { platform: 'email', userId: user, to: address, name: 'Lin' });
  // Nobody's yet, then another's: the same person is who signed in as the same customer.
  expect((await instead.of(id)).ways).toEqual([]);
  await turns.chats.bind(letters, lin);
  await turns.chats.bind(id, omar);
  expect((await instead.of(id)).ways).toEqual([]);

  await turns.chats.bind(id, lin);
  expect((await instead.of(id)).ways).toEqual([
    { way: 'email', to: 'l***@example.com', sentAtMs: null, againAtMs: null },
  ]);
  expect(await instead.send(id, 'email', ana)).toMatchObject({ kind: 'sent' });
  expect(await instead.send(id, 'email', ana)).toMatchObject({ reason: 'sent_already' });
  const [letter] = sent.map(({ body }) => (typeof body === 'string' ? body : ''));
  expect(sent).toHaveLength(1);
  expect(letter).toContain(user);
  expect(letter).toContain('https://pay.okpay.test/help');
  expect(letter).not.toContain('The news.');
  expect(await offered(one)).toMatchObject([{ channel: 'whatsapp', way: 'email', ...ana }]);
});
