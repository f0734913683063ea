import { expect, test } from 'vitest';
import { createWordCache } from '../../src/nlu/word-cache.ts';

test('a word is made once while it is in use, and a flood of others does not grow what is kept', () => {
  const made = new Map<string, number>();
  const cache = createWordCache(10, (word) => {
    made.set(word, (made.get(word) ?? 0) + 1);
    return word.toUpperCase();
  });
  for (let round = 0; round < 200; round++) {
    expect(cache.get('refund')).toBe('REFUND');
    expect(cache.get(`strange${round}`)).toBe(`STRANGE${round}`);
  }
  expect(made.get('refund')).toBe(1);
  cache.get('strange0');
  expect(made.get('strange0')).toBe(2);
});
