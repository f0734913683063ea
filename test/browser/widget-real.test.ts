import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseClientMessageId, parseCustomerId, parseVisitorId } from '../../src/core/index.ts';
import { launchBrowser } from '../support/browser.ts';
import { deskService, known } from '../support/desk-service.ts';
import type { DeskService } from '../support/desk-service.ts';
import { pngSquare } from '../support/file-samples.ts';
import { axeFindings, say, visit } from '../support/widget-visit.ts';

/** The whole service, with its queue, its flows and the demo's host page: what only shows there. */
let service: DeskService;
let browser: Browser;
beforeAll(async () => {
  [service, browser] = await Promise.all([deskService(), launchBrowser()]);
}, 180_000);
afterAll(async () => {
  await browser.close();
  await service.stop();
});

async function atWidget(customer: string) {
  const visited = await visit(browser, service.origin, {
    viewport: { width: 390, height: 780 },
  });
  const { page } = visited;
  await page.locator(`[data-customer="${customer}"]`).click();
  await page.locator('#open').click();
  await page.locator('.choices button:enabled').first().waitFor();
  return visited;
}

const place = (page: Page, nth: number) =>
  page.locator('.state', { hasText: `You are number ${nth} in line.` });

/** The customer's conversation on the web, whoever opened it. */
async function conversationOf(customer: string) {
  const { conversations } = service.core.store;
  return known(await conversations.findByCustomer(customer, 'web'));
}

test('two people in the line are told their places, and the second moves up when an agent takes the first', async () => {
  const ann = await service.agent('Ann');
  await ann.post('/presence', { status: 'available' });
  const first = await atWidget('lin-wei');
  await say(first.page, 'I want to talk to a person');
  await place(first.page, 1).waitFor({ timeout: 60_000 });
  const second = await atWidget('maria');
  await say(second.page, 'I want to talk to a person');
  await place(second.page, 2).waitFor({ timeout: 60_000 });
  expect(await axeFindings(second.page)).toEqual([]);

  const taken = await conversationOf('lin-wei');
  expect(await ann.post(`/conversations/${taken}/commands`, { type: 'accept' })).toMatchObject({
    status: 200,
  });
  await first.page.getByText('Ann joined the chat.').waitFor();
  await expect.poll(() => place(first.page, 1).count()).toBe(0);
  await place(second.page, 1).waitFor({ timeout: 60_000 });
  // A place in the line is of the conversation: the next page tells it too.
  await second.page.reload();
  await place(second.page, 1).waitFor({ timeout: 60_000 });
  await first.close();
  await second.close();
}, 240_000);

/** What a customer said and got on another way in, with a picture. */
async function former(customer: string): Promise<void> {
  const { turns, files } = service.core;
  const visitorId = known(parseVisitorId(randomUUID()));
  const who = { visitorId, customerId: known(parseCustomerId(customer)) };
  const conversationId = await turns.open(who, 'email', 'en');
  const file = await files.put({
    conversationId,
    senderId: visitorId,
    name: 'receipt.png',
    body: Readable.from([pngSquare(60, [20, 120, 90])]),
  });
  const cid = known(parseClientMessageId(randomUUID()));
  const text = 'My receipt of last month';
  await files.claim([file.id], { conversationId, senderId: visitorId, cid });
  await turns.receive({ conversationId, cid, text, files: [file] });
}

test('an earlier conversation can be read, with its pictures, and nothing in it can be answered', async () => {
  await former('omar');
  const { page, faults, close } = await atWidget('omar');
  await page.locator('.tool.more').click();
  await page.getByRole('button', { name: 'Earlier conversations' }).click();
  await page.locator('.more.page li button').click();
  await page.locator('.more.page .customer .bubble').waitFor();
  expect(await page.locator('.more.page .customer .bubble').allTextContents()).toEqual([
    'My receipt of last month',
  ]);
  const image = page.locator('.more.page .picture img');
  await image.waitFor();
  expect(await image.getAttribute('alt')).toBe('Picture: receipt.png');
  expect(await page.locator('.more.page .choices button:enabled').count()).toBe(0);
  expect(await axeFindings(page)).toEqual([]);
  await page.locator('.more.page > button').click();
  await page.locator('.more.page h3', { hasText: 'Earlier conversations' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.composer textarea').waitFor();
  expect(faults).toEqual([]);
  await close();
}, 120_000);

test.each(['en-US', 'zh-CN', 'es-MX', 'ar'])(
  'the demo page fits into 320 pixels in %s',
  async (locale) => {
    const { page, close } = await visit(browser, service.origin, {
      viewport: { width: 320, height: 640 },
      locale,
    });
    await page.locator('[data-customer="omar"]').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    await close();
  },
  60_000,
);
