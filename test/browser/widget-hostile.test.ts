import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { bubbles, openChat, say, watchFaults } from '../support/widget-visit.ts';
import { widgetStage } from '../support/widget-stage.ts';

const { world, browser } = await widgetStage();

const script = () => `<script async src="${world.url}/widget.js" data-language="en"></script>`;
const pages = {
  'resets and `all` on everything': () =>
    `<style>*{all:revert!important;letter-spacing:.4em!important;font:italic 40px serif!important;color:red!important}
     *,*::before{box-sizing:content-box!important;direction:rtl!important;text-transform:uppercase!important}
     kefu-chat{display:none!important;transform:scale(.2)!important;opacity:.1!important;filter:blur(3px)!important}
     [popover]{border:9px solid red!important;padding:50px!important;background:red!important}</style><h1>Host</h1>${script()}`,
  'a layer above everything, moved and clipped': () =>
    `<style>html{font-size:62.5%} body{transform:translateX(90px);overflow:hidden;height:50px;contain:strict}
     #top{position:fixed;inset:0;z-index:2147483647;background:#fff9}</style><div id="top"></div>${script()}`,
  'changed prototypes': () =>
    `<script>
     Object.prototype.hacked = 'yes'; Object.prototype.mode = undefined;
     Array.prototype.shuffle = function () { return []; }; Array.prototype.toJSON = function () { return 'array'; };
     delete Array.prototype.toJSON; String.prototype.trimAll = 1; Function.prototype.extra = () => {};
     Object.defineProperty(Array.prototype, 'last', { get() { return this[this.length - 1]; }, configurable: true });
     </script>${script()}`,
  'a base address, and shims around fetch, attachShadow and the events': () =>
    `<base href="https://elsewhere.example/deep/"><script>
     const realFetch = window.fetch; window.fetch = function (...all) { window.fetches = (window.fetches ?? 0) + 1; return realFetch.apply(this, all); };
     const realShadow = Element.prototype.attachShadow; Element.prototype.attachShadow = function (how) { return realShadow.call(this, how); };
     document.addEventListener('keydown', (event) => { window.keys = (window.keys ?? 0) + 1; event.preventDefault(); });
     document.addEventListener('focusin', () => document.querySelector('#mine')?.focus());
     </script><input id="mine">${script()}`,
  'document.write while it loads': () =>
    `<script>document.write('<p>written</p>'); addEventListener('load', () => { const p = document.createElement('p'); document.body.prepend(p); });</script>${script()}
     <script>document.write('<div id="app"><button style="all:unset">other framework</button></div>')</script>`,
  'a dialog that is open and modal already': () =>
    `<dialog id="d"><p>Cookies?</p><button onclick="d.close()">OK</button></dialog><script>d.showModal(); d.close();</script>${script()}`,
} as const;

async function open(
  body: string,
): Promise<{ page: Page; faults: readonly string[]; close: () => Promise<void> }> {
  const context = await browser.newContext({
    locale: 'en-US',
    viewport: { width: 1000, height: 760 },
  });
  const page = await context.newPage();
  const faults = watchFaults(page);
  await page.route('**/host.html', (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      body: `<!doctype html><html lang="en"><head><title>Host</title></head><body>${body}</body></html>`,
    }),
  );
  await page.goto(`${world.url}/host.html`);
  return { page, faults, close: () => context.close() };
}

/** The panel alone, with nothing that differs from one visit to the next. */
async function drawing(page: Page): Promise<Buffer> {
  await page.locator('.composer textarea').blur();
  return page.locator('.panel').screenshot({ caret: 'hide', animations: 'disabled' });
}

test.each(Object.entries(pages))(
  'on a page with %s the chat works as on a plain one',
  async (_name, body) => {
    const { page, faults, close } = await open(body());
    const id = await openChat(world, page);
    await say(page, 'hello');
    await expect.poll(() => world.said(id), { timeout: 60_000 }).toEqual(['hello']);
    await world.botSays(id, { type: 'text', text: 'still **here**' });
    await expect.poll(() => bubbles(page), { timeout: 60_000 }).toEqual(['hello', 'still here']);
    expect(await page.locator('.panel').boundingBox()).toMatchObject({
      x: 1000 - 20 - 392,
      width: 392,
    });
    expect(faults).toEqual([]);
    await close();
  },
);

test('hostile styles change not one pixel of the panel', async () => {
  const greeting = { type: 'text' as const, text: 'The very same **words** and [signs]' };
  const drawn: Buffer[] = [];
  for (const body of [() => script(), pages['resets and `all` on everything']]) {
    const { page, close } = await open(body());
    const id = await openChat(world, page);
    await world.botSays(id, greeting);
    await page.getByText('The very same').waitFor();
    await page
      .locator('.foot')
      .last()
      .evaluate((node) => (node as unknown as { remove(): void }).remove());
    drawn.push(await drawing(page));
    await close();
  }
  expect(drawn[0]?.equals(drawn[1] ?? Buffer.alloc(0))).toBe(true);
});

test('the page’s own shortcuts and styles are as they were, and nothing in it moves', async () => {
  const { page, close } = await open(`<h1>Host</h1><p>Text</p><script>
    window.keys = []; addEventListener('keydown', (event) => keys.push(event.key));</script>${script()}`);
  await page.locator('.launcher').waitFor();
  const shape = () =>
    page.evaluate(`JSON.stringify([...document.querySelectorAll('html,body,h1,p')].map((one) =>
      [one.getBoundingClientRect(), getComputedStyle(one).cssText, one.className]))`);
  const before = await shape();
  await openChat(world, page);
  await say(page, 'jk');
  await page.keyboard.press('j');
  expect(await page.evaluate('keys')).toEqual([]);
  expect(await shape()).toBe(before);
  await page.keyboard.press('Escape');
  await page.locator('h1').click();
  await page.keyboard.press('k');
  expect(await page.evaluate('keys')).toContain('k');
  expect(await page.evaluate('Object.keys(window).filter((name) => /kefu/i.test(name))')).toEqual([
    'kefu',
  ]);
  await close();
});
