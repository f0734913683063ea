import { afterEach, describe, expect, test } from 'vitest';
import type { DeskChannels } from '../../../src/protocol/index.ts';
import { deskClient } from '../../support/desk-world.ts';
import {
  peers,
  signedSlack,
  slackPeer,
  smsHook,
  smsPeer,
  telegramPeer,
  whatsappPeer,
  whatsappStatus,
} from '../../support/platform-peers.ts';
import { platformWorld, type PlatformWorld } from '../../support/platform-world.ts';

let world: PlatformWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

const words = (events: Awaited<ReturnType<PlatformWorld['events']>>) =>
  events.flatMap((event) => (event.type === 'message.received' ? [event.text] : []));

describe.each(peers.map((make) => [make().name, make] as const))('%s', (_name, make) => {
  test('the same message five times at once, again later and again after a restart is one message and one turn', async () => {
    const peer = make();
    const one = (world = await platformWorld(peer));
    const first = peer.text(1, 'what are your fees');
    const second = peer.text(2, 'what are your support hours');
    const answers = await Promise.all(
      [first, first, first, first, first].map((hook) => one.deliver(hook)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await expect.poll(async () => words(await one.events()).length).toBeGreaterThan(0);
    for (const hook of [second, first, second]) expect((await one.deliver(hook)).status).toBe(200);
    await one.sees(/hours/i);
    await expect
      .poll(
        async () => (await one.events()).filter(({ type }) => type === 'message.understood').length,
      )
      .toBe(2);
    await one.restart();
    const before = one.seen().length;
    expect((await one.deliver(first)).status).toBe(200);
    expect((await one.deliver(peer.text(3, 'thank you'))).status).toBe(200);
    await one.sees(/welcome|pleasure|glad|any ?time|help/i, before);
    expect(words(await one.events())).toEqual([
      'what are your fees',
      'what are your support hours',
      'thank you',
    ]);
    expect((await one.events()).filter(({ type }) => type === 'message.understood')).toHaveLength(
      3,
    );
  });
});

test('a storm of repeats while the wallet is slow, out of order, is one message and one turn each, and the wallet is asked once', async () => {
  const one = (world = await platformWorld(telegramPeer));
  await one.says('what are your support hours', /on duty/i);
  const { wallet } = one.core;
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const listCurrencies = wallet.listCurrencies.bind(wallet);
  let asked = 0;
  wallet.listCurrencies = async () => {
    asked += 1;
    await opened;
    return listCurrencies();
  };
  const slow = telegramPeer.text(61, 'which currencies do you support');
  const next = telegramPeer.text(62, 'thank you');
  expect((await one.deliver(slow)).status).toBe(200);
  await expect.poll(() => asked, { timeout: 60_000 }).toBe(1);
  const storm = [slow, next, slow, next, slow, next, next, slow, next, slow];
  for (const { status } of await Promise.all(storm.map((hook) => one.deliver(hook)))) {
    expect(status).toBe(200);
  }
  open();
  await one.sees(/currencies that you can hold/);
  const turns = async () =>
    (await one.events()).filter(({ type }) => type === 'message.understood').length;
  await expect.poll(turns, { timeout: 60_000 }).toBe(3);
  expect(words(await one.events()).slice(1)).toEqual([
    'which currencies do you support',
    'thank you',
  ]);
  expect(asked).toBe(1);
});

test('a forged webhook is answered with 401 and leaves nothing', async () => {
  const one = (world = await platformWorld(telegramPeer));
  for (const n of [1, 2, 3]) expect((await one.deliver(telegramPeer.forged(n))).status).toBe(401);
  await expect(one.conversation()).rejects.toThrow('no conversation');
  const good = telegramPeer.text(1, 'hi');
  expect((await one.deliver({ ...good, body: good.body.slice(0, -5) })).status).toBe(400);
  expect((await one.deliver({ ...good, body: 'x'.repeat(1024 * 1024 + 1) })).status).toBe(413);
  expect((await one.deliver({ ...good, path: '/hooks/nobody' })).status).toBe(404);
});

test('a platform that is busy gets the words later, in order and once; one that refuses is told to the desk', async () => {
  const one = (world = await platformWorld(telegramPeer));
  let busy = 2;
  one.answerWith(({ path }) => {
    if (!path.endsWith('/sendMessage') || busy === 0) return undefined;
    busy -= 1;
    return { status: 429, body: { ok: false, error_code: 429, parameters: { retry_after: 1 } } };
  });
  await one.says('what are your support hours', /hours/i);
  const sent = () => one.seen().map(({ text }) => text);
  // The first words were tried three times: refused twice, then taken.
  expect(sent().slice(0, 3)).toEqual([sent()[0], sent()[0], sent()[0]]);
  expect(new Set(sent().slice(2)).size).toBe(sent().length - 2);

  one.answerWith(({ path }) =>
    path.endsWith('/sendMessage')
      ? {
          status: 403,
          body: { ok: false, error_code: 403, description: 'bot was blocked by the user' },
        }
      : undefined,
  );
  await one.deliver(telegramPeer.text(50, 'what are your fees'));
  await expect
    .poll(async () => (await one.events()).find(({ type }) => type === 'delivery.failed'))
    .toMatchObject({ channel: 'telegram', reason: 'blocked' });

  const { firstAgent, url } = one.service;
  if (!firstAgent) throw new Error('no first agent');
  const desk = deskClient(url);
  await desk.post('/sign-in', firstAgent);
  const { channels } = (await desk.get('/channels')).body as unknown as DeskChannels;
  expect(channels).toMatchObject([
    { channel: 'telegram', state: 'failing', received: 2, delayed: 2, lastFault: 'blocked' },
  ]);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('kefu_platform_delayed_total{reason="telegram"} 2');
});

test('Slack’s question whether the address is ours is answered when Slack signed it, and else refused', async () => {
  const one = (world = await platformWorld(slackPeer));
  const ask = { type: 'url_verification', token: 'old', challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY' };
  const good = signedSlack(JSON.stringify(ask), 'application/json');
  expect(await one.deliver(good)).toEqual({ status: 200, body: ask.challenge });
  const forged = signedSlack(JSON.stringify(ask), 'application/json', 'wrong-secret');
  expect((await one.deliver(forged)).status).toBe(401);
  await expect(one.conversation()).rejects.toThrow('no conversation');
});

test('WhatsApp’s word that a message arrived or was read is taken and changes nothing; that it failed is told to the desk once', async () => {
  const one = (world = await platformWorld(whatsappPeer));
  await one.says('what are your support hours', /hours/i);
  const count = (await one.events()).length;
  const status = (name: string, more: object = {}) =>
    whatsappStatus({
      id: 'wamid.out',
      status: name,
      timestamp: '2',
      recipient_id: one.peer.userId,
      ...more,
    });
  for (const name of ['sent', 'delivered', 'read', 'a new one']) {
    expect((await one.deliver(status(name))).status).toBe(200);
  }
  expect(await one.events()).toHaveLength(count);
  const failed = status('failed', { errors: [{ code: 131026, title: 'Message undeliverable' }] });
  for (const hook of [failed, failed, failed]) expect((await one.deliver(hook)).status).toBe(200);
  const told = (await one.events()).filter(({ type }) => type === 'delivery.failed');
  expect(told).toMatchObject([{ channel: 'whatsapp' }]);
});

test('Twilio’s word that a message went out or arrived is taken and changes nothing; that it did not is told to the desk once', async () => {
  const one = (world = await platformWorld(smsPeer));
  await one.says('what are your support hours', /hours/i);
  const count = (await one.events()).length;
  const status = (name: string, more: { readonly [field: string]: string } = {}) =>
    smsHook({ MessageSid: 'SMout', MessageStatus: name, To: '+34600111222', ...more });
  for (const name of ['queued', 'sent', 'delivered', 'read']) {
    expect((await one.deliver(status(name))).status).toBe(200);
  }
  expect(await one.events()).toHaveLength(count);
  const failed = status('undelivered', { ErrorCode: '30003' });
  for (const hook of [failed, failed]) expect((await one.deliver(hook)).status).toBe(200);
  const told = (await one.events()).filter(({ type }) => type === 'delivery.failed');
  expect(told).toMatchObject([{ channel: 'sms', reason: 'twilio_30003' }]);
});
