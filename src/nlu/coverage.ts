import type { SparseRows, SparseVector } from './vectors.ts';

/**
 * How much of a text a class has met: the share of its weight, unknown features counted in, that lies on features
 * which some utterance of the class has. "Will there be fog on Sunday" lies near the opening hours, but nobody ever
 * asked for those with fog.
 */
export type Coverage = (vector: SparseVector, label: number) => number;

const bitsEach = 32;

/** One bit a feature and class; `rows` past the labels are not looked at. */
export function createCoverage(rows: SparseRows, labels: Int32Array, classes: number): Coverage {
  const width = Math.ceil(classes / bitsEach);
  const met = new Int32Array(rows.width * width);
  labels.forEach((label, row) => {
    const bit = 1 << (label % bitsEach);
    const offset = Math.floor(label / bitsEach);
    for (let at = rows.starts[row] ?? 0; at < (rows.starts[row + 1] ?? 0); at++) {
      const place = (rows.ids[at] ?? 0) * width + offset;
      met[place] = (met[place] ?? 0) | bit;
    }
  });
  return ({ ids, values, length }, label) => {
    if (length === 0 || label < 0) return 0;
    const bit = 1 << (label % bitsEach);
    const offset = Math.floor(label / bitsEach);
    let square = 0;
    for (let at = 0; at < ids.length; at++) {
      if (((met[(ids[at] ?? 0) * width + offset] ?? 0) & bit) === 0) continue;
      const value = values[at] ?? 0;
      square += value * value;
    }
    return square / (length * length);
  };
}
