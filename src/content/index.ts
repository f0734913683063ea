export { intentFolders, loadContent, type ContentFolders, type LoadedContent } from './load.ts';
export type { IntentFolder, Utterances } from './utterances.ts';
export { openEngine } from './engine-cache.ts';
