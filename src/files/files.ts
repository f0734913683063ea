import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Fault, limits, type Clock, type FileRef, type RandomId } from '../core/index.ts';
import type { BlobStore, RecordStore } from '../store/index.ts';
import { Blobs, type BlobDoor } from './blobs.ts';
import { imageSize } from './image-size.ts';
import { headBytes, kindOf, TextWatch } from './kinds.ts';
import { sharedBlobs } from './shared-blobs.ts';
import type { Claim, Files, StoredFile, Upload } from './ports.ts';

export interface FilesDeps {
  /** Gets the folder `files`. */
  readonly folder: string;
  /** Of several nodes: the bytes go there and not into the folder. */
  readonly blobs?: BlobStore | undefined;
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly randomId: RandomId;
  readonly bytesMax?: number;
  readonly unusedTtlMs?: number;
  readonly uploadsAtOnceMax?: number;
}

/** What is known of a file, kept with the records of the store; one that no message names expires there. */
interface Entry {
  readonly ref: FileRef;
  readonly conversationId: string;
  readonly senderId: string;
  readonly cid?: string;
}

const kind = 'file';
/** Bytes in which a picture's size must stand: phones put a thumbnail and their own notes in front of it. */
const headerBytes = 256 * 1024;
/** An image of more pixels takes a browser's memory, however few bytes it has. */
const pixelsMax = 100_000_000;
const uploadsAtOnceMax = 50;
/** Deleted at a time: the rest waits for the next sweep. */
const sweepMax = 500;

export function createFiles(deps: FilesDeps): Files {
  const folder = new Blobs(join(deps.folder, 'files'));
  const blobs = deps.blobs ? sharedBlobs(deps.blobs, folder) : folder;
  const { records, clock } = deps;
  let uploads = 0;
  return {
    async put(upload) {
      if (uploads >= (deps.uploadsAtOnceMax ?? uploadsAtOnceMax)) {
        throw new Fault('overloaded', 'Too many files are coming in just now; try again.');
      }
      uploads += 1;
      try {
        return await put(deps, blobs, upload);
      } finally {
        uploads -= 1;
      }
    },
    async claim(ids, message) {
      const entries = await Promise.all(ids.map((id) => entryOf(records, id)));
      const refs: FileRef[] = [];
      for (const entry of entries) {
        if (!entry || !(await claimOne(records, entry, message))) return undefined;
        refs.push(entry.ref);
      }
      return refs;
    },
    async find(id) {
      const entry = await entryOf(records, id);
      return entry && stored(entry, blobs);
    },
    remove: async (id) => {
      if ((await entryOf(records, id)) === undefined) return;
      await blobs.remove(id);
      await records.remove(kind, id);
    },
    sweep: () => sweep(records, blobs, clock() - (deps.unusedTtlMs ?? limits.fileUnusedTtlMs)),
  };
}

function stored(entry: Entry, blobs: BlobDoor): StoredFile {
  return { ...entry, open: () => blobs.read(entry.ref.id) };
}

/** The bytes first, then the record: a crash between leaves bytes that the sweep finds, never a record without bytes. */
async function put(deps: FilesDeps, blobs: BlobDoor, upload: Upload): Promise<FileRef> {
  const id = `f_${createHash('sha256').update(deps.randomId()).digest('hex').slice(0, 32)}`;
  const seen = new Seen(deps.bytesMax ?? limits.fileBytesMax);
  await blobs.write(id, upload.body, (chunk) => seen.see(chunk));
  try {
    const ref = await refOf(id, upload.name, seen);
    const { conversationId, senderId } = upload;
    const entry: Entry = { ref, conversationId, senderId };
    const expiresAtMs = deps.clock() + (deps.unusedTtlMs ?? limits.fileUnusedTtlMs);
    await deps.records.insert(kind, id, JSON.stringify(entry), expiresAtMs);
    return ref;
  } catch (error) {
    await blobs.remove(id);
    throw error;
  }
}

/** What is kept of a body while it streams by. */
class Seen {
  bytes = 0;
  readonly text = new TextWatch();
  readonly #bytesMax: number;
  readonly #head: Uint8Array[] = [];
  #headBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  see(chunk: Uint8Array): void {
    this.bytes += chunk.byteLength;
    if (this.bytes > this.#bytesMax) throw tooLarge(this.#bytesMax);
    this.text.see(chunk);
    if (this.#headBytes >= headerBytes) return;
    // A copy: the stream may use the chunk's memory again.
    this.#head.push(Uint8Array.from(chunk.subarray(0, headerBytes - this.#headBytes)));
    this.#headBytes += this.#head.at(-1)?.byteLength ?? 0;
  }

  get head(): Uint8Array {
    return Buffer.concat(this.#head);
  }
}

export function tooLarge(bytesMax: number): Fault {
  const megabytes = Math.floor(bytesMax / (1024 * 1024));
  return new Fault('too_large', `A file may have at most ${megabytes} MB.`);
}

async function refOf(id: string, name: string, seen: Seen): Promise<FileRef> {
  const { head, bytes } = seen;
  const type =
    bytes === 0 ? undefined : await kindOf(head.subarray(0, headBytes), seen.text.isText);
  if (type === undefined) {
    throw new Fault(
      'unsupported_type',
      'Only pictures (JPEG, PNG, WebP, GIF, HEIC), PDF, MP4 and plain text are taken.',
    );
  }
  const size = imageSize(type, head);
  if (size && size.width * size.height > pixelsMax) {
    throw new Fault('too_large', 'The picture has too many pixels; send a smaller one.');
  }
  return { id, name: safeName(name), type, bytes, ...size };
}

/** The last part of a path, without characters that end lines, turn the reading direction or cannot be seen. */
function safeName(name: string): string {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? '';
  const plain = last.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  if (plain === '' || /^\.+$/.test(plain)) return 'file';
  if (plain.length <= limits.fileNameLengthMax) return plain;
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(plain)?.[0] ?? '';
  return `${plain.slice(0, limits.fileNameLengthMax - ending.length - 1)}…${ending}`.toWellFormed();
}

async function entryOf(records: RecordStore, id: string): Promise<Entry | undefined> {
  const body = await records.get(kind, id);
  // Our own record, written by `put` and `claimOne`.
  return body === undefined ? undefined : (JSON.parse(body) as Entry);
}

async function claimOne(records: RecordStore, entry: Entry, by: Claim): Promise<boolean> {
  if (entry.conversationId !== by.conversationId || entry.senderId !== by.senderId) return false;
  if (entry.cid !== undefined) return entry.cid === by.cid;
  const { id } = entry.ref;
  const claimed: Entry = { ...entry, cid: by.cid };
  if (await records.replace(kind, id, JSON.stringify(entry), JSON.stringify(claimed))) return true;
  // Another tab was faster with it: with the same message, or with its own.
  return (await entryOf(records, id))?.cid === by.cid;
}

async function sweep(records: RecordStore, blobs: BlobDoor, beforeMs: number): Promise<number> {
  let removed = 0;
  for await (const id of blobs.olderThan(beforeMs)) {
    if ((await records.get(kind, id)) !== undefined) continue;
    await blobs.remove(id);
    removed += 1;
    if (removed >= sweepMax) break;
  }
  return removed;
}
