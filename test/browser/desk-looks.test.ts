import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { leftOf } from '../support/browser.ts';
import { deskBrowser, openRow } from '../support/desk-browser.ts';
import { axeFindings } from '../support/desk-people.ts';
import { refundStory } from '../support/desk-seed.ts';
import { testAgent } from '../support/desk-world.ts';

/** How the desk's page fits its width, and how it shows words of other directions. */
const ann = testAgent('Ann');
const phone = { viewport: { width: 390, height: 800 } };
const { openWorld, desk: deskOf } = deskBrowser([ann]);

async function desk(options: BrowserContextOptions = {}): Promise<Page> {
  return (await deskOf(ann, options)).page;
}

/** Where on the screen each part of a text begins to be drawn. */
const placesOf = (page: Page, selector: string, ...parts: readonly string[]) =>
  page.locator(selector).first().evaluate(leftOf, parts);
const pageWidth = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth');

test.each(['en-US', 'ar-EG'])(
  'on a phone in %s there is one pane at a time, all of it within reach',
  async (locale) => {
    await openWorld();
    const page = await desk({ ...phone, locale });
    expect(await page.locator('main.conversation').isVisible()).toBe(false);
    await openRow(page, 'conv-q1');
    expect(await page.locator('.list-pane').isVisible()).toBe(false);
    expect(await page.locator('.panel').count()).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    for (const button of await page.locator('.gate-acts button').all()) {
      const box = await button.boundingBox();
      expect(box && box.x >= 0 && box.x + box.width <= 390).toBe(true);
    }
    await page.locator('.gate-acts .button-primary').click();
    await page.locator('.owner-me').waitFor();
    await overlapsNothing(page, '.conversation-head button, .conversation-title > *');
    expect(await pageWidth(page)).toBeLessThanOrEqual(390);
    await page.locator('.back').click();
    await page.locator('.list-pane').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  },
);

/** No two of these lie over one another, and none over the edge. */
async function overlapsNothing(page: Page, selector: string): Promise<void> {
  const boxes = [];
  for (const each of await page.locator(selector).all()) {
    const box = await each.boundingBox();
    if (box && box.width > 0) boxes.push(box);
  }
  expect(boxes.length).toBeGreaterThan(5);
  const { width } = page.viewportSize() ?? { width: 0 };
  for (const [index, a] of boxes.entries()) {
    expect(a.x >= 0 && a.x + a.width <= width).toBe(true);
    for (const b of boxes.slice(index + 1)) {
      const apartX = a.x + a.width <= b.x + 0.5 || b.x + b.width <= a.x + 0.5;
      const apartY = a.y + a.height <= b.y + 0.5 || b.y + b.height <= a.y + 0.5;
      expect(apartX || apartY).toBe(true);
    }
  }
}

test('on a narrow page the details lie over the conversation only while they are asked for', async () => {
  await openWorld();
  const page = await desk();
  await openRow(page, 'conv-q1');
  await page.locator('.panel').waitFor();
  await page.setViewportSize(phone.viewport);
  await expect.poll(() => page.locator('.panel').count()).toBe(0);
  await page.locator('.transcript-list').focus();
  await page.keyboard.press('i');
  await page.locator('.panel').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('.panel').count()).toBe(0);
  await page.locator('.transcript-list:focus').waitFor();
  await page.keyboard.press('i');
  await page.locator('.panel').waitFor();
  await page.locator('.panel .icon-button').click();
  await page.locator('.transcript-list:focus').waitFor();
  // Wide again, it stands beside.
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.locator('.panel').waitFor();
});

test('in Arabic the desk runs from right to left, and speaks all its words', async () => {
  await openWorld();
  const page = await desk({ locale: 'ar-EG' });
  const at = async (selector: string) => (await page.locator(selector).boundingBox())?.x ?? 0;
  expect(await at('.rail')).toBeGreaterThan(await at('.list-pane'));
  expect(await page.locator('.rail').innerText()).toMatch(/[\u0600-\u06ff]/);
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
});

test.each([['en-US'], ['ar-EG']])(
  'what an Arabic customer chose from reads at a desk in %s as it did in the chat',
  async (locale) => {
    const atMs = Date.now();
    await openWorld([
      {
        conv: 'conv-ar',
        atMs,
        events: [
          { type: 'conversation.started', channel: 'web', language: 'ar', visitorId: 'v1' },
          { type: 'message.received', cid: 'm1', text: 'OKPay خصم مني مرتين' },
          {
            type: 'bot.said',
            language: 'ar',
            says: [],
            blocks: [
              {
                type: 'choices',
                id: 'c1',
                options: [
                  {
                    value: 't1',
                    label: '\u206636.00 CN¥\u2069 · Harbour Books',
                    detail: '23/11/2026، 8:23 ص · مكتملة',
                  },
                ],
              },
            ],
          },
        ],
      },
    ]);
    const page = await desk({ locale });
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await openRow(page, 'conv-ar');
    // Most of its letters are Arabic: the Latin name that it begins with does not turn it around.
    expect(await page.locator('.bubble-customer').getAttribute('dir')).toBe('rtl');
    // The date stays whole, day to year, and stands at the right of what follows it.
    const date = await placesOf(page, '.choice small', '23', '/11', '/2026', 'مكتملة');
    expect(date.slice(0, 3)).toEqual(date.slice(0, 3).toSorted((a, b) => a - b));
    expect(date[3]).toBeLessThan(date[0] ?? 0);
    const amount = await placesOf(page, '.choice bdi', '36.00', 'CN', '¥');
    expect(amount).toEqual(amount.toSorted((a, b) => a - b));
  },
);

test('what a status line tells of an action keeps its order among Arabic words', async () => {
  await openWorld(refundStory('conv-refund', Date.now()));
  const page = await desk({ locale: 'ar-EG' });
  await openRow(page, 'conv-refund');
  const line = page.locator('.status', { hasText: 'T-20261121-0042' }).first();
  await line.waitFor();
  const text = await line.locator('span').nth(1).textContent();
  expect(text).toMatch(/[\u0600-\u06ff]/);
  const places = await line.evaluate(leftOf, ['128.00', 'CNY', 'T-20261121']);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});
