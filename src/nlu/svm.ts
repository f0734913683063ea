import { seededRandom, shuffle } from './random.ts';
import type { SparseRows } from './vectors.ts';

export interface LinearWeights {
  /** Feature-major: the weights of all classes for feature `f` stand together at `f * classes`. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly classes: number;
}

export interface SvmOptions {
  /** Price of a margin error. */
  readonly cost: number;
  /** Factor on the price for each row; 1 where it is not given. */
  readonly rowCosts?: Float32Array;
  /** Stops when no projected gradient differs more than this. */
  readonly tolerance: number;
  readonly passesMax: number;
  readonly seed: number;
}

export const svmDefaults: SvmOptions = { cost: 1, tolerance: 0.1, passesMax: 60, seed: 1 };

/**
 * One linear separator a class against all others, squared hinge loss, solved in the dual by coordinate descent
 * with shrinking (Hsieh et al., "A dual coordinate descent method for large-scale linear SVM", 2008).
 */
export function trainSvm(
  rows: SparseRows,
  labels: Int32Array,
  classes: number,
  options: SvmOptions = svmDefaults,
): LinearWeights {
  const weights = new Float32Array(rows.width * classes);
  const bias = new Float32Array(classes);
  const squares = squaredLengths(rows);
  const signs = new Int8Array(labels.length);
  for (let label = 0; label < classes; label++) {
    for (let row = 0; row < labels.length; row++) signs[row] = labels[row] === label ? 1 : -1;
    const plane = separate(rows, signs, squares, { ...options, seed: options.seed + label });
    for (let id = 0; id < rows.width; id++) weights[id * classes + label] = plane[id] ?? 0;
    bias[label] = plane[rows.width] ?? 0;
  }
  return { weights, bias, classes };
}

function squaredLengths(rows: SparseRows): Float64Array {
  return Float64Array.from({ length: rows.starts.length - 1 }, (_, row) => {
    let square = 1;
    for (let at = rows.starts[row] ?? 0; at < (rows.starts[row + 1] ?? 0); at++) {
      square += (rows.values[at] ?? 0) ** 2;
    }
    return square;
  });
}

/** Weights of one separator; the last is the bias, the weight of a feature that is always 1. */
function separate(
  rows: SparseRows,
  signs: Int8Array,
  squares: Float64Array,
  options: SvmOptions,
): Float64Array {
  const { ids, values, starts, width } = rows;
  const plane = new Float64Array(width + 1);
  const alphas = new Float64Array(signs.length);
  const order = Int32Array.from(signs.keys());
  const random = seededRandom(options.seed);
  const diagonals = Float64Array.from(
    signs,
    (_, row) => 0.5 / (options.cost * (options.rowCosts?.[row] ?? 1)),
  );
  let active = order.length;
  let highest = Infinity;
  for (let pass = 0; pass < options.passesMax; pass++) {
    shuffle(order, random, active);
    let above = -Infinity;
    let below = Infinity;
    for (let place = 0; place < active; place++) {
      const row = order[place] ?? 0;
      const sign = signs[row] ?? 1;
      const alpha = alphas[row] ?? 0;
      const from = starts[row] ?? 0;
      const end = starts[row + 1] ?? 0;
      let score = plane[width] ?? 0;
      for (let at = from; at < end; at++) score += (plane[ids[at] ?? 0] ?? 0) * (values[at] ?? 0);
      const diagonal = diagonals[row] ?? 0.5;
      const gradient = sign * score - 1 + alpha * diagonal;
      if (alpha === 0 && gradient > highest) {
        active--;
        order[place] = order[active] ?? 0;
        order[active] = row;
        place--;
        continue;
      }
      const projected = alpha === 0 ? Math.min(gradient, 0) : gradient;
      if (projected > above) above = projected;
      if (projected < below) below = projected;
      if (projected > -1e-12 && projected < 1e-12) continue;
      const next = Math.max(alpha - gradient / ((squares[row] ?? 1) + diagonal), 0);
      alphas[row] = next;
      const change = (next - alpha) * sign;
      plane[width] = (plane[width] ?? 0) + change;
      for (let at = from; at < end; at++) {
        const id = ids[at] ?? 0;
        plane[id] = (plane[id] ?? 0) + change * (values[at] ?? 0);
      }
    }
    if (above - below <= options.tolerance) {
      // Settled on the active part: once more over everything before believing it.
      if (active === order.length) break;
      active = order.length;
      highest = Infinity;
      continue;
    }
    highest = above <= 0 ? Infinity : above;
  }
  return plane;
}

/** Adds each class's distance from its separator into `scores`. */
export function scoreRow(
  model: LinearWeights,
  ids: Int32Array,
  values: Float32Array,
  scores: Float32Array,
): void {
  const { weights, classes } = model;
  scores.set(model.bias);
  for (let at = 0; at < ids.length; at++) {
    const base = (ids[at] ?? 0) * classes;
    const value = values[at] ?? 0;
    for (let label = 0; label < classes; label++) {
      scores[label] = (scores[label] ?? 0) + (weights[base + label] ?? 0) * value;
    }
  }
}
