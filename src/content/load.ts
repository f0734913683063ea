import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ActionSpec } from '../core/index.ts';
import {
  checkContent,
  parseFlow,
  type Content,
  type ContentFault,
  type Flow,
  type FlowFile,
  type TextSources,
} from '../dialogue/index.ts';
import { foldersIn, readIfThere, readTexts, shown } from './texts.ts';
import { readUtterances, type IntentFolder, type Topics, type Utterances } from './utterances.ts';

export interface ContentFolders {
  readonly intents: string;
  readonly locales: string;
}

export type LoadedContent =
  | {
      readonly content: Content;
      readonly utterances: Utterances;
      readonly topics: Topics;
      /** Language → parsed `bot.json`, for the phrasebook. */
      readonly texts: { readonly [language: string]: unknown };
    }
  | { readonly faults: readonly ContentFault[] };

/**
 * Reads what the bot can talk about and checks all of it. Either everything is right, or the faults are
 * given, each with file and line; nothing is half loaded. Folders that cannot be read are thrown.
 */
export async function loadContent(
  folders: ContentFolders,
  actions: { readonly [name: string]: ActionSpec },
): Promise<LoadedContent> {
  const intents = await intentFolders(folders.intents);
  const texts = await readTexts(folders.locales);
  const parsed = await readFlows(intents);
  const languages = Object.keys(texts.locales);
  const said = await readUtterances(intents, languages);
  const checked = checkContent({ flows: parsed.flows, texts: texts.sources, actions });
  const broken = [
    ...doubleIntents(intents),
    ...texts.faults,
    ...parsed.faults,
    ...said.faults,
    ...topicsWithoutText(said.topics, texts.sources),
  ];
  // Flows that could not be read are missed everywhere: only their own faults are worth reading then.
  const faults =
    parsed.faults.length > 0 || texts.faults.length > 0 ? broken : [...broken, ...checked];
  if (faults.length > 0) return { faults };
  const flows = parsed.flows.map(({ flow }) => flow);
  return {
    content: contentOf(flows, texts.sources),
    utterances: said.utterances,
    topics: said.topics,
    texts: texts.locales,
  };
}

/** A topic is named so that the bot can say of it that it does not do that. */
function topicsWithoutText(topics: Topics, sources: TextSources): readonly ContentFault[] {
  return Object.entries(topics).flatMap(([language, named]) =>
    Object.keys(named)
      .filter((topic) => sources[language]?.has(`out_of_scope.${topic}`) !== true)
      .map((topic) => ({
        file: `locales/${language}/bot.json`,
        line: 1,
        what: `the topic "${topic}" of out_of_scope has no text in ${language}`,
        mend: `add "out_of_scope.${topic}"`,
      })),
  );
}

function contentOf(flows: readonly Flow[], sources: TextSources): Content {
  return {
    flows: Object.fromEntries(flows.map((flow) => [flow.id, flow])),
    versions: Object.fromEntries(flows.map((flow) => [`${flow.id}@${flow.version}`, flow])),
    placeholders: placeholdersOf(sources),
  };
}

/** First names only, of all languages: what a text is given. */
function placeholdersOf(sources: TextSources): { readonly [key: string]: readonly string[] } {
  const names = new Map<string, Set<string>>();
  for (const texts of Object.values(sources)) {
    for (const [key, { placeholders }] of texts) {
      const own = names.get(key) ?? new Set<string>();
      names.set(key, own);
      for (const placeholder of placeholders) own.add(placeholder.split('.')[0] ?? '');
    }
  }
  return Object.fromEntries([...names].map(([key, own]) => [key, [...own].sort()]));
}

/** `intents/<topic>/<id>`, in the order of their names, so that everything made from them is the same anywhere. */
export async function intentFolders(folder: string): Promise<readonly IntentFolder[]> {
  const found: IntentFolder[] = [];
  for (const topic of await foldersIn(folder)) {
    for (const id of await foldersIn(path.join(folder, topic))) {
      found.push({ id, topic, folder: path.join(folder, topic, id) });
    }
  }
  return found;
}

function doubleIntents(intents: readonly IntentFolder[]): readonly ContentFault[] {
  return intents.flatMap(({ id, folder }, index) => {
    const first = intents.findIndex((one) => one.id === id);
    if (first === index) return [];
    const what = `the intent "${id}" is in ${shown(intents[first]?.folder ?? '')} too`;
    return [{ file: shown(folder), line: 1, what, mend: 'keep it in one topic' }];
  });
}

async function readFlows(
  intents: readonly IntentFolder[],
): Promise<{ readonly flows: readonly FlowFile[]; readonly faults: readonly ContentFault[] }> {
  const flows: FlowFile[] = [];
  const faults: ContentFault[] = [];
  for (const { id, topic, folder } of intents) {
    const place = path.join(folder, 'flow.yaml');
    const source = await readIfThere(place);
    if (source === undefined) continue;
    const file = shown(place);
    const parsed = parseFlow({ id, topic, file, source, version: versionOf(source) });
    if ('flow' in parsed) flows.push({ flow: parsed.flow, file });
    else faults.push(...parsed.faults);
  }
  return { flows, faults };
}

/** Twelve hex digits tell the versions of one flow apart for good. */
function versionOf(source: string): string {
  return createHash('sha256').update(source).digest('hex').slice(0, 12);
}
