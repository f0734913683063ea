import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Fault } from '../core/index.ts';
import {
  missedFloors,
  missedFloorText,
  reportPage,
  type Judged,
  type MissedFloor,
  type SetEvaluation,
} from '../insights/index.ts';
import { trainingDigest } from '../nlu/index.ts';
import { evaluateFiles, evaluateFolds, type EvaluationRun } from './evaluation-runs.ts';
import { comparisonText, setText } from './evaluation-text.ts';
import { readFloors } from './floors-file.ts';
import { createTrainer } from './fold-training.ts';
import { readUtteranceLines, toUtterances } from './labelled-files.ts';

const root = resolve(import.meta.dirname, '../..');
const intentsFolder = resolve(root, 'intents');

/** Exit code 0 when no floor is missed, otherwise 1 with a line on each on standard error. */
export async function run(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  const folder = options.intents ?? intentsFolder;
  const ownFloors = resolve(folder, 'floors.yaml');
  const floors = await readFloors(options.floors ?? ownFloors, options.floors === undefined);
  const lines = await readUtteranceLines(folder);
  if (options.language !== undefined && !lines.some((one) => one.language === options.language)) {
    throw new Fault('not_found', `There are no utterances in ${options.language}.`);
  }
  const evaluate = options.files.length > 0 ? evaluateFiles : evaluateFolds;
  const found = await evaluate(createTrainer(showProgress), {
    ...options,
    lines,
    withCurve: options.report !== undefined,
  });
  const missed = missedFloors(floors, found.sets);
  const trainedOn = trainingDigest(toUtterances(lines));
  const about = { ...found, trainedOn, utterances: lines.length, against: options.against, missed };
  if (options.report !== undefined) {
    await writeFile(options.report, reportPage({ ...about, floors, madeAtMs: Date.now() }));
  }
  console.log(options.json ? JSON.stringify(asJson(about), undefined, 2) : asText(about));
  for (const one of missed) console.error(`missed: ${missedFloorText(one)}`);
  return missed.length === 0 ? 0 : 1;
}

interface Options {
  readonly files: readonly string[];
  readonly folds: number;
  readonly intents: string | undefined;
  readonly model: string | undefined;
  readonly language: string | undefined;
  readonly against: string | undefined;
  readonly report: string | undefined;
  readonly floors: string | undefined;
  readonly json: boolean;
}

function readOptions(args: readonly string[]): Options {
  const { file, folds, intents, model, language, against, report, floors, json } = parse(args);
  const count = Number(folds);
  if (!Number.isInteger(count) || count < 2 || count > 20) {
    throw new Fault('bad_request', '--folds is a whole number from 2 to 20');
  }
  return { files: file, folds: count, intents, model, language, against, report, floors, json };
}

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      file: { type: 'string', multiple: true, default: [] },
      folds: { type: 'string', default: '5' },
      intents: { type: 'string' },
      model: { type: 'string' },
      language: { type: 'string' },
      against: { type: 'string' },
      report: { type: 'string' },
      floors: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  return values;
}

/** On a terminal alone: training takes a while, and a log has no use for it. */
function showProgress(done: number, asked: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\rtrained ${done} of ${asked}${done === asked ? '\r\x1b[K' : ''}`);
}

interface About extends EvaluationRun {
  readonly utterances: number;
  readonly trainedOn: string;
  readonly against: string | undefined;
  readonly missed: readonly MissedFloor[];
}

function asText({ method, utterances, trainedOn, notes, ...about }: About): string {
  return [
    `${method}; ${utterances} utterances (${trainedOn})`,
    ...notes,
    ...about.sets.map((set) => `\n${setText(set)}`),
    ...(about.against === undefined
      ? []
      : [`\n${comparisonText(about.comparisons, about.against)}`]),
  ].join('\n');
}

/** The figures and every confusion; single judgements only where they are wrong. */
function asJson({ sets, ...about }: About): unknown {
  const lineOf = ({ text, place, verdict, ranked }: Judged) => ({
    text,
    place,
    verdict,
    confidence: ranked[0]?.confidence ?? 0,
  });
  const languageOf = (one: SetEvaluation['languages'][number]) => ({
    language: one.language,
    figures: one.figures,
    recallAtFalseRefusals: one.recallAtFalseRefusals,
    styles: one.styles,
    intents: one.intents,
    reliability: one.reliability,
    learning: one.learning,
    confusions: one.confusions.map((pair) => ({ ...pair, lines: pair.lines.map(lineOf) })),
  });
  return {
    ...about,
    sets: sets.map(({ name, languages }) => ({ name, languages: languages.map(languageOf) })),
  };
}
