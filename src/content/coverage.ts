import type { ActionSpec } from '../core/index.ts';
import type { Flow } from '../dialogue/index.ts';
import type { LoadedContent } from './load.ts';
import { intentOfStory } from './story-report.ts';
import type { Story } from './story.ts';
import type { Utterances } from './utterances.ts';

/** What an intent has in one language; a figure that is too low for the bot to serve it well is named in `holes`. */
export interface CoverageCell {
  readonly utterances: number;
  readonly texts: number;
  readonly stories: number;
  readonly holes: readonly ('utterances' | 'texts' | 'stories')[];
}

export interface CoverageRow {
  readonly topic: string;
  readonly intent: string;
  /** Account actions that its flow asks for, `openTicket` among them. */
  readonly actions: readonly string[];
  readonly cells: { readonly [language: string]: CoverageCell };
}

export interface Coverage {
  readonly languages: readonly string[];
  readonly rows: readonly CoverageRow[];
  /** Account actions that the wallet offers and no flow asks for. */
  readonly unusedActions: readonly string[];
}

export interface CoverageSources {
  readonly loaded: Extract<LoadedContent, { readonly content: unknown }>;
  readonly intents: readonly { readonly id: string; readonly topic: string }[];
  readonly stories: readonly Story[];
  readonly actions: { readonly [name: string]: ActionSpec };
}

/** Utterances that an intent needs in a language: what people say to be polite differs less than what they want done. */
const utterancesMin = { task: 60, conversation: 30 };
/** Begun by nobody's words, and the beginning of every story. */
const welcome = 'welcome';

/** Intents × languages. Intents without a flow (a yes, a no, what lies outside) need no texts and stories. */
export function coverageOf({ loaded, intents, stories, actions }: CoverageSources): Coverage {
  const languages = Object.keys(loaded.texts);
  const { flows } = loaded.content;
  const rows = intents.map(({ id, topic }): CoverageRow => {
    const flow = Object.hasOwn(flows, id) ? flows[id] : undefined;
    const keys = languages.map((language) => keysBelow(loaded.texts[language], id));
    const most = Math.max(...keys);
    const cells = languages.map((language, place) => {
      const found = {
        utterances: utterancesOf(loaded.utterances, language, id),
        texts: keys[place] ?? 0,
        stories: stories.filter((one) => intentOfStory(one) === id && one.language === language)
          .length,
      };
      return [language, { ...found, holes: holesOf(found, { id, topic, flow, most }) }] as const;
    });
    return { intent: id, topic, actions: actionsOf(flow), cells: Object.fromEntries(cells) };
  });
  const used = new Set(rows.flatMap((row) => row.actions));
  return {
    languages,
    rows,
    unusedActions: Object.keys(actions).filter((name) => !used.has(name)),
  };
}

function holesOf(
  found: Omit<CoverageCell, 'holes'>,
  { id, topic, flow, most }: { id: string; topic: string; flow: Flow | undefined; most: number },
): CoverageCell['holes'] {
  const least = topic === 'conversation' ? utterancesMin.conversation : utterancesMin.task;
  const holes: ('utterances' | 'texts' | 'stories')[] = [];
  if (id !== welcome && found.utterances < least) holes.push('utterances');
  if (flow && (found.texts === 0 || found.texts < most)) holes.push('texts');
  if (flow && id !== welcome && found.stories === 0) holes.push('stories');
  return holes;
}

function utterancesOf(utterances: Utterances, language: string, intent: string): number {
  return utterances[language]?.[intent]?.length ?? 0;
}

/** The plural forms of one text count once: languages have different numbers of them. */
const plural = /_(?:zero|one|two|few|many|other)$/;

function keysBelow(texts: unknown, id: string): number {
  const found = new Set<string>();
  const collect = (node: unknown, at: string): void => {
    if (typeof node === 'object' && node !== null && !Array.isArray(node)) {
      for (const [key, value] of Object.entries(node)) collect(value, `${at}.${key}`);
    } else if (node !== undefined) found.add(at.replace(plural, ''));
  };
  collect((texts as { readonly [key: string]: unknown } | undefined)?.[id], '');
  return found.size;
}

function actionsOf(flow: Flow | undefined): readonly string[] {
  const all = (flow?.steps ?? []).flatMap((step) => {
    if (step.kind === 'act') return [step.action];
    return step.kind === 'ticket' ? ['openTicket'] : [];
  });
  return [...new Set(all)].sort();
}
