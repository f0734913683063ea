import type { Browser, Page } from 'playwright-core';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** `PICTURES=docs/images vitest run test/browser/together.test.ts` makes the README's pictures anew. */
const pictures = process.env['PICTURES'];

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: resolve(pictures, `${name}.png`), caret: 'hide' });
}

async function open(path: string, colorScheme: 'light' | 'dark' = 'light') {
  const context = await browser.newContext({
    locale: 'en-US',
    colorScheme,
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: pictures === undefined ? 1 : 1.5,
  });
  const page = await context.newPage();
  await page.goto(`${server.url}${path}`);
  return page;
}

async function signIn(page: Page): Promise<void> {
  const agent = server.firstAgent;
  if (!agent) throw new Error(`no first agent was printed:\n${server.printed.join('\n')}`);
  await page.locator('input[type=email], input[name=email]').fill(agent.email);
  await page.locator('input[type=password]').fill(agent.password);
  await page.keyboard.press('Enter');
}

const write = async (page: Page, text: string): Promise<void> => {
  await page.locator('.composer textarea').fill(text);
  await page.keyboard.press('Enter');
};

test('a customer asks, gets a refund, asks for a person, and an agent answers from the desk', async () => {
  const customer = await open('/');
  await customer.locator('[data-customer="lin-wei"]').click();
  await customer.locator('#open').click();
  await customer.locator('.choices button:enabled').first().waitFor();
  await write(customer, 'Hi, I would like a refund for something I bought');
  await customer.locator('.choices button:enabled', { hasText: '128.00' }).first().click();
  await customer.locator('.choices button:enabled', { hasText: 'charged twice' }).click();
  const code = customer.locator('#phone strong');
  await code.waitFor();
  await customer.locator('.form input').fill((await code.textContent()) ?? '');
  await customer.locator('.form input').press('Enter');
  await customer.locator('.card.consent').waitFor();
  await customer.locator('.choices button:enabled', { hasText: /^Yes/ }).click();
  await customer.locator('.card.refund').waitFor();
  await picture(customer, 'widget');

  await write(customer, 'Can I talk to a person please?');
  const desk = await open('/desk/');
  await signIn(desk);
  await desk.getByText('lin-wei').first().click();
  await desk
    .getByRole('button', { name: /accept/i })
    .first()
    .click();
  const reply =
    'Hello, this is the support team. Your refund is under review; I will keep an eye on it.';
  await desk.locator('textarea').first().fill(reply);
  await desk.keyboard.press('Control+Enter');
  await customer.getByText(reply).waitFor();
  await write(customer, 'Thank you, that is kind');
  await desk.getByText('Thank you, that is kind').first().waitFor();
  await picture(desk, 'desk');
  // While the agent owns it the bot answers nothing: the customer's last words are the end of the log.
  expect(await customer.locator('.log').textContent()).toContain('that is kind');
  const said = await customer.locator('.log').textContent();
  expect(said?.slice(said.indexOf('that is kind'))).not.toContain('You’re welcome');
}, 120_000);
