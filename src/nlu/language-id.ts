import { createHashTable, hashTableOf, type HashLookup } from './hash-table.ts';
import { hashText } from './features.ts';
import { countScripts, scripts } from './scripts.ts';
import { createWordCache, type WordCache } from './word-cache.ts';

/**
 * Which language a short text is in: letters' scripts first, then runs of one to four letters, counted over the
 * bot's own utterances (naive Bayes). Support texts of four words defeat general detectors; these are like their training.
 */
export interface LanguageModelCounts {
  readonly languages: readonly string[];
  readonly keys: Uint32Array;
  /** Log probability of run `i` in language `l` at `i * languages + l`. */
  readonly logs: Float32Array;
  /** For runs that no language has. */
  readonly unseen: Float32Array;
  /** Log share of each script among a language's letters. */
  readonly scriptLogs: Float32Array;
  /** Divides the evidence: neighbouring runs repeat each other, so raw Bayes is far too sure. */
  readonly temperature: number;
}

const runLengthMax = 4;
/** A verdict on a language needs no more text than this. */
const readLengthMax = 400;
/** One letter's script says about as much as this many runs. */
const scriptWeight = 2;

const letterRun = /[\p{L}\p{M}]+/gu;

function forEachRun(text: string, visit: (hash: number) => void): void {
  for (const word of text.match(letterRun) ?? []) {
    const padded = ` ${word} `;
    for (let from = 0; from < padded.length; from++) {
      for (let length = 1; length <= runLengthMax && from + length <= padded.length; length++) {
        if (length > 1 || from > 0) visit(hashText(padded.slice(from, from + length)));
      }
    }
  }
}

export function trainLanguageId(texts: {
  readonly [language: string]: readonly string[];
}): LanguageModelCounts {
  const languages = Object.keys(texts);
  const table = createHashTable(16_384);
  const counts = languages.map(() => [] as number[]);
  const totals = languages.map(() => 0);
  const scriptLogs = new Float32Array(languages.length * scripts.length);
  languages.forEach((language, place) => {
    const mine = counts[place] ?? [];
    const letters = new Float64Array(scripts.length).fill(0.5);
    for (const text of texts[language] ?? []) {
      forEachRun(text, (hash) => {
        const id = table.add(hash);
        mine[id] = (mine[id] ?? 0) + 1;
        totals[place] = (totals[place] ?? 0) + 1;
      });
      countScripts(text).forEach((count, script) => {
        letters[script] = (letters[script] ?? 0) + count;
      });
    }
    const all = letters.reduce((sum, count) => sum + count, 0);
    letters.forEach((count, script) => {
      scriptLogs[place * scripts.length + script] = Math.log(count / all);
    });
  });
  const logs = new Float32Array(table.size() * languages.length);
  const denominator = totals.map((total) => total + smoothing * table.size());
  for (let id = 0; id < table.size(); id++) {
    languages.forEach((_, place) => {
      const count = (counts[place]?.[id] ?? 0) + smoothing;
      logs[id * languages.length + place] = Math.log(count / (denominator[place] ?? 1));
    });
  }
  const unseen = Float32Array.from(denominator, (sum) => Math.log(smoothing / sum));
  return { languages, keys: table.keys(), logs, unseen, scriptLogs, temperature: 4 };
}

const smoothing = 0.2;

export interface LanguageGuess {
  readonly language: string;
  readonly confidence: number;
  readonly languages: readonly string[];
  /** By place in `languages`; sums to 1. */
  readonly probabilities: Float64Array;
  /** The same from the text alone, without the conversation's language. */
  readonly evidence: Float64Array;
}

/** The conversation's language before the text is read: nine to one against any other. */
const stickiness = 0.9;

/** Makes a guesser. `hint` is the conversation's language; a text with nothing to tell by keeps it. */
export function createLanguageGuesser(
  model: LanguageModelCounts,
): (text: string, hint?: string) => LanguageGuess {
  // Once a new word: a second look costs less than the memory of a roomier table.
  const table = hashTableOf(model.keys, 2);
  const count = model.languages.length;
  const words = createWordCache(wordsKept, (word) => evidenceOf(model, table, word));
  return (text, hint) => {
    const held = hint === undefined ? -1 : model.languages.indexOf(hint);
    const mixture = new Float64Array(count);
    let weights = 0;
    for (const part of partsOf(text.slice(0, readLengthMax))) {
      const shares = sharesOf(model, words, part);
      weights += part.weight;
      shares.forEach((share, place) => {
        mixture[place] = (mixture[place] ?? 0) + share * part.weight;
      });
    }
    const logits = mixture.map(
      (sum, place) => Math.log(weights > 0 ? sum / weights + 1e-12 : 1) + prior(place, held, count),
    );
    const probabilities = softmaxOf(logits);
    let best = held >= 0 ? held : 0;
    probabilities.forEach((value, place) => {
      if (value > (probabilities[best] ?? 0)) best = place;
    });
    return {
      language: model.languages[best] ?? '',
      confidence: probabilities[best] ?? 0,
      languages: model.languages,
      probabilities,
      evidence: mixture.map((sum) => (weights > 0 ? sum / weights : 1 / count)),
    };
  };
}

/**
 * A text of two writing systems is judged part by part and each part counts by what it says: one long foreign word
 * in a sentence must not decide for all of it.
 */
interface Part {
  readonly part: string;
  readonly weight: number;
  /** The most that the part may say for one language over another, in nats. */
  readonly evidenceMax: number;
}

function partsOf(text: string): readonly Part[] {
  const spaced = text.replace(unspacedRun, ' ');
  const unspaced = (text.match(unspacedRun) ?? []).join(' ');
  const parts: Part[] = [];
  const letters = (spaced.match(/\p{L}/gu) ?? []).length;
  if (letters > 0) {
    parts.push({ part: spaced, weight: letters, evidenceMax: letters * evidencePerLetter });
  }
  const characters = (unspaced.match(/\p{L}/gu) ?? []).length;
  if (characters > 0) {
    parts.push({ part: unspaced, weight: characters * unspacedWeight, evidenceMax: Infinity });
  }
  return parts;
}

const unspacedRun =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]+/gu;
/** A Chinese character says about as much as three letters. */
const unspacedWeight = 3;
/**
 * Everyone drops a Latin word into a message now and then (`refund`, `ok`): seven letters are needed to turn a
 * conversation of another language. Nobody drops Chinese by chance, so there is no such ceiling there.
 */
const evidencePerLetter = 0.35;

function sharesOf(
  model: LanguageModelCounts,
  words: WordCache<Float64Array>,
  { part, evidenceMax }: Part,
): Float64Array {
  const evidence = new Float64Array(model.languages.length);
  addScripts(model, evidence, part);
  for (const word of part.match(letterRun) ?? []) {
    const said = words.get(word);
    for (let place = 0; place < evidence.length; place++) {
      evidence[place] = (evidence[place] ?? 0) + (said[place] ?? 0);
    }
  }
  const scaled = evidence.map((value) => value / model.temperature);
  const highest = scaled.reduce((a, b) => Math.max(a, b), -Infinity);
  return softmaxOf(scaled.map((value) => Math.max(value, highest - evidenceMax)));
}

/** Words whose evidence is kept, a generation. */
const wordsKept = 4000;

/** What one word says for each language, the same wherever it stands. */
function evidenceOf(model: LanguageModelCounts, table: HashLookup, word: string): Float64Array {
  const evidence = new Float64Array(model.languages.length);
  forEachRun(word, (hash) => addRun(model, table, evidence, hash));
  return evidence;
}

function prior(place: number, held: number, count: number): number {
  if (held < 0 || count < 2) return 0;
  return Math.log(place === held ? stickiness : (1 - stickiness) / (count - 1));
}

function addScripts(model: LanguageModelCounts, evidence: Float64Array, text: string): void {
  countScripts(text).forEach((count, script) => {
    if (count === 0) return;
    for (let place = 0; place < evidence.length; place++) {
      const log = model.scriptLogs[place * scripts.length + script] ?? 0;
      evidence[place] = (evidence[place] ?? 0) + log * count * scriptWeight;
    }
  });
}

function addRun(
  model: LanguageModelCounts,
  table: HashLookup,
  evidence: Float64Array,
  hash: number,
): void {
  const id = table.find(hash);
  const count = evidence.length;
  for (let place = 0; place < count; place++) {
    const log = id < 0 ? model.unseen[place] : model.logs[id * count + place];
    evidence[place] = (evidence[place] ?? 0) + (log ?? 0);
  }
}

/** Probabilities from logits, without overflow. */
export function softmaxOf(logits: Float64Array): Float64Array {
  let highest = -Infinity;
  for (const logit of logits) if (logit > highest) highest = logit;
  const shares = new Float64Array(logits.length);
  let sum = 0;
  for (let at = 0; at < logits.length; at++) {
    const raised = Math.exp((logits[at] ?? 0) - highest);
    shares[at] = raised;
    sum += raised;
  }
  for (let at = 0; at < shares.length; at++) shares[at] = (shares[at] ?? 0) / sum;
  return shares;
}
