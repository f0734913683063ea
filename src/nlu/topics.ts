import { outOfScope, type EngineModel } from './model.ts';
import { matchKey } from './normalise.ts';

/** Language → topic → utterances of `out_of_scope`: what is asked of a wallet's support and not done there. */
export interface Topics {
  readonly [language: string]: { readonly [topic: string]: readonly string[] };
}

/** Names the topic of a prepared text of a language; none where its words do not say one. */
export type TopicNamer = (
  language: string,
  prepared: string,
  /** The message is likelier out of scope than any one request; otherwise its words must say more. */
  isOutside: boolean,
) => string | undefined;

/** What a topic's words weigh: log of how much oftener a piece is in the topic than anywhere else. */
interface Weights {
  readonly topics: readonly string[];
  readonly byPiece: ReadonlyMap<string, Float64Array>;
}

/**
 * From here the words belong to the topic rather than to what is served, and to it rather than to the next one. Found
 * by cross-validation: see docs/reference/understanding.md.
 */
const scoreFrom = { outside: 4, other: 9 };
const aheadFrom = 1;
/** Added to every count, so that a word seen once does not decide alone. */
const smoothing = 0.3;
/** A topic's name needs no more of the text than this. */
const readLengthMax = 200;

/** Each language is weighed when a refusal in it first asks for a name. */
export function createTopicNamer(
  topics: Topics,
  model: EngineModel,
  prepare: (text: string) => string,
): TopicNamer {
  const made = new Map<string, Weights>();
  const weightsOf = (language: string): Weights => {
    const known = made.get(language);
    if (known) return known;
    const named = Object.entries(topics[language] ?? {}).map(
      ([topic, utterances]) => [topic, utterances.map(prepare)] as const,
    );
    const weights = weigh(Object.fromEntries(named), model, language);
    made.set(language, weights);
    return weights;
  };
  return (language, prepared, isOutside) => {
    if (!topics[language]) return undefined;
    const { topics: names, byPiece } = weightsOf(language);
    const scores = new Float64Array(names.length);
    for (const piece of piecesOf(prepared)) {
      byPiece.get(piece)?.forEach((weight, place) => {
        scores[place] = (scores[place] ?? 0) + weight;
      });
    }
    const ranked = Array.from(scores.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
    const [first = -1, second = -1] = ranked;
    const best = scores[first] ?? 0;
    const from = isOutside ? scoreFrom.outside : scoreFrom.other;
    const isClear = best >= from && best - (scores[second] ?? 0) >= aheadFrom;
    return isClear && names[first] !== noTopic ? names[first] : undefined;
  };
}

interface Learned {
  /** What is served. */
  readonly served: readonly string[];
  /** What is not, without the utterances that have a topic: the rest of the world. */
  readonly rest: readonly string[];
}

/** The utterances of a language as the engine learned them. */
function learned(model: EngineModel, language: string, placed: ReadonlySet<string>): Learned {
  const one = model.languages.find((candidate) => candidate.language === language);
  const background = one?.intents.indexOf(outOfScope) ?? -1;
  const isOutside = (_: string, row: number): boolean => one?.labels[row] === background;
  const texts = one?.texts ?? [];
  return {
    served: texts.filter((text, row) => !isOutside(text, row)),
    rest: texts.filter((text, row) => isOutside(text, row) && !placed.has(matchKey(text))),
  };
}

/** Stands for everything that has no topic; it competes with those that have. */
const noTopic = '';

function weigh(
  named: { readonly [topic: string]: readonly string[] },
  model: EngineModel,
  language: string,
): Weights {
  const placed = new Set(Object.values(named).flat().map(matchKey));
  const { served, rest } = learned(model, language, placed);
  const groups = Object.entries({ ...named, [noTopic]: rest });
  const elsewhere = countPieces(served);
  const counts = groups.map(([, texts]) => countPieces(texts));
  const byPiece = new Map<string, Float64Array>();
  for (const piece of new Set(counts.flatMap((count) => [...count.keys()]))) {
    const usual = ((elsewhere.get(piece) ?? 0) + smoothing) / (served.length + 1);
    const weights = groups.map(([, texts], place) => {
      const count = counts[place]?.get(piece) ?? 0;
      return weightOf((count + smoothing * usual) / (texts.length + 1), usual);
    });
    byPiece.set(piece, Float64Array.from(weights));
  }
  return { topics: groups.map(([topic]) => topic), byPiece };
}

function countPieces(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const piece of piecesOf(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  }
  return counts;
}

/** No single piece may say more than this for a topic, or anything much against it. */
const weightMax = 4;
const weightMin = -1;

function weightOf(inTopic: number, elsewhere: number): number {
  return Math.min(weightMax, Math.max(weightMin, Math.log(inTopic / elsewhere)));
}

const han = /\p{Script=Han}+/gu;
const word = /[\p{L}\p{M}\p{N}]+/gu;
/** Endings tell little: a word counts by its first letters as well. */
const stemLength = 5;

/** Words, their beginnings, and neighbouring characters of Chinese; each once. */
function piecesOf(prepared: string): ReadonlySet<string> {
  const text = prepared.slice(0, readLengthMax);
  const pieces = new Set<string>();
  for (const run of text.match(han) ?? []) {
    for (let at = 0; at + 1 < run.length; at++) pieces.add(run.slice(at, at + 2));
  }
  for (const spaced of text.replace(han, ' ').match(word) ?? []) {
    const bare = spaced.replace(/^(?:و?ال|لل)(?=.{3})/u, '');
    if (bare.length > 2) pieces.add(bare.length > stemLength ? bare.slice(0, stemLength) : bare);
  }
  return pieces;
}
