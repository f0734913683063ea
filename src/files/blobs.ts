import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Fault } from '../core/index.ts';

/** Nothing is taken while the disk has less left than this: the log of the conversations comes first. */
const freeBytesMin = 1024 * 1024 * 1024;
const idPattern = /^f_[0-9a-f]{32}$/;

/** Where the bytes of files are. */
export interface BlobDoor {
  /** Throws what `see` throws; then nothing stays. Durable when it resolves. */
  write(
    id: string,
    body: AsyncIterable<Uint8Array>,
    see: (chunk: Uint8Array) => void,
  ): Promise<void>;
  read(id: string): Readable;
  remove(id: string): Promise<void>;
  /** Ids of what was last written before then. */
  olderThan(atMs: number): AsyncIterable<string>;
}

/** Bytes on disk by id, in 256 folders; nobody but this user may read them and nothing there can be run. */
export class Blobs implements BlobDoor {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Writes to a temporary name, syncs, renames, syncs the folder: a file that can be found is whole. Throws what `see` throws;
   * then nothing stays.
   */
  async write(
    id: string,
    body: AsyncIterable<Uint8Array>,
    see: (chunk: Uint8Array) => void,
  ): Promise<void> {
    await this.#checkSpace();
    const path = this.#pathOf(id);
    const folder = join(path, '..');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const temporary = `${path}.part`;
    const file = await open(temporary, 'wx', 0o600);
    try {
      for await (const chunk of body) {
        see(chunk);
        await file.writeFile(chunk);
      }
      await file.sync();
      await file.close();
      await rename(temporary, path);
      await syncFolder(folder);
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(temporary, { force: true });
      throw error;
    }
  }

  read(id: string): Readable {
    return createReadStream(this.#pathOf(id));
  }

  async remove(id: string): Promise<void> {
    await rm(this.#pathOf(id), { force: true });
  }

  /** Ids of the files last written before then; unfinished ones of that age are deleted on the way. */
  async *olderThan(atMs: number): AsyncIterable<string> {
    for await (const name of this.#names()) {
      const id = name.replace(/\.part$/, '');
      if (!idPattern.test(id)) continue;
      const path = join(this.#folder, id.slice(2, 4), name);
      const at = await stat(path).catch(() => undefined);
      if (!at || at.mtimeMs >= atMs) continue;
      if (name === id) yield id;
      else await rm(path, { force: true });
    }
  }

  async *#names(): AsyncIterable<string> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      yield* await readdir(join(this.#folder, name)).catch(() => []);
    }
  }

  async #checkSpace(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await statfs(this.#folder);
    if (bavail * bsize < freeBytesMin) {
      throw new Fault('overloaded', 'No files can be taken just now; the message itself can.');
    }
  }

  /** Only ids of ours become paths. */
  #pathOf(id: string): string {
    if (!idPattern.test(id)) throw new Fault('not_found', 'There is no such file.');
    return join(this.#folder, id.slice(2, 4), id);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } catch (error) {
    // Windows cannot sync a folder, and needs it less: its rename is in the journal.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) throw error;
  } finally {
    await handle.close();
  }
}
