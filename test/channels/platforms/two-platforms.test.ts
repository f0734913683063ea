import { afterEach, expect, test } from 'vitest';
import { parseVisitorId } from '../../../src/core/index.ts';
import type { Peer, Seen } from '../../support/platform-peer.ts';
import { telegramPeer, whatsappPeer } from '../../support/platform-peers.ts';
import { platformWorld, type PlatformWorld } from '../../support/platform-world.ts';
import { drivers } from '../../../src/channels/platforms/drivers.ts';
import { visitorOf } from '../../../src/channels/platforms/receiving.ts';

let world: PlatformWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

const customerId = 'lin-wei';
const soon = { timeout: 60_000 };

/** One service with both platforms: WhatsApp is the world's own peer, Telegram stands beside it. */
function bothPlatforms(): Promise<PlatformWorld> {
  return platformWorld(whatsappPeer, {
    beside: [telegramPeer],
    answer: (call) => (isTelegrams(call.path) ? telegramPeer.answer(call) : undefined),
  });
}

const isTelegrams = (path: string): boolean => path.startsWith('/bot');

/** What this platform's user has seen, from their own calls alone. */
function seenBy(one: PlatformWorld, peer: Peer): readonly Seen[] {
  return one.calls
    .filter(({ path }) => isTelegrams(path) === (peer === telegramPeer))
    .flatMap((call) => peer.seen(call) ?? []);
}

let next = 0;
/** Writes on one platform and waits there for an answer that has this in it. */
async function says(one: PlatformWorld, peer: Peer, text: string, pattern: RegExp): Promise<Seen> {
  const from = seenBy(one, peer).length;
  const find = () =>
    seenBy(one, peer)
      .slice(from)
      .find((message) => pattern.test(message.text));
  next += 1;
  expect((await one.deliver(peer.text(next, text))).status).toBe(200);
  await expect.poll(find, soon).toBeDefined();
  return find() as Seen;
}

async function stateOf(one: PlatformWorld, peer: Peer) {
  const { conversations } = one.core.store;
  const id = await conversations.findByVisitor(visitorOf(drivers[peer.name], peer.userId));
  if (id === undefined) throw new Error('there is no conversation');
  const all = await conversations.readAll(id, 0, 2000);
  const bound = all.flatMap(({ event }) => (event.type === 'identity.bound' ? [event] : []));
  return { id, customerId: bound.at(-1)?.customerId ?? null };
}

test('who signed in on two platforms has both conversations, is answered on each by itself, and unties one without the other', async () => {
  const one = (world = await bothPlatforms());
  const onWhatsApp = await says(one, whatsappPeer, 'what is my balance', /\/link\//);
  expect(await one.signsIn(onWhatsApp, customerId)).toContain('Connected');
  const onTelegram = await says(one, telegramPeer, 'what is my balance', /\/link\//);
  expect(await one.signsIn(onTelegram, customerId)).toContain('Connected');
  // The same person by their sign-in; what the page of the web chat lists is read by it.
  const listed = async () => {
    const visitorId = parseVisitorId('somewhere-else');
    if (!visitorId) throw new Error('no id');
    const own = await one.core.store.conversations.own({ visitorId, customerId }, 10);
    return own.map(({ conversationId }) => conversationId).toSorted();
  };
  const whatsapp = await stateOf(one, whatsappPeer);
  const telegram = await stateOf(one, telegramPeer);
  await expect.poll(listed, soon).toEqual([whatsapp.id, telegram.id].toSorted());

  // Each answer goes where it was asked for, and nowhere else.
  const before = seenBy(one, whatsappPeer).length;
  await says(one, telegramPeer, 'what are your support hours', /hours/i);
  expect(seenBy(one, whatsappPeer)).toHaveLength(before);

  await says(one, telegramPeer, '/unlink', /no longer connected/);
  expect(await stateOf(one, telegramPeer)).toMatchObject({ customerId: null });
  expect(await stateOf(one, whatsappPeer)).toMatchObject({ customerId });
  expect(await listed()).toEqual([whatsapp.id]);
  await says(one, telegramPeer, 'what is my balance', /\/link\//);
  expect((await says(one, whatsappPeer, 'what is my balance', /\d/)).text).not.toContain('/link/');
}, 120_000);
