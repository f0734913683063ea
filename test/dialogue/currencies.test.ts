import { expect, test } from 'vitest';
import type { Values } from '../../src/core/index.ts';
import type { StoryAction } from '../../src/content/index.ts';
import { flowFrom } from '../support/flows.ts';
import { contentOf, talkOver, tell, wants } from '../support/plain-talk.ts';

const rate = flowFrom(
  'rate',
  `slots: { amount: { type: amount }, from: { type: currency }, to: { type: currency }, things: { type: list } }
steps:
  - ask: to
  - set: { sum: { decimal: '100', currency: $from } }
  - act: listThings
    args: { from: $from, to: $to, sum: $sum }
    save: things
  - say: done
`,
);

/** What the wallet was asked for, by a conversation of these messages. */
async function askedOf(...texts: readonly string[]): Promise<Values | undefined> {
  const asked: StoryAction[] = [];
  const world = talkOver(contentOf(rate), (request) => {
    asked.push(request);
    return { kind: 'ok', result: [], receipt: 'r' };
  });
  const [first = '', ...rest] = texts;
  await tell(world, first, wants('rate'));
  for (const text of rest) await tell(world, text);
  return asked[0]?.args;
}

test.for([
  ['dollars to euros?', { from: 'USD', to: 'EUR' }],
  ['EUR in usd', { from: 'EUR', to: 'USD' }],
  ['美元? no, 日元兑人民币', { from: 'JPY', to: 'CNY' }],
  ['Australian dollars into 人民币', { from: 'AUD', to: 'CNY' }],
  ['the euros', { to: 'EUR' }],
  ['try it in Turkish Lira', { to: 'TRY' }],
  ['try it', undefined],
  ['dollarsign, eurostar', undefined],
] as const)('currencies are read from %s', async ([text, slots]) => {
  const args = await askedOf(text);
  const { from, to } = args ?? {};
  expect(args && { ...(from !== undefined && { from }), to }).toEqual(slots);
});

test('a currency is asked for until one is named', async () => {
  expect(await askedOf('rate', 'what?', 'in Euros please')).toEqual({ to: 'EUR' });
});

test('the currency of an amount is not the one asked about', async () => {
  const world = talkOver(contentOf(rate));
  const value = { minor: 100n, currency: 'USD' };
  const entities = [{ type: 'amount', start: 0, end: 9, text: '1 dollars', value }] as const;
  await tell(world, '1 dollars in euros', { ...wants('rate'), entities });
  const started = world.log.flatMap(({ event }) =>
    event.type === 'flow.started' ? [event.slots] : [],
  );
  expect(started).toEqual([{ amount: value, to: 'EUR' }]);
});

test('a flow writes an amount in digits', async () => {
  expect(await askedOf('dollars to euros')).toMatchObject({
    sum: { minor: 10000n, currency: 'USD' },
  });
});
