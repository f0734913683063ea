import { relative, sep } from 'node:path';
import {
  bundleHash,
  readBundle,
  type ContentArchive,
  type ContentBundle,
  type ContentShelf,
} from '../content/index.ts';
import { Fault, type Clock, type Values } from '../core/index.ts';
import type { Log } from '../ops/index.ts';
import type { SharedModels } from './engine-cache.ts';
import {
  beginKnowledge,
  openKnowledge,
  readContent,
  shippedFolder,
  type Knowledge,
  type KnowledgeOptions,
} from './knowledge.ts';

export interface LibraryOptions {
  /** The data folder: published contents are kept in `content/` there. */
  readonly folder: string;
  /** Where the model of the shipped content is kept between starts. */
  readonly cacheFolder: string;
  readonly workspaceValues: (language: string) => Values;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'error'>;
  /** What the nodes of a cluster share; without it the folder is all there is. */
  readonly shelf?: ContentShelf;
  readonly models?: SharedModels;
  /** Told when this node has put another content in force. */
  readonly changed?: () => void;
  /** Default: what comes with the program. */
  readonly shipped?: string;
}

export interface InForce extends Knowledge {
  readonly hash: string;
  readonly origin: 'published' | 'shipped';
}

/** What was in force last, or what is shipped. Throws `bad_content` when that has faults. */
export async function openCurrent(
  archive: ContentArchive,
  options: LibraryOptions,
): Promise<InForce> {
  const hash = archive.stack.at(-1);
  if (hash === undefined) return openShipped(archive, options);
  try {
    return await openKept(archive, options, { hash, origin: 'published' });
  } catch (err) {
    // A newer program may check more, or the disk lost it: the shipped content serves better than none.
    options.log.error(
      { err, content: hash },
      'the published content cannot be used; the shipped is',
    );
    return openShipped(archive, options);
  }
}

export async function openShipped(
  archive: ContentArchive,
  options: LibraryOptions,
  former?: Knowledge,
): Promise<InForce> {
  const { cacheFolder, workspaceValues, models, shipped = shippedFolder } = options;
  const bundle = await readBundle(shipped);
  // At the start the model may still be in the making; a change of content waits for it.
  const open = former ? openKnowledge : beginKnowledge;
  const knowledge = await open({
    cacheFolder,
    workspaceValues,
    contentFolder: shipped,
    models,
    ...(former && { former }),
  });
  const hash = bundleHash(bundle);
  // Kept like a published one, for conversations that are on it when a newer program ships another.
  if (!archive.has(hash)) await archive.add(bundle, () => Promise.resolve(compiledOf(knowledge)));
  return { ...knowledge, hash, origin: 'shipped' };
}

export async function openKept(
  archive: ContentArchive,
  { workspaceValues, models }: LibraryOptions,
  kept: { readonly hash: string; readonly origin: 'published'; readonly former?: Knowledge },
): Promise<InForce> {
  const { hash, origin, former } = kept;
  // Another node may have published it.
  await bringCompiled(archive, hash);
  const folder = archive.folderOf(hash);
  const knowledge = await openKnowledge({
    cacheFolder: folder,
    contentFolder: folder,
    workspaceValues,
    models,
    ...(former && { former }),
  });
  return { ...knowledge, hash, origin };
}

/** Writes a new content down, checked and trained. Throws `bad_content` with every fault, and nothing is kept. */
export async function addTo(
  archive: ContentArchive,
  { workspaceValues, models }: LibraryOptions,
  { bundle, former }: { readonly bundle: ContentBundle; readonly former: Knowledge },
): Promise<InForce> {
  const made = Promise.withResolvers<Knowledge>();
  const { hash } = await archive.add(bundle, async (folder) => {
    const knowledge = await openAside(folder, {
      cacheFolder: folder,
      workspaceValues,
      models,
      former,
    });
    made.resolve(knowledge);
    return compiledOf(knowledge);
  });
  return { ...(await made.promise), hash, origin: 'published' };
}

/** Faults name files as the publisher knows them, not where they were put aside. */
async function openAside(folder: string, options: KnowledgeOptions): Promise<Knowledge> {
  try {
    return await openKnowledge({ ...options, cacheFolder: folder, contentFolder: folder });
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'bad_content') throw error;
    const own = error.message
      .replaceAll(`${folder}${sep}`, '')
      .replaceAll(`${relative('', folder)}${sep}`, '');
    throw new Fault('bad_content', own, { cause: error });
  }
}

/** After an update of the program that reads flows in another way. What it cannot read any more is left alone. */
export async function recompileStale(
  archive: ContentArchive,
  { log }: LibraryOptions,
): Promise<void> {
  for (const hash of archive.stale) {
    const loaded = await readContent(archive.folderOf(hash));
    if ('faults' in loaded) {
      log.error({ content: hash, faults: loaded.faults.length }, 'a kept content cannot be used');
    } else await archive.recompile(hash, compiledOf(loaded));
  }
}

/** Copies from the shelf what this node lacks, without learning from it: what older conversations need. */
export function bringCompiled(archive: ContentArchive, hash: string): Promise<boolean> {
  return archive.bring(hash, async (folder) => {
    const loaded = await readContent(folder);
    if (!('faults' in loaded)) return compiledOf(loaded);
    throw new Fault('bad_content', `a published content has ${loaded.faults.length} faults here`);
  });
}

function compiledOf({ content, texts }: Pick<Knowledge, 'content' | 'texts'>) {
  return { content, texts };
}
