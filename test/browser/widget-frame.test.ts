import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFindings, began, visit, watchFaults } from '../support/widget-visit.ts';
import { widgetStage } from '../support/widget-stage.ts';

const { world, browser } = await widgetStage();
beforeAll(async () => {
  await new Promise<void>((listening) => shop.listen(0, listening));
  merchant = `http://localhost:${(shop.address() as AddressInfo).port}`;
});
afterAll(() => {
  shop.closeAllConnections();
  shop.close();
});

/** What stands in the script's tag, by address. */
const attributes: ReadonlyMap<string, string> = new Map([
  ['/?frame', 'data-mode="frame"'],
  ['/?own', 'data-color="#8a1c4a" data-position="right"'],
]);

/** Another site, with one page. */
let merchant = '';
const shop = createServer((request, response) => {
  response.setHeader('content-type', 'text/html');
  response.end(shopPage(attributes.get(request.url ?? '') ?? ''));
});

async function open(query = '?frame') {
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  const faults = watchFaults(page);
  await page.goto(`${merchant}/${query}`);
  return { page, faults, close: () => context.close() };
}

const shopPage = (
  mode: string,
) => `<!doctype html><html lang="en"><title>Shop</title><body><h1>Cart</h1>
<script>window.heard = []; window.kefu = (...call) => (kefu.q ??= []).push(call);
kefu('on', 'message', (detail) => heard.push(['message', detail]));
kefu('on', 'unread', (detail) => heard.push(['unread', detail]));
kefu('on', 'identityRefused', (detail) => heard.push(['identityRefused', detail]));
addEventListener('message', ({ data }) => heard.push(['window', data]));</script>
<script async src="${world.url}/widget.js" ${mode} data-language="en"></script></body></html>`;

async function frameOf(page: Page): Promise<Frame> {
  await expect.poll(() => page.frames().length, { timeout: 60_000 }).toBe(2);
  const [, frame] = page.frames();
  if (!frame) throw new Error('there is no frame');
  return frame;
}

test('a merchant’s page holds the chat in a frame: it can open and count, and read not a word', async () => {
  world.origins.splice(0, Infinity, merchant);
  const { page, faults, close } = await open();
  const before = world.opened.length;
  await page.locator('.launcher').click();
  const frame = await frameOf(page);
  await frame.locator('.composer textarea').fill('my card number is in here');
  await frame.locator('.composer textarea').press('Enter');
  const id = await began(world, before);
  await expect
    .poll(() => world.said(id), { timeout: 60_000 })
    .toEqual(['my card number is in here']);
  expect(new URL(frame.url()).search).toBe('?language=en');
  expect(
    await page.locator('kefu-chat').evaluate((host) => host.shadowRoot?.innerHTML),
  ).not.toContain('card number');
  await frame.locator('.tool.close').click();
  await expect.poll(() => page.locator('iframe').isVisible()).toBe(false);
  await world.botSays(id, { type: 'text', text: 'a secret answer' });
  await expect.poll(() => page.locator('.badge').textContent()).toBe('1');
  await expect
    .poll(() => page.locator('.launcher').getAttribute('aria-label'), { timeout: 60_000 })
    .toBe('Open support chat, 1 new message');
  const heard = await page.evaluate('JSON.stringify(heard)');
  expect(heard).toContain('["message",{"from":"bot"}]');
  expect(heard).not.toContain('secret');
  expect(await page.evaluate('JSON.stringify({ ...localStorage })')).not.toContain('token');
  expect(faults).toEqual([]);
  await page.locator('.launcher').click();
  await frame.locator('.composer textarea').waitFor();
  await page.evaluate("kefu('destroy')");
  expect(await page.locator('kefu-chat').count()).toBe(0);
  await close();
});

test('a page of another site that the operator allows has the chat itself', async () => {
  world.origins.splice(0, Infinity, merchant);
  const { page, faults, close } = await open('');
  const before = world.opened.length;
  await page.locator('.launcher').click();
  await page.locator('.composer textarea').fill('from the shop');
  await page.locator('.composer textarea').press('Enter');
  const id = await began(world, before);
  await expect.poll(() => world.said(id), { timeout: 60_000 }).toEqual(['from the shop']);
  expect(faults).toEqual([]);
  await close();
});

test('a page that is not on the list cannot hold the frame', async () => {
  world.origins.splice(0, Infinity, 'https://somebody-else.example');
  const { page, faults, close } = await open();
  await page.locator('.launcher').click();
  await expect.poll(() => faults.join()).toContain('frame-ancestors');
  await close();
});

test('the frame asks the host for a token when it needs one, and tells when it is refused', async () => {
  world.origins.splice(0, Infinity, merchant);
  const { page, close } = await open();
  await page.locator('.launcher').click();
  const frame = await frameOf(page);
  await frame.locator('.composer textarea').waitFor();
  await page.evaluate(
    "window.asked = 0; kefu('identify', () => { asked += 1; return 'not-a-token'; })",
  );
  await expect.poll(() => page.evaluate('JSON.stringify(heard)')).toContain('identityRefused');
  expect(await page.evaluate('asked')).toBe(1);
  await close();
});

test('as a page of its own the frame is a whole chat for a WebView, with a bridge to the app', async () => {
  const context = await browser.newContext({
    locale: 'ar',
    viewport: { width: 390, height: 700 },
    hasTouch: true,
    isMobile: true,
    bypassCSP: true,
  });
  const page = await context.newPage();
  await page.addInitScript(
    'window.told = []; window.ReactNativeWebView = { postMessage: (text) => told.push(JSON.parse(text)) }',
  );
  const before = world.opened.length;
  await page.goto(`${world.url}/frame.html`);
  await page.locator('.composer textarea').waitFor();
  const id = await began(world, before);
  await world.botSays(id, { type: 'text', text: 'Read https://help.example/now' });
  await page.locator('.bubble a').click();
  await expect
    .poll(() => page.evaluate('told'))
    .toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'ready' }),
        { kind: 'openUrl', url: 'https://help.example/now' },
      ]),
    );
  expect(await page.locator('.panel').boundingBox()).toEqual({
    x: 0,
    y: 0,
    width: 390,
    height: 700,
  });
  expect(await axeFindings(page)).toEqual([]);
  await page.evaluate("kefu('prefill', 'مرحبا')");
  await expect.poll(() => page.locator('.composer textarea').inputValue()).toBe('مرحبا');
  await context.close();
});

test('as a module it is imported, takes the same calls and leaves nothing behind', async () => {
  world.origins.splice(0, Infinity);
  const { page, faults, close } = await visit(browser, `${world.url}/robots.txt`);
  await page.route('**/module.html', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><html lang="en"><title>Module</title><body><script type="module">
import { createKefu } from '/kefu.js';
window.chat = createKefu({ server: location.origin, position: 'left', language: 'es' });
window.opened = 0; chat('on', 'open', () => (opened += 1)); chat('open');</script></body></html>`,
    }),
  );
  await page.goto(`${world.url}/module.html`);
  await page.getByPlaceholder('Escribe un mensaje').waitFor();
  expect(await page.evaluate('[typeof kefu, opened]')).toEqual(['undefined', 1]);
  expect((await page.locator('.launcher').boundingBox())?.x).toBe(20);
  await page.evaluate("chat('destroy')");
  expect(await page.locator('kefu-chat').count()).toBe(0);
  expect(faults).toEqual([]);
  await close();
});

const fillOf = (page: Page) =>
  page.evaluate(
    "getComputedStyle(document.querySelector('kefu-chat').shadowRoot.querySelector('.launcher')).backgroundColor",
  );

test('the first page that a visitor sees has the operator’s side, icon and colour, without a request; the page’s own come first', async () => {
  world.configure({ color: '#0a7d5a', launcher: { position: 'left', icon: 'help' } });
  world.origins.splice(0, Infinity, merchant);
  const { page, close } = await open('?plain');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.reload();
  await page.locator('.launcher').waitFor();
  expect((await page.locator('.launcher').boundingBox())?.x).toBe(20);
  expect(await page.locator('.launcher path').getAttribute('d')).toMatch(/^M12 3\.5a8\.5/);
  expect(await fillOf(page)).toBe('rgb(10, 125, 90)');
  expect(asked.filter((url) => url.startsWith(world.url))).toEqual([`${world.url}/widget.js`]);

  await page.goto(`${merchant}/?own`);
  await page.locator('.launcher').click();
  await page.locator('.panel').waitFor();
  expect(await fillOf(page)).toBe('rgb(138, 28, 74)');
  // Also once the operator's are known.
  await expect.poll(() => page.evaluate("localStorage.getItem('kefu.look')")).toContain('#0a7d5a');
  expect(await fillOf(page)).toBe('rgb(138, 28, 74)');
  expect((await page.locator('.launcher').boundingBox())?.x).toBeGreaterThan(500);
  world.configure({ color: '#1f5eff', launcher: { position: 'right', icon: 'chat' } });
  await close();
});
