import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { startServer } from '../support/server.ts';
import type { RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
}, 120_000);
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
}, 120_000);

test.each([
  ['zh-CN', '请输入您的问题', /有什么事/, '重复扣款'],
  ['es-MX', 'Escribe un mensaje', /Cuéntame/, 'cobró dos veces'],
  ['ar-EG', 'اكتب رسالة', /أخبرني/, 'مرتين'],
] as const)(
  'the page and the chat speak the language of a browser in %s, and change together',
  async (locale, placeholder, greeting, story) => {
    const { page, faults, close } = await demo(locale);
    await page.locator('.launcher').click();
    await page.getByPlaceholder(placeholder).waitFor();
    await page.locator('.bot .bubble').first().waitFor();
    expect(await page.locator('.bot .bubble').first().textContent()).toMatch(greeting);
    expect(await page.locator('html').getAttribute('dir')).toBe(
      locale.startsWith('ar') ? 'rtl' : 'ltr',
    );
    expect(await page.locator('[data-customer="lin-wei"]').textContent()).toContain(story);
    await page.locator('.bar [data-language="en"]').click();
    await page.getByPlaceholder('Write a message').waitFor();
    expect(faults).toEqual([]);
    await close();
  },
  60_000,
);

test('a refund that is begun in Arabic is finished in Spanish, and nothing is asked twice', async () => {
  const { page, faults, close } = await demo('ar');
  await become(page, 'sofia');
  const say = async (words: string) => {
    await page.locator('.composer textarea').fill(words);
    await page.keyboard.press('Enter');
  };
  await say('أريد استرداد أموالي');
  await pick(page, /31\.50/);
  await page.locator('.choices button:enabled', { hasText: 'غيرت رأيي' }).waitFor();
  await say('podemos hablar en español?');
  await pick(page, /Cambié de idea/);
  const code = page.locator('#phone strong');
  await code.waitFor();
  await page.locator('.form input').fill((await code.textContent()) ?? '');
  await page.locator('.form input').press('Enter');
  await page.locator('.card.consent').waitFor();
  expect(await page.locator('.card.consent').textContent()).toMatch(/31,50\s*€/);
  expect(await page.locator('.panel').getAttribute('lang')).toBe('es');
  await pick(page, /^Sí/);
  await page.locator('.card.refund').waitFor();
  expect(await page.locator('.card.refund').textContent()).toMatch(/31,50\s*€/);
  expect(faults).toEqual([]);
  await close();
}, 120_000);

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
}, 120_000);
