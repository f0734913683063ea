import { expect, test } from 'vitest';
import { createCoverage } from '../../src/nlu/coverage.ts';
import type { SparseVector } from '../../src/nlu/vectors.ts';

/** Forty classes, each with one utterance of one feature of its own and feature 0 besides. */
const classes = 40;
const rows = {
  starts: Int32Array.from({ length: classes + 1 }, (_, row) => 2 * row),
  ids: Int32Array.from({ length: 2 * classes }, (_, at) => (at % 2 === 0 ? 0 : 1 + (at >> 1))),
  values: new Float32Array(2 * classes).fill(1),
  width: classes + 1,
};
const coverage = createCoverage(
  rows,
  Int32Array.from({ length: classes }, (_, at) => at),
  classes,
);

function vector(ids: readonly number[], unknown = 0): SparseVector {
  const length = Math.sqrt(ids.length + unknown);
  return {
    ids: Int32Array.from(ids),
    values: new Float32Array(ids.length).fill(1),
    known: 1,
    length,
  };
}

test('a class covers the features that its utterances have, past the first thirty-two classes too', () => {
  for (const label of [0, 1, 31, 32, 39]) {
    expect(coverage(vector([0, 1 + label]), label)).toBeCloseTo(1, 6);
    expect(coverage(vector([0, 1 + ((label + 1) % classes)]), label)).toBeCloseTo(0.5, 6);
  }
});

test('what nobody has ever said covers nothing and makes the rest count less', () => {
  expect(coverage(vector([0], 3), 5)).toBeCloseTo(0.25, 6);
  expect(coverage(vector([]), 5)).toBe(0);
  expect(coverage(vector([0]), -1)).toBe(0);
});
