import { afterEach, expect, test } from 'vitest';
import { telegramPeer } from '../../support/platform-peers.ts';
import { windowWorld, type WindowWorld } from '../../support/window-world.ts';

let world: WindowWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const soon = { timeout: 60_000 };
const words = async (one: WindowWorld) =>
  (await one.events()).flatMap((event) => (event.type === 'message.received' ? [event.text] : []));
const count = async (one: WindowWorld, type: string) =>
  (await one.events()).filter((event) => event.type === type).length;

/** The customer asked for the fees and was answered. */
async function answered(): Promise<WindowWorld> {
  const one = (world = await windowWorld(telegramPeer, { to: { chat: telegramPeer.userId } }));
  await one.accept({ kind: 'text', text: 'what are your fees' });
  await expect.poll(() => count(one, 'message.understood'), soon).toBe(1);
  return one;
}

test('an edit that changes an answered message is a further word: the bot answers it, and what was said before stays', async () => {
  const one = await answered();
  await one.accept({ kind: 'edit', text: 'what are your support hours' });
  await expect.poll(() => count(one, 'message.understood'), soon).toBe(2);
  expect(await words(one)).toEqual(['what are your fees', 'what are your support hours']);
  await expect.poll(() => one.texts().join('\n'), soon).toMatch(/hours/i);
});

test('an edit that leaves the latest words as they are, or leaves none, asks for nothing', async () => {
  const one = await answered();
  for (const text of ['what are your fees', '', '  ']) await one.accept({ kind: 'edit', text });
  // Back to words of before that are not the latest is a change again.
  await one.accept({ kind: 'text', text: 'thank you' });
  await one.accept({ kind: 'edit', text: 'what are your fees' });
  await expect.poll(() => count(one, 'message.understood'), soon).toBe(3);
  expect(await words(one)).toEqual(['what are your fees', 'thank you', 'what are your fees']);
});

test('a message that is taken back is noted for the agents, once, and the bot says nothing to it', async () => {
  const one = await answered();
  const before = await count(one, 'bot.said');
  for (const of of ['in-1', 'in-1']) await one.accept({ kind: 'deleted', of });
  expect((await one.events()).filter(({ type }) => type === 'message.withdrawn')).toMatchObject([
    { cid: 'tg:in-1' },
  ]);
  await one.accept({ kind: 'text', text: 'thank you' });
  await expect.poll(() => count(one, 'message.understood'), soon).toBe(2);
  expect(await count(one, 'bot.said')).toBe(before + 1);
  expect(await words(one)).toEqual(['what are your fees', 'thank you']);
});

test('an edit while a person has the word is theirs to read', async () => {
  const one = await answered();
  await one.agentSays('Ana here.');
  const before = await count(one, 'bot.said');
  await one.accept({ kind: 'edit', text: 'what are your fees for cards' });
  await expect
    .poll(async () => (await words(one)).at(-1), soon)
    .toBe('what are your fees for cards');
  await one.agentSays('None.');
  await expect.poll(() => one.texts().at(-1), soon).toBe('None.');
  expect(await count(one, 'bot.said')).toBe(before);
});
