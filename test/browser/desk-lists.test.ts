import { expect, test } from 'vitest';
import { deskBrowser, openRow } from '../support/desk-browser.ts';
import { axeFindings } from '../support/desk-people.ts';
import { testAgent } from '../support/desk-world.ts';

/** Lists at the desk's page that are narrowed. */
const ann = testAgent('Ann');
const { openWorld, world, desk } = deskBrowser([ann]);

function speaks(conv: string, language: string) {
  const events = [
    { type: 'conversation.started' as const, channel: 'web', language, visitorId: `v-${conv}` },
    { type: 'message.received' as const, cid: 'm1', text: `hello in ${language}` },
  ];
  return { conv, atMs: Date.now(), events };
}

test('a list is narrowed by keyboard, stays so while it changes, and says when nothing fits', async () => {
  await openWorld([speaks('conv-en', 'en'), speaks('conv-es', 'es')]);
  const { page, faults } = await desk(ann);
  const workspace = {
    brand: 'OKPay',
    timeZone: 'UTC',
    languages: ['en', 'es', 'ar'],
    queues: [],
    dispositions: [],
    tags: [],
  };
  await page.route('**/api/desk/workspace', (route) => route.fulfill({ json: workspace }));
  await page.reload();
  await page.locator('.link-open').waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('b');
  await page.locator('[data-conv="conv-en"]').waitFor();
  await page.keyboard.press('v');
  const language = page.getByRole('combobox', { name: 'Language' });
  await page.locator('#list-filter select:focus').waitFor();
  await language.selectOption('es');
  await expect.poll(() => page.locator('.row').count()).toBe(1);
  await openRow(page, 'conv-es');
  world().log.add('conv-late', speaks('conv-late', 'es').events);
  world().log.add('conv-later', speaks('conv-later', 'en').events);
  await page.locator('[data-conv="conv-late"]').waitFor();
  expect(await page.locator('[data-conv="conv-later"]').count()).toBe(0);
  await language.selectOption('ar');
  await page.locator('.list-pane .blank', { hasText: 'Nothing here fits' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.locator('.list-filter .link').click();
  await expect.poll(() => page.locator('.row').count()).toBe(4);
  expect(faults).toEqual([]);
});
