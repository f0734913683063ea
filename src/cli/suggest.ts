import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Fault } from '../core/index.ts';
import {
  findMislabelled,
  findNearDuplicates,
  findNeedyIntents,
  type Mislabelled,
  type NearDuplicate,
  type NeedyIntent,
} from '../insights/index.ts';
import { createEngine } from '../nlu/index.ts';
import { percent, table } from './evaluation-text.ts';
import { createTrainer, crossValidate } from './fold-training.ts';
import { readUtteranceLines } from './labelled-files.ts';

const intentsFolder = resolve(import.meta.dirname, '../../intents');
const folds = 5;
/** Cosine of the features of two utterances; below it pairs differ in the words that carry the meaning. */
const similarityMin = 0.8;
const shownMax = 30;

/** What an editor of utterances might look at next. Always exit code 0: advice is no fault. */
export async function run(args: readonly string[]): Promise<number> {
  const { language, json, intents, all } = parse(args);
  const lines = (await readUtteranceLines(intents ?? intentsFolder)).filter(
    (one) => language === undefined || one.language === language,
  );
  if (lines.length === 0) {
    throw new Fault('not_found', `There are no utterances in ${language ?? 'any language'}.`);
  }
  const trainer = createTrainer();
  const what = { judged: lines, learned: lines, folds };
  const [full, half, model] = await Promise.all([
    crossValidate(trainer, what),
    crossValidate(trainer, { ...what, share: 0.5 }),
    trainer.train(lines),
  ]);
  const engine = createEngine(model);
  const found = {
    mislabelled: findMislabelled(full, engine),
    nearDuplicates: findNearDuplicates(engine, lines, similarityMin),
    needMore: findNeedyIntents(full, half),
  };
  console.log(
    json ? JSON.stringify(found, undefined, 2) : asText(found, all ? Infinity : shownMax),
  );
  return 0;
}

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      language: { type: 'string' },
      intents: { type: 'string' },
      json: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
    },
  });
  return values;
}

interface Found {
  readonly mislabelled: readonly Mislabelled[];
  readonly nearDuplicates: readonly NearDuplicate[];
  readonly needMore: readonly NeedyIntent[];
}

function asText({ mislabelled, nearDuplicates, needMore }: Found, most: number): string {
  return [
    section('Look mislabelled: an engine that had not seen them was sure of another intent', {
      rows: mislabelled.map(mislabelledText),
      most,
    }),
    section('Nearly the same in two intents', { rows: nearDuplicates.map(duplicateText), most }),
    needMore.length === 0
      ? 'No intent stands out by needing more utterances'
      : needyTable(needMore),
  ].join('\n\n');
}

function section(
  title: string,
  { rows, most }: { readonly rows: readonly string[]; readonly most: number },
): string {
  const more = rows.length - most;
  const rest = more > 0 ? [`  and ${more} more (--all)`] : [];
  return [`${title} (${rows.length})`, ...rows.slice(0, most), ...rest].join('\n');
}

function mislabelledText(one: Mislabelled): string {
  const like = one.like === undefined ? '' : ` (like "${one.like}")`;
  const sure = `${percent(one.confidence)} ${one.predicted}`;
  return `  ${one.place}\n      ${one.text}\n      ${one.intent}, or ${sure}${like}?`;
}

function duplicateText({ one, other, similarity }: NearDuplicate): string {
  const side = ({ place, intent, text }: typeof one) => `      ${intent}: ${text}  (${place})`;
  return `  ${similarity.toFixed(2)}\n${side(one)}\n${side(other)}`;
}

function needyTable(needMore: readonly NeedyIntent[]): string {
  return [
    'Need more utterances: few beside the others, weak beside the others, or rising with every one added',
    table([
      ['', 'lines', 'right', 'from half', 'why', 'taken for'],
      ...needMore.map((one) => [
        `  ${one.language} ${one.intent}`,
        String(one.utterances),
        percent(one.recall),
        percent(one.recallOfHalf),
        one.reasons.join(', '),
        one.takenFor.map(({ intent, lines }) => `${intent} ${lines}`).join(', '),
      ]),
    ]),
  ].join('\n');
}
