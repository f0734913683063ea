import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { faultText } from '../dialogue/index.ts';
import { readContent } from '../library/index.ts';
import { printCoverage } from './coverage.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * Exit code 0 and one line of figures when everything holds, otherwise 1 and one line for each fault. With
 * `--coverage` also a table of what each intent has in each language, and 1 when something is missing there.
 */
export async function run(args: readonly string[]): Promise<number> {
  const { coverage, content } = parse(args);
  const loaded = await readContent(content);
  if ('faults' in loaded) {
    console.error(loaded.faults.map(faultText).join('\n'));
    console.error(`\n${loaded.faults.length} fault${loaded.faults.length === 1 ? '' : 's'}`);
    return 1;
  }
  if (coverage) return (await printCoverage(loaded, content)) ? 0 : 1;
  const flows = Object.keys(loaded.content.flows).length;
  const languages = Object.keys(loaded.texts);
  const utterances = Object.values(loaded.utterances)
    .flatMap((intents) => Object.values(intents))
    .reduce((sum, lines) => sum + lines.length, 0);
  console.log(
    `${flows} flows, ${utterances} utterances, languages ${languages.join(', ')}: no fault`,
  );
  return 0;
}

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      coverage: { type: 'boolean', default: false },
      content: { type: 'string', default: root },
    },
  });
  return { coverage: values.coverage, content: resolve(values.content) };
}
