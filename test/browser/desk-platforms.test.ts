import { expect, test } from 'vitest';
import { deskChannelsSchema, deskInsteadSchema } from '../../src/protocol/index.ts';
import { deskBrowser, openRow } from '../support/desk-browser.ts';
import { axeFindings } from '../support/desk-people.ts';
import { testAgent } from '../support/desk-world.ts';

/** What the desk's page tells of messaging platforms; the platforms' side of it is answered here. */
const ann = testAgent('Ann');
const sue = testAgent('Sue', 'supervisor');
const { openWorld, world, desk } = deskBrowser([ann, sue]);

const conv = 'conv-held';
const held = {
  type: 'delivery.failed' as const,
  of: 2,
  channel: 'whatsapp',
  reason: 'window_closed',
  offers: ['email' as const],
  held: true as const,
};
const offered = {
  type: 'delivery.offered' as const,
  channel: 'whatsapp',
  way: 'email' as const,
  agentId: ann.agentId,
  agentName: ann.name,
};
const begun = {
  conv,
  atMs: Date.now(),
  events: [
    {
      type: 'conversation.started' as const,
      channel: 'whatsapp',
      language: 'en',
      visitorId: 'v-held',
    },
    { type: 'message.received' as const, cid: 'm1', text: 'where is my money?' },
  ],
};

test('words that a platform holds back are told above the field, and something else can be sent instead, once', async () => {
  await openWorld([begun]);
  const { page } = await desk(ann);
  let sentAtMs: number | null = null;
  const asked: string[] = [];
  await page.route('**/instead', async (route) => {
    if (route.request().method() === 'POST') {
      asked.push(route.request().postData() ?? '');
      sentAtMs = Date.now();
      world().log.add(conv, [offered]);
      await route.fulfill({ json: { sentAtMs } });
      return;
    }
    const againAtMs = sentAtMs === null ? null : sentAtMs + 86_400_000;
    const way = { way: 'email', to: 'l***@example.com', sentAtMs, againAtMs };
    await route.fulfill({ json: deskInsteadSchema.parse({ waiting: 2, ways: [way] }) });
  });
  await page.keyboard.press('g');
  await page.keyboard.press('b');
  await openRow(page, conv);
  expect(await page.locator('.instead').count()).toBe(0);
  await page.keyboard.press('a');
  await page.locator('.owner-me').waitFor();
  world().log.add(conv, [held]);
  await page.locator('.instead', { hasText: 'WhatsApp holds back what we write' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page
    .getByRole('button', { name: 'Send a link to the web chat to l***@example.com' })
    .click();
  await page.locator('.instead', { hasText: 'Letter sent at' }).waitFor();
  expect(asked).toEqual(['{"way":"email"}']);
  expect(await page.locator('.instead button').count()).toBe(0);
  await page.locator('.status', { hasText: 'Ann sent the customer a letter' }).waitFor();
});

test('the floor tells of each platform how it does and what went wrong last', async () => {
  await openWorld([]);
  const { page } = await desk(sue);
  const quiet = { received: 0, refused: 0, sent: 0, delayed: 0, failed: 0 };
  const never = { lastReceivedMs: null, lastSentMs: null, lastFault: null, lastFaultMs: null };
  const channels = [
    { channel: 'telegram', state: 'quiet', ...quiet, ...never },
    {
      channel: 'wechat',
      state: 'failing',
      received: 12,
      refused: 3,
      sent: 9,
      delayed: 2,
      failed: 1,
      lastReceivedMs: Date.now() - 90_000,
      lastSentMs: Date.now() - 80_000,
      lastFault: '48001 api unauthorized',
      lastFaultMs: Date.now() - 70_000,
    },
  ];
  const json = deskChannelsSchema.parse({ channels });
  await page.route('**/api/desk/channels', (route) => route.fulfill({ json }));
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  const told = page.locator('.floor-channels');
  await told.waitFor();
  const rows = await told.locator('tbody tr').allInnerTexts();
  expect(rows[0]).toContain('Telegram');
  expect(rows[0]).toContain('Quiet so far');
  for (const part of ['WeChat', 'Failing', '48001 api unauthorized', '12', '3 unreadable']) {
    expect(rows[1]).toContain(part);
  }
  expect(await axeFindings(page)).toEqual([]);
});
