import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { bubbles, openChat, say, visit } from '../support/widget-visit.ts';
import { widgetStage } from '../support/widget-stage.ts';
import type { WidgetWorld } from '../support/widget-world.ts';

const { world, browser } = await widgetStage();

/** `KILLS=200 vitest run test/browser/widget-network.test.ts` for the long one. */
const kills = Number(process.env['KILLS'] ?? 20);

/** Repeatable chance. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const cidsOf = async (id: Parameters<WidgetWorld['said']>[0]) =>
  (await world.store.conversations.readAll(id, 0, 10_000)).flatMap(({ event }) =>
    event.type === 'message.received' ? [event.cid] : [],
  );

async function levels(
  page: Page,
  id: Parameters<WidgetWorld['said']>[0],
  words: readonly string[],
) {
  // A visitor may send 60 a minute after a burst of 30; the rest waits its turn.
  const timeout = 60_000 + words.length * 1_500;
  await expect.poll(() => world.said(id), { timeout, interval: 200 }).toEqual(words);
  await expect.poll(() => bubbles(page, '.customer'), { timeout: 60_000 }).toEqual(words);
  const cids = await cidsOf(id);
  expect(new Set(cids).size).toBe(cids.length);
}

test(`${kills} sockets killed at random, with reloads in mid-send: each message is there once, in order`, async () => {
  const random = chance(42);
  const { page, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  const words: string[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    words.push(`word ${kill}`);
    // Less than the outbox holds.
    const arrived = async () => (await world.said(id)).length;
    await expect.poll(arrived, { timeout: 90_000 }).toBeGreaterThan(kill - 80);
    await say(page, `word ${kill}`);
    // Somewhere between the first byte of the message and long after its acknowledgement.
    if (random() < 0.7)
      await page.evaluate(`new Promise((go) => setTimeout(go, ${Math.floor(random() * 40)}))`);
    world.proxy.cut();
    if (random() < 0.15) {
      await page.reload();
      await page.locator('.composer textarea').waitFor();
    }
  }
  await levels(page, id, words);
  expect(await cidsOf(id)).toHaveLength(kills);
  await close();
}, 900_000);

test('a slow and uneven network only makes it late', async () => {
  const random = chance(7);
  const { page, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  world.proxy.delay(() => random() * 150);
  const words = Array.from({ length: 12 }, (_, at) => `slow ${at}`);
  for (const [at, word] of words.entries()) {
    await say(page, word);
    await world.botSays(id, { type: 'text', text: `answer ${at}` });
  }
  await levels(page, id, words);
  const answers = words.map((_, at) => `answer ${at}`);
  await expect.poll(() => bubbles(page, '.bot'), { timeout: 60_000 }).toEqual(answers);
  world.proxy.delay(() => 0);
  await close();
}, 120_000);

test('acknowledgements that are lost one way: what was stored is sent again and stored once', async () => {
  const { page, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  await say(page, 'before');
  await expect.poll(() => world.said(id)).toEqual(['before']);
  world.proxy.freeze(true);
  await say(page, 'into the dark');
  await expect.poll(() => world.said(id)).toEqual(['before', 'into the dark']);
  await page.locator('.foot.going').waitFor();
  // The client finds out by itself; the network heals only for new connections.
  world.proxy.freeze(false);
  world.proxy.cut();
  await levels(page, id, ['before', 'into the dark']);
  await close();
}, 120_000);

test('a server that has fallen silent is noticed within 30 s, and everything comes then', async () => {
  const { page, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  await world.botSays(id, { type: 'text', text: 'one' });
  await page.getByText('one', { exact: true }).waitFor();
  world.proxy.freeze(true);
  const startedMs = performance.now();
  await world.botSays(id, { type: 'text', text: 'two' });
  await page.locator('.state.trouble').waitFor({ timeout: 60_000 });
  expect(performance.now() - startedMs).toBeLessThan(45_000);
  world.proxy.freeze(false);
  await page.getByText('two', { exact: true }).waitFor({ timeout: 60_000 });
  await close();
}, 120_000);

test('what cannot get out is noticed too, and goes once, in order, when it can', async () => {
  const { page, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  world.proxy.mute(true);
  await say(page, 'first');
  await say(page, 'second');
  await page.locator('.state.trouble').waitFor({ timeout: 60_000 });
  expect(await world.said(id)).toEqual([]);
  world.proxy.mute(false);
  world.proxy.cut();
  await levels(page, id, ['first', 'second']);
  await close();
}, 120_000);

test('ten tabs hold one socket, and when the one that has it is closed another takes over', async () => {
  // Those of the visitors before.
  await expect.poll(() => world.sockets(), { timeout: 60_000 }).toBe(0);
  const { page, context, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  await say(page, 'from the first');
  await expect.poll(() => world.said(id)).toEqual(['from the first']);
  const tabs: Page[] = [];
  for (let more = 0; more < 9; more += 1) {
    const tab = await context.newPage();
    await tab.goto(world.url);
    await tab.locator('.launcher').click();
    await tab.getByText('from the first').waitFor();
    tabs.push(tab);
  }
  expect(world.sockets()).toBe(1);
  await page.close();
  const [second, third] = tabs;
  if (!second || !third) throw new Error('no tabs');
  await say(third, 'from the third');
  await second.getByText('from the third').waitFor({ timeout: 60_000 });
  await expect.poll(() => world.said(id)).toEqual(['from the first', 'from the third']);
  expect(world.sockets()).toBe(1);
  await close();
}, 120_000);

test('where no socket passes, requests carry the conversation both ways', async () => {
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  await page.addInitScript(
    'window.WebSocket = class extends EventTarget { constructor() { super(); setTimeout(() => this.dispatchEvent(new CloseEvent("close", { code: 1006 })), 5); } close() {} send() {} }',
  );
  await page.goto(world.url);
  const id = await openChat(world, page);
  await say(page, 'by post');
  await expect.poll(() => world.said(id), { timeout: 60_000 }).toEqual(['by post']);
  await world.botSays(id, { type: 'text', text: 'by poll' });
  await expect.poll(() => bubbles(page), { timeout: 60_000 }).toEqual(['by post', 'by poll']);
  await context.close();
}, 120_000);
