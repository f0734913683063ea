import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { ConversationId } from '../../src/core/index.ts';
import { pngSquare } from '../support/file-samples.ts';
import { axeFindings, openChat, say, visit } from '../support/widget-visit.ts';
import { widgetStage } from '../support/widget-stage.ts';

const { world, browser } = await widgetStage();

const receipt = (name = 'receipt.png') => ({
  name,
  mimeType: 'image/png',
  buffer: pngSquare(40, [88, 140, 220]),
});
const fileInput = (page: Page) => page.locator('.composer input[type=file]');
const waits = (page: Page) =>
  page.locator('.state', { hasText: 'Your message goes as soon as the files are up.' });

/** Requests to that address stand still until the returned function lets them go on. */
async function holdBack(page: Page, address: string): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(address, async (route) => {
    await promise;
    await route.continue();
  });
  return resolve;
}

/** Each message that the customer is recorded to have sent, with the names of its files. */
async function sent(id: ConversationId) {
  const events = await world.store.conversations.readAll(id, 0, 1_000);
  return events.flatMap(({ event }) =>
    event.type === 'message.received'
      ? [[event.text, ...(event.files ?? []).map(({ name }) => name)]]
      : [],
  );
}

test('Enter while the part for files is still being fetched: the message goes by itself, with its file', async () => {
  const { page, faults, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  const letGo = await holdBack(page, '**/assets/files-*.js');
  await fileInput(page).setInputFiles([receipt()]);
  await say(page, 'This is the receipt');
  await waits(page).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  expect(await sent(id)).toEqual([]);
  letGo();
  await page.locator('.picture img').waitFor();
  expect(await sent(id)).toEqual([['This is the receipt', 'receipt.png']]);
  expect(await waits(page).count()).toBe(0);
  expect(await page.locator('.composer textarea').inputValue()).toBe('');
  expect(faults).toEqual([]);
  await close();
});

test('Enter during a slow upload is kept, and taken back by whoever goes on writing', async () => {
  const { page, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  const letGo = await holdBack(page, '**/api/chat/files**');
  await fileInput(page).setInputFiles([receipt('one.png'), receipt('two.png')]);
  await page.locator('.tray li.going').nth(1).waitFor();
  await say(page, 'Both');
  await waits(page).waitFor();
  await page.locator('.composer textarea').pressSequentially(' of them');
  await expect.poll(() => waits(page).count()).toBe(0);
  letGo();
  await page.locator('.tray li.ready').nth(1).waitFor();
  expect(await sent(id)).toEqual([]);
  await page.locator('.composer textarea').press('Enter');
  await expect.poll(() => sent(id)).toEqual([['Both of them', 'one.png', 'two.png']]);
  await expect.poll(() => page.locator('.tray').count()).toBe(0);
  await close();
});

test('a file that fails while the message waits keeps the words and the other file, and says so', async () => {
  const { page, close } = await visit(browser, world.url);
  const id = await openChat(world, page);
  await page.route('**/api/chat/files**', (route) =>
    route.request().headers()['x-file-name'] === 'bad.png' ? route.abort() : route.continue(),
  );
  await fileInput(page).setInputFiles([receipt('good.png'), receipt('bad.png')]);
  await say(page, 'Two receipts');
  await page.locator('.state', { hasText: 'Not sent: a file was not uploaded.' }).waitFor();
  expect(await page.locator('.composer textarea').inputValue()).toBe('Two receipts');
  expect(await axeFindings(page)).toEqual([]);
  await page.unroute('**/api/chat/files**');
  await page.locator('.tray button', { hasText: 'Try again' }).click();
  await page.locator('.composer textarea').press('Enter');
  await expect.poll(() => sent(id)).toEqual([['Two receipts', 'good.png', 'bad.png']]);
  await close();
});
