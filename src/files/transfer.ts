import type { IncomingMessage } from 'node:http';
import { Fault, limits, type FileRef } from '../core/index.ts';
import { tooLarge } from './files.ts';

/** `X-File-Name`, percent-encoded; anything unreadable is no name. */
export function nameOfUpload({ headers }: IncomingMessage): string {
  const given = headers['x-file-name'];
  if (typeof given !== 'string' || given.length > 9 * limits.fileNameLengthMax) return '';
  try {
    return decodeURIComponent(given);
  } catch {
    return ''; // the only way that ECMAScript offers to ask
  }
}

/**
 * A request's body as an upload, and how many bytes it may come to: what it says, else the ceiling. Too much is refused
 * before anything is read.
 */
export function uploadBody(
  request: IncomingMessage,
  bytesMax: number,
): { readonly bytes: number; readonly body: AsyncIterable<Uint8Array> } {
  const told = request.headers['content-length'];
  const bytes = told === undefined ? bytesMax : Number(told);
  if (bytes > bytesMax) throw tooLarge(bytesMax);
  return { bytes, body: chunksOf(request, bytesMax) };
}

async function* chunksOf(request: IncomingMessage, bytesMax: number): AsyncIterable<Uint8Array> {
  let bytes = 0;
  try {
    // Leaving the loop must not cut the connection: the refusal still has to go out by it.
    const chunks = request.iterator({ destroyOnReturn: false });
    for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > bytesMax) throw tooLarge(bytesMax);
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('bad_request', 'The upload ended before its end.', { cause });
  }
}

/** Types that a browser may show in place; the others are kept as files. */
const shownInPlace = /^(?:image|video)\//;

/** Whatever a file holds, a browser that is led to it runs nothing of it and guesses nothing about it. */
export function fileHeaders({ name, type, bytes }: FileRef): { readonly [name: string]: string } {
  const how = shownInPlace.test(type) ? 'inline' : 'attachment';
  return {
    'Content-Type': type === 'text/plain' ? 'text/plain; charset=utf-8' : type,
    'Content-Length': String(bytes),
    'Content-Disposition': `${how}; filename*=UTF-8''${encoded(name)}`,
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, no-store',
  };
}

/** RFC 8187: what encodeURIComponent leaves and the header may not hold is encoded too. */
function encoded(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
