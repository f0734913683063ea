import type { ContentBundle } from './bundle.ts';

/**
 * Where several nodes keep the contents that were ever in force, and the one index that says which is. Each node has its
 * own copies beside it, made from here when they are wanted.
 */
export interface ContentShelf {
  /** The index as it was last written; undefined before the first time. */
  readIndex(): Promise<string | undefined>;
  /** False when it is not `former` any more: another node was faster. */
  replaceIndex(former: string | undefined, next: string): Promise<boolean>;
  /** Undefined when it is not, or not any more, there. */
  read(hash: string): Promise<ContentBundle | undefined>;
  /** Durable when it resolves; without effect when it is there already. */
  put(hash: string, bundle: ContentBundle): Promise<void>;
  remove(hash: string): Promise<void>;
}
