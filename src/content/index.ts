export { loadContent, type ContentFolders, type LoadedContent } from './load.ts';
export { parseStories, type ParsedStories, type Story } from './story.ts';
export { runStory, type StoryResult } from './story-run.ts';
export type { StoryAction, StoryAnswer, StoryDeps } from './story-world.ts';
export type { IntentFolder, Utterances } from './utterances.ts';
