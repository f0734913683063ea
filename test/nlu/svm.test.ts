import { expect, test } from 'vitest';
import { scoreRow, svmDefaults, trainSvm } from '../../src/nlu/svm.ts';
import type { SparseRows } from '../../src/nlu/vectors.ts';

/** Three clusters on three axes, one row a line. */
const points = [
  [1, 0.1, 0],
  [0.9, 0, 0.1],
  [0, 1, 0.2],
  [0.1, 0.8, 0],
  [0, 0.1, 1],
  [0.2, 0, 0.9],
];
const labels = Int32Array.of(0, 0, 1, 1, 2, 2);
const rows: SparseRows = {
  starts: Int32Array.from({ length: points.length + 1 }, (_, row) => row * 3),
  ids: Int32Array.from(points.flatMap(() => [0, 1, 2])),
  values: Float32Array.from(points.flat()),
  width: 3,
};

/** What the dual solver minimises, in its primal form, for one class. */
function objective(weights: readonly number[], bias: number, label: number, cost: number): number {
  let sum = (weights.reduce((total, weight) => total + weight * weight, 0) + bias * bias) / 2;
  points.forEach((point, row) => {
    const score = point.reduce((total, value, at) => total + value * (weights[at] ?? 0), bias);
    const slack = Math.max(0, 1 - (labels[row] === label ? 1 : -1) * score);
    sum += cost * slack * slack;
  });
  return sum;
}

test('separable classes are separated', () => {
  const model = trainSvm(rows, labels, 3, { ...svmDefaults, cost: 10, tolerance: 0.001 });
  const scores = new Float32Array(3);
  points.forEach((_, row) => {
    const from = row * 3;
    scoreRow(model, rows.ids.slice(from, from + 3), rows.values.slice(from, from + 3), scores);
    expect(scores.indexOf(Math.max(...scores))).toBe(labels[row]);
  });
});

test('the solution is the minimum: no small step in any direction is better', () => {
  const cost = 1;
  const { weights, bias } = trainSvm(rows, labels, 3, {
    ...svmDefaults,
    cost,
    tolerance: 1e-6,
    passesMax: 2000,
  });
  for (const label of [0, 1, 2]) {
    const mine = [0, 1, 2].map((id) => weights[id * 3 + label] ?? 0);
    const best = objective(mine, bias[label] ?? 0, label, cost);
    for (const at of [0, 1, 2]) {
      for (const step of [-0.01, 0.01]) {
        const moved = mine.map((weight, place) => (place === at ? weight + step : weight));
        expect(objective(moved, bias[label] ?? 0, label, cost)).toBeGreaterThan(best);
      }
    }
    for (const step of [-0.01, 0.01]) {
      expect(objective(mine, (bias[label] ?? 0) + step, label, cost)).toBeGreaterThan(best);
    }
  }
});
