import { expect, test } from 'vitest';
import { createBlend, trainMembers } from '../../src/nlu/members.ts';
import type { SparseRows } from '../../src/nlu/vectors.ts';

/** Four texts of two features each; which class depends on both, so that separators alone cannot know. */
const ids = [0, 2, 0, 3, 1, 2, 1, 3];
const labels = Int32Array.of(0, 1, 1, 0);
const repeats = 40;
const rows: SparseRows = {
  starts: Int32Array.from({ length: 4 * repeats + 1 }, (_, row) => row * 2),
  ids: Int32Array.from({ length: 8 * repeats }, (_, at) => ids[at % 8] ?? 0),
  values: new Float32Array(8 * repeats).fill(1),
  width: 4,
};
const many = Int32Array.from({ length: 4 * repeats }, (_, row) => labels[row % 4] ?? 0);
const undecided = Float32Array.of(0, 0);

test('networks in few steps a weight still tell what separators cannot', () => {
  const members = trainMembers(rows, many, 2, { count: 2, seed: 1 });
  const blend = createBlend({ members, convolutions: [] });
  for (const member of members) expect(Math.max(...member.hidden.map(Math.abs))).toBe(3);
  labels.forEach((label, row) => {
    const vector = {
      ids: Int32Array.from(ids.slice(row * 2, row * 2 + 2)),
      values: Float32Array.of(1, 1),
      known: 1,
      length: 1,
    };
    const logits = blend(undecided, vector, []);
    expect(logits[label]).toBeGreaterThan(logits[1 - label] ?? 0);
  });
});

test('without networks the margins stay as they are', () => {
  const vector = { ids: Int32Array.of(0), values: Float32Array.of(1), known: 1, length: 1 };
  const blend = createBlend({ members: [], convolutions: [] });
  expect(blend(undecided, vector, [])).toBe(undecided);
});

test('the others are asked only where the separators are not sure', () => {
  const members = trainMembers(rows, many, 2, { count: 1, seed: 1 });
  const asked = createBlend({ members, convolutions: [] });
  // The network holds the second class to be the right one of this text.
  const vector = { ids: Int32Array.of(0, 3), values: Float32Array.of(1, 1), known: 1, length: 1 };
  const [doubtful = 0, instead = 0] = asked(Float32Array.of(0.1, -0.1), vector, []);
  expect(instead).toBeGreaterThan(doubtful);
  const sure = asked(Float32Array.of(0.9, -0.9), vector, []);
  expect(sure[0]).toBeGreaterThan(sure[1] ?? 0);
  expect(Math.exp(sure[0] ?? 0) + Math.exp(sure[1] ?? 0)).toBeCloseTo(1, 5);
});
