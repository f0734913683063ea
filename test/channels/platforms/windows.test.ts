import { afterEach, describe, expect, test } from 'vitest';
import { keepReturned } from '../../../src/channels/platforms/chats.ts';
import type { Call, Driver } from '../../../src/channels/platforms/driver.ts';
import { drivers } from '../../../src/channels/platforms/drivers.ts';
import { maySend, offersNow, type WindowNow } from '../../../src/channels/platforms/windows.ts';
import { messengerPeer, whatsappPeer } from '../../support/platform-peers.ts';
import { wechatPeer, wecomPeerWith } from '../../support/wechat-peers.ts';
import { windowWorld, type WindowWorld } from '../../support/window-world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const verdict = ({ facts }: Driver, sinceMs: number, more: Partial<WindowNow> = {}) => {
  const now = { heard: { atMs: 0 }, sent: 0, by: 'bot', nowMs: sinceMs, ...more } as const;
  const may = maySend(facts.window, now);
  return may.kind === 'no' ? may.reason : may.asHumanAgent ? 'as human agent' : 'yes';
};

describe('the rules of each platform', () => {
  test.each([
    ['whatsapp', 'bot', dayMs - 1, 'yes'],
    ['whatsapp', 'bot', dayMs, 'window_closed'],
    ['whatsapp', 'agent', dayMs - 1, 'yes'],
    ['whatsapp', 'agent', dayMs, 'window_closed'],
    ['messenger', 'bot', dayMs - 1, 'yes'],
    ['messenger', 'bot', dayMs, 'window_closed'],
    ['messenger', 'agent', dayMs - 1, 'yes'],
    ['messenger', 'agent', dayMs, 'as human agent'],
    ['messenger', 'agent', 7 * dayMs - 1, 'as human agent'],
    ['messenger', 'agent', 7 * dayMs, 'window_closed'],
    ['wechat', 'bot', 2 * dayMs - 1, 'yes'],
    ['wechat', 'agent', 2 * dayMs, 'window_closed'],
    ['wecom', 'agent', 2 * dayMs - 1, 'yes'],
    ['wecom', 'bot', 2 * dayMs, 'window_closed'],
    ['telegram', 'bot', 365 * dayMs, 'yes'],
    ['line', 'bot', 365 * dayMs, 'yes'],
    ['slack', 'agent', 365 * dayMs, 'yes'],
    ['sms', 'bot', 365 * dayMs, 'yes'],
    ['email', 'agent', 365 * dayMs, 'yes'],
  ] as const)('%s: the %s, %d ms after the customer wrote: %s', (name, by, sinceMs, expected) => {
    expect(verdict(drivers[name], sinceMs, { by })).toBe(expected);
  });

  test.each(['wechat', 'wecom'] as const)('%s takes five messages for each of theirs', (name) => {
    expect(verdict(drivers[name], hourMs, { sent: 4 })).toBe('yes');
    expect(verdict(drivers[name], hourMs, { sent: 5 })).toBe('window_used_up');
    expect(verdict(drivers[name], hourMs, { sent: 5, by: 'agent' })).toBe('window_used_up');
  });

  test('following a WeChat account lets us say three things within a minute; nobody else may speak first', () => {
    const heard = { atMs: 0, isBegin: true } as const;
    expect(verdict(drivers.wechat, minuteMs - 1, { heard, sent: 2 })).toBe('yes');
    expect(verdict(drivers.wechat, minuteMs - 1, { heard, sent: 3 })).toBe('window_used_up');
    expect(verdict(drivers.wechat, minuteMs, { heard })).toBe('window_closed');
    expect(verdict(drivers.wecom, 1, { heard })).toBe('window_closed');
    expect(verdict(drivers.whatsapp, 1, { heard })).toBe('window_closed');
    expect(verdict(drivers.whatsapp, 1, { heard: undefined })).toBe('window_closed');
  });

  test('whatever has a window names what may be done after it', () => {
    const windows = Object.values(drivers).flatMap(({ facts }) => facts.window ?? []);
    expect(windows.map(({ afterwards }) => afterwards)).not.toContainEqual([]);
    const [heard, nowMs] = [{ atMs: 0 }, 2 * dayMs];
    const offers = (name: 'messenger' | 'whatsapp', by: 'bot' | 'agent', hasTemplate = false) => {
      const { window } = drivers[name].facts;
      return window && offersNow(window, { heard, sent: 0, by, nowMs }, hasTemplate);
    };
    expect(offers('messenger', 'bot')).toEqual(['human_agent', 'link']);
    expect(offers('messenger', 'agent')).toEqual(['link']);
    expect(offers('whatsapp', 'agent')).toEqual(['link']);
    expect(offers('whatsapp', 'agent', true)).toEqual(['template', 'link']);
  });
});

let world: WindowWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const failures = async (one: WindowWorld) =>
  (await one.events()).filter((event) => event.type === 'delivery.failed');
const resent = async (one: WindowWorld) =>
  (await one.events()).filter((event) => event.type === 'delivery.resent');
const hello = { kind: 'text', text: 'hello' } as const;
const bodyOf = ({ body }: Call) => (typeof body === 'string' ? body : '');
const soon = { timeout: 60_000 };

/** The customer wrote and was answered; Ana has the conversation. */
async function begun(one: WindowWorld): Promise<void> {
  await one.accept(hello);
  await expect.poll(() => one.texts().length, soon).toBeGreaterThan(0);
  await one.agentSays('Ana here.');
  await expect.poll(() => one.lines(), soon).toContain('Ana here.');
}

const whatsappTo = { phone: whatsappPeer.userId, messageId: 'wamid.1' };

describe('words after the window', () => {
  test('wait, are told to the desk once, and go out in order and once when the customer writes', async () => {
    const one = (world = await windowWorld(whatsappPeer, { to: whatsappTo }));
    await begun(one);
    const before = one.texts().length;
    one.pass(dayMs);
    await one.agentSays('The first news.');
    await one.agentSays('The second news.');
    await expect.poll(async () => (await failures(one)).length, soon).toBe(2);
    expect((await failures(one))[0]).toMatchObject({
      channel: 'whatsapp',
      reason: 'window_closed',
      held: true,
    });
    expect(one.texts()).toHaveLength(before);

    await one.accept({ kind: 'text', text: 'are you there?' });
    await expect.poll(async () => (await resent(one)).length, soon).toBe(2);
    await one.agentSays('And this is new.');
    await expect.poll(() => one.texts(), soon).toContain('And this is new.');
    expect(one.texts().slice(before)).toEqual([
      'The first news.',
      'The second news.',
      'And this is new.',
    ]);
  });

  test('wait also when it is the platform’s clock that says so, now (131047) or in a later status', async () => {
    const one = (world = await windowWorld(whatsappPeer, { to: whatsappTo }));
    await begun(one);
    one.refuse(() => ({ status: 400, body: { error: { code: 131047, message: 'Re-engage' } } }));
    await one.agentSays('Refused at once.');
    await expect.poll(async () => (await failures(one)).length, soon).toBe(1);
    one.refuse((call) =>
      call.url.includes('messages') && bodyOf(call).includes('Taken')
        ? { status: 200, body: { messages: [{ id: 'wamid.late' }] } }
        : undefined,
    );
    await one.accept({ kind: 'text', text: 'hm' });
    await expect.poll(async () => (await resent(one)).length, soon).toBe(1);
    await one.agentSays('Taken, then not.');
    await expect.poll(() => one.texts(), soon).toContain('Taken, then not.');
    await one.accept({ kind: 'undelivered', of: 'wamid.late', reason: 'window_closed' });
    await expect.poll(async () => (await failures(one)).length, soon).toBe(2);
    await one.accept({ kind: 'text', text: 'so?' });
    await expect.poll(async () => (await resent(one)).length, soon).toBe(2);
    expect(one.texts().filter((text) => text === 'Taken, then not.')).toHaveLength(2);
  });

  test('are refused for good for another reason when they are sent again: the desk is told, the next ones go', async () => {
    const one = (world = await windowWorld(whatsappPeer, { to: whatsappTo }));
    await begun(one);
    one.pass(2 * dayMs);
    await one.agentSays('Too late.');
    await one.agentSays('Later still.');
    await expect.poll(async () => (await failures(one)).length, soon).toBe(2);
    one.refuse((call) =>
      bodyOf(call).includes('Too late.')
        ? { status: 400, body: { error: { code: 131026 } } }
        : undefined,
    );
    await one.accept(hello);
    await expect.poll(async () => (await resent(one)).length, soon).toBe(1);
    expect((await failures(one)).at(-1)).toMatchObject({ reason: 'not_reachable' });
    expect(one.texts()).toContain('Later still.');
  });

  test('of an agent go out on Messenger with the mark for people, for a week', async () => {
    const to = { user: messengerPeer.userId };
    const one = (world = await windowWorld(messengerPeer, { to }));
    await begun(one);
    one.pass(3 * dayMs);
    await one.agentSays('Back from the weekend.');
    await expect.poll(() => one.texts(), soon).toContain('Back from the weekend.');
    const last = one.calls.at(-1);
    expect(last && JSON.parse(bodyOf(last))).toMatchObject({
      messaging_type: 'MESSAGE_TAG',
      tag: 'HUMAN_AGENT',
    });
    one.pass(7 * dayMs);
    await one.agentSays('Much too late.');
    await expect.poll(async () => (await failures(one)).length, soon).toBe(1);
    expect(one.texts()).not.toContain('Much too late.');
  });

  test('are announced by the approved template, once for each silence, with the link to the web chat', async () => {
    const more = {
      template: 'news_waiting',
      templateLanguages: 'en=en_US',
      templateLink: 'https://okpay.test/help',
    };
    const one = (world = await windowWorld(whatsappPeer, { to: whatsappTo, more }));
    await begun(one);
    const templates = () => one.calls.filter((call) => bodyOf(call).includes('"template"'));
    one.pass(dayMs);
    await one.agentSays('The first news.');
    await one.agentSays('The second news.');
    await expect.poll(async () => (await failures(one)).length, soon).toBe(2);
    expect((await failures(one)).map(({ invited }) => invited)).toEqual([true, undefined]);
    expect(templates().map((call): unknown => JSON.parse(bodyOf(call)))).toEqual([
      {
        messaging_product: 'whatsapp',
        to: whatsappPeer.userId,
        type: 'template',
        template: {
          name: 'news_waiting',
          language: { code: 'en_US' },
          components: [
            { type: 'body', parameters: [{ type: 'text', text: 'https://okpay.test/help' }] },
          ],
        },
      },
    ]);
    await one.accept(hello);
    await expect.poll(async () => (await resent(one)).length, soon).toBe(2);
    one.pass(dayMs);
    await one.agentSays('Third.');
    await expect.poll(() => templates().length, soon).toBe(2);
  });

  test('are announced by WeChat’s template message where the operator has one', async () => {
    const to = { user: wechatPeer.userId };
    const more = { templateId: 'tpl-1', templateLink: 'https://okpay.test/help' };
    const one = (world = await windowWorld(wechatPeer, { to, more }));
    await begun(one);
    one.pass(3 * dayMs);
    await one.agentSays('News.');
    await expect
      .poll(() => one.calls.find(({ url }) => url.includes('template/send')), soon)
      .toBeDefined();
    const call = one.calls.find(({ url }) => url.includes('template/send'));
    expect(call && JSON.parse(bodyOf(call))).toEqual({
      touser: wechatPeer.userId,
      template_id: 'tpl-1',
      url: 'https://okpay.test/help',
      data: { thing1: { value: 'There is news for you' } },
    });
  });

  test.each([
    ['wechat', wechatPeer, false],
    ['wecom', wecomPeerWith(), true],
  ] as const)(
    'beyond the five of %s wait for the customer’s next message, go out in order as one, and count towards its five',
    async (_name, peer, countsOn) => {
      const to = { user: peer.userId, account: 'wk' };
      const one = (world = await windowWorld(peer, { to }));
      await begun(one);
      const says = async (text: string) => {
        await one.agentSays(text);
        await expect.poll(() => one.lines(), soon).toContain(text);
      };
      for (let n = one.texts().length + 1; n <= 5; n += 1) await says(`within ${n}`);
      const before = one.texts().length;
      expect(before).toBe(5);
      const news = ['six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
      for (const text of news) await one.agentSays(text);
      await expect.poll(async () => (await failures(one)).length, soon).toBe(news.length);
      expect(one.texts()).toHaveLength(before);
      expect((await failures(one))[0]).toMatchObject({ reason: 'window_used_up', held: true });

      await one.accept(hello);
      await expect.poll(async () => (await resent(one)).length, soon).toBe(news.length);
      expect(one.texts().slice(before)).toEqual([news.join('\n\n')]);
      for (const n of [2, 3, 4, 5]) await says(`again ${n}`);
      await one.agentSays('one too many');
      await expect.poll(async () => (await failures(one)).length, soon).toBe(news.length + 1);

      // Coming back from a sign-in or a code over a link begins the count anew; a platform that counts on says so.
      await keepReturned(one.deps.records, one.conversation(), one.deps.clock());
      await one.agentSays('back again');
      if (countsOn) {
        await expect.poll(async () => (await failures(one)).length, soon).toBe(news.length + 2);
        await one.accept(hello);
      }
      await expect.poll(() => one.lines().at(-1), soon).toBe('back again');
      expect(one.lines().slice(-2)).toEqual(['one too many', 'back again']);
    },
  );

  test('are not used up by who joins: where messages are counted, that is said with the first words', async () => {
    const peer = wecomPeerWith();
    const one = (world = await windowWorld(peer, { to: { user: peer.userId, account: 'wk' } }));
    await one.accept(hello);
    await expect.poll(() => one.texts().length, soon).toBeGreaterThan(0);
    await expect.poll(() => one.lines().at(-1), soon).toMatch(/what can I do/i);
    await one.agentAccepts();
    expect(one.lines()).not.toContain('Ana joined the chat');
    await one.agentSays('Hello, this is Ana.');
    await expect.poll(() => one.lines().at(-1), soon).toBe('Hello, this is Ana.');
    expect(one.texts().at(-1)).toBe('Ana joined the chat\n\nHello, this is Ana.');
  });

  test('of several messages that were joined, all wait when the platform says later that the one did not arrive', async () => {
    const peer = wecomPeerWith();
    const one = (world = await windowWorld(peer, { to: { user: peer.userId, account: 'wk' } }));
    await begun(one);
    let isBusy = true;
    one.refuse(({ url }) => {
      if (!url.includes('send_msg')) return undefined;
      return isBusy
        ? { status: 200, body: { errcode: -1 } }
        : { status: 200, body: { errcode: 0, msgid: 'joined' } };
    });
    const busyBefore = one.calls.length;
    await one.agentSays('The first half.');
    await expect.poll(() => one.calls.length, soon).toBeGreaterThan(busyBefore);
    await one.agentSays('The second half.');
    isBusy = false;
    await expect
      .poll(() => {
        one.pass(1000);
        one.deps.outlets.nudge();
        return one.texts().at(-1);
      }, soon)
      .toBe('The first half.\n\nThe second half.');
    await one.accept({ kind: 'undelivered', of: 'joined', reason: 'window_used_up' });
    await expect.poll(async () => (await failures(one)).length, soon).toBe(2);
    await one.accept(hello);
    await expect.poll(async () => (await resent(one)).length, soon).toBe(2);
    expect(one.texts().slice(-2)).toEqual([
      'The first half.\n\nThe second half.',
      'The first half.\n\nThe second half.',
    ]);
  });
});
