import { faultText } from '../dialogue/index.ts';
import { readContent } from '../knowledge.ts';

/** Exit code 0 and one line of figures when everything holds, otherwise 1 and one line for each fault. */
export async function run(): Promise<number> {
  const loaded = await readContent();
  if ('faults' in loaded) {
    console.error(loaded.faults.map(faultText).join('\n'));
    console.error(`\n${loaded.faults.length} fault${loaded.faults.length === 1 ? '' : 's'}`);
    return 1;
  }
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
