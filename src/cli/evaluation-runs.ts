import { readFile, stat } from 'node:fs/promises';
import { Fault } from '../core/index.ts';
import {
  compareRuns,
  dealFolds,
  evaluateSet,
  judge,
  takeShare,
  type Comparison,
  type Judged,
  type LabelledText,
  type SetEvaluation,
} from '../insights/index.ts';
import {
  createEngine,
  deserialiseModel,
  trainingDigest,
  type Engine,
  type EngineModel,
} from '../nlu/index.ts';
import { crossValidate, type Trainer } from './fold-training.ts';
import {
  lineKey,
  readLabelledFile,
  readUtteranceLines,
  toUtterances,
  type LabelledFile,
} from './labelled-files.ts';

export interface EvaluationRequest {
  /** What the bot learns from, all languages. */
  readonly lines: readonly LabelledText[];
  readonly files: readonly string[];
  readonly folds: number;
  readonly language: string | undefined;
  readonly against: string | undefined;
  /** Learn from parts of the utterances too, which takes as long again. */
  readonly withCurve: boolean;
  /** File of a model to judge with, instead of training one. */
  readonly model: string | undefined;
}

export interface EvaluationRun {
  readonly method: string;
  readonly sets: readonly SetEvaluation[];
  readonly comparisons: readonly Comparison[];
  /** What a reader of the figures should know. */
  readonly notes: readonly string[];
}

export const crossValidation = 'cross-validation';

const seenAlready = 'A model has seen the utterances already: judge it over --file.';

const curveShares = [0.1, 0.25, 0.5, 0.75] as const;
/** Parts that a point of the learning curve is judged on: each costs a training. */
const curveRounds = 2;

/** Every utterance is judged by an engine that learned from the other parts. */
export async function evaluateFolds(
  trainer: Trainer,
  request: EvaluationRequest,
): Promise<EvaluationRun> {
  const { folds, language } = request;
  if (request.model !== undefined) throw new Fault('bad_request', seenAlready);
  const lines = ofLanguage(request.lines, language);
  const known = new Set(lines.map((one) => one.language));
  const judged = await crossValidate(trainer, { judged: lines, learned: lines, folds });
  const shares = request.withCurve ? curveShares : [];
  const points = await Promise.all(
    shares.map(async (share) => {
      const what = { judged: lines, learned: lines, folds, rounds: curveRounds, share };
      return { share, judged: await crossValidate(trainer, what) };
    }),
  );
  const parts = dealFolds(lines, folds);
  const early = new Set(
    lines.flatMap(({ place }, at) => ((parts[at] ?? 0) < curveRounds ? [place] : [])),
  );
  const whole = { share: 1, judged: judged.filter(({ place }) => early.has(place)) };
  const compared = await compareFolds(trainer, request, { lines, judged });
  return {
    method: `cross-validation in ${folds} parts of the utterances`,
    sets: [evaluateSet(crossValidation, judged, request.withCurve ? [...points, whole] : [])],
    ...compared,
    notes: [
      ...compared.notes,
      ...(known.size === 1 ? ['one language alone: its recognition is not tested'] : []),
    ],
  };
}

type Compared = Pick<EvaluationRun, 'comparisons' | 'notes'>;

/** The other version learns from its own utterances without those that are judged; judged is what both have. */
async function compareFolds(
  trainer: Trainer,
  { against, folds }: EvaluationRequest,
  {
    lines,
    judged,
  }: { readonly lines: readonly LabelledText[]; readonly judged: readonly Judged[] },
): Promise<Compared> {
  if (against === undefined) return { comparisons: [], notes: [] };
  if (!(await isFolder(against))) {
    throw new Fault('bad_request', seenAlready);
  }
  const languages = new Set(lines.map(({ language }) => language));
  const theirs = (await readUtteranceLines(against)).filter((one) => languages.has(one.language));
  const meant = new Set(theirs.map((one) => `${lineKey(one)}\n${one.intent}`));
  const other = await crossValidate(trainer, { judged: lines, learned: theirs, folds });
  const pairs = paired(judged, other).filter(([one]) =>
    meant.has(`${lineKey(one)}\n${one.intent}`),
  );
  return {
    comparisons: compareRuns(pairs),
    notes: [
      `compared on ${pairs.length} of ${lines.length} utterances, those that both versions have`,
    ],
  };
}

/** The given lines are judged by an engine that learned from all utterances. */
export async function evaluateFiles(
  trainer: Trainer,
  request: EvaluationRequest,
): Promise<EvaluationRun> {
  const files = await Promise.all(request.files.map(readLabelledFile));
  checkKnown(files, request.lines);
  const tested = ofLanguage(
    files.flatMap(({ lines }) => lines),
    request.language,
  );
  if (tested.length === 0) throw new Fault('not_found', 'The files hold no line of that language.');
  const model =
    request.model === undefined
      ? await trainer.train(request.lines)
      : await readModel(request.model);
  const judged = judge(createEngine(model), tested);
  const points = await Promise.all(
    (request.withCurve ? curveShares : []).map(async (share) => {
      const partial = await trainer.train(takeShare(request.lines, share));
      return { share, judged: judge(createEngine(partial), tested) };
    }),
  );
  const curve = request.withCurve ? [...points, { share: 1, judged }] : [];
  const names = [...new Set(files.map(({ set }) => set))];
  const sets = names.map((name) => {
    const own = placesOf(files.filter(({ set }) => set === name));
    const only = (of: readonly Judged[]) => of.filter(({ place }) => own.has(place));
    const learning = curve.map(({ share, judged }) => ({ share, judged: only(judged) }));
    return evaluateSet(name, only(judged), learning);
  });
  return {
    method: 'given files, learned from all utterances',
    sets,
    comparisons: await compareFiles(trainer, request.against, judged),
    notes: [...staleNote(model, request.lines), ...seenNote(tested, request.lines)],
  };
}

async function compareFiles(
  trainer: Trainer,
  against: string | undefined,
  judged: readonly Judged[],
): Promise<readonly Comparison[]> {
  if (against === undefined) return [];
  const engine = await openOther(trainer, against);
  return compareRuns(paired(judged, judge(engine, judged)));
}

async function openOther(trainer: Trainer, against: string): Promise<Engine> {
  if (await isFolder(against)) {
    return createEngine(await trainer.train(await readUtteranceLines(against)));
  }
  return createEngine(await readModel(against));
}

async function readModel(file: string): Promise<EngineModel> {
  const bytes = await readFile(file).catch(() => undefined);
  if (!bytes) throw new Fault('not_found', `${file} cannot be read.`);
  const model = deserialiseModel(bytes);
  if (!model) throw new Fault('bad_content', `${file} is no model of this version's format.`);
  return model;
}

function staleNote(model: EngineModel, lines: readonly LabelledText[]): string[] {
  const { trainedOn } = model;
  if (trainedOn === trainingDigest(toUtterances(lines))) return [];
  return [`the model learned from other utterances than these (${trainedOn})`];
}

async function isFolder(place: string): Promise<boolean> {
  const found = await stat(place).catch(() => undefined);
  if (!found) throw new Fault('not_found', `There is nothing at ${place}.`);
  return found.isDirectory();
}

/** Two runs over the same lines in the same order. */
function paired(
  ones: readonly Judged[],
  others: readonly Judged[],
): readonly (readonly [Judged, Judged])[] {
  return ones.flatMap((one, at) => {
    const other = others[at];
    return other ? [[one, other] as const] : [];
  });
}

/** A slip in an intent's name would otherwise count as an error of the engine. */
function checkKnown(files: readonly LabelledFile[], lines: readonly LabelledText[]): void {
  const known = new Set(lines.map(({ language, intent }) => `${language}\n${intent}`));
  const unknown = files
    .flatMap((file) => file.lines)
    .filter(({ language, intent }) => !known.has(`${language}\n${intent}`));
  if (unknown.length === 0) return;
  const shown = unknown
    .slice(0, 10)
    .map(({ place, intent, language }) => `${place}  "${intent}" has no utterances in ${language}`);
  const more = unknown.length > 10 ? [`and ${unknown.length - 10} more lines`] : [];
  throw new Fault('bad_content', `\n${[...shown, ...more].join('\n')}`);
}

function seenNote(tested: readonly LabelledText[], learned: readonly LabelledText[]): string[] {
  const keys = new Set(learned.map(lineKey));
  const seen = tested.filter((line) => keys.has(lineKey(line))).length;
  return seen === 0
    ? []
    : [`${seen} of ${tested.length} lines stand in the utterances too: easy ones`];
}

function ofLanguage(
  lines: readonly LabelledText[],
  language: string | undefined,
): readonly LabelledText[] {
  return language === undefined ? lines : lines.filter((one) => one.language === language);
}

function placesOf(files: readonly LabelledFile[]): ReadonlySet<string> {
  return new Set(files.flatMap(({ lines }) => lines.map(({ place }) => place)));
}
