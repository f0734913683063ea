import { expect, test } from 'vitest';
import { deskBrowser, openRow } from '../support/desk-browser.ts';
import { testAgent } from '../support/desk-world.ts';

/** The desk's transcript: what of it is drawn when, and that the reader's place stays. */
const ann = testAgent('Ann');
const { openWorld, desk } = deskBrowser([ann]);

test('a long conversation opens at its end, and what comes in above moves nothing that is read', async () => {
  const started = {
    type: 'conversation.started' as const,
    channel: 'web',
    language: 'en',
    visitorId: 'v-long',
  };
  const events = Array.from({ length: 240 }, (_, nth) => ({
    type: 'message.received' as const,
    cid: `m${nth}`,
    text: `line ${nth + 1}`,
  }));
  await openWorld([{ conv: 'conv-long', atMs: Date.now(), events: [started, ...events] }]);
  const { page } = await desk(ann);
  await page.keyboard.press('g');
  await page.keyboard.press('b');
  await openRow(page, 'conv-long');
  const bubbles = page.locator('.bubble-customer');
  expect(await bubbles.last().innerText()).toBe('line 240');
  expect(await bubbles.last().isVisible()).toBe(true);
  const drawn = await bubbles.count();
  expect(drawn).toBeLessThan(120);
  for (let steps = 0; steps < 40 && (await bubbles.first().innerText()) !== 'line 1'; steps += 1) {
    expect(await page.evaluate<number>(movedByMore)).toBeLessThan(2);
  }
  const texts = await bubbles.allInnerTexts();
  expect(texts).toEqual(Array.from({ length: 240 }, (_, nth) => `line ${nth + 1}`));
  await page.locator('.to-newest').click();
  await expect.poll(() => page.evaluate<number>(fromEnd)).toBeLessThan(2);
});

/** Scrolls up, and tells how far the message there has moved when more was drawn above it. */
const movedByMore = `new Promise((done) => {
  const list = document.querySelector('.transcript-list');
  const first = list.querySelector('article');
  list.scrollTop = 200;
  const read = [...list.querySelectorAll('article')].find((each) => each.offsetTop >= list.scrollTop);
  const top = read.getBoundingClientRect().top;
  const look = () => list.querySelector('article') === first
    ? requestAnimationFrame(look) : done(Math.abs(read.getBoundingClientRect().top - top));
  requestAnimationFrame(look);
})`;

const fromEnd = `(() => {
  const list = document.querySelector('.transcript-list');
  return list.scrollHeight - list.scrollTop - list.clientHeight;
})()`;
