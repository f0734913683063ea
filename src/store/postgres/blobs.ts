import type { Clock } from '../../core/index.ts';
import type { BlobStore } from '../ports.ts';
import type { Database } from './connection.ts';

const sql = {
  write: "INSERT INTO blob (id, part, at_ms, bytes) VALUES ($1, $2, $3, decode($4, 'base64'))",
  read: "SELECT encode(bytes, 'base64') AS bytes FROM blob WHERE id = $1 AND part = $2",
  remove: 'DELETE FROM blob WHERE id = $1',
  older: 'SELECT id FROM blob WHERE part = 0 AND at_ms < $1 AND id > $2 ORDER BY id LIMIT $3',
};

const partBytes = 256 * 1024;

/**
 * Attachments beside the log, so that any node can give what any other took, without a disk that they share, and one
 * backup has all. Each part is a transaction of its own; what is incomplete has no record and is swept like any upload
 * that nobody named.
 */
export function createBlobs({ query, again }: Database, clock: Clock): BlobStore {
  const put = async (id: string, part: number, bytes: Uint8Array): Promise<void> => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    await query(sql.write, id, part, clock(), text);
  };
  return {
    write: async (id, body) => {
      let parts = 0;
      try {
        for await (const bytes of inParts(body)) {
          await put(id, parts, bytes);
          parts += 1;
        }
        if (parts === 0) await put(id, 0, new Uint8Array());
      } catch (error) {
        await again(sql.remove, id).catch(() => undefined);
        throw error;
      }
    },
    async *read(id) {
      for (let part = 0; ; part += 1) {
        const [row] = await again<{ bytes: string }>(sql.read, id, part);
        if (!row) return;
        yield Buffer.from(row.bytes, 'base64');
      }
    },
    has: async (id) => (await again(sql.read, id, 0)).length > 0,
    remove: async (id) => void (await again(sql.remove, id)),
    olderThan: async (atMs, after, limit) =>
      (await again<{ id: string }>(sql.older, atMs, after, limit)).map(({ id }) => id),
  };
}

/** Joins what comes in small pieces. */
async function* inParts(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    // A copy: the stream may use the piece's memory again.
    pieces.push(Uint8Array.from(piece));
    bytes += piece.byteLength;
    if (bytes < partBytes) continue;
    yield Buffer.concat(pieces);
    pieces = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(pieces);
}
