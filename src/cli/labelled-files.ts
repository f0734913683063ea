import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../core/index.ts';
import type { LabelledText } from '../insights/index.ts';
import type { TrainingUtterances } from '../nlu/index.ts';

/**
 * The utterances below a folder of intents, each with its place. Reads nothing but them, so that they can be tried
 * while flows and texts are still being written, and in a folder of an older version.
 */
export async function readUtteranceLines(folder: string): Promise<readonly LabelledText[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => {
    throw new Fault('not_found', `There is no folder of intents at ${folder}.`);
  });
  const lines: LabelledText[] = [];
  for (const name of names.sort()) {
    const found = /([^\\/]+)[\\/]utterances\.([A-Za-z0-9-]+)\.txt$/.exec(name);
    const [, intent, language] = found ?? [];
    if (intent === undefined || language === undefined) continue;
    const file = path.join(folder, name);
    for (const { text, place } of await linesOf(file)) {
      lines.push({ language, intent, text: text.trim(), place });
    }
  }
  if (lines.length === 0) throw new Fault('not_found', `There are no utterances below ${folder}.`);
  return lines;
}

/** What to call a file's figures by, and its lines. */
export interface LabelledFile {
  readonly set: string;
  readonly lines: readonly LabelledText[];
}

/**
 * `intent<TAB>text`, or `intent<TAB>text<TAB>language`, a line; without a third column the language is that of the
 * name: `dev.en.tsv` is English, of the set `dev`.
 */
export async function readLabelledFile(file: string): Promise<LabelledFile> {
  const [, set = path.parse(file).name, named] =
    /^(.+)\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\.tsv$/.exec(path.basename(file)) ?? [];
  const lines = (await linesOf(file)).map(({ text: line, place }) => {
    const [intent = '', text = '', language = named] = line.split('\t');
    if (intent.trim() === '' || text.trim() === '') {
      throw new Fault('bad_content', `${place}  not intent<TAB>text`);
    }
    if (language === undefined) {
      const mend = `name the file like dev.en.tsv, or add a third column`;
      throw new Fault('bad_content', `${place}  no language: ${mend}`);
    }
    return { intent: intent.trim(), text: text.trim(), language: language.trim(), place };
  });
  return { set, lines };
}

async function linesOf(
  file: string,
): Promise<readonly { readonly text: string; readonly place: string }[]> {
  const source = await readFile(file, 'utf8').catch(() => {
    throw new Fault('not_found', `${file} cannot be read.`);
  });
  const shown = path.relative(process.cwd(), file).split(path.sep).join('/');
  return source
    .split(/\r?\n/)
    .map((text, index) => ({ text, place: `${shown}:${index + 1}` }))
    .filter(({ text }) => text.trim() !== '' && !text.trim().startsWith('#'));
}

export function toUtterances(lines: readonly LabelledText[]): TrainingUtterances {
  const utterances: { [language: string]: { [intent: string]: string[] } } = {};
  for (const { language, intent, text } of lines) {
    ((utterances[language] ??= {})[intent] ??= []).push(text);
  }
  return utterances;
}

/** Equal for lines that a reader would call the same. */
export function lineKey({ language, text }: LabelledText): string {
  return `${language}\n${text.normalize('NFKC').toLowerCase()}`;
}
