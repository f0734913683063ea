import { languageFamilies, systemTexts, wordLists } from '../system-texts.ts';
import type { Flow, Step } from '../flow.ts';
import type { ContentFault } from '../faults.ts';
import type { Fact, Specs } from './edges.ts';
import { knownAt, type FlowFile } from './graph.ts';
import { openingFacts } from './values.ts';

/** One text of one language: a key's wordings and plural forms taken together. */
export interface TextSource {
  readonly file: string;
  readonly line: number;
  /** Whole paths of its placeholders, such as `transaction.amount`. */
  readonly placeholders: ReadonlySet<string>;
}

/** Language → key → text. */
export type TextSources = { readonly [language: string]: ReadonlyMap<string, TextSource> };

/** A text that something says, and the names that it may use. */
export interface TextUse {
  readonly key: string;
  readonly file: string;
  readonly line: number;
  readonly params: ReadonlySet<string>;
}

/** Every text that the flows and the interpreter say exists in every language and uses only what it is given. */
export function checkTexts(texts: TextSources, uses: readonly TextUse[]): readonly ContentFault[] {
  const faults: ContentFault[] = [];
  const languages = Object.keys(texts);
  const told = new Set<string>();
  for (const use of uses) {
    for (const language of languages) {
      const text = texts[language]?.get(use.key);
      const id = `${language}/${use.key}`;
      if (!text && !told.has(id)) {
        told.add(id);
        const what = `the text "${use.key}" is missing in ${language}`;
        faults.push({
          file: use.file,
          line: use.line,
          what,
          mend: `add it to ${fileOf(texts, language)}`,
        });
      }
      if (text) faults.push(...checkPlaceholders(text, use));
    }
  }
  return [...faults, ...checkLanguages(texts)];
}

function checkPlaceholders(text: TextSource, use: TextUse): readonly ContentFault[] {
  const lost = [...text.placeholders].filter((path) => {
    const root = path.split('.')[0] ?? '';
    return root !== 'workspace' && root !== 'turn' && !use.params.has(root);
  });
  return lost.map((path) => ({
    file: text.file,
    line: text.line,
    what: `"${use.key}" uses {{${path}}}, which is not there when ${use.file}:${use.line} says it`,
    mend: `use one of: ${[...use.params].join(', ') || 'none'}, or workspace values`,
  }));
}

/** The same texts with the same placeholders in every language. */
function checkLanguages(texts: TextSources): readonly ContentFault[] {
  const [first, ...others] = Object.entries(texts);
  if (!first) return [];
  const [language, reference] = first;
  return others.flatMap(([other, found]) => [
    ...missingIn(reference, found, fileOf(texts, other), other),
    ...missingIn(found, reference, fileOf(texts, language), language),
    ...differing(reference, found, language),
  ]);
}

function missingIn(
  from: ReadonlyMap<string, TextSource>,
  within: ReadonlyMap<string, TextSource>,
  file: string,
  language: string,
): readonly ContentFault[] {
  const lost = [...from].filter(([key]) => !within.has(key));
  return lost.map(([key, text]) => ({
    file: text.file,
    line: text.line,
    what: `the text "${key}" is missing in ${language}`,
    mend: `add it to ${file}`,
  }));
}

function differing(
  reference: ReadonlyMap<string, TextSource>,
  found: ReadonlyMap<string, TextSource>,
  language: string,
): readonly ContentFault[] {
  return [...found].flatMap(([key, text]) => {
    const wanted = reference.get(key)?.placeholders;
    if (!wanted || wanted.symmetricDifference(text.placeholders).size === 0) return [];
    const list = (all: ReadonlySet<string>) => [...all].sort().join(', ') || 'none';
    return [
      {
        file: text.file,
        line: text.line,
        what: `"${key}" has the placeholders ${list(text.placeholders)}, in ${language} ${list(wanted)}`,
        mend: 'use the same in every language',
      },
    ];
  });
}

function fileOf(texts: TextSources, language: string): string {
  const any = texts[language]?.values().next();
  return any && !any.done ? any.value.file : `locales/${language}/bot.json`;
}

/** The interpreter's own texts. */
export function systemUses(languages: readonly string[]): readonly TextUse[] {
  const at = { file: 'src/dialogue/system-texts.ts', line: 1 };
  const own = Object.entries(systemTexts).map(([key, params]) => ({
    ...at,
    key,
    params: new Set(Object.keys(params)),
  }));
  const lists = [
    ...Object.keys(wordLists),
    ...languages.flatMap((tag) => languageFamilies.map((family) => `${family}.${tag}`)),
  ];
  return [...own, ...lists.map((key) => ({ ...at, key, params: new Set<string>() }))];
}

/** The texts of one flow, each with the slots that may be filled where it is said. */
export function usesOf(
  { flow, file }: FlowFile,
  specs: Specs,
  given: ReadonlySet<string>,
): readonly TextUse[] {
  const known = knownAt(flow, openingFacts(flow, given));
  const uses = flow.steps.flatMap((step) => {
    const slots = slotsIn(known.get(step.id)?.may ?? new Set());
    return keysOf(step, flow, specs).map(({ key, isPlain, adds }) => ({
      key,
      file,
      line: step.line,
      params: isPlain ? new Set<string>() : adds === undefined ? slots : new Set([...slots, adds]),
    }));
  });
  const ofFlow = [`topics.${flow.id}`, ...Object.values(flow.answers ?? {})];
  return [...uses, ...ofFlow.map((key) => ({ key, file, line: 1, params: new Set<string>() }))];
}

function slotsIn(facts: ReadonlySet<Fact>): ReadonlySet<string> {
  const slots = [...facts].filter((fact) => fact.startsWith('slot:'));
  return new Set(slots.map((fact) => fact.slice('slot:'.length)));
}

interface Key {
  readonly key: string;
  /** A label, which is given no slots. */
  readonly isPlain?: boolean;
  /** A slot that the step itself fills. */
  readonly adds?: string;
}

function keysOf(step: Step, flow: Flow, specs: Specs): readonly Key[] {
  switch (step.kind) {
    case 'say':
      return [
        { key: step.key },
        ...(step.steps === undefined ? [] : [label(step.steps)]),
        ...(step.topics ?? []).map((id) => label(`topics.${id}`)),
      ];
    case 'each':
      return [
        { key: step.key, adds: step.slot },
        ...step.cases.map(({ key }) => ({ key, adds: step.slot })),
        ...(step.more === undefined ? [] : [{ key: step.more }]),
      ];
    case 'ask':
      return [
        { key: step.key },
        ...(step.again === '' ? [] : [{ key: step.again }]),
        ...(step.form === true ? [label(`${flow.id}.${step.slot}_label`)] : []),
      ];
    case 'files':
      return [{ key: step.key }, { key: step.again }];
    case 'choose':
      return [{ key: step.key }, { key: step.again }, ...optionKeys(step, flow)];
    case 'confirm':
      return [{ key: step.key }, ...Object.keys(step.shows).map((row) => label(`labels.${row}`))];
    case 'act':
      return refusalKeys(specs[step.action]?.refusals, Object.keys(step.on));
    case 'ticket':
      return refusalKeys(specs['openTicket']?.refusals, []);
    default:
      return [];
  }
}

function optionKeys(step: Extract<Step, { kind: 'choose' }>, flow: Flow): readonly Key[] {
  if (step.from !== undefined) return [];
  const options = flow.slots[step.slot]?.options ?? [];
  return options.map((value) => label(`${flow.id}.${step.slot}.${value}`));
}

function refusalKeys(refusals: readonly string[] = [], handled: readonly string[]): readonly Key[] {
  const others = refusals.filter((reason) => !handled.includes(reason));
  return others.map((reason) => label(`refusals.${reason}`));
}

function label(key: string): Key {
  return { key, isPlain: true };
}
