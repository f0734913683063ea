import { expect, test } from 'vitest';
import { createGramReader, schemeFor, type Grams } from '../../src/nlu/features.ts';
import { seededRandom } from '../../src/nlu/random.ts';
import { selectFeatures } from '../../src/nlu/selection.ts';
import { buildVocabulary } from '../../src/nlu/vectors.ts';

const scheme = schemeFor('nl', 'spaced');
const read = createGramReader(scheme);

function gramsOf(text: string): Grams {
  const grams = read(text);
  return { ...grams, hashes: grams.hashes.slice() };
}

/** Two intents told apart by one word, in a thicket of words that say nothing. */
function thicket(texts: number): { readonly grams: readonly Grams[]; readonly labels: Int32Array } {
  const random = seededRandom(3);
  const noise = (): string =>
    Array.from({ length: 7 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('');
  const labels = Int32Array.from({ length: texts }, (_, at) => at % 2);
  const grams = Array.from(labels, (label) =>
    gramsOf(`${noise()} ${noise()} ${label ? 'geld' : 'kaart'} ${noise()} ${noise()}`),
  );
  return { grams, labels };
}

test('of too many features those that tell the intents apart are kept', () => {
  const { grams, labels } = thicket(400);
  const whole = buildVocabulary(scheme, grams);
  const kept = selectFeatures(whole, { grams, labels, classes: 2, seed: 1, cost: 1 });
  expect(whole.frequencies.length).toBeGreaterThan(kept.frequencies.length);
  expect(kept.documents).toBe(whole.documents);
  for (const word of ['geld', 'kaart']) {
    const [first = 0] = gramsOf(word).hashes;
    const id = kept.table.find(first);
    expect(id).toBeGreaterThanOrEqual(0);
    expect(kept.frequencies[id]).toBe(whole.frequencies[whole.table.find(first)]);
  }
});

test('a vocabulary that is small enough is left alone', () => {
  const { grams, labels } = thicket(20);
  const whole = buildVocabulary(scheme, grams);
  expect(selectFeatures(whole, { grams, labels, classes: 2, seed: 1, cost: 1 })).toBe(whole);
});
