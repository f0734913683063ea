import porter from 'natural/lib/natural/stemmers/porter_stemmer.js';
import { finalise } from './random.ts';
import { isUnspaced, scriptOf } from './scripts.ts';

/** Hashes of every feature occurrence of one text; block `b` ends before `blockEnds[b]`. */
export interface Grams {
  readonly hashes: Uint32Array;
  readonly blockEnds: readonly number[];
  /** Words (spaced writing) or units (unspaced): the first hashes of block 0, for telling how much of a text is known. */
  readonly wordCount: number;
}

/** One kind of feature. Each block is brought to length 1 and then weighted, so that a long one cannot drown a short one. */
interface Block {
  readonly weight: number;
  /** Features in fewer training texts are left out. */
  readonly documentsMin: number;
  /** Unknown features make the text longer and its scores lower. */
  readonly countsUnknown: boolean;
}

export interface FeatureScheme {
  readonly kind: 'spaced' | 'unspaced';
  readonly stem: boolean;
  readonly blocks: readonly Block[];
}

/**
 * Words, letters inside words, word pairs, stems; weights measured on the training parts of public sets
 * (docs/reference/understanding.md).
 */
export function schemeFor(language: string, kind: FeatureScheme['kind']): FeatureScheme {
  const once = { documentsMin: 1, countsUnknown: true };
  if (kind === 'unspaced') return { kind, stem: false, blocks: [{ weight: 1, ...once }] };
  const blocks: Block[] = [
    { weight: 0.7, ...once },
    // A slip makes a dozen runs of letters unknown: the word counts as unknown, its letters need not.
    { weight: 1, documentsMin: 1, countsUnknown: false },
    // A pair is in the vocabulary only when two texts share it: an unseen one says nothing.
    { weight: 0.4, documentsMin: 2, countsUnknown: false },
  ];
  const stem = language === 'en' || language.startsWith('en-');
  if (stem) blocks.push({ weight: 0.5, ...once });
  return { kind, stem, blocks };
}

/** Text that is mostly written without spaces is cut into characters, the rest into words. */
export function kindOf(texts: readonly string[]): FeatureScheme['kind'] {
  let letters = 0;
  let without = 0;
  for (const text of texts) {
    for (const character of text) {
      const script = scriptOf(character.codePointAt(0) ?? 0);
      if (script === 'other') continue;
      letters++;
      if (isUnspaced(script)) without++;
    }
  }
  return without * 2 > letters ? 'unspaced' : 'spaced';
}

const wordPattern = /[\p{L}\p{M}\p{N}]+|[\p{Extended_Pictographic}\ue000-\ue0ff]/gu;

function wordsOf(normalised: string): readonly string[] {
  return normalised.match(wordPattern) ?? [];
}

const blockSeeds = [0x51ed270b, 0x2545f491, 0x6c078965, 0x1b873593] as const;
const startWord = 0x3c6ef372;
const endWord = 0x78dde6e4;
/** Word pairs grow with the square of the length; real questions are shorter than this. */
const pairWordsMax = 40;

interface Sink {
  hashes: Uint32Array;
  length: number;
}

function emit(sink: Sink, hash: number, block: number): void {
  if (sink.length === sink.hashes.length) {
    const wider = new Uint32Array(sink.hashes.length * 2);
    wider.set(sink.hashes);
    sink.hashes = wider;
  }
  sink.hashes[sink.length++] = finalise(hash ^ (blockSeeds[block] ?? 0));
}

function step(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193) + 0x9e3779b9;
}

export function hashText(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = step(hash, text.charCodeAt(at));
  return finalise(hash);
}

/** Makes a reader of features for one scheme; it keeps one buffer, so a result is good until the next call. */
export function createGramReader(scheme: FeatureScheme): (normalised: string) => Grams {
  const sink: Sink = { hashes: new Uint32Array(2048), length: 0 };
  const read = scheme.kind === 'spaced' ? readSpaced(scheme.stem) : readUnspaced;
  return (normalised) => {
    sink.length = 0;
    const { blockEnds, wordCount } = read(sink, normalised);
    return { hashes: sink.hashes.subarray(0, sink.length), blockEnds, wordCount };
  };
}

type Reading = { readonly blockEnds: readonly number[]; readonly wordCount: number };

function readSpaced(withStems: boolean): (sink: Sink, text: string) => Reading {
  const stem = createStemmer();
  return (sink, text) => {
    const words = wordsOf(text);
    const wordHashes = words.map((word) => hashText(word));
    const blockEnds: number[] = [];
    emitWords(sink, wordHashes, 0);
    blockEnds.push(sink.length);
    for (const word of words) emitLetters(sink, word, 5, 1);
    blockEnds.push(sink.length);
    emitPairs(sink, wordHashes, 2);
    blockEnds.push(sink.length);
    if (withStems) {
      emitWords(
        sink,
        words.map((word) => hashText(stem(word))),
        3,
      );
      blockEnds.push(sink.length);
    }
    return { blockEnds, wordCount: words.length };
  };
}

/** Single words first (their number is `wordCount`), then neighbours, with the sentence's edges as words. */
function emitWords(sink: Sink, words: readonly number[], block: number): void {
  for (const word of words) emit(sink, word, block);
  let previous = startWord;
  for (const word of words) {
    emit(sink, step(previous, word), block);
    previous = word;
  }
  if (words.length > 0) emit(sink, step(previous, endWord), block);
}

/** Every run of 1 to `longest` characters inside the word with a space at either end. */
function emitLetters(sink: Sink, word: string, longest: number, block: number): void {
  const space = 32;
  const last = word.length + 1;
  for (let from = 0; from <= last; from++) {
    let hash = 0x811c9dc5;
    for (let length = 1; length <= longest && from + length - 1 <= last; length++) {
      const at = from + length - 1;
      hash = step(hash, at === 0 || at === last ? space : word.charCodeAt(at - 1));
      if (length > 1 || hash !== step(0x811c9dc5, space)) emit(sink, hash, block);
    }
  }
}

function emitPairs(sink: Sink, words: readonly number[], block: number): void {
  const count = Math.min(words.length, pairWordsMax);
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      const one = words[a] ?? 0;
      const two = words[b] ?? 0;
      emit(sink, one < two ? step(one, two) : step(two, one), block);
    }
  }
}

/** Runs of 1 to 3 units, where a unit is one unspaced character or one whole word of a spaced script. */
function readUnspaced(sink: Sink, text: string): Reading {
  const units: number[] = [];
  const words: string[] = [];
  for (const [word] of text.matchAll(unitPattern)) {
    units.push(hashText(word));
    if (word.length > 2) words.push(word);
  }
  for (const unit of units) emit(sink, unit, 0);
  for (let at = 0; at + 1 < units.length; at++) {
    const two = step(units[at] ?? 0, units[at + 1] ?? 0);
    emit(sink, two, 0);
    if (at + 2 < units.length) emit(sink, step(two, units[at + 2] ?? 0), 0);
  }
  for (const word of words)
    if (scriptOf(word.charCodeAt(0)) === 'latin') emitLetters(sink, word, 4, 0);
  return { blockEnds: [sink.length], wordCount: units.length };
}

const unitPattern =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{N}]\p{M}*)+|[\p{Extended_Pictographic}\ue000-\ue0ff]/gu;

const stemCacheMax = 20_000;

function createStemmer(): (word: string) => string {
  const cache = new Map<string, string>();
  return (word) => {
    const known = cache.get(word);
    if (known !== undefined) return known;
    const stemmed = porter.stem(word);
    if (cache.size < stemCacheMax) cache.set(word, stemmed);
    return stemmed;
  };
}
