import type { SparseRows, SparseVector } from './vectors.ts';

/** Cosine of a text to every training utterance by an inverted index; a text and its own utterance give 1. */
export interface NearestIndex {
  search(vector: SparseVector): Neighbours;
}

/** The most similar utterance of each class; row -1 where a class shares nothing with the text. */
export interface Neighbours {
  readonly rows: Int32Array;
  readonly similarities: Float32Array;
}

export function createNearestIndex(
  rows: SparseRows,
  labels: Int32Array,
  classes: number,
): NearestIndex {
  const { postings, starts, values } = invert(rows, postingsMax(labels.length));
  const runs = runsOf(labels);
  const dots = new Float32Array(labels.length);
  return {
    search: (vector) => {
      dots.fill(0);
      for (let at = 0; at < vector.ids.length; at++) {
        const id = vector.ids[at] ?? 0;
        const value = vector.values[at] ?? 0;
        const end = starts[id + 1] ?? 0;
        for (let place = starts[id] ?? 0; place < end; place++) {
          const row = postings[place] ?? 0;
          dots[row] = (dots[row] ?? 0) + value * (values[place] ?? 0);
        }
      }
      return best(dots, runs, { classes, length: vector.length });
    },
  };
}

/** Neighbouring rows of one class. */
interface Run {
  readonly label: number;
  readonly start: number;
  readonly end: number;
}

/** Utterances stand sorted by intent, so a class is one run, and looking for its best is one plain loop. */
function runsOf(labels: Int32Array): readonly Run[] {
  const runs: Run[] = [];
  let start = 0;
  for (let row = 1; row <= labels.length; row++) {
    if (row < labels.length && labels[row] === labels[start]) continue;
    runs.push({ label: labels[start] ?? 0, start, end: row });
    start = row;
  }
  return runs;
}

function best(
  dots: Float32Array,
  runs: readonly Run[],
  { classes, length }: { readonly classes: number; readonly length: number },
): Neighbours {
  const rows = new Int32Array(classes).fill(-1);
  const similarities = new Float32Array(classes);
  if (length === 0) return { rows, similarities };
  for (const { label, start, end } of runs) {
    let most = (similarities[label] ?? 0) * length;
    for (let row = start; row < end; row++) {
      const dot = dots[row] ?? 0;
      if (dot <= most) continue;
      most = dot;
      rows[label] = row;
    }
    similarities[label] = most / length;
  }
  return { rows, similarities };
}

function rowLengths(rows: SparseRows): Float32Array {
  return Float32Array.from({ length: rows.starts.length - 1 }, (_, row) => {
    let square = 0;
    for (let at = rows.starts[row] ?? 0; at < (rows.starts[row + 1] ?? 0); at++) {
      square += (rows.values[at] ?? 0) ** 2;
    }
    return square > 0 ? Math.sqrt(square) : 1;
  });
}

/** Features that most utterances share tell neighbours apart least and cost the most: the index leaves them out. */
const postingsLeast = 100;

function postingsMax(utterances: number): number {
  return Math.max(postingsLeast, utterances / 100);
}

/** From rows of features, each brought to length 1, to the rows that have a feature, unless they are more than `longest`. */
function invert(
  rows: SparseRows,
  longest: number,
): {
  readonly postings: Int32Array;
  readonly starts: Int32Array;
  readonly values: Float32Array;
} {
  const counts = new Int32Array(rows.width);
  for (const id of rows.ids) counts[id] = (counts[id] ?? 0) + 1;
  const starts = new Int32Array(rows.width + 1);
  for (let id = 0; id < rows.width; id++) {
    const count = counts[id] ?? 0;
    starts[id + 1] = (starts[id] ?? 0) + (count > longest ? 0 : count);
  }
  const next = starts.slice();
  const postings = new Int32Array(starts[rows.width] ?? 0);
  const values = new Float32Array(postings.length);
  const lengths = rowLengths(rows);
  for (let row = 0; row + 1 < rows.starts.length; row++) {
    for (let at = rows.starts[row] ?? 0; at < (rows.starts[row + 1] ?? 0); at++) {
      const id = rows.ids[at] ?? 0;
      if ((counts[id] ?? 0) > longest) continue;
      const place = next[id] ?? 0;
      next[id] = place + 1;
      postings[place] = row;
      values[place] = (rows.values[at] ?? 0) / (lengths[row] ?? 1);
    }
  }
  return { postings, starts, values };
}
