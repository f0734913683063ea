import type { BrowserContextOptions, Page } from 'playwright-core';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { Block, ConversationId } from '../../src/core/index.ts';
import { pngSquare } from '../support/file-samples.ts';
import { axeFindings, bubbles, openChat, say, visit } from '../support/widget-visit.ts';
import { widgetStage } from '../support/widget-stage.ts';

const { world, browser } = await widgetStage();

/** `PICTURES=docs/images vitest run test/browser/widget-blocks.test.ts` makes the documents' pictures anew. */
const pictures = process.env['PICTURES'];

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  const panel = await page.locator('.panel').boundingBox();
  const view = page.viewportSize();
  if (!panel || !view) throw new Error('there is nothing to see');
  const [left, top] = [Math.max(0, panel.x - 20), Math.max(0, panel.y - 20)];
  const clip = { x: left, y: top, width: view.width - left, height: view.height - top };
  await page.screenshot({ path: resolve(pictures, `widget-${name}.png`), caret: 'hide', clip });
}

const card: Block = {
  type: 'card',
  kind: 'ticket',
  title: 'Ticket T-20261122-0007',
  rows: [
    { label: 'About', value: 'Refund of ¥128.00' },
    { label: 'Opened', value: '22 Nov 2026' },
  ],
  state: { label: 'In review', tone: 'wait' },
  timeline: [
    { label: 'Received', time: '22 Nov, 10:12', tone: 'good' },
    { label: 'In review by the payments team', time: '22 Nov, 11:40', tone: 'wait' },
  ],
};
const quote: Block = {
  type: 'quote',
  title: 'Withdrawal to your bank',
  rows: [
    { label: 'Amount', value: '¥500.00' },
    { label: 'Fee', value: '¥0.50' },
  ],
  total: { label: 'You receive', value: '¥499.50' },
  note: 'This quote is good until 10:30.',
};
const steps: Block = {
  type: 'steps',
  title: 'Change your payment password',
  items: ['Open **Settings**', 'Tap **Security**', 'Choose a new password and confirm it'],
};
const form: Block = {
  type: 'form',
  id: 'contact',
  secret: false,
  submit: 'Send',
  fields: [
    { name: 'email', label: 'Email', kind: 'email', required: true, hint: 'Where we write to' },
    { name: 'amount', label: 'Amount', kind: 'amount', required: false },
  ],
};
const request: Block = {
  type: 'file_request',
  id: 'proof',
  hint: 'Please add a picture of the receipt.',
  filesMax: 2,
  types: ['image/png', 'image/jpeg'],
  skip: 'Go on without',
};

const receipt = () => ({
  name: 'receipt.png',
  mimeType: 'image/png',
  buffer: pngSquare(120, [88, 140, 220]),
});

const fileInput = (page: Page) => page.locator('.composer input[type=file]');

test('cards with a time line, quotes, steps and requests for files are drawn as what they are', async () => {
  const { page, faults, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  await world.botSays(id, card, quote, steps, request);
  await page.locator('.timeline').waitFor();
  expect(await page.locator('.timeline li').allInnerTexts()).toEqual([
    expect.stringContaining('Received'),
    expect.stringContaining('In review by the payments team'),
  ]);
  expect(await page.locator('.quote .total dd').textContent()).toBe('¥499.50');
  expect(await page.locator('.steps ol > li strong').allTextContents()).toEqual([
    'Settings',
    'Security',
  ]);
  await page.locator('.request button', { hasText: 'Go on without' }).click();
  await expect.poll(() => world.said(id)).toEqual(['Go on without']);
  await expect.poll(() => page.locator('.request button').count()).toBe(0);
  expect(faults).toEqual([]);
  await close();
});

test('a form tells what is wrong beside the field that was left, and sends only what is right', async () => {
  const { page, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  await world.botSays(id, form);
  const email = page.locator('.form input[type=email]');
  await email.fill('nobody');
  await page.locator('.form .amount input').focus();
  await page.getByText('Enter an email address').waitFor();
  expect(await email.getAttribute('aria-invalid')).toBe('true');
  await email.fill('ana@example.com');
  await expect.poll(() => page.locator('.fault').count()).toBe(0);
  await page.locator('.form .amount input').fill('a lot');
  await page.locator('.form button').click();
  await page.getByText('Enter an amount in digits.').waitFor();
  expect(await world.said(id)).toEqual([]);
  await page.locator('.form .amount input').fill('12.50');
  await page.locator('.form button').click();
  await expect.poll(() => world.said(id)).toEqual(['Email: ana@example.com\nAmount: 12.50']);
  await close();
});

test('a picture is sent with its progress, comes back as a picture with words for it, and survives a reload', async () => {
  const { page, faults, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  await fileInput(page).setInputFiles([receipt()]);
  await page.locator('.tray li.ready').waitFor();
  await say(page, 'This is the receipt');
  await expect.poll(() => page.locator('.tray').count()).toBe(0);
  const image = page.locator('.picture img');
  await image.waitFor();
  expect(await image.getAttribute('alt')).toBe('Picture: receipt.png');
  await expect
    .poll(() =>
      image.evaluate((node) => (node as unknown as { naturalWidth: number }).naturalWidth),
    )
    .toBe(120);
  const [message] = (await world.store.conversations.readAll(id, 0, 100)).flatMap(({ event }) =>
    event.type === 'message.received' ? [event] : [],
  );
  expect(message).toMatchObject({ text: 'This is the receipt', files: [{ name: 'receipt.png' }] });
  await page.reload();
  await page.locator('.picture img').waitFor();
  expect(faults).toEqual([]);
  await close();
});

test('a file that could not be uploaded says so and goes at the second try; one of a wrong kind cannot', async () => {
  const { page, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  await page.route('**/api/chat/files**', (route) => route.abort(), { times: 1 });
  await fileInput(page).setInputFiles([receipt()]);
  await page.locator('.tray li.failed').waitFor();
  await page.locator('.tray button', { hasText: 'Try again' }).click();
  await page.locator('.tray li.ready').waitFor();
  const disguised = { ...receipt(), name: 'program.png', buffer: Buffer.from('MZ\0\x01\x02\x03') };
  await fileInput(page).setInputFiles([disguised]);
  await page.getByText('Files of this kind cannot be sent.').waitFor();
  await page.getByRole('button', { name: 'Remove program.png' }).click();
  await page.locator('.send').click();
  await page.locator('.picture').waitFor();
  expect(await world.said(id)).toEqual(['']);
  await close();
});

test('the customer says how the help was, once, by keyboard alone', async () => {
  const { page, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  await world.append(id, [{ type: 'satisfaction.asked' }]);
  await page.locator('.stars input').first().focus();
  await page.keyboard.press('ArrowRight');
  for (let star = 2; star < 5; star += 1) await page.keyboard.press('ArrowRight');
  await page.locator('.rate .chosen', { hasText: 'Very good' }).waitFor();
  await page.locator('.rate textarea').fill('quick');
  await page.locator('.rate button').focus();
  await page.keyboard.press('Enter');
  await page.getByText('Thank you for telling us.').waitFor();
  const given = (await world.store.conversations.readAll(id, 0, 100)).filter(
    ({ event }) => event.type === 'satisfaction.given',
  );
  expect(given.map(({ event }) => event)).toMatchObject([{ score: 5 }]);
  await close();
});

test('a message is told to be delivered, and read once the agent has seen it', async () => {
  const { page, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  await world.append(id, [{ type: 'handoff.accepted', agentId: 'a1', agentName: 'Ana' }]);
  await say(page, 'Are you there?');
  await page.getByText('Delivered').waitFor();
  world.bus.publish(`c:${id}`, { kind: 'read', conversationId: id, who: 'agent', seq: 2 });
  await page.locator('.foot', { hasText: 'Read' }).waitFor();
  expect(await page.getByText('Delivered').count()).toBe(0);
  await close();
});

test('nobody but the service can make a message look like an agent’s', async () => {
  const { page, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  await world.botSays(id, { type: 'text', text: '**Ana** ✓ Support team\nI am a person' });
  await say(page, 'Ana ✓ Support team: send me your code');
  await page.getByText('I am a person').waitFor();
  expect(await page.locator('.speaker .mark').count()).toBe(0);
  await close();
});

test('a link to another host asks first, and no link is anything but http, https or mail', async () => {
  const { page, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  await world.append(id, [{ type: 'handoff.accepted', agentId: 'a1', agentName: 'Ana' }]);
  await world.agentSays(
    id,
    'See https://evil.example/pay or javascript:alert(1) or write to help@okpay.example',
  );
  await page.locator('.agent a').first().waitFor();
  expect(await page.locator('.agent a').evaluateAll((links) => links.map(String))).toEqual([
    'https://evil.example/pay',
    'mailto:help@okpay.example',
  ]);
  expect(await page.locator('.agent a').first().getAttribute('rel')).toBe(
    'noopener noreferrer nofollow',
  );
  await page.locator('.agent a').first().click();
  await page.getByText('This link leads to evil.example, which is not our site.').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Stay here' }).click();
  await expect.poll(() => page.getByText('not our site').count()).toBe(0);
  await close();
});

test('tickets, earlier conversations, a copy to keep and the hours are behind the dots, by keyboard too', async () => {
  world.configure({
    support: {
      staffed: false,
      timeZone: 'Asia/Shanghai',
      hours: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }],
      opensAtMs: Date.UTC(2026, 10, 24, 1),
    },
  });
  const { page, faults, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  await say(page, 'to be kept');
  await expect.poll(() => world.said(id)).toEqual(['to be kept']);
  await page.locator('.tool.more').focus();
  await page.keyboard.press('Enter');
  await page.getByText('Mon–Fri').waitFor();
  await picture(page, 'more');
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Your tickets' }).click();
  await page.getByText('No tickets yet.').waitFor();
  await page.locator('.more.page > button').click();
  await page.getByRole('button', { name: 'Earlier conversations' }).click();
  await page.getByText('No earlier conversations.').waitFor();
  await page.locator('.more.page > button').click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save a copy' }).click();
  expect((await download).suggestedFilename()).toBe('Conversation.html');
  await page.keyboard.press('Escape');
  await page.locator('.composer textarea').waitFor();
  expect(await bubbles(page)).toEqual(['to be kept']);
  expect(faults).toEqual([]);
  await close();
});

test('the operator’s welcome and topics stand until the customer has said something', async () => {
  world.configure({
    greeting: { en: 'Hello! We are glad that you are here.' },
    topics: { en: ['Where is my refund?', 'Fees'] },
  });
  const { page, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  await page.getByText('We are glad').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Where is my refund?' }).click();
  await expect.poll(() => world.said(id)).toEqual(['Where is my refund?']);
  await expect.poll(() => page.getByText('We are glad').count()).toBe(0);
  await close();
});

test('the host page can write the first words, and the customer changes them', async () => {
  const { page, close } = await visit(browser, world.url);
  await openChat(world, page);
  await page.evaluate("kefu('prefill', 'Where is my money?')");
  const written = () => page.locator('.composer textarea').inputValue();
  await expect.poll(written).toBe('Where is my money?');
  await page.keyboard.press('Escape');
  await page.locator('kefu-chat .launcher').click();
  await expect.poll(written).toBe('Where is my money?');
  await close();
});

const phone = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };
const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ['desktop', { viewport: { width: 1000, height: 780 } }],
  ['dark', { viewport: { width: 1000, height: 780 }, colorScheme: 'dark' }],
  ['forced', { viewport: { width: 1000, height: 780 }, forcedColors: 'active' }],
  ['phone', phone],
  ['arabic', { ...phone, locale: 'ar' }],
  ['narrow', { viewport: { width: 320, height: 600 } }],
  // 200 % zoom of a small laptop.
  ['zoomed', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }],
  ['chinese', { viewport: { width: 1000, height: 780 }, locale: 'zh-CN', colorScheme: 'dark' }],
  ['spanish', { viewport: { width: 1000, height: 780 }, locale: 'es-MX' }],
];

async function everything(page: Page, id: ConversationId): Promise<void> {
  await world.botSays(
    id,
    { type: 'text', text: 'Here is your ticket. I will keep you posted.' },
    card,
  );
  await say(page, 'What does a withdrawal cost? 👍');
  await world.botSays(id, quote, steps);
  await fileInput(page).setInputFiles([receipt()]);
  await page.locator('.tray li.ready').waitFor();
  await page.locator('.send').click();
  await page.locator('.picture img').waitFor();
}

test.each(looks)('axe finds nothing wrong with any kind of answer: %s', async (name, options) => {
  const { page, close } = await visit(browser, world.url, { ...options, bypassCSP: true });
  const id = await openChat(world, page);
  await everything(page, id);
  expect(await axeFindings(page)).toEqual([]);
  await picture(page, `${name}-answers`);
  await world.append(id, [{ type: 'handoff.accepted', agentId: 'a1', agentName: 'Ana' }]);
  await world.agentSays(id, 'Hello, I have your receipt. The refund is on its way.');
  await page.locator('.speaker .mark').waitFor();
  await world.append(id, [{ type: 'satisfaction.asked' }]);
  await page.locator('.stars label').nth(3).click();
  await page.locator('.rate textarea').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await picture(page, name);
  await world.botSays(id, request, form);
  await page.locator('.request').waitFor();
  await fileInput(page).setInputFiles([{ ...receipt(), buffer: Buffer.from('MZ\0\x01') }]);
  await page.locator('.tray li.failed').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await picture(page, `${name}-form`);
  for (const part of ['.log', '.panel']) {
    const beyond = await page.locator(part).evaluate((node) => {
      const { scrollWidth, clientWidth } = node as unknown as Record<string, number>;
      return (scrollWidth ?? 0) - (clientWidth ?? 0);
    });
    expect(beyond).toBeLessThanOrEqual(0);
  }
  await close();
});
