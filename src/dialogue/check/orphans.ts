import { languageFamilies, systemTexts, wordLists } from '../system-texts.ts';
import type { Flow } from '../flow.ts';
import type { ContentFault } from '../faults.ts';
import type { TextSources, TextUse } from './texts.ts';

/** Lists of words that hang on a flow, not said by any. */
const perFlow = ['topics', 'topic_words', 'agree_words'] as const;

/**
 * Texts that nothing says any more: of a flow that is gone, of a step that no longer names them, or words for an option
 * that there is not. What records are shown with (`labels`, `states` …) is looked up by other rooms and left alone.
 */
export function checkOrphans(
  texts: TextSources,
  uses: readonly TextUse[],
  flows: readonly Flow[],
): readonly ContentFault[] {
  const said = new Set(uses.map(({ key }) => key));
  const byId = new Map(flows.map((flow) => [flow.id, flow]));
  return Object.values(texts).flatMap((own) =>
    [...own].flatMap(([key, { file, line }]) => {
      const why = said.has(key) ? undefined : whyOrphan(key, byId);
      if (why === undefined) return [];
      return [{ file, line, what: `nothing says "${key}": ${why}`, mend: 'take it out' }];
    }),
  );
}

function whyOrphan(key: string, flows: ReadonlyMap<string, Flow>): string | undefined {
  const [family = '', ...rest] = key.split('.');
  const [id = ''] = rest;
  if (family === 'said') return whyNoOption(rest, flows);
  if ((perFlow as readonly string[]).includes(family)) {
    return flows.has(id) ? undefined : `there is no flow "${id}"`;
  }
  if (flows.has(family)) return `no step of "${family}" names it`;
  return isInterpreters(family) ? 'the interpreter has no such text' : undefined;
}

function whyNoOption(
  [id = '', slot = '', value = '']: readonly string[],
  flows: ReadonlyMap<string, Flow>,
): string | undefined {
  const flow = flows.get(id);
  if (!flow) return `there is no flow "${id}"`;
  const spec = Object.hasOwn(flow.slots, slot) ? flow.slots[slot] : undefined;
  if (spec?.type !== 'choice') return `"${id}" has no choice "${slot}"`;
  return spec.options?.includes(value) ? undefined : `"${slot}" has no option "${value}"`;
}

/** Families of which the interpreter alone says every text. */
function isInterpreters(family: string): boolean {
  if (family === 'refusals') return false;
  const own = [...Object.keys(systemTexts), ...Object.keys(wordLists)];
  const families = new Set([...own.map((key) => key.split('.')[0]), ...languageFamilies]);
  return families.has(family);
}
