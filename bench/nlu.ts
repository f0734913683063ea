import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  createEngine,
  outOfScope,
  serialiseModel,
  trainEngine,
  type Engine,
} from '../src/nlu/index.ts';
import { seededRandom, shuffle } from '../src/nlu/random.ts';

export const name = 'nlu';

/** Public sets are read where they lie; see docs/reference/understanding.md for where to get them. */
const folder =
  process.env['KEFU_NLU_SETS'] ?? path.join(import.meta.dirname, '../../shared/data/nlu');
const sets = ['banking77', 'hwu64', 'clinc150'] as const;

interface Example {
  readonly text: string;
  readonly label: string;
  readonly split: string;
}

interface Peer {
  readonly name: string;
  train(examples: readonly Example[]): Trained;
}

interface Trained {
  /** Best first. */
  classify(text: string): readonly string[];
  readonly bytes: number;
  readonly engine?: Engine;
}

interface Row {
  readonly set: string;
  readonly engine: string;
  readonly 'first right %': string;
  readonly 'in first 3 %': string;
  readonly 'with 2 typos %': string;
  readonly 'train s': string;
  readonly 'p50 ms': string;
  readonly 'p99 ms': string;
  readonly 'gzip MB': string;
}

/** Trains on the training split, judges the public test split (in-scope examples), Kefu and natural's Bayes in one run. */
export async function run(): Promise<void> {
  const rows: Row[] = [];
  for (const set of sets) {
    const file = path.join(folder, `${set}.jsonl`);
    if (!existsSync(file)) {
      console.log(`${set}: not at ${file}, skipped (set KEFU_NLU_SETS)`);
      continue;
    }
    const examples = readExamples(file);
    const train = examples.filter(({ split }) => split === 'train');
    const judged = examples.filter(({ split }) => split === 'test');
    const test = judged.filter(({ label }) => label !== outOfScope);
    const foreign = judged.filter(({ label }) => label === outOfScope);
    for (const peer of [kefu(0), kefu(3), naturalBayes()]) {
      rows.push(measure({ set, peer, outside: foreign }, train, test));
    }
    if (set === 'banking77') rows.push(...fewShot(train, test));
  }
  console.log('Public test splits; training on the training split alone; one thread.');
  console.table(rows);
  await Promise.resolve();
}

/** Ten utterances an intent, drawn by a fixed seed; the rest of the training split without its labels, or not at all. */
function fewShot(train: readonly Example[], test: readonly Example[]): readonly Row[] {
  const random = seededRandom(10);
  const order = Int32Array.from(train.keys());
  shuffle(order, random);
  const dealt = new Map<string, number>();
  const few: Example[] = [];
  const rest: string[] = [];
  for (const at of order) {
    const example = train[at];
    if (!example) continue;
    const count = dealt.get(example.label) ?? 0;
    if (count < 10) few.push(example);
    else rest.push(example.text);
    dealt.set(example.label, count + 1);
  }
  const peers = [
    naturalBayes(),
    kefu(0),
    { ...kefu(3, rest), name: 'kefu, 3 networks, rest unlabelled' },
  ];
  return peers.map((peer) => measure({ set: 'banking77, 10 each', peer, outside: [] }, few, test));
}

/** Two random slips: a letter left out, put in, changed or swapped with the next. */
function withSlips(text: string, random: () => number): string {
  const letters = Array.from(text);
  const any = (): string => String.fromCharCode(97 + Math.floor(random() * 26));
  for (let slip = 0; slip < 2; slip++) {
    const at = Math.floor(random() * letters.length);
    const kind = Math.floor(random() * 4);
    if (kind === 0) letters.splice(at, 1);
    else if (kind === 1) letters.splice(at, 0, any());
    else if (kind === 2) letters[at] = any();
    else letters.splice(at, 2, ...letters.slice(at, at + 2).reverse());
  }
  return letters.join('');
}

function readExamples(file: string): readonly Example[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const { text, label, split } = JSON.parse(line) as Example;
      return { text, split, label: label === 'oos' ? outOfScope : label };
    });
}

function measure(
  {
    set,
    peer,
    outside,
  }: { readonly set: string; readonly peer: Peer; readonly outside: readonly Example[] },
  train: readonly Example[],
  test: readonly Example[],
): Row {
  const begun = performance.now();
  const trained = peer.train(train);
  const trainedMs = performance.now() - begun;
  for (const { text } of test.slice(0, 200)) trained.classify(text);
  const times: number[] = [];
  let first = 0;
  let listed = 0;
  for (const { text, label } of test) {
    const from = performance.now();
    const ranked = trained.classify(text);
    times.push(performance.now() - from);
    const served = ranked.filter((intent) => intent !== outOfScope);
    if (served[0] === label) first++;
    if (served.slice(0, 3).includes(label)) listed++;
  }
  const random = seededRandom(2);
  const slipped = test.filter(({ text, label }) => {
    const ranked = trained.classify(withSlips(text, random));
    return ranked.find((intent) => intent !== outOfScope) === label;
  }).length;
  if (trained.engine) reportOutOfScope(`${set}, ${peer.name}`, trained.engine, test, outside);
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(3);
  return {
    set,
    engine: peer.name,
    'first right %': ((100 * first) / test.length).toFixed(2),
    'in first 3 %': ((100 * listed) / test.length).toFixed(2),
    'with 2 typos %': ((100 * slipped) / test.length).toFixed(2),
    'train s': (trainedMs / 1000).toFixed(1),
    'p50 ms': at(0.5),
    'p99 ms': at(0.99),
    'gzip MB': (trained.bytes / 1e6).toFixed(2),
  };
}

const hint = { nowMs: Date.parse('2026-11-22T12:00:00Z'), timeZone: 'UTC' };

function byIntent(examples: readonly Example[]): { [intent: string]: string[] } {
  const utterances: { [intent: string]: string[] } = {};
  for (const { text, label } of examples) (utterances[label] ??= []).push(text);
  return utterances;
}

/** The whole of `understand`: language, entities and verdict included. */
const kefu = (members: number, unlabelled: readonly string[] = []): Peer => ({
  name: members > 0 ? `kefu, ${members} networks` : 'kefu',
  train: (examples) => {
    const model = trainEngine(
      { en: byIntent(examples) },
      { members, unlabelled: { en: unlabelled } },
    );
    const engine = createEngine(model);
    return {
      engine,
      classify: (text) => engine.understand(text, hint).intents.map(({ intent }) => intent),
      bytes: gzipSync(serialiseModel(model)).length,
    };
  },
});

interface BayesClassifier {
  addDocument(text: string, label: string): void;
  train(): void;
  getClassifications(text: string): { label: string }[];
}

function naturalBayes(): Peer {
  const require = createRequire(import.meta.url);
  const Bayes =
    require('natural/lib/natural/classifiers/bayes_classifier') as new () => BayesClassifier;
  return {
    name: 'natural BayesClassifier',
    train: (examples) => {
      const bayes = new Bayes();
      for (const { text, label } of examples) bayes.addDocument(text, label);
      bayes.train();
      return {
        classify: (text) => bayes.getClassifications(text).map(({ label }) => label),
        bytes: gzipSync(JSON.stringify(bayes)).length,
      };
    },
  };
}

/** With the set's own out-of-scope training examples: what the verdicts make of in-scope and foreign test utterances. */
function reportOutOfScope(
  title: string,
  engine: Engine,
  inside: readonly Example[],
  outside: readonly Example[],
): void {
  if (outside.length === 0) return;
  const refused = outside.filter(({ text }) => engine.understand(text, hint).verdict === 'refuse');
  const chances = outside.map(({ text }) => scopeOf(engine, text)).sort((a, b) => a - b);
  console.log(
    `${title}: ${percent(refused.length, outside.length)} % of out of scope refused by verdict`,
  );
  for (const recall of [0.5, 0.8, 0.85, 0.9]) {
    const least = chances[Math.floor(recall * chances.length)] ?? 1;
    const right = inside.filter(({ text, label }) => {
      const first = engine
        .understand(text, hint)
        .intents.find(({ intent }) => intent !== outOfScope);
      return first?.intent === label && scopeOf(engine, text) >= least;
    });
    console.log(
      `  at recall ${percent(recall, 1)} %: ${percent(right.length, inside.length)} % of in-scope right and kept`,
    );
  }
}

function scopeOf(engine: Engine, text: string): number {
  const { intents } = engine.understand(text, hint);
  return 1 - (intents.find(({ intent }) => intent === outOfScope)?.confidence ?? 0);
}

function percent(part: number, whole: number): string {
  return ((100 * part) / whole).toFixed(1);
}
