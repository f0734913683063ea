import { withoutAccents } from './folding.ts';
import { normalise } from './normalise.ts';
import { finalise } from './random.ts';
import { isUnspaced, scriptOf } from './scripts.ts';
import { createTextSenses, createWordSenses, hasSenses } from './senses.ts';
import { createSkeletons } from './skeletons.ts';
import { createStemmer } from './stems.ts';
import { createWordCache } from './word-cache.ts';

/** Every feature occurrence of one text; block `b` ends before `blockEnds[b]`. */
export interface Grams {
  /** Hashes, or where the reader knows a vocabulary their places in it and `nowhere`. */
  readonly hashes: Uint32Array;
  readonly arePlaces: boolean;
  readonly blockEnds: readonly number[];
  /** The words or units themselves, in order. */
  readonly words: readonly string[];
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
  /** Whose stems, senses and romanisation are read. */
  readonly language: string;
  readonly blocks: readonly Block[];
}

/**
 * From this many texts on, a feature of one text alone is chance and left out: half the model, and nothing lost that
 * can be measured. Runs of letters still tell then (0.7 points in Arabic), until the set is very large.
 */
const largeSet = 3000;
const veryLargeSet = 8000;

/**
 * Words, letters inside words, word pairs, stems, senses, consonants; weights measured on the training parts of public
 * sets and on the bot's own utterances (docs/reference/understanding.md).
 */
export function schemeFor(language: string, kind: FeatureScheme['kind'], texts = 0): FeatureScheme {
  const documentsMin = texts < largeSet ? 1 : 2;
  const lettersMin = texts < veryLargeSet ? 1 : 2;
  const block = (weight: number, countsUnknown = false): Block => ({
    weight,
    documentsMin,
    countsUnknown,
  });
  // A pair is in the vocabulary only when two texts share it: an unseen one says nothing.
  const pairs: Block = {
    weight: kind === 'spaced' ? 0.4 : 0.5,
    documentsMin: 2,
    countsUnknown: false,
  };
  if (kind === 'unspaced') {
    return {
      kind,
      language,
      blocks: [{ ...block(1, true), documentsMin: lettersMin }, block(0.7), pairs],
    };
  }
  // A slip makes a dozen runs of letters unknown: the word counts as unknown, its letters need not.
  const letters = { ...block(1), documentsMin: lettersMin };
  const blocks = [block(0.7, true), letters, pairs, block(0.5, true)];
  if (hasSenses(language)) blocks.push(block(0.5));
  if (createSkeletons(language)) blocks.push(block(0.4));
  return { kind, language, blocks };
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

/** Whether an utterance holds anything that can be learned: not where it is dots, dashes and question marks alone. */
export function hasFeatures(utterance: string): boolean {
  return wordsOf(normalise(utterance)).length > 0;
}

/** Words of spaced writing, characters and whole foreign words of unspaced. */
export function unitsOf(kind: FeatureScheme['kind'], normalised: string): readonly string[] {
  return kind === 'spaced' ? wordsOf(normalised) : (normalised.match(unitPattern) ?? []);
}

const blockSeeds = [
  0x51ed270b, 0x2545f491, 0x6c078965, 0x1b873593, 0x7f4a7c15, 0x49b36d29,
] as const;
const startWord = 0x3c6ef372;
const endWord = 0x78dde6e4;
/** Word pairs grow with the square of the length; real questions are shorter than this. */
const pairWordsMax = 40;

/** The place of a feature that the vocabulary does not have. */
export const nowhere = 0xffff_ffff;

type Place = (hash: number) => number;

interface Sink {
  hashes: Uint32Array;
  length: number;
  /** From a feature's hash to what is kept of it. */
  readonly place: Place;
}

function put(sink: Sink, feature: number): void {
  if (sink.length === sink.hashes.length) {
    const wider = new Uint32Array(sink.hashes.length * 2);
    wider.set(sink.hashes);
    sink.hashes = wider;
  }
  sink.hashes[sink.length++] = feature;
}

function featureOf(hash: number, block: number): number {
  return finalise(hash ^ (blockSeeds[block] ?? 0));
}

function emit(sink: Sink, hash: number, block: number): void {
  put(sink, sink.place(featureOf(hash, block)));
}

function step(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193) + 0x9e3779b9;
}

export function hashText(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = step(hash, text.charCodeAt(at));
  return finalise(hash);
}

const asIs: Place = (hash) => hash;

/**
 * Makes a reader of features for one scheme; it keeps one buffer, so a result is good until the next call. With
 * `find`, -1 for what is not there, it reads places in a vocabulary: those of a word are then looked up once.
 */
export function createGramReader(
  scheme: FeatureScheme,
  find?: Place,
): (normalised: string) => Grams {
  // Stored unsigned, -1 is `nowhere`.
  const place: Place = find ? (hash) => find(hash) >>> 0 : asIs;
  const sink: Sink = { hashes: new Uint32Array(2048), length: 0, place };
  const read = scheme.kind === 'spaced' ? readSpaced(scheme, place) : readUnspaced(scheme.language);
  const arePlaces = find !== undefined;
  return (normalised) => {
    sink.length = 0;
    const reading = read(sink, normalised);
    return { ...reading, arePlaces, hashes: sink.hashes.subarray(0, sink.length) };
  };
}

type Reading = Omit<Grams, 'hashes' | 'arePlaces'>;

function readSpaced(
  { language, blocks }: FeatureScheme,
  place: Place,
): (sink: Sink, text: string) => Reading {
  const stem = createStemmer(language);
  const sense = createWordSenses(language, stem);
  const skeleton = createSkeletons(language);
  const sensed = hasSenses(language);
  const unitOf = (hash: number, block: number): Unit => ({
    hash,
    feature: place(featureOf(hash, block)),
  });
  const look = (word: string): KnownWord => {
    const letters: Sink = { hashes: new Uint32Array(64), length: 0, place };
    emitLetters(letters, withoutAccents(word), 5, 1);
    const stemmed = stem(word);
    const hash = hashText(word);
    const bones = skeleton?.(stemmed) ?? '';
    const said = sensed ? hashText(sense(stemmed)) : hash;
    const all = letters.hashes.subarray(0, letters.length);
    return {
      word: unitOf(hash, 0),
      // Runs of letters that nobody has seen say nothing, unless a text's length counts them.
      letters: blocks[1]?.countsUnknown ? all.slice() : all.filter((one) => one !== nowhere),
      stem: unitOf(hashText(stemmed), 3),
      sense: unitOf(said, 4),
      bones: bones.length > 1 ? unitOf(hashText(bones), 5) : undefined,
    };
  };
  const known = createWordCache(knownWordsMax, look);
  return (sink, text) => {
    const words = wordsOf(text);
    const seen = words.map((word) => known.get(word));
    const blockEnds: number[] = [];
    emitUnits(sink, seen.map(wordOf), 0);
    blockEnds.push(sink.length);
    for (const { letters } of seen) emitAll(sink, letters);
    blockEnds.push(sink.length);
    const senses = seen.map(senseOf);
    emitPairs(sink, senses.map(hashOf), 2);
    blockEnds.push(sink.length);
    emitUnits(sink, seen.map(stemOf), 3);
    blockEnds.push(sink.length);
    if (sensed) {
      emitUnits(sink, senses, 4);
      blockEnds.push(sink.length);
    }
    if (skeleton) {
      emitUnits(sink, seen.map(bonesOf).filter(isThere), 5);
      blockEnds.push(sink.length);
    }
    return { blockEnds, words, wordCount: words.length };
  };
}

/** A word in one of its views. */
interface Unit {
  readonly hash: number;
  /** What it adds to a text by itself. */
  readonly feature: number;
}

/** What one word adds to a text's features, whatever stands around it. */
interface KnownWord {
  readonly word: Unit;
  readonly letters: Uint32Array;
  readonly stem: Unit;
  readonly sense: Unit;
  readonly bones: Unit | undefined;
}

const wordOf = ({ word }: KnownWord): Unit => word;
const stemOf = ({ stem }: KnownWord): Unit => stem;
const senseOf = ({ sense }: KnownWord): Unit => sense;
const bonesOf = ({ bones }: KnownWord): Unit | undefined => bones;
const hashOf = ({ hash }: Unit): number => hash;
const isThere = (unit: Unit | undefined): unit is Unit => unit !== undefined;

/** Words kept, a generation: some 300 bytes each. */
const knownWordsMax = 4000;

function emitAll(sink: Sink, hashes: Uint32Array): void {
  while (sink.length + hashes.length > sink.hashes.length) {
    const wider = new Uint32Array(sink.hashes.length * 2);
    wider.set(sink.hashes);
    sink.hashes = wider;
  }
  sink.hashes.set(hashes, sink.length);
  sink.length += hashes.length;
}

/** Single words first (their number is `wordCount`), then neighbours, with the sentence's edges as words. */
function emitUnits(sink: Sink, units: readonly Unit[], block: number): void {
  for (const { feature } of units) put(sink, feature);
  let previous = startWord;
  for (const { hash } of units) {
    emit(sink, step(previous, hash), block);
    previous = hash;
  }
  if (units.length > 0) emit(sink, step(previous, endWord), block);
}

/** The same of what was not looked up before. */
function emitWords(sink: Sink, words: readonly number[], block: number): void {
  const units = words.map((hash) => ({ hash, feature: sink.place(featureOf(hash, block)) }));
  emitUnits(sink, units, block);
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

/**
 * Units and neighbours with the sentence's edges, where a unit is one unspaced character or one whole word of a spaced
 * script; the same again with expressions of one sense as one unit, and pairs of these.
 */
function readUnspaced(language: string): (sink: Sink, text: string) => Reading {
  const sense = createTextSenses(language);
  const sensed = hasSenses(language);
  return (sink, text) => {
    const units = unitsOf('unspaced', text);
    const hashes = units.map((unit) => hashText(unit));
    emitWords(sink, hashes, 0);
    if (!sensed) emitTriples(sink, hashes, 0);
    for (const unit of units) if (unit.length > 2) emitLatin(sink, unit, 0);
    const blockEnds = [sink.length];
    const senses = sensed
      ? (sense(text).match(unitPattern) ?? []).map((unit) => hashText(unit))
      : hashes;
    if (sensed) emitWords(sink, senses, 1);
    blockEnds.push(sink.length);
    emitPairs(sink, senses, 2);
    blockEnds.push(sink.length);
    return { blockEnds, words: units, wordCount: units.length };
  };
}

function emitTriples(sink: Sink, units: readonly number[], block: number): void {
  for (let at = 0; at + 2 < units.length; at++) {
    const two = step(units[at] ?? 0, units[at + 1] ?? 0);
    emit(sink, step(two, units[at + 2] ?? 0), block);
  }
}

function emitLatin(sink: Sink, word: string, block: number): void {
  if (scriptOf(word.charCodeAt(0)) === 'latin') emitLetters(sink, word, 4, block);
}

const unitPattern =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{N}]\p{M}*)+|[\p{Extended_Pictographic}\ue000-\ue1ff]/gu;
