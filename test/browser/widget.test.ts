import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { widgetStage } from '../support/widget-stage.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const { world, browser } = await widgetStage();

interface Visit {
  readonly page: Page;
  /** Errors of the page and refusals of its security policy. */
  readonly faults: readonly string[];
  readonly close: () => Promise<void>;
}

async function visit(options: BrowserContextOptions = {}, url = `${world.url}/`): Promise<Visit> {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted ?Type/i.test(message.text())) faults.push(message.text());
  });
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}

/** Opens the chat of a fresh visitor; gives the conversation that it began. */
async function openChat(page: Page) {
  const before = world.opened.length;
  await page.locator('kefu-chat .launcher').click();
  await page.locator('.composer textarea').waitFor();
  await expect.poll(() => world.opened.length).toBe(before + 1);
  const id = world.opened[before];
  if (!id) throw new Error('no conversation was opened');
  return id;
}

const say = async (page: Page, words: string) => {
  await page.locator('.composer textarea').fill(words);
  await page.locator('.composer textarea').press('Enter');
};
const bubbles = (page: Page, from = '') =>
  page.locator(`.message${from} .bubble`).allTextContents();

interface AxeReport {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const options = JSON.stringify({ runOnly: axeTags });
  const report: AxeReport = await page.evaluate(`axe.run('kefu-chat', ${options})`);
  return report.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`,
  );
}

test('a visitor asks, answers once by two clicks, confirms by code and is handed to a person', async () => {
  const { page, faults, close } = await visit();
  const id = await openChat(page);
  await expect
    .poll(() =>
      page.evaluate('document.querySelector("kefu-chat").shadowRoot.activeElement?.tagName'),
    )
    .toBe('TEXTAREA');
  await say(page, 'I want my money back');
  await expect.poll(() => world.said(id)).toEqual(['I want my money back']);
  await world.botSays(
    id,
    { type: 'text', text: 'Which **one**?' },
    {
      type: 'choices',
      id: 'pick',
      options: [
        { value: 'a', label: 'Coffee' },
        { value: 'b', label: 'Shoes' },
      ],
    },
  );
  await page.locator('.choices button').first().waitFor();
  await page.locator('.choices button').nth(1).focus();
  // Twice before the page can be drawn again: it is one answer.
  await page
    .locator('.choices button')
    .nth(1)
    .evaluate((button) => {
      for (const _ of [1, 2]) (button as unknown as { click(): void }).click();
    });
  await expect.poll(() => world.said(id)).toEqual(['I want my money back', 'Shoes']);
  await expect.poll(() => page.locator('.choices button:disabled').count()).toBe(2);

  await world.botSays(id, {
    type: 'form',
    id: 'code',
    secret: true,
    submit: 'Confirm',
    fields: [{ name: 'code', label: 'Code', kind: 'code', required: true }],
  });
  await page.locator('.form input').fill('111111');
  await page.locator('.form input').press('Enter');
  await page.getByText('That code did not match.').waitFor();
  await page.locator('.form input').fill('000000');
  await page.locator('.form input').press('Enter');
  await page.getByText('Code confirmed.').waitFor();
  expect(await page.locator('.form').count()).toBe(0);
  expect(
    await page.locator('kefu-chat').evaluate((host) => host.shadowRoot?.textContent),
  ).not.toContain('111111');

  await world.append(id, [{ type: 'handoff.accepted', agentId: 'a1', agentName: 'Ana' }]);
  await world.agentSays(id, 'Hello from <b>Ana</b>');
  await page.locator('.speaker .mark').waitFor();
  expect(await bubbles(page, '.agent')).toEqual(['Hello from <b>Ana</b>']);
  expect(faults).toEqual([]);
  await close();
});

test('Escape closes the chat and gives the focus back to the button that opened it', async () => {
  const { page, close } = await visit();
  await openChat(page);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('.panel').count()).toBe(0);
  expect(
    await page.evaluate('document.querySelector("kefu-chat").shadowRoot.activeElement.className'),
  ).toContain('launcher');
  await close();
});

test('150 messages that came while the line was cut are all there, in order, without a reload', async () => {
  const { page, close } = await visit();
  const id = await openChat(page);
  await world.botSays(id, { type: 'text', text: 'before' });
  await page.getByText('before', { exact: true }).waitFor();
  world.proxy.open(false);
  const texts = Array.from({ length: 150 }, (_, at) => `message ${at}`);
  for (const text of texts) await world.botSays(id, { type: 'text', text });
  world.proxy.open(true);
  await expect.poll(() => bubbles(page), { timeout: 60_000 }).toEqual(['before', ...texts]);
  await close();
}, 120_000);

test('what is written without a connection survives a reload and arrives once, in order', async () => {
  const { page, close } = await visit();
  const id = await openChat(page);
  await say(page, 'first');
  await expect.poll(() => world.said(id)).toEqual(['first']);
  world.proxy.open(false);
  for (const words of ['second', 'third', 'fourth']) await say(page, words);
  await page.getByText('Will be sent when you are connected').first().waitFor();
  world.proxy.open(true);
  // The panel was open in this tab, so it is again after the reload.
  await page.reload();
  const all = ['first', 'second', 'third', 'fourth'];
  await expect.poll(() => world.said(id), { timeout: 60_000 }).toEqual(all);
  await expect.poll(() => bubbles(page)).toEqual(all);
  await expect.poll(() => page.locator('.foot.going').count()).toBe(0);
  await close();
}, 120_000);

test('a line that is cut again and again loses, doubles and reorders nothing', async () => {
  const { page, close } = await visit();
  const id = await openChat(page);
  // More than a burst may hold: the rest is refused for now, and must keep its order all the same.
  const words = Array.from({ length: 40 }, (_, at) => `word ${at}`);
  for (const [at, word] of words.entries()) {
    await say(page, word);
    if (at % 3 === 0) world.proxy.cut();
    if (at === 20) await page.reload().then(() => page.locator('.composer textarea').waitFor());
  }
  await expect.poll(() => world.said(id), { timeout: 60_000 }).toEqual(words);
  await expect.poll(() => bubbles(page), { timeout: 60_000 }).toEqual(words);
  await close();
}, 120_000);

test('two tabs of one visitor show the same conversation', async () => {
  const context = await browser.newContext({ locale: 'en-US' });
  const [one, two] = [await context.newPage(), await context.newPage()];
  await one.goto(world.url);
  const id = await openChat(one);
  await say(one, 'from the first tab');
  await two.goto(world.url);
  await two.locator('.launcher').click();
  await expect.poll(() => bubbles(two)).toEqual(['from the first tab']);
  await say(two, 'from the second tab');
  await expect.poll(() => bubbles(one)).toEqual(['from the first tab', 'from the second tab']);
  expect(await world.said(id)).toEqual(['from the first tab', 'from the second tab']);
  await context.close();
});

test('the language changes without a reload, and the words already said stay', async () => {
  const { page, close } = await visit();
  const id = await openChat(page);
  await say(page, 'hello');
  await expect.poll(() => world.said(id)).toEqual(['hello']);
  await page.locator('.tool select').selectOption('zh-CN');
  await page.getByPlaceholder('请输入您的问题').waitFor();
  expect(await bubbles(page)).toEqual(['hello']);
  await page.getByRole('button', { name: '转人工' }).click();
  await expect.poll(() => world.said(id)).toEqual(['hello', '我要转人工客服']);
  await close();
});

test('while the chat is closed, the button counts what came', async () => {
  const { page, close } = await visit();
  const id = await openChat(page);
  await world.botSays(id, { type: 'text', text: 'one' });
  await page.getByText('one', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await world.botSays(id, { type: 'text', text: 'two' });
  await expect.poll(() => page.locator('.badge').textContent()).toBe('1');
  expect(await page.locator('.launcher').getAttribute('aria-label')).toBe(
    'Open support chat, 1 new message',
  );
  await close();
});

test('logging out leaves nothing in the page or in storage, and destroying it nothing at all', async () => {
  const { page, close } = await visit();
  await openChat(page);
  await say(page, 'my secret plan');
  await page.getByText('my secret plan').waitFor();
  await page.evaluate('kefu("logout")');
  await expect.poll(() => bubbles(page)).toEqual([]);
  const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
  expect(kept).not.toContain('secret');
  expect(kept).not.toContain('kefu.out.');
  await page.evaluate('kefu("destroy")');
  expect(await page.locator('kefu-chat').count()).toBe(0);
  expect(await page.evaluate('typeof kefu')).toBe('undefined');
  await close();
});

/** A page of another site with everything that usually breaks widgets. */
const hostile = (server: string) => `<!doctype html><html lang="en"><head><title>Host</title>
<style nonce="n">
html{font-size:62.5%} body{transform:translateX(40px);direction:rtl;line-height:3;letter-spacing:.3em}
*{letter-spacing:.2em!important;text-transform:uppercase!important;box-sizing:content-box!important}
button,input,textarea,li,div{all:unset!important;font-size:30px!important} [hidden]{display:block!important}
</style><script nonce="n" async src="${server}/widget.js" data-language="en"></script></head>
<body><h1>Host</h1></body></html>`;

test('a hostile page under the strictest policy neither breaks the chat nor is changed by it', async () => {
  const context = await browser.newContext({
    locale: 'en-US',
    viewport: { width: 1000, height: 760 },
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security|Trusted/i.test(message.text())) faults.push(message.text());
  });
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-n' 'strict-dynamic'`,
    "style-src 'nonce-n'",
    `connect-src ${world.url} ${world.url.replace('http', 'ws')}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  await page.route('**/host.html', (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: { 'content-security-policy': policy },
      body: hostile(world.url),
    }),
  );
  await page.goto(`${world.url}/host.html`);
  const heading = 'JSON.stringify(document.querySelector("h1").getBoundingClientRect())';
  await page.locator('.launcher').waitFor();
  const before = await page.evaluate(heading);
  const id = await openChat(page);
  await world.botSays(id, { type: 'text', text: 'still here' });
  await page.getByText('still here').waitFor();
  const bubble = await page.locator('.bot .bubble').evaluate((node) => {
    const style = (
      globalThis as unknown as { getComputedStyle: (of: unknown) => Style }
    ).getComputedStyle(node);
    interface Style {
      readonly fontSize: string;
      readonly direction: string;
      readonly letterSpacing: string;
      readonly textTransform: string;
    }
    return [style.fontSize, style.direction, style.letterSpacing, style.textTransform];
  });
  expect(bubble).toEqual(['15px', 'ltr', 'normal', 'none']);
  const panel = await page.locator('.panel').boundingBox();
  expect(panel).toMatchObject({ x: 1000 - 20 - 392, width: 392 });
  expect(await page.evaluate(heading)).toBe(before);
  expect(faults).toEqual([]);
  await context.close();
});

const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ['on a desktop', {}],
  ['in the dark', { colorScheme: 'dark' }],
  ['in Chinese', { locale: 'zh-CN' }],
  ['in Spanish', { locale: 'es-MX' }],
  ['in Arabic', { locale: 'ar' }],
  [
    'in Arabic on a phone in the dark',
    {
      locale: 'ar',
      colorScheme: 'dark',
      viewport: { width: 360, height: 640 },
      hasTouch: true,
      isMobile: true,
    },
  ],
  ['on a 320 px phone', { viewport: { width: 320, height: 600 }, hasTouch: true, isMobile: true }],
  ['with forced colours', { forcedColors: 'active' }],
];
test.each(looks)(
  'axe finds nothing wrong %s: closed, open, card, form, failed line',
  async (_name, options) => {
    const { page, close } = await visit({ ...options, bypassCSP: true });
    await page.locator('.launcher').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    const id = await openChat(page);
    await world.botSays(
      id,
      { type: 'text', text: 'Please **read** https://okpay.example/help\n1. one\n2. two' },
      { type: 'choices', id: 'old', options: [{ value: 'x', label: 'Stale', detail: 'detail' }] },
      {
        type: 'card',
        kind: 'consent',
        title: 'Refund',
        rows: [{ label: 'Amount', value: '¥38.00' }],
        state: { label: 'Waiting', tone: 'wait' },
      },
    );
    await say(page, 'Fine');
    await world.botSays(
      id,
      {
        type: 'choices',
        id: 'new',
        options: [
          { value: 'y', label: 'Yes' },
          { value: 'n', label: 'No' },
        ],
      },
      {
        type: 'form',
        id: 'f',
        secret: false,
        submit: 'Send',
        fields: [
          {
            name: 'email',
            label: 'Email',
            kind: 'email',
            required: true,
            hint: 'Where we write to',
          },
        ],
      },
    );
    await page.locator('.form button').click();
    await page.locator('.fault').waitFor();
    await page.locator('.card').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(wide).toBeLessThanOrEqual(0);
    world.proxy.open(false);
    await page.locator('.state.trouble').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    world.proxy.open(true);
    await close();
  },
  30_000,
);
