import { expect, test } from 'vitest';
import { createConvolution, windows, type Convolution } from '../../src/nlu/convolution.ts';
import { trainConvolution } from '../../src/nlu/convolution-training.ts';
import { unitsOf } from '../../src/nlu/features.ts';
import { createPieceReader, runShare } from '../../src/nlu/word-pieces.ts';

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

/** The same opinion by the definition: every window of every filter, one after the other, nothing kept. */
function byDefinition(given: Convolution, words: readonly string[]): readonly number[] {
  const { dimensions, filters, classes, kernel, output } = given;
  const reader = createPieceReader(given.own);
  const columns = windows.reduce((sum: number, width) => sum + width * filters, 0);
  const vectors = words.map((word) => {
    const pieces = reader.read(word);
    return Array.from({ length: dimensions }, (_, at) =>
      pieces.reduce((sum, row, piece) => {
        const weight = piece === 0 ? 1 : runShare(pieces);
        const value = row < 0 ? 0 : (given.vectors[row * dimensions + at] ?? 0);
        return sum + weight * value * given.vectorScale;
      }, 0),
    );
  });
  const through = (word: number, column: number): number =>
    (vectors[word] ?? []).reduce(
      (sum, value, at) => sum + value * (kernel[at * columns + column] ?? 0) * given.kernelScale,
      0,
    );
  const logits = Array.from(given.outputBias);
  let base = 0;
  windows.forEach((width, window) => {
    for (let at = 0; at < filters; at++) {
      const unit = window * filters + at;
      let strongest = 0;
      for (let first = 1 - width; first < words.length; first++) {
        let sum = given.kernelBias[unit] ?? 0;
        for (let place = 0; place < width; place++) {
          sum += through(first + place, base + place * filters + at);
        }
        strongest = Math.max(strongest, sum);
      }
      for (let one = 0; one < classes; one++) {
        const weight = (output[unit * classes + one] ?? 0) * given.outputScale;
        logits[one] = (logits[one] ?? 0) + strongest * weight;
      }
    }
    base += width * filters;
  });
  const raised = logits.map((logit) => Math.exp(logit));
  const all = raised.reduce((sum, one) => sum + one, 0);
  return raised.map((one) => one / all);
}

test('reading by kept words gives what the definition gives', () => {
  const asked = [
    ...texts,
    'cash',
    'sent cash',
    'cahs stn too an agnet',
    'nobody knows these words',
  ];
  for (const text of asked) {
    const words = wordsOf(text);
    const expected = byDefinition(trained, words);
    // Twice: the second time every word is known.
    for (const opinion of [read(words), read(words)]) {
      opinion.forEach((share, one) => expect(share).toBeCloseTo(expected[one] ?? 0, 5));
    }
  }
});
