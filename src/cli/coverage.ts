import { join } from 'node:path';
import { actionSpecs } from '../actions/index.ts';
import {
  coverageOf,
  intentFolders,
  readStories,
  type Coverage,
  type CoverageCell,
  type LoadedContent,
} from '../content/index.ts';
import { table } from './evaluation-text.ts';

type Loaded = Extract<LoadedContent, { readonly content: unknown }>;

/** Prints intents × languages; a figure with a `!` is a hole. False when there is one. */
export async function printCoverage(loaded: Loaded, contentFolder: string): Promise<boolean> {
  const folder = join(contentFolder, 'intents');
  const intents = await intentFolders(folder);
  const { stories } = await readStories(folder);
  const coverage = coverageOf({ loaded, intents, stories, actions: actionSpecs });
  console.log(coverageTable(coverage));
  const holes = coverage.rows.flatMap(({ cells }) =>
    Object.values(cells).flatMap((cell) => cell.holes),
  ).length;
  for (const name of coverage.unusedActions) console.error(`No flow asks for ${name}.`);
  console.log(`\n${summary(coverage)}: ${holes === 0 ? 'no hole' : `${holes} holes, marked !`}`);
  return holes === 0 && coverage.unusedActions.length === 0;
}

export function coverageTable({ languages, rows }: Coverage): string {
  const head = languages.flatMap((language) => [language, 'texts', 'stories']);
  const topics = [...new Set(rows.map(({ topic }) => topic))];
  return table([
    ['', 'actions', ...head],
    ...topics.flatMap((topic) => [
      [topic, '', ...head.map(() => '')],
      ...rows
        .filter((row) => row.topic === topic)
        .map(({ intent, actions, cells }) => [
          `  ${intent}`,
          String(actions.length),
          ...languages.flatMap((language) => figures(cells[language])),
        ]),
    ]),
  ]);
}

function figures(cell: CoverageCell | undefined): readonly string[] {
  if (!cell) return ['', '', ''];
  return (['utterances', 'texts', 'stories'] as const).map(
    (what) => `${cell[what]}${cell.holes.includes(what) ? '!' : ''}`,
  );
}

function summary({ languages, rows }: Coverage): string {
  const cells = rows.flatMap((row) => Object.values(row.cells));
  const sum = (what: 'utterances' | 'texts' | 'stories') =>
    cells.reduce((total, cell) => total + cell[what], 0);
  const actions = new Set(rows.flatMap((row) => row.actions)).size;
  return `${rows.length} intents in ${languages.length} languages, ${sum('utterances')} utterances, ${sum('texts')} texts, ${sum('stories')} stories, ${actions} account actions`;
}
