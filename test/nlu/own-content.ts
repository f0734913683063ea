import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { TrainingUtterances } from '../../src/nlu/index.ts';

const root = path.join(import.meta.dirname, '../..');

/** The bot's own utterances, straight from `intents/`. */
export function ownUtterances(): TrainingUtterances {
  const byLanguage: { [language: string]: { [intent: string]: string[] } } = {};
  const folder = path.join(root, 'intents');
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const match = /([a-z_]+)[\\/]utterances\.([\w-]+)\.txt$/.exec(file);
    const [, intent, language] = match ?? [];
    if (intent === undefined || language === undefined) continue;
    const lines = linesOf(path.join(folder, file));
    (byLanguage[language] ??= {})[intent] = lines;
  }
  return byLanguage;
}

/** Sentences set aside, each with its intent; never trained on. */
export function labelledSet(
  set: 'held' | 'dev',
  language: string,
): readonly (readonly [string, string])[] {
  return linesOf(path.join(import.meta.dirname, `${set}.${language}.tsv`)).map((line) => {
    const [intent = '', text = ''] = line.split('\t');
    return [intent, text];
  });
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
}
