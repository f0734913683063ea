import type { FeatureScheme, Grams } from './features.ts';
import { createHashTable, hashTableOf, type HashLookup } from './hash-table.ts';

/** Which features a model knows and how much each tells. */
export interface Vocabulary {
  readonly table: HashLookup;
  /** Inverse document frequency by index. */
  readonly idf: Float32Array;
  /** Given to unknown features, so that a text full of them comes out short and its scores low. */
  readonly idfMax: number;
  /** In how many texts each feature was, by index. */
  readonly frequencies: Uint32Array;
  /** Texts that were counted. */
  readonly documents: number;
  readonly scheme: FeatureScheme;
}

/** A sparse vector; `ids` ascend only within a block. */
export interface SparseVector {
  readonly ids: Int32Array;
  readonly values: Float32Array;
  /** Share of the text's words that the model has seen, 0 to 1. */
  readonly known: number;
  /** Length with the unknown features counted in: what a cosine must be divided by. */
  readonly length: number;
}

/** Many vectors, one after another: row `r` is `ids[starts[r] … starts[r+1])`. */
export interface SparseRows {
  readonly starts: Int32Array;
  readonly ids: Int32Array;
  readonly values: Float32Array;
  readonly width: number;
}

export function buildVocabulary(scheme: FeatureScheme, texts: readonly Grams[]): Vocabulary {
  const all = createHashTable(16_384);
  const lastSeen: number[] = [];
  const documents: number[] = [];
  const blockOf: number[] = [];
  texts.forEach((grams, text) => {
    let from = 0;
    grams.blockEnds.forEach((end, block) => {
      for (let at = from; at < end; at++) {
        const id = all.add(grams.hashes[at] ?? 0);
        if (lastSeen[id] === text) continue;
        lastSeen[id] = text;
        documents[id] = (documents[id] ?? 0) + 1;
        blockOf[id] = block;
      }
      from = end;
    });
  });
  const keys = all.keys();
  const kept: number[] = [];
  const frequencies: number[] = [];
  keys.forEach((key, id) => {
    const count = documents[id] ?? 0;
    if (count < (scheme.blocks[blockOf[id] ?? 0]?.documentsMin ?? 1)) return;
    kept.push(key);
    frequencies.push(count);
  });
  return vocabularyOf(scheme, Uint32Array.from(kept), Uint32Array.from(frequencies), texts.length);
}

export function vocabularyOf(
  scheme: FeatureScheme,
  keys: Uint32Array,
  frequencies: Uint32Array,
  documents: number,
): Vocabulary {
  const idf = Float32Array.from(
    frequencies,
    (count) => Math.log((1 + documents) / (1 + count)) + 1,
  );
  return {
    table: hashTableOf(keys),
    idf,
    idfMax: Math.log(1 + documents) + 1,
    frequencies,
    documents,
    scheme,
  };
}

/** Makes a vectoriser; it keeps its buffers, so a result is good until the next call. */
export function createVectoriser(vocabulary: Vocabulary): (grams: Grams) => SparseVector {
  const { table, idf, idfMax, scheme } = vocabulary;
  const counts = new Uint16Array(table.size());
  let ids = new Int32Array(4096);
  let values = new Float32Array(4096);
  return (grams) => {
    const { hashes, arePlaces } = grams;
    if (hashes.length > ids.length) {
      ids = new Int32Array(hashes.length * 2);
      values = new Float32Array(hashes.length * 2);
    }
    let length = 0;
    let from = 0;
    let knownWords = 0;
    let lengthSquare = 0;
    for (let block = 0; block < grams.blockEnds.length; block++) {
      const end = grams.blockEnds[block] ?? from;
      const first = length;
      let unknown = 0;
      for (let at = from; at < end; at++) {
        const feature = hashes[at] ?? 0;
        const id = arePlaces ? feature | 0 : table.find(feature);
        if (id < 0) {
          unknown++;
          continue;
        }
        if (block === 0 && at < grams.wordCount) knownWords++;
        const count = counts[id] ?? 0;
        if (count === 0) ids[length++] = id;
        if (count < 65_535) counts[id] = count + 1;
      }
      const counted = scheme.blocks[block]?.countsUnknown ? unknown : 0;
      let square = counted * idfMax * idfMax;
      for (let at = first; at < length; at++) {
        const id = ids[at] ?? 0;
        const value = (1 + Math.log(counts[id] ?? 1)) * (idf[id] ?? 0);
        counts[id] = 0;
        values[at] = value;
        square += value * value;
      }
      const weight = scheme.blocks[block]?.weight ?? 1;
      const scale = square > 0 ? weight / Math.sqrt(square) : 0;
      if (square > 0) lengthSquare += weight * weight;
      for (let at = first; at < length; at++) values[at] = (values[at] ?? 0) * scale;
      from = end;
    }
    return {
      ids: ids.subarray(0, length),
      values: values.subarray(0, length),
      known: grams.wordCount > 0 ? knownWords / grams.wordCount : 0,
      length: Math.sqrt(lengthSquare),
    };
  };
}

export function rowsOf(vocabulary: Vocabulary, texts: readonly Grams[]): SparseRows {
  const vectorise = createVectoriser(vocabulary);
  const starts = new Int32Array(texts.length + 1);
  let ids = new Int32Array(1 << 16);
  let values = new Float32Array(1 << 16);
  let length = 0;
  texts.forEach((grams, row) => {
    const vector = vectorise(grams);
    if (length + vector.ids.length > ids.length) {
      const size = Math.max(ids.length * 2, length + vector.ids.length);
      const widerIds = new Int32Array(size);
      const widerValues = new Float32Array(size);
      widerIds.set(ids);
      widerValues.set(values);
      ids = widerIds;
      values = widerValues;
    }
    ids.set(vector.ids, length);
    values.set(vector.values, length);
    length += vector.ids.length;
    starts[row + 1] = length;
  });
  return {
    starts,
    ids: ids.slice(0, length),
    values: values.slice(0, length),
    width: vocabulary.idf.length,
  };
}
