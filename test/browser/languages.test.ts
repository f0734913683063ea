import { expect, test } from 'vitest';
import { leftOf } from '../support/browser.ts';
import { widgetStage } from '../support/widget-stage.ts';

const { world, browser } = await widgetStage();

async function openChat(locale: string) {
  const context = await browser.newContext({ locale });
  const page = await context.newPage();
  await page.goto(world.url);
  const before = world.opened.length;
  await page.locator('kefu-chat .launcher').click();
  await page.locator('.composer textarea').waitFor();
  await expect.poll(() => world.opened.length).toBe(before + 1);
  const id = world.opened[before];
  if (!id) throw new Error('no conversation was opened');
  return { page, id, close: () => context.close() };
}

test('in Arabic the chat runs from right to left, and numbers in it are still read from the left', async () => {
  const { page, id, close } = await openChat('ar-EG');
  expect(await page.locator('.panel').getAttribute('dir')).toBe('rtl');
  await page.locator('.composer textarea').fill('أهلا');
  await page.locator('.composer textarea').press('Enter');
  await expect.poll(() => world.said(id)).toEqual(['أهلا']);
  const amount = '\u206636.00 CN¥\u2069';
  await world.botSays(
    id,
    { type: 'text', text: `OKPay محفظة. رقمك **P20261103-4471** والمبلغ ${amount}.` },
    {
      type: 'card',
      kind: 'refund',
      title: 'استرداد',
      rows: [{ label: 'الهاتف', value: '···5678' }],
    },
  );
  await page.locator('.card').waitFor();
  const box = async (selector: string) => {
    const found = await page.locator(selector).boundingBox();
    if (!found) throw new Error(`${selector} is not drawn`);
    return found;
  };
  // The bot stands at the right, the customer at the left, and the send button where a line ends.
  expect((await box('.bot .bubble')).x).toBeGreaterThan((await box('.customer .bubble')).x);
  expect((await box('.send')).x).toBeLessThan((await box('.composer textarea')).x);
  // A sentence that begins with a Latin name is an Arabic one all the same.
  expect(await page.locator('.bot .bubble').getAttribute('dir')).toBe('rtl');
  // Where each part of the number, the amount and the tail is drawn: rising means read from the left.
  for (const [selector, parts] of [
    ['.bot .bubble', ['P20261103', '-', '4471']],
    ['.bot .bubble', ['36.00', 'CN', '¥']],
    ['.card dd', ['···', '5678']],
  ] as const) {
    const places = await page.locator(selector).evaluate(leftOf, parts);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  }
  await close();
});

test('who reads a language that there are no words in is spoken to in the default language', async () => {
  const { page, close } = await openChat('sv-SE');
  await page.getByPlaceholder('Write a message').waitFor();
  expect(await page.locator('.panel').getAttribute('lang')).toBe('en');
  await close();
});
