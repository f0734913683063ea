import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Fault } from '../core/index.ts';
import type { BlobStore } from '../store/index.ts';
import { Blobs } from './blobs.ts';

/**
 * Copies the attachments of a data folder to where several nodes share them, and compares each with what arrived. What is
 * there already is left, so that a run that was cut off is begun again. Throws `store_failed` for one that arrived otherwise.
 */
export async function moveBlobs(
  folder: string,
  to: BlobStore,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const from = new Blobs(join(folder, 'files'));
  let files = 0;
  let bytes = 0;
  for await (const id of from.olderThan(Number.POSITIVE_INFINITY)) {
    const left = await digestOf(from.read(id) as AsyncIterable<Uint8Array>);
    if (!(await to.has(id))) await to.write(id, from.read(id) as AsyncIterable<Uint8Array>);
    const arrived = await digestOf(to.read(id));
    if (arrived.hash !== left.hash) {
      // A copy that a crash cut short, for one: the next run writes it anew.
      await to.remove(id);
      throw new Fault(
        'store_failed',
        `The file ${id} arrived otherwise than it left; run it again.`,
      );
    }
    files += 1;
    bytes += left.bytes;
  }
  return { files, bytes };
}

async function digestOf(body: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { hash: hash.digest('hex'), bytes };
}
