import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { BlobStore } from '../store/index.ts';
import type { BlobDoor, Blobs } from './blobs.ts';

const page = 500;

/**
 * Bytes in the store that all nodes share. Files that a folder has from before are read, and removed, there: it may be
 * mounted by all nodes still.
 */
export function sharedBlobs(store: BlobStore, folder: Blobs): BlobDoor {
  return {
    write: (id, body, see) => store.write(id, seen(body, see)),
    read: (id) => Readable.from(bytesOf(store, folder, id), { objectMode: false }),
    remove: async (id) => {
      await store.remove(id);
      await folder.remove(id);
    },
    async *olderThan(atMs) {
      for (let after = ''; ;) {
        const ids = await store.olderThan(atMs, after, page);
        yield* ids;
        const last = ids.at(-1);
        if (last === undefined || ids.length < page) break;
        after = last;
      }
      yield* folder.olderThan(atMs);
    },
  };
}

async function* seen(
  body: AsyncIterable<Uint8Array>,
  see: (chunk: Uint8Array) => void,
): AsyncIterable<Uint8Array> {
  for await (const chunk of body) {
    see(chunk);
    yield chunk;
  }
}

async function* bytesOf(store: BlobStore, folder: Blobs, id: string): AsyncIterable<Uint8Array> {
  let isThere = false;
  for await (const bytes of store.read(id)) {
    isThere = true;
    yield bytes;
  }
  if (isThere) return;
  const file = folder.read(id);
  await once(file, 'open');
  yield* file as AsyncIterable<Uint8Array>;
}
