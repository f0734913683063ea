/** One engine on one set in a process of its own, so that memory is its own; the row goes to the parent. */
import { readFileSync } from 'node:fs';
import { outOfScope } from '../src/nlu/index.ts';
import { seededRandom, shuffle } from '../src/nlu/random.ts';
import { peers, type Example, type PeerName, type Trained, type Verdict } from './nlu-peers.ts';

export interface Job {
  readonly file: string;
  readonly peer: PeerName;
  /** Utterances an intent to learn from; all of them where it is 0. */
  readonly each: number;
}

export interface Measured {
  readonly right: number;
  readonly listed: number;
  readonly slipped: number;
  /** In-scope utterances that are right and kept where 80 % of what is out of scope is refused; -1 without any. */
  readonly keptAt80: number;
  readonly refused: number;
  readonly trainSeconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
  readonly memoryMb: number;
  readonly modelMb: number;
}

process.once('message', (job: Job) => {
  void measure(job).then((measured) => process.send?.(measured, () => process.disconnect?.()));
});

async function measure({ file, peer, each }: Job): Promise<Measured> {
  const all = readExamples(file);
  const test = all.filter(({ split }) => split === 'test');
  const inside = test.filter(({ label }) => label !== outOfScope);
  const outside = test.filter(({ label }) => label === outOfScope);
  const training = deal(
    all.filter(({ split }) => split === 'train'),
    each,
  );
  const before = process.memoryUsage().rss;
  const cpu = process.cpuUsage();
  const trained = await peers[peer](training);
  const trainSeconds = seconds(process.cpuUsage(cpu));
  for (const { text } of inside.slice(0, 500)) await trained.classify(text);
  globalThis.gc?.();
  const memoryMb = (process.memoryUsage().rss - before) / 1e6;
  const { verdicts, times, busy } = await judge(trained, inside);
  let spent = busy;
  for (let again = 1; again < readingsMin || (again < readingsMax && spent < spentMax); again++) {
    const { times: others, busy: more } = await judge(trained, inside);
    others.forEach((time, at) => (times[at] = Math.min(times[at] ?? time, time)));
    spent += more;
  }
  times.sort((one, other) => one - other);
  const random = seededRandom(2);
  const slips = inside.map((example) => ({ ...example, text: withSlips(example.text, random) }));
  const slipped = await judge(trained, slips);
  const foreign = await judge(trained, outside);
  return {
    right: share(inside, verdicts, 1),
    listed: share(inside, verdicts, 3),
    slipped: share(slips, slipped.verdicts, 1),
    keptAt80: keptAt(0.8, inside, verdicts, foreign.verdicts),
    refused: foreign.verdicts.filter(({ refused }) => refused).length / Math.max(1, outside.length),
    trainSeconds,
    p50Ms: times[Math.floor(times.length * 0.5)] ?? 0,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
    perSecond: inside.length / busy,
    memoryMb,
    modelMb: trained.bytes / 1e6,
  };
}

/**
 * A reading takes the time it takes when nothing else runs: of several the quickest comes near to that. Beyond the least
 * number of them so many seconds of processor time are spent on it.
 */
const readingsMin = 3;
const readingsMax = 8;
const spentMax = 8;

/** Processor time: other work on the machine does not count. */
function seconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}

async function judge(
  trained: Trained,
  examples: readonly Example[],
): Promise<{ readonly verdicts: readonly Verdict[]; readonly times: number[]; busy: number }> {
  const verdicts: Verdict[] = [];
  const times: number[] = [];
  const cpu = process.cpuUsage();
  for (const { text } of examples) {
    const from = performance.now();
    // An engine that answers at once is not made to wait for a microtask.
    const verdict = trained.classify(text);
    verdicts.push(verdict instanceof Promise ? await verdict : verdict);
    times.push(performance.now() - from);
  }
  return { verdicts, times, busy: seconds(process.cpuUsage(cpu)) };
}

function share(examples: readonly Example[], verdicts: readonly Verdict[], first: number): number {
  const right = examples.filter(({ label }, at) =>
    verdicts[at]?.ranked.slice(0, first).includes(label),
  );
  return right.length / Math.max(1, examples.length);
}

/** The threshold is read off the test curve, for every engine alike. */
function keptAt(
  recall: number,
  inside: readonly Example[],
  verdicts: readonly Verdict[],
  foreign: readonly Verdict[],
): number {
  if (foreign.length === 0) return -1;
  const chances = foreign.map(({ inScope }) => inScope).sort((one, other) => one - other);
  const least = chances[Math.floor(recall * chances.length)] ?? 1;
  const kept = inside.filter(({ label }, at) => {
    const verdict = verdicts[at];
    return verdict?.ranked[0] === label && verdict.inScope >= least;
  });
  return kept.length / inside.length;
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

/** So many utterances an intent, drawn by a fixed seed, and the texts of the rest. */
function deal(
  train: readonly Example[],
  each: number,
): { readonly examples: readonly Example[]; readonly unlabelled: readonly string[] } {
  if (each === 0) return { examples: train, unlabelled: [] };
  const order = Int32Array.from(train.keys());
  shuffle(order, seededRandom(each));
  const dealt = new Map<string, number>();
  const examples: Example[] = [];
  const unlabelled: string[] = [];
  for (const at of order) {
    const example = train[at];
    if (!example) continue;
    const count = dealt.get(example.label) ?? 0;
    if (count < each) examples.push(example);
    else unlabelled.push(example.text);
    dealt.set(example.label, count + 1);
  }
  return { examples, unlabelled };
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
