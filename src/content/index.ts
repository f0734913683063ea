export { modelName, openArchive, type Compiled, type ContentArchive } from './archive.ts';
export { bundleHash, parseBundle, readBundle, type ContentBundle } from './bundle.ts';
export {
  coverageOf,
  type Coverage,
  type CoverageCell,
  type CoverageRow,
  type CoverageSources,
} from './coverage.ts';
export { intentFolders, loadContent, type ContentFolders, type LoadedContent } from './load.ts';
export { parseStories, type ParsedStories, type Story } from './story.ts';
export { readStories } from './story-files.ts';
export { intentOfStory, storyReport, storyTitle } from './story-report.ts';
export { runStory, type StoryFailure, type StoryResult } from './story-run.ts';
export type { StoryAction, StoryAnswer, StoryDeps } from './story-world.ts';
export type { IntentFolder, Utterances } from './utterances.ts';
export type { ContentShelf } from './shelf.ts';
