import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Fault } from '../core/index.ts';
import type { Content } from '../dialogue/index.ts';
import { bundleHash, writeBundle, writeSynced, type ContentBundle } from './bundle.ts';
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
  readonly stack: readonly string[];
  readonly nowMs: number;
}

/**
 * The contents that were ever in force, in `content/<hash>/` of the data folder, and in `content/current.json` which one
 * is. A content is written whole under another name before it is named, and the index replaced in one step: after
 * a power cut the former is in force or the new one. Made by one process for itself.
 */
export class ContentArchive {
  readonly #folder: string;
  #index: Index;

  constructor(folder: string, index: Index) {
    this.#folder = folder;
    this.#index = index;
  }

  /** Published contents, the one in force last; empty when it is the shipped one. */
  get stack(): readonly string[] {
    return this.#index.current;
  }

  folderOf(hash: string): string {
    return path.join(this.#folder, hash);
  }

  has(hash: string): boolean {
    return this.#index.publications.some((one) => one.hash === hash);
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
    prepare: (folder: string) => Promise<Compiled>,
  ): Promise<{ readonly hash: string; readonly compiled: Compiled }> {
    const hash = bundleHash(bundle);
    const aside = path.join(this.#folder, `${asidePrefix}${randomUUID()}`);
    try {
      await writeBundle(aside, bundle);
      const compiled = await prepare(aside);
      await writeSynced(path.join(aside, compiledName), JSON.stringify(compiled));
      await rm(this.folderOf(hash), { recursive: true, force: true });
      await rename(aside, this.folderOf(hash));
      await syncFolder(this.#folder);
      const versions = Object.keys(compiled.content.versions).sort();
      const publications = this.#index.publications.filter((one) => one.hash !== hash);
      publications.push({ hash, format: compiledFormat, versions, lastMs: 0 });
      this.#index = { ...this.#index, publications };
      return { hash, compiled };
    } catch (error) {
      await rm(aside, { recursive: true, force: true });
      throw error;
    }
  }

  /** Kept by an earlier version of this program under other rules, and to be compiled anew. */
  get stale(): readonly string[] {
    return this.#index.publications
      .filter((one) => one.format !== compiledFormat)
      .map(({ hash }) => hash);
  }

  async recompile(hash: string, compiled: Compiled): Promise<void> {
    await replace(path.join(this.folderOf(hash), compiledName), JSON.stringify(compiled));
    const versions = Object.keys(compiled.content.versions).sort();
    const publications = this.#index.publications.map((one) =>
      one.hash === hash ? { ...one, format: compiledFormat, versions } : one,
    );
    this.#index = { ...this.#index, publications };
  }

  /** Durable when it resolves. What nobody can be on any more, nor go back to, is removed. */
  async putInForce({ hash, former, stack, nowMs }: PutInForce): Promise<void> {
    const current = stack.slice(-stackMax);
    const publications = this.#index.publications.map((one) =>
      one.hash === hash || one.hash === former ? { ...one, lastMs: nowMs } : one,
    );
    const kept = publications.filter(
      (one) => one.lastMs > nowMs - keptMs || current.includes(one.hash),
    );
    const index = { current, publications: kept };
    await replace(path.join(this.#folder, indexName), `${JSON.stringify(index, null, 2)}\n`);
    this.#index = index;
    await this.sweep();
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
      if (!this.has(entry.name)) await rm(place, { recursive: true, force: true });
      else if (!this.stack.slice(-modelsMax).includes(entry.name)) {
        await rm(path.join(place, modelName), { force: true });
      }
    }
  }
}

const indexName = 'current.json';
const compiledName = 'compiled.json';
const asidePrefix = '.new-';

/** Throws `bad_config` when its index cannot be read. */
export async function openArchive(folder: string): Promise<ContentArchive> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, indexName);
  const source = await readIfThere(file);
  const archive = new ContentArchive(folder, parseIndex(source, file));
  await archive.sweep();
  return archive;
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
