import { expect, test } from 'vitest';
import { neuralDefaults, neuralProbabilities, trainNeural } from '../../src/nlu/neural.ts';
import type { SparseRows } from '../../src/nlu/vectors.ts';

/** Exclusive or: no single line separates it, so only a hidden layer can learn it. */
const points = [
  [1, 0, 1, 0],
  [1, 0, 0, 1],
  [0, 1, 1, 0],
  [0, 1, 0, 1],
];
const labels = Int32Array.of(0, 1, 1, 0);
const rows: SparseRows = {
  starts: Int32Array.from({ length: points.length + 1 }, (_, row) => row * 2),
  ids: Int32Array.from(
    points.flatMap((point) => point.flatMap((value, at) => (value ? [at] : []))),
  ),
  values: new Float32Array(points.length * 2).fill(1),
  width: 4,
};
const options = { ...neuralDefaults, units: 64, epochs: 400, featureDropout: 0, unitDropout: 0 };

test('what no line separates is learnt', () => {
  const net = trainNeural({ rows, labels }, 2, options);
  points.forEach((_, row) => {
    const ids = rows.ids.slice(row * 2, row * 2 + 2);
    const probabilities = neuralProbabilities(net, ids, Float32Array.of(1, 1));
    expect(probabilities[labels[row] ?? 0]).toBeGreaterThan(0.8);
    expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  });
});

test('the seed alone decides the weights', () => {
  const one = trainNeural({ rows, labels }, 2, options);
  expect(trainNeural({ rows, labels }, 2, options)).toEqual(one);
  expect(trainNeural({ rows, labels }, 2, { ...options, seed: 2 })).not.toEqual(one);
});
