import { expect, test } from 'vitest';
import { createConvolution } from '../../src/nlu/convolution.ts';
import { trainConvolution } from '../../src/nlu/convolution-training.ts';
import { unitsOf } from '../../src/nlu/features.ts';

/** The same words in another order: who pays whom cannot be told from a bag of them. */
const people = ['anna', 'the shop', 'my friend', 'a customer', 'the bank', 'somebody', 'an agent'];
const examples = people.flatMap((who) =>
  ['money', 'cash', 'funds'].flatMap((what) => [
    [`i sent ${what} to ${who} today`, 0] as const,
    [`${who} sent ${what} to i today`, 1] as const,
  ]),
);
const texts = examples.map(([text]) => text);
const labels = Int32Array.from(examples, ([, label]) => label);
const wordsOf = (text: string) => unitsOf('spaced', text);
const given = { texts, labels, classes: 2, wordsOf, slips: false };
const trained = trainConvolution(given, 1);
const read = createConvolution(trained);

test('what only the order of words tells is learnt', () => {
  const [sent = 0, got = 0] = read(wordsOf('i sent cash to a stranger today'));
  expect(sent).toBeGreaterThan(0.7);
  expect(sent + got).toBeCloseTo(1, 5);
  expect(read(wordsOf('a stranger sent cash to i today'))[1]).toBeGreaterThan(0.7);
});

test('the seed alone decides the weights', () => {
  expect(trainConvolution(given, 1)).toEqual(trained);
  expect(trainConvolution(given, 2)).not.toEqual(trained);
});

test('a text of no words and one of very many get an opinion too', () => {
  for (const words of [[], Array.from({ length: 5000 }, (_, at) => `word${at}`)]) {
    expect(read(words).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  }
});
