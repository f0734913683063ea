import { trainAside } from '../library/index.ts';
import { dealFolds, judge, takeShare, type Judged, type LabelledText } from '../insights/index.ts';
import { assembleEngine, createEngine, type EngineModel } from '../nlu/index.ts';
import { lineKey, toUtterances } from './labelled-files.ts';

/** Trains engines, each language in a process of its own, two processes at once: a desktop stays usable meanwhile. */
export interface Trainer {
  train(lines: readonly LabelledText[]): Promise<EngineModel>;
}

const processesMax = 2;

/** `told` hears of every language trained: how many are done, and how many were asked for so far. */
export function createTrainer(told: (done: number, asked: number) => void = () => {}): Trainer {
  const inSlot = createSlots(processesMax);
  let asked = 0;
  let done = 0;
  return {
    train: async (lines) => {
      const utterances = toUtterances(lines);
      const languages = Object.keys(utterances).sort();
      asked += languages.length;
      const models = await Promise.all(
        languages.map(async (language) => {
          const job = { language, utterances: utterances[language] ?? {} };
          const model = await inSlot(() => trainAside(job));
          done++;
          told(done, asked);
          return model;
        }),
      );
      return assembleEngine(models, utterances);
    },
  };
}

/** Runs at most `count` at once, the others in the order in which they came. */
function createSlots(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The slot goes to the next in line without becoming free in between.
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

export interface CrossValidation {
  /** Lines to judge; each is judged by an engine that has not seen its text. */
  readonly judged: readonly LabelledText[];
  /** Lines to learn from: the same, or those of another version. */
  readonly learned: readonly LabelledText[];
  /** Parts that the lines are dealt into, and how many of these are judged, all unless told. */
  readonly folds: number;
  readonly rounds?: number;
  /** Of what could be learned from, all unless told. */
  readonly share?: number;
}

/** The judged lines part by part; the same lines and parts give the same order. */
export async function crossValidate(
  trainer: Trainer,
  { judged, learned, folds, rounds = folds, share = 1 }: CrossValidation,
): Promise<readonly Judged[]> {
  const parts = dealFolds(judged, folds);
  const results = await Promise.all(
    Array.from({ length: rounds }, async (_, part) => {
      const held = judged.filter((_, at) => parts[at] === part);
      const keys = new Set(held.map(lineKey));
      const seen = learned.filter((line) => !keys.has(lineKey(line)));
      const model = await trainer.train(share < 1 ? takeShare(seen, share) : seen);
      return judge(createEngine(model), held);
    }),
  );
  return results.flat();
}
