import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Call } from './driver.ts';

/** Some platforms' borders turn away who says nothing of themselves. */
const always = { accept: '*/*', 'user-agent': 'kefu' } as const;
/** Well inside the outbox's lease of 30 s, so that no second worker takes the row meanwhile. */
const callTtlMs = 10_000;
/** A form carries a file: 10 MB need it on a line of 6 Mbit/s. */
const formTtlMs = 15_000;

export interface Responded {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** Undefined when there was more than was asked for. */
  readonly bytes: Buffer | undefined;
}

/** Carries one request out. Throws for what the network does: refused, cut, too slow. */
export type Requests = (call: Call, bytesMax: number) => Promise<Responded>;

/**
 * Over `node:http` and its kept connections: half the CPU of `fetch`, and this is most of what a turn on a platform costs
 * beyond one on the web. Redirects are not followed: one could lead to an address that nobody checked, with our token in
 * the header.
 */
export const overHttp: Requests = async (call, bytesMax) => {
  const { headers, bytes } = await encoded(call);
  const { promise, resolve, reject } = Promise.withResolvers<Responded>();
  const url = new URL(call.url);
  const request = url.protocol === 'http:' ? requestHttp : requestHttps;
  const options = { method: call.method, headers: { ...always, ...headers } };
  const sent = request(url, options, (response) => {
    read(response, bytesMax).then(resolve, reject);
  });
  const timer = setTimeout(() => sent.destroy(new Error('no answer in time')), ttlOf(call));
  sent.on('error', reject);
  sent.once('close', () => clearTimeout(timer));
  sent.end(bytes);
  return promise;
};

function ttlOf({ body }: Call): number {
  return body instanceof FormData ? formTtlMs : callTtlMs;
}

interface Encoded {
  readonly headers: { readonly [name: string]: string };
  readonly bytes: Buffer | undefined;
}

async function encoded({ method, headers, body }: Call): Promise<Encoded> {
  if (body === undefined) {
    return {
      headers: method === 'GET' ? headers : { ...headers, 'content-length': '0' },
      bytes: undefined,
    };
  }
  if (typeof body === 'string') return withLength(headers, Buffer.from(body));
  // The platform's own way to write a form down, boundary and all.
  const form = new Response(body);
  const type = form.headers.get('content-type') ?? 'multipart/form-data';
  return withLength({ ...headers, 'content-type': type }, Buffer.from(await form.arrayBuffer()));
}

function withLength(headers: Encoded['headers'], bytes: Buffer): Encoded {
  return { headers: { ...headers, 'content-length': String(bytes.byteLength) }, bytes };
}

async function read(response: IncomingMessage, bytesMax: number): Promise<Responded> {
  const bytes = await readUpTo(response, bytesMax);
  const { statusCode: status = 0, headers } = response;
  const header = (name: string): string | undefined => {
    const value = headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  return { status, header, bytes };
}

/** Undefined when there is more than that; the rest is not read. */
export async function readUpTo(
  source: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
