import path from 'node:path';
import type { ContentFault } from '../dialogue/index.ts';
import { intentFolders } from './load.ts';
import { parseStories, type Story } from './story.ts';
import { readIfThere, shown } from './texts.ts';

/** Every `stories.yaml` below a folder of intents; a file that cannot be read gives faults and leaves the others. */
export async function readStories(
  folder: string,
): Promise<{ readonly stories: readonly Story[]; readonly faults: readonly ContentFault[] }> {
  const stories: Story[] = [];
  const faults: ContentFault[] = [];
  for (const intent of await intentFolders(folder)) {
    const file = path.join(intent.folder, 'stories.yaml');
    const source = await readIfThere(file);
    if (source === undefined) continue;
    const parsed = parseStories(source, shown(file));
    if ('stories' in parsed) stories.push(...parsed.stories);
    else faults.push(...parsed.faults);
  }
  return { stories, faults };
}
