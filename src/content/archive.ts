import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Fault } from '../core/index.ts';
import type { Content } from '../dialogue/index.ts';
import { bundleHash, readBundle, writeBundle, writeSynced, type ContentBundle } from './bundle.ts';
import type { ContentShelf } from './shelf.ts';
import { readIfThere } from './texts.ts';

/** What a conversation on an older publication needs of it: its flows and the words that were checked with them. */
export interface Compiled {
  readonly content: Content;
  readonly texts: { readonly [language: string]: unknown };
}

/** Grows with every change of what a compiled flow means, so that an older one is not run by new rules. */
const compiledFormat = 1;
/** A flow that began this long ago has ended, or been closed for silence. */
const keptMs = 30 * 24 * 60 * 60_000;
/** Publications that can be rolled back, the one in force included. */
const stackMax = 20;

/** Trained models, of some ten megabytes each, that are kept for a quick rollback. */
const modelsMax = 3;
/** What the engine's cache is called that lies beside a content. */
export const modelName = 'model.bin';

const indexSchema = z.strictObject({
  /** Published contents in the order in which they were put in force, the current one last; none: what is shipped. */
  current: z.array(z.string()),
  publications: z.array(
    z.strictObject({
      hash: z.string().regex(/^[0-9a-f]{16}$/),
      format: z.int(),
      /** `<flow>@<version>` of every flow in it. */
      versions: z.array(z.string()),
      lastMs: z
        .number()
        .describe('when it was last put in force, found in force at a start, or superseded'),
    }),
  ),
});
type Index = z.infer<typeof indexSchema>;

interface PutInForce {
  readonly hash: string;
  /** What was in force until now. */
  readonly former?: string;
  /** Default: as it is. */
  readonly stack?: { readonly from: readonly string[]; readonly to: readonly string[] };
  readonly nowMs: number;
}

type Prepare = (folder: string) => Promise<Compiled>;
type Publication = Index['publications'][number];

/**
 * The contents that were ever in force, in `content/<hash>/` of the data folder, and in `content/current.json` which one
 * is. A content is written whole under another name before it is named, and the index replaced in one step: after
 * a power cut the former is in force or the new one. Without a shelf it is made by one process for itself. With one, the
 * index is the shelf's, all nodes go by it, and the folder is a cache that may be this node's own or shared.
 */
export class ContentArchive {
  readonly #folder: string;
  readonly #shelf: ContentShelf | undefined;
  /** Written here and not named in the index yet. */
  readonly #added = new Map<string, Publication>();
  #index: Index;

  constructor(folder: string, index: Index, shelf?: ContentShelf) {
    this.#folder = folder;
    this.#index = index;
    this.#shelf = shelf;
  }

  /** Published contents, the one in force last; empty when it is the shipped one. */
  get stack(): readonly string[] {
    return this.#index.current;
  }

  folderOf(hash: string): string {
    return path.join(this.#folder, hash);
  }

  has(hash: string): boolean {
    return this.#added.has(hash) || this.#index.publications.some((one) => one.hash === hash);
  }

  /** Whole in this node's folder. */
  isHere(hash: string): boolean {
    return this.has(hash) && existsSync(path.join(this.folderOf(hash), compiledName));
  }

  /** What other nodes have put in force meanwhile is known from here on. */
  async refresh(): Promise<void> {
    const text = await this.#shelf?.readIndex();
    if (text !== undefined) this.#index = parseIndex(text, 'the index of contents in the store');
  }

  /** Makes this node's copy of what another has published. False when it is gone from the shelf. */
  async bring(hash: string, prepare: Prepare): Promise<boolean> {
    if (this.isHere(hash)) return true;
    const bundle = await this.#shelf?.read(hash);
    if (!bundle) return false;
    await this.#keep(bundle, prepare);
    return true;
  }

  /** Publications that hold all of these `<flow>@<version>`, the one that was in force last first. */
  holding(versions: readonly string[]): readonly string[] {
    return this.#index.publications
      .filter((one) => one.format === compiledFormat)
      .filter((one) => versions.every((version) => one.versions.includes(version)))
      .sort((a, b) => b.lastMs - a.lastMs)
      .map(({ hash }) => hash);
  }

  /**
   * Writes a content aside and has it checked there; when `prepare` gives what it compiled to, it is kept. What
   * `prepare` throws is thrown on, and nothing is kept.
   */
  async add(
    bundle: ContentBundle,
    prepare: Prepare,
  ): Promise<{ readonly hash: string; readonly compiled: Compiled }> {
    const { hash, compiled } = await this.#keep(bundle, prepare);
    await this.#shelf?.put(hash, bundle);
    const versions = Object.keys(compiled.content.versions).sort();
    this.#added.set(hash, { hash, format: compiledFormat, versions, lastMs: 0 });
    return { hash, compiled };
  }

  async #keep(bundle: ContentBundle, prepare: Prepare) {
    const hash = bundleHash(bundle);
    const aside = path.join(this.#folder, `${asidePrefix}${randomUUID()}`);
    try {
      await writeBundle(aside, bundle);
      const compiled = await prepare(aside);
      await writeSynced(path.join(aside, compiledName), JSON.stringify(compiled));
      await this.#moveTo(hash, aside);
      await syncFolder(this.#folder);
      return { hash, compiled };
    } catch (error) {
      await rm(aside, { recursive: true, force: true });
      throw error;
    }
  }

  /** On a shelf's folder others read while this writes: a whole copy, the very same by its name, is never touched. */
  async #moveTo(hash: string, aside: string): Promise<void> {
    const place = this.folderOf(hash);
    for (let tries = 1; ; tries += 1) {
      if (this.#shelf && existsSync(path.join(place, compiledName))) {
        await rm(aside, { recursive: true, force: true });
        return;
      }
      await rm(place, { recursive: true, force: true });
      try {
        await rename(aside, place);
        return;
      } catch (error) {
        if (!this.#shelf || tries === triesMax) throw error;
      }
    }
  }

  /** Kept by an earlier version of this program under other rules, and to be compiled anew. */
  get stale(): readonly string[] {
    return this.#index.publications
      .filter((one) => one.format !== compiledFormat && this.isHere(one.hash))
      .map(({ hash }) => hash);
  }

  async recompile(hash: string, compiled: Compiled): Promise<void> {
    await replace(path.join(this.folderOf(hash), compiledName), JSON.stringify(compiled));
    const versions = Object.keys(compiled.content.versions).sort();
    const former = this.#index.publications.find((one) => one.hash === hash);
    const lastMs = former?.lastMs ?? 0;
    this.#added.set(hash, { hash, format: compiledFormat, versions, lastMs });
  }

  /**
   * Durable when it resolves. What nobody can be on any more, nor go back to, is removed. Throws `conflict` when another
   * node has changed what is in force since `stack.from`.
   */
  async putInForce({ hash, former, stack, nowMs }: PutInForce): Promise<void> {
    await this.#change((index) => {
      if (stack && index.current.join() !== stack.from.slice(-stackMax).join()) {
        throw new Fault('conflict', 'Another node has published meanwhile; look at it first.');
      }
      const current = stack ? stack.to.slice(-stackMax) : index.current;
      const publications = index.publications.map((one) =>
        one.hash === hash || one.hash === former ? { ...one, lastMs: nowMs } : one,
      );
      const kept = publications.filter(
        (one) => one.lastMs > nowMs - keptMs || current.includes(one.hash),
      );
      return { current, publications: kept };
    });
    await this.sweep();
  }

  async #change(edit: (index: Index) => Index): Promise<void> {
    for (;;) {
      const text = await this.#shelf?.readIndex();
      const known = this.#shelf ? parseIndex(text, 'the index of contents') : this.#index;
      const added = [...this.#added.values()];
      const others = known.publications.filter((one) => !this.#added.has(one.hash));
      const all = { ...known, publications: [...others, ...added] };
      const next = edit(all);
      if (!(await this.#writeIndex(text, next))) continue;
      this.#added.clear();
      this.#index = next;
      const kept = new Set(next.publications.map(({ hash }) => hash));
      const gone = all.publications.filter(({ hash }) => !kept.has(hash));
      for (const { hash } of gone) await this.#shelf?.remove(hash);
      return;
    }
  }

  async #writeIndex(former: string | undefined, index: Index): Promise<boolean> {
    if (this.#shelf) return this.#shelf.replaceIndex(former, JSON.stringify(index));
    await replace(path.join(this.#folder, indexName), `${JSON.stringify(index, null, 2)}\n`);
    return true;
  }

  /** At once, not in the background: a turn that needs an older content cannot wait. Undefined when it cannot be read. */
  read(hash: string): Compiled | undefined {
    try {
      const file = path.join(this.folderOf(hash), compiledName);
      return JSON.parse(readFileSync(file, 'utf8')) as Compiled;
    } catch {
      return undefined;
    }
  }

  /** Removes what a crash left half written, what the index has dropped, and models that can be trained again if need be. */
  async sweep(): Promise<void> {
    const entries = await readdir(this.#folder, { withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isDirectory()) continue;
      const place = path.join(this.#folder, entry.name);
      if (!this.has(entry.name)) await this.#clearAway(place);
      else if (!this.stack.slice(-modelsMax).includes(entry.name)) {
        await rm(path.join(place, modelName), { force: true });
      }
    }
  }

  async #clearAway(place: string): Promise<void> {
    const age =
      this.#shelf && Date.now() - ((await stat(place).catch(() => undefined))?.mtimeMs ?? 0);
    if (age !== undefined && age < strangeForMs) return;
    await rm(place, { recursive: true, force: true });
  }
}

/** In a folder that nodes share another one may be writing it. */
const strangeForMs = 60 * 60_000;
const triesMax = 5;
const indexName = 'current.json';
const compiledName = 'compiled.json';
const asidePrefix = '.new-';

/** Throws `bad_config` when its index cannot be read. */
export async function openArchive(folder: string, shelf?: ContentShelf): Promise<ContentArchive> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, indexName);
  const shelved = await shelf?.readIndex();
  const source = shelved ?? (await readIfThere(file));
  const index = parseIndex(source, file);
  if (shelf && shelved === undefined) await stock(shelf, folder, index);
  const archive = new ContentArchive(folder, index, shelf);
  await archive.refresh();
  await archive.sweep();
  return archive;
}

/** The first node that has a shelf puts on it what this folder has from before. */
async function stock(shelf: ContentShelf, folder: string, index: Index): Promise<void> {
  const publications: Publication[] = [];
  for (const one of index.publications) {
    const bundle = await readBundle(path.join(folder, one.hash)).catch(() => undefined);
    if (!bundle || bundleHash(bundle) !== one.hash) continue;
    await shelf.put(one.hash, bundle);
    publications.push(one);
  }
  const whole = new Set(publications.map(({ hash }) => hash));
  const current = index.current.filter((hash) => whole.has(hash));
  // Refused when another node was faster: then that one's counts.
  await shelf.replaceIndex(undefined, JSON.stringify({ current, publications }));
}

function parseIndex(source: string | undefined, file: string): Index {
  if (source === undefined) return { current: [], publications: [] };
  try {
    const parsed = indexSchema.safeParse(JSON.parse(source));
    if (parsed.success) return parsed.data;
  } catch {
    // Told below.
  }
  throw new Fault(
    'bad_config',
    `${file} is damaged; remove it to start with the shipped content, then publish again.`,
  );
}

async function replace(file: string, text: string): Promise<void> {
  const beside = `${file}.${randomUUID()}`;
  await writeSynced(beside, text);
  await rename(beside, file);
  await syncFolder(path.dirname(file));
}

/** Windows has no way to sync a folder and refuses to open one. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
