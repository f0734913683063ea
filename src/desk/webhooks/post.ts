import { request as httpsRequest } from 'node:https';
import { request as httpRequest } from 'node:http';
import type { LookupFunction } from 'node:net';
import { publicAddress, resolveAll, type Resolve } from './address.ts';

const timeoutMs = 10_000;
/** An answer is read no further: only its status matters. */
const answerBytesMax = 64 * 1024;

export interface Posting {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Undefined when it was taken (2xx); otherwise what went wrong, for an operator. */
export type Post = (posting: Posting) => Promise<string | undefined>;

/** Resolves to an address by itself; what it gives is what is connected to. For tests: another resolver, and plain HTTP to it. */
export interface PostOptions {
  readonly resolve?: Resolve;
  readonly allow?: (address: string) => boolean;
}

/**
 * Sends one delivery. The name is resolved and looked at here, and the connection is made to the very address that was looked
 * at: a name that is made to lead elsewhere in between gains nothing. Redirects are not followed.
 */
export function createPost({ resolve = resolveAll, allow }: PostOptions = {}): Post {
  return async (posting) => {
    const { hostname } = new URL(posting.url);
    try {
      const target = allow
        ? await allowedAddress(hostname, resolve, allow)
        : await publicAddress(hostname, resolve);
      if (!target) return 'the name leads to an address that is not public';
      return await send(posting, target);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
}

async function allowedAddress(
  hostname: string,
  resolve: Resolve,
  allow: (address: string) => boolean,
) {
  const [address] = await resolve(hostname);
  return address !== undefined && allow(address) ? { address, family: 4 as const } : undefined;
}

function send(
  { url, headers, body }: Posting,
  { address, family }: { readonly address: string; readonly family: 4 | 6 },
): Promise<string | undefined> {
  const pinned: LookupFunction = (_host, options, done) => {
    if (options.all) done(null, [{ address, family }]);
    else done(null, address, family);
  };
  const make = url.startsWith('http:') ? httpRequest : httpsRequest;
  return new Promise((settle) => {
    const request = make(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'Kefu-Webhooks/1',
        ...headers,
      },
      lookup: pinned,
      // No connection is kept: the next delivery looks at the name again.
      agent: false,
      timeout: timeoutMs,
      signal: AbortSignal.timeout(timeoutMs),
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', (error) => settle(error.message));
    request.on('response', (response) => {
      const status = response.statusCode ?? 0;
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > answerBytesMax) response.destroy();
      });
      response.on('error', () => undefined);
      response.on('close', () =>
        settle(status >= 200 && status < 300 ? undefined : `status ${status}`),
      );
    });
    request.end(body);
  });
}
