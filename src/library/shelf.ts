import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { parseBundle, type ContentBundle, type ContentShelf } from '../content/index.ts';
import type { Clock } from '../core/index.ts';
import type { RecordStore } from '../store/index.ts';
import type { SharedModels } from './engine-cache.ts';

const indexKind = 'content-index';
const bundleKind = 'content';
const indexKey = 'index';
/** A bundle is within `parseBundle`'s ceilings; nothing that unpacks to more was put here by us. */
const unpackedBytesMax = 256 * 1024 * 1024;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** The shelf that all nodes of a cluster share: small records in their store, the bundles packed. */
export function createContentShelf(records: RecordStore): ContentShelf {
  return {
    readIndex: () => records.get(indexKind, indexKey),
    replaceIndex: (former, next) =>
      former === undefined
        ? records.insert(indexKind, indexKey, next)
        : records.replace(indexKind, indexKey, former, next),
    read: async (hash) => {
      const packed = await records.get(bundleKind, hash);
      return packed === undefined ? undefined : opened(packed);
    },
    put: async (hash, bundle) => {
      const packed = await pack(JSON.stringify(bundle));
      await records.insert(bundleKind, hash, packed.toString('base64'));
    },
    remove: (hash) => records.remove(bundleKind, hash),
  };
}

async function opened(packed: string): Promise<ContentBundle> {
  const text = await unpack(Buffer.from(packed, 'base64'), { maxOutputLength: unpackedBytesMax });
  return parseBundle(JSON.parse(text.toString('utf8')));
}

const modelKind = 'content-model';
const modelThereKind = 'content-model-there';
/** Long after a content is out of use its model goes; whoever needs it then trains it again. */
const modelKeptMs = 60 * 24 * 60 * 60_000;

/** Trained models in the store of a cluster: some megabytes each, so that a node need not train what another has. */
export function createSharedModels(records: RecordStore, clock: Clock): SharedModels {
  return {
    read: async (digest) => {
      const packed = await records.get(modelKind, digest);
      if (packed === undefined) return undefined;
      return unpack(Buffer.from(packed, 'base64'), { maxOutputLength: unpackedBytesMax });
    },
    // Asked at every start, so not of the megabytes themselves.
    has: async (digest) => (await records.get(modelThereKind, digest)) !== undefined,
    write: async (digest, model) => {
      const packed = await pack(model);
      const untilMs = clock() + modelKeptMs;
      await records.insert(modelKind, digest, packed.toString('base64'), untilMs);
      await records.insert(modelThereKind, digest, '', untilMs);
    },
  };
}
