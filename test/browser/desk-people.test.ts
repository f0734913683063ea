import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { ask, atDesk, atWidget, axeFindings } from '../support/desk-people.ts';
import { floorWorld } from '../support/floor-world.ts';

/** `PICTURES=docs/images vitest run test/browser/desk-people.test.ts` makes the guide's pictures anew. */
const pictures = process.env['PICTURES'];
const settings = {
  handoff: { offerSeconds: 60, graceSeconds: 60, wrapUpSeconds: 120 },
  cannedReplies: [
    {
      id: 'review',
      title: 'Refund under review',
      texts: {
        en: 'Your refund is being reviewed. That takes 1 to 5 working days.',
        'zh-CN': '您的退款正在审核，需要 1 至 5 个工作日。',
      },
    },
    { id: 'hello', title: 'Hello', texts: { en: 'Hello, I am reading what you wrote.' } },
  ],
  tags: ['double-charge', 'seller', 'vip'],
};

let browser: Browser;
let world: Awaited<ReturnType<typeof floorWorld>>;
beforeAll(async () => {
  const agents = [
    { name: 'Ann' },
    { name: 'Bo' },
    { name: 'Sue', role: 'supervisor' },
    { name: 'Adi', role: 'admin' },
  ] as const;
  [browser, world] = await Promise.all([launchBrowser(), floorWorld(agents, settings)]);
}, 300_000);
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});
afterAll(async () => {
  await browser.close();
  await world.close();
});

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({
    path: resolve(pictures, `desk-${name}.png`),
    caret: 'hide',
    animations: 'disabled',
  });
}

const sizes = { tablet: { width: 1024, height: 768 }, phone: { width: 390, height: 844 } };

/** As on a tablet or a phone, too. */
async function smallPicture(
  page: Page,
  name: string,
  size: keyof typeof sizes = 'tablet',
): Promise<void> {
  if (pictures === undefined) return;
  const before = page.viewportSize() ?? { width: 1440, height: 900 };
  await page.setViewportSize(sizes[size]);
  await picture(page, name);
  await page.setViewportSize(before);
}

/** One session each: whoever signs in again for every test is soon asked to wait. */
const seats = new Map<string, Promise<Awaited<ReturnType<typeof world.desk>>>>();

/** Only these are there for new conversations. */
async function onDuty(...names: readonly string[]): Promise<void> {
  for (const name of ['Ann', 'Bo', 'Sue', 'Adi']) {
    const status = names.includes(name) ? 'available' : 'away';
    const seat = seats.get(name) ?? world.desk(name);
    seats.set(name, seat);
    const { status: code } = await (await seat).post('/presence', { status });
    expect(code).toBe(200);
  }
}

const offerOf = (page: Page, customer: string) => page.locator('.offer', { hasText: customer });
const field = (page: Page) => page.locator('#composer-text');
const focused = (page: Page) => page.evaluate('document.activeElement?.id');
const said = (page: Page, text: string) => page.locator('.log').getByText(text);
const press = async (page: Page, ...keys: readonly string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};

test('two agents and a supervisor serve two visitors at once, by mouse', async () => {
  await onDuty('Ann');
  const [ann, bo, sue] = await Promise.all([
    atDesk(browser, world.url, 'Ann'),
    atDesk(browser, world.url, 'Bo', { colorScheme: 'dark' }),
    atDesk(browser, world.url, 'Sue'),
  ]);
  const [lin, maria] = await Promise.all([
    atWidget(browser, world.url, 'lin-wei'),
    atWidget(browser, world.url, 'maria'),
  ]);

  await ask(lin, 'I was charged twice at the same shop');
  await said(lin, 'I was charged twice').waitFor();
  await ask(lin, 'I want to talk to a person');
  await offerOf(ann.page, 'lin-wei').waitFor();
  await expect.poll(() => ann.page.title()).toContain('A conversation for you');
  await onDuty('Bo');
  await ask(maria, 'I want to talk to a person');
  await offerOf(bo.page, 'maria').waitFor();
  expect(await offerOf(ann.page, 'maria').count()).toBe(0);

  // What the bot knows and the wallet are there within a second of the acceptance.
  const acceptedMs = performance.now();
  await offerOf(ann.page, 'lin-wei')
    .getByRole('button', { name: /Accept/ })
    .click();
  await ann.page.locator('.owner-me').waitFor();
  await ann.page.locator('.balances').waitFor();
  await ann.page.locator('.summary', { hasText: 'Charged twice' }).waitFor();
  expect(performance.now() - acceptedMs).toBeLessThan(30_000);
  expect(await ann.page.locator('.offer').count()).toBe(0);
  await offerOf(bo.page, 'maria')
    .getByRole('button', { name: /Accept/ })
    .click();
  await bo.page.locator('.owner-me').waitFor();

  // A reply can be taken back; then it is said once.
  await field(ann.page).fill('Hello Lin, I will look into both charges.');
  await ann.page.locator('.button-reply').click();
  await ann.page.locator('.send-held .link').click();
  expect(await field(ann.page).inputValue()).toBe('Hello Lin, I will look into both charges.');
  await ann.page.locator('.button-reply').click();
  await said(lin, 'I will look into both charges').waitFor();
  expect(await said(lin, 'I will look into both charges').count()).toBe(1);
  await ask(lin, 'Thank you! The shop says it was only one.');
  await ann.page.locator('.bubble-customer', { hasText: 'only one' }).waitFor();
  await picture(ann.page, 'conversation');
  await smallPicture(ann.page, 'tablet');
  await smallPicture(ann.page, 'phone', 'phone');
  await ask(maria, 'My withdrawal has not arrived');
  await bo.page.locator('.bubble-customer', { hasText: 'has not arrived' }).waitFor();
  await field(bo.page).fill('Hello Maria, I see it: it is overdue.');
  await picture(bo.page, 'conversation-dark');
  await smallPicture(bo.page, 'tablet-dark');

  // Who looks on is seen, and a whisper reaches the agent only.
  await sue.page.locator('.rail').getByText('Floor').click();
  await sue.page.getByRole('button', { name: 'Team', exact: true }).click();
  const row = sue.page.locator('.board-row', { hasText: 'lin-wei' });
  await row.waitFor();
  await sue.page.locator('.chart canvas').waitFor();
  await picture(sue.page, 'floor');
  await smallPicture(sue.page, 'floor-tablet');
  await row.getByRole('button', { name: 'Watch' }).click();
  await ann.page.locator('.viewers', { hasText: 'Sue' }).waitFor();
  await sue.page.getByRole('button', { name: /Whisper/ }).click();
  await sue.page.locator('.dialog textarea').fill('Offer to refund the second one');
  await sue.page.locator('.dialog button[type=submit]').click();
  await ann.page.locator('.line-whisper', { hasText: 'Offer to refund the second one' }).waitFor();

  // To Bo, with a note; he has it, and Ann is told.
  await onDuty('Ann', 'Bo');
  await ann.page.getByRole('button', { name: /^Transfer/ }).click();
  await ann.page.locator('.target', { hasText: 'Bo' }).click();
  await ann.page.locator('.dialog textarea').fill('Knows this seller');
  await ann.page.locator('.dialog button[type=submit]').click();
  await offerOf(bo.page, 'lin-wei').waitFor();
  await offerOf(bo.page, 'lin-wei')
    .getByRole('button', { name: /Accept/ })
    .click();
  await bo.page.locator('.line-note, .status', { hasText: 'Knows this seller' }).first().waitFor();

  // The supervisor takes it over while Bo looks on.
  await sue.page.getByRole('button', { name: /^Take over/ }).click();
  await sue.page.locator('.owner-me').waitFor();
  await bo.page.locator('.toast', { hasText: 'Sue has the conversation now' }).waitFor();
  await field(sue.page).fill('Sue here, I am the supervisor.');
  await sue.page.locator('.button-reply').click();
  await said(lin, 'Sue here').waitFor();
  const seen = (await lin.locator('.log').textContent()) ?? '';
  expect(seen).not.toContain('Offer to refund the second one');
  expect(seen).not.toContain('Knows this seller');
  expect([...ann.faults, ...bo.faults, ...sue.faults]).toEqual([]);
}, 300_000);

test('an agent works by keyboard alone: offer, canned reply, snooze, note, tags, close, search, palette', async () => {
  await onDuty('Ann');
  const { page, faults } = await atDesk(browser, world.url, 'Ann');
  const visitor = await atWidget(browser, world.url, 'zhang-min');
  await ask(visitor, 'I want to talk to a person');
  await offerOf(page, 'zhang-min').waitFor();
  await picture(page, 'offer');
  await press(page, 'y');
  await page.locator('.owner-me').waitFor();
  await expect.poll(() => focused(page)).toBe('composer-text');

  await page.keyboard.type('/rev');
  await page.locator('.canned-on', { hasText: 'Refund under review' }).waitFor();
  await press(page, 'Enter');
  expect(await field(page).inputValue()).toContain('1 to 5 working days');
  await press(page, 'Enter');
  await said(visitor, '1 to 5 working days').waitFor();

  // Undo from the field, with the words back in it.
  await page.keyboard.type('Sent too early');
  await press(page, 'Enter', 'Control+z');
  expect(await field(page).inputValue()).toBe('Sent too early');
  await press(page, 'Control+a', 'Delete', 'Escape');

  await press(page, 'n');
  await page.keyboard.type('Seller reviews until Friday');
  await press(page, 'Enter');
  await page.locator('.bubble-note').waitFor();
  await press(page, 'Escape', 'z');
  await page.locator('.dialog').waitFor();
  await press(page, 'ArrowDown', 'Enter');
  await page.waitForURL('**/desk/mine');
  await press(page, 'g', 'z');
  await page.locator('.row', { hasText: 'zhang-min' }).waitFor();
  await press(page, 'j', 'Enter');
  await page.locator('.owner-snoozed').waitFor();
  await press(page, 'z');
  await page.locator('.owner-me').waitFor();

  await press(page, 'l');
  await expect.poll(() => focused(page)).toBe('tag-input');
  await page.keyboard.type('seller');
  await press(page, 'Enter');
  await page.locator('.tag-field .tag', { hasText: 'seller' }).waitFor();
  await press(page, 'Escape', 'e');
  await page.locator('.dialog .disposition').first().waitFor();
  await press(page, 'ArrowDown', 'Enter');
  await expect.poll(() => page.locator('.dialog').count()).toBe(0);
  await expect.poll(() => focused(page)).toBe('rows');

  await press(page, '/');
  await expect.poll(() => focused(page)).toBe('search');
  await page.keyboard.type('zhang-min');
  await page.locator('.row-hit', { hasText: 'zhang-min' }).first().waitFor();
  await press(page, 'Enter', 'j', 'Enter');
  await page.locator('.owner-closed').waitFor();
  await page.locator('.status', { hasText: 'Closed: Passed on' }).waitFor();
  await press(page, 'Control+k');
  await page.locator('.palette-item').first().waitFor();
  await page.keyboard.type('settings');
  await page.locator('.palette-item[data-active-item]', { hasText: 'settings' }).waitFor();
  await press(page, 'Enter');
  await page.locator('.settings-grid').waitFor();
  await press(page, '?');
  await page.locator('.dialog').waitFor();
  await press(page, 'Escape');
  expect(faults).toEqual([]);
}, 240_000);

test('a reply that asks for a secret stays with the agent, and says why', async () => {
  await onDuty('Ann');
  const { page } = await atDesk(browser, world.url, 'Ann');
  const visitor = await atWidget(browser, world.url, 'omar');
  await ask(visitor, 'I want to talk to a person');
  await offerOf(page, 'omar').waitFor();
  await press(page, 'y');
  await page.locator('.owner-me').waitFor();
  await field(page).fill('Please send me your password so that I can check.');
  await press(page, 'Enter');
  await page.locator('.send-failed', { hasText: 'Staff never do' }).waitFor();
  await picture(page, 'refused');
  await page.locator('.send-failed').getByRole('button', { name: 'Edit' }).click();
  expect(await field(page).inputValue()).toContain('your password');
  await field(page).fill('You can reset your password in the app.');
  await press(page, 'Enter');
  await said(visitor, 'You can reset your password').waitFor();
  expect((await visitor.locator('.log').textContent()) ?? '').not.toContain(
    'send me your password',
  );
  await press(page, 'Escape', 'e', 'Enter');
}, 240_000);

test('files go both ways and are shown to the agent', async () => {
  await onDuty('Ann');
  const { page } = await atDesk(browser, world.url, 'Ann');
  const visitor = await atWidget(browser, world.url, 'dana');
  await ask(visitor, 'I want to talk to a person');
  await offerOf(page, 'dana').waitFor();
  await press(page, 'y');
  await page.locator('.owner-me').waitFor();
  await page.locator('#composer-files').setInputFiles({
    name: 'statement.png',
    mimeType: 'image/png',
    buffer: await visitor.screenshot(),
  });
  await page.locator('.attached li', { hasText: 'statement.png' }).waitFor();
  await field(page).fill('Here is the form');
  await press(page, 'Enter');
  const sent = page.locator('.line-agent .file-image img');
  await expect
    .poll(() => sent.evaluate((image: { naturalWidth?: number }) => image.naturalWidth ?? 0))
    .toBeGreaterThan(0);
  await said(visitor, 'Here is the form').waitFor();
  await visitor.locator('.composer input[type=file]').setInputFiles({
    name: 'receipt.png',
    mimeType: 'image/png',
    buffer: await visitor.screenshot(),
  });
  await ask(visitor, 'And here is my receipt');
  await page.locator('.line-customer .file-image img').waitFor();
  await page.locator('#composer-files').setInputFiles({
    name: 'program.exe',
    mimeType: 'image/png',
    buffer: Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff', 'latin1'),
  });
  await page.locator('.toast-bad', { hasText: 'program.exe' }).waitFor();
  await press(page, 'Escape', 'e', 'Enter');
}, 240_000);

test('an account action shows its amount, asks for a reason, and waits for a second person', async () => {
  await onDuty('Ann');
  const ann = await atDesk(browser, world.url, 'Ann');
  const sue = await atDesk(browser, world.url, 'Sue', { colorScheme: 'dark' });
  const sofia = await atWidget(browser, world.url, 'sofia');
  await ask(sofia, 'I want to talk to a person');
  await offerOf(ann.page, 'sofia').waitFor();
  await press(ann.page, 'y');
  await ann.page.locator('.balances').waitFor();
  await press(ann.page, 'Escape', 'd');
  await ann.page.locator('.dialog select').first().selectOption('updateContact');
  await ann.page.locator('.dialog select').nth(1).selectOption('email');
  await ann.page.locator('.dialog input').first().fill('sofia.new@example.com');
  await press(ann.page, 'Enter');
  await ann.page.locator('.confirm').waitFor();
  await ann.page.locator('.confirm-second', { hasText: 'change of account details' }).waitFor();
  await picture(ann.page, 'action');
  await ann.page.keyboard.type('Told on the phone, number checked');
  await press(ann.page, 'Enter');
  await ann.page.locator('.record', { hasText: 'waits for approval' }).waitFor();

  await press(sue.page, 'g', 'f');
  const waiting = sue.page.locator('.record', { hasText: 'Change of contact details' });
  await waiting.waitFor();
  await sue.page.locator('.chart canvas').waitFor();
  await picture(sue.page, 'floor-dark');
  await waiting.locator('input').fill('Seen the call record');
  await press(sue.page, 'Enter');
  await sue.page.locator('.toast', { hasText: 'Approved' }).waitFor();
  await ann.page.locator('.record', { hasText: 'done' }).waitFor();
  expect([...ann.faults, ...sue.faults]).toEqual([]);
}, 240_000);

test.each([
  ['en-US', 'light', 1440],
  ['zh-CN', 'dark', 1024],
] as const)(
  'every page and dialog of a supervisor and an admin pass axe, in %s, %s, %d px wide',
  async (locale, colorScheme, width) => {
    await onDuty();
    const options = { locale, colorScheme, viewport: { width, height: 820 } };
    const { page, faults } = await atDesk(browser, world.url, 'Adi', options);
    await press(page, 'g', 'f');
    await page.locator('.chart canvas').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await press(page, 'g', 's');
    await page.locator('.sessions li').first().waitFor();
    await page.locator('.table tbody tr').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    if (colorScheme === 'dark') await picture(page, 'settings-dark');
    await press(page, '/');
    await page.keyboard.type('person');
    await page.locator('.row-hit').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await press(page, 'Enter', 'j', 'Enter');
    await page.locator('.transcript-list .line').first().waitFor();
    await page.locator('.summary').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    if (colorScheme === 'dark') await picture(page, 'search-dark');
    await press(page, 'Control+k');
    await page.locator('.palette-item').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await press(page, 'Escape', 'a');
    await page.locator('.owner-me').waitFor();
    await press(page, 'Escape');
    for (const [key, name] of [
      ['t', 'transfer'],
      ['z', 'snooze'],
      ['b', 'return'],
      ['d', 'account'],
      ['e', 'close'],
    ] as const) {
      await press(page, key);
      await page.locator('.dialog').waitFor();
      expect([name, await axeFindings(page)]).toEqual([name, []]);
      await press(page, 'Escape');
      await expect.poll(() => page.locator('.dialog').count()).toBe(0);
    }
    await press(page, 'e');
    await page.locator('.dialog .disposition').first().waitFor();
    await press(page, 'Enter');
    await page.waitForURL('**/desk/mine');
    expect(faults).toEqual([]);
  },
  240_000,
);
