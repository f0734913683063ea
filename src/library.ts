import { join, relative, sep } from 'node:path';
import {
  bundleHash,
  openArchive,
  readBundle,
  type ContentArchive,
  type ContentBundle,
} from './content/index.ts';
import { Fault, type Clock, type Phrasebook, type Values } from './core/index.ts';
import type { Content, ConversationState } from './dialogue/index.ts';
import { createPhrasebook } from './i18n/index.ts';
import {
  beginKnowledge,
  openKnowledge,
  readContent,
  shippedFolder,
  type Knowledge,
  type KnowledgeOptions,
} from './knowledge.ts';
import type { Log } from './ops/index.ts';

export interface LibraryOptions {
  /** The data folder: published contents are kept in `content/` there. */
  readonly folder: string;
  /** Where the model of the shipped content is kept between starts. */
  readonly cacheFolder: string;
  readonly workspaceValues: (language: string) => Values;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'error'>;
  /** Default: what comes with the program. */
  readonly shipped?: string;
}

/** Flows and the words that were checked with them. */
export interface Pinned {
  readonly content: Content;
  readonly phrasebook: Phrasebook;
}

export interface Published {
  readonly hash: string;
  readonly former: string;
  readonly origin: 'published' | 'shipped';
  readonly languages: readonly string[];
  readonly flows: number;
  /** Flows that are new, gone or of another version. */
  readonly changed: readonly string[];
  /** Utterances are others, so understanding was trained anew. */
  readonly trained: boolean;
}

interface InForce extends Knowledge {
  readonly hash: string;
  readonly origin: 'published' | 'shipped';
}

/**
 * What the bot knows now, and what it knew: a conversation in the middle of a flow goes on with the content that
 * has its version of that flow, words included. A new content is checked, trained and made durable before it is
 * switched to, so that there is always a whole one in force.
 */
export class Library {
  readonly #archive: ContentArchive;
  readonly #options: LibraryOptions;
  readonly #older = new Map<string, Pinned>();
  #current: InForce;
  #busy = false;

  constructor(archive: ContentArchive, options: LibraryOptions, current: InForce) {
    this.#archive = archive;
    this.#options = options;
    this.#current = current;
  }

  get current(): Knowledge & { readonly hash: string; readonly origin: 'published' | 'shipped' } {
    return this.#current;
  }

  /** For this conversation: what is in force, unless it is in flows of which that has other versions. */
  on(state: Pick<ConversationState, 'stack'> | undefined): Pinned {
    const wanted = (state?.stack ?? []).map(({ flow, version }) => `${flow}@${version}`);
    if (wanted.every((one) => Object.hasOwn(this.#current.content.versions, one))) {
      return this.#current;
    }
    return this.#holding(wanted) ?? this.#mixed(wanted);
  }

  /** Puts a content in force. Throws `bad_content` with every fault, and what was in force stays. */
  publish(bundle: ContentBundle): Promise<Published> {
    return this.#alone(async () => {
      const hash = bundleHash(bundle);
      if (hash === this.#current.hash) return await this.#report(this.#current);
      const next = this.#archive.has(hash)
        ? await this.#reopen(hash, 'published')
        : await addTo(this.#archive, this.#options, { bundle, former: this.#current });
      return this.#switchTo(next, [...this.#archive.stack, hash]);
    });
  }

  /** Back to what was in force before the last publication. Throws `conflict` when there is nothing to go back to. */
  rollback(): Promise<Published> {
    return this.#alone(async () => {
      const { stack } = this.#archive;
      if (stack.length === 0) {
        throw new Fault('conflict', 'The shipped content is in force; there is nothing before it.');
      }
      const rest = stack.slice(0, -1);
      const before = rest.at(-1);
      const next =
        before === undefined
          ? await openShipped(this.#archive, this.#options, this.#current)
          : await this.#reopen(before, 'published');
      return this.#switchTo(next, rest);
    });
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy) throw new Fault('conflict', 'Another content is being published just now.');
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#busy = false;
    }
  }

  async #switchTo(next: InForce, stack: readonly string[]): Promise<Published> {
    const former = this.#current;
    const nowMs = this.#options.clock();
    await this.#archive.putInForce({ hash: next.hash, former: former.hash, stack, nowMs });
    const report = await this.#report(next);
    this.#older.set(former.hash, { content: former.content, phrasebook: former.phrasebook });
    for (const hash of this.#older.keys()) if (!this.#archive.has(hash)) this.#older.delete(hash);
    this.#current = next;
    return report;
  }

  async #report(next: InForce): Promise<Published> {
    const { hash: former, content: before, trained } = this.#current;
    const ids = new Set([...Object.keys(before.flows), ...Object.keys(next.content.flows)]);
    const changed = [...ids].filter(
      (id) => before.flows[id]?.version !== next.content.flows[id]?.version,
    );
    return {
      hash: next.hash,
      former,
      origin: next.origin,
      languages: next.phrasebook.languages,
      flows: Object.keys(next.content.flows).length,
      changed: changed.sort(),
      trained: (await next.trained).model !== (await trained).model,
    };
  }

  #reopen(hash: string, origin: 'published'): Promise<InForce> {
    return openKept(this.#archive, this.#options, { hash, origin, former: this.#current });
  }

  #holding(versions: readonly string[]): Pinned | undefined {
    for (const hash of this.#archive.holding(versions)) {
      const found = this.#pinned(hash);
      if (found) return found;
    }
    return undefined;
  }

  /** No one content has all of them: the innermost flow's is gone on with, and the others' flows are lent to it. */
  #mixed(wanted: readonly string[]): Pinned {
    const base = this.#holding(wanted.slice(-1)) ?? this.#current;
    const versions = { ...base.content.versions };
    for (const version of wanted) {
      const flow = versions[version] ?? this.#holding([version])?.content.versions[version];
      if (flow) versions[version] = flow;
    }
    return { ...base, content: { ...base.content, versions } };
  }

  #pinned(hash: string): Pinned | undefined {
    if (hash === this.#current.hash) return this.#current;
    const known = this.#older.get(hash);
    if (known) return known;
    const compiled = this.#archive.read(hash);
    if (!compiled) {
      this.#options.log.error({ content: hash }, 'a kept content cannot be read');
      return undefined;
    }
    const { content, texts } = compiled;
    const { workspaceValues } = this.#options;
    const pinned = { content, phrasebook: createPhrasebook({ locales: texts, workspaceValues }) };
    this.#older.set(hash, pinned);
    return pinned;
  }
}

/** Opens what was in force last, or what is shipped. Throws `bad_content` when that has faults. */
export async function openLibrary(options: LibraryOptions): Promise<Library> {
  const archive = await openArchive(join(options.folder, 'content'));
  await recompileStale(archive, options);
  const current = await openCurrent(archive, options);
  const { stack } = archive;
  await archive.putInForce({ hash: current.hash, stack, nowMs: options.clock() });
  return new Library(archive, options, current);
}

async function openCurrent(archive: ContentArchive, options: LibraryOptions): Promise<InForce> {
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

async function openShipped(
  archive: ContentArchive,
  options: LibraryOptions,
  former?: Knowledge,
): Promise<InForce> {
  const { cacheFolder, workspaceValues, shipped = shippedFolder } = options;
  const bundle = await readBundle(shipped);
  // At the start the model may still be in the making; a change of content waits for it.
  const open = former ? openKnowledge : beginKnowledge;
  const knowledge = await open({
    cacheFolder,
    workspaceValues,
    contentFolder: shipped,
    ...(former && { former }),
  });
  const hash = bundleHash(bundle);
  // Kept like a published one, for conversations that are on it when a newer program ships another.
  if (!archive.has(hash)) await archive.add(bundle, () => Promise.resolve(compiledOf(knowledge)));
  return { ...knowledge, hash, origin: 'shipped' };
}

async function openKept(
  archive: ContentArchive,
  { workspaceValues }: LibraryOptions,
  kept: { readonly hash: string; readonly origin: 'published'; readonly former?: Knowledge },
): Promise<InForce> {
  const { hash, origin, former } = kept;
  const folder = archive.folderOf(hash);
  const knowledge = await openKnowledge({
    cacheFolder: folder,
    contentFolder: folder,
    workspaceValues,
    ...(former && { former }),
  });
  return { ...knowledge, hash, origin };
}

async function addTo(
  archive: ContentArchive,
  { workspaceValues }: LibraryOptions,
  { bundle, former }: { readonly bundle: ContentBundle; readonly former: Knowledge },
): Promise<InForce> {
  const made = Promise.withResolvers<Knowledge>();
  const { hash } = await archive.add(bundle, async (folder) => {
    const knowledge = await openAside(folder, { cacheFolder: folder, workspaceValues, former });
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
async function recompileStale(archive: ContentArchive, { log }: LibraryOptions): Promise<void> {
  for (const hash of archive.stale) {
    const loaded = await readContent(archive.folderOf(hash));
    if ('faults' in loaded) {
      log.error({ content: hash, faults: loaded.faults.length }, 'a kept content cannot be used');
    } else await archive.recompile(hash, compiledOf(loaded));
  }
}

function compiledOf({ content, texts }: Pick<Knowledge, 'content' | 'texts'>) {
  return { content, texts };
}
