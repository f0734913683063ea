export { trainAside, type SharedModels } from './engine-cache.ts';
export { followPublications } from './following.ts';
export { openKnowledge, readContent, shippedFolder, type Knowledge } from './knowledge.ts';
export {
  openLibrary,
  type Library,
  type LibraryOptions,
  type Pinned,
  type Published,
} from './library.ts';
export { createContentShelf, createSharedModels } from './shelf.ts';
