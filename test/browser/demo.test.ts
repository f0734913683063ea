import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { startServer } from '../support/server.ts';
import type { RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
});

async function demo(locale: string) {
  const context = await browser.newContext({ locale, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.goto(server.url);
  return { page, faults, close: () => context.close() };
}

async function become(page: Page, customer: string) {
  await page.locator(`[data-customer="${customer}"]`).click();
  await page.locator('#open').click();
  await page.locator('.choices button:enabled').first().waitFor();
}

const pick = (page: Page, words: RegExp) =>
  page.locator('.choices button:enabled', { hasText: words }).first().click();

test('a customer gets a refund from the chat with the code from their phone', async () => {
  const { page, faults, close } = await demo('en-US');
  await become(page, 'lin-wei');
  await page.locator('.composer textarea').fill('I want a refund');
  await page.keyboard.press('Enter');
  await pick(page, /36\.00/);
  await pick(page, /charged twice/i);
  const code = page.locator('#phone strong');
  await code.waitFor();
  await page.locator('.form input').fill((await code.textContent()) ?? '');
  await page.locator('.form input').press('Enter');
  await page.locator('.card.consent').waitFor();
  await pick(page, /^Yes/);
  await page.locator('.card.refund em.wait, .card.refund em').waitFor();
  expect(await page.locator('.card.refund').textContent()).toContain('36.00');
  // The code went by its own way: nobody who reads the conversation sees it.
  expect(await page.locator('.log').textContent()).not.toContain(await code.textContent());
  await page.reload();
  await page.locator('.card.refund').waitFor();
  expect(faults).toEqual([]);
  await close();
}, 60_000);

test('the page and the chat speak Chinese to a Chinese browser, and change together', async () => {
  const { page, faults, close } = await demo('zh-CN');
  await page.locator('.launcher').click();
  await page.getByPlaceholder('请输入您的问题').waitFor();
  await page.locator('.bot .bubble').first().waitFor();
  expect(await page.locator('.bot .bubble').first().textContent()).toMatch(/[\u4e00-\u9fff]/);
  await page.locator('.bar [data-language="en"]').click();
  await page.getByPlaceholder('Write a message').waitFor();
  expect(faults).toEqual([]);
  await close();
}, 60_000);

test('who picks another customer sees nothing of the one before', async () => {
  const { page, close } = await demo('en-US');
  await become(page, 'maria');
  await page.locator('.composer textarea').fill('marker of maria');
  await page.keyboard.press('Enter');
  await page.getByText('marker of maria').waitFor();
  await page.locator('[data-customer="omar"]').click();
  await expect.poll(() => page.getByText('marker of maria').count()).toBe(0);
  await page.locator('.choices button:enabled').first().waitFor();
  expect(await page.getByText('marker of maria').count()).toBe(0);
  await close();
}, 60_000);
