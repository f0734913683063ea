import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Fault } from '../../core/index.ts';

export interface Exchange {
  readonly url: URL;
  /** Sent as it is: it was signed. */
  readonly path: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

export interface Received {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface Line {
  /**
   * One request and its whole answer. Whatever the status, a redirect too, it is only reported: a signed
   * request is for the address that it was made for. Throws when there is no whole answer within the ceiling.
   */
  exchange(asked: Exchange): Promise<Received>;
  close(): void;
}

/** An answer lists fifty records at most, of some hundred bytes each. */
const answerBytesMax = 256 * 1024;
/** Requests on the way at once; more wait, and their deadline with them. */
const socketsMax = 64;

/** Connections to one wallet, kept open between requests. */
export function openLine(): Line {
  const settings = { keepAlive: true, maxSockets: socketsMax, scheduling: 'lifo' as const };
  const [plain, secure] = [new HttpAgent(settings), new HttpsAgent(settings)];
  return {
    exchange: (asked) => {
      const { promise, resolve, reject } = Promise.withResolvers<Received>();
      const { url, path, method, signal } = asked;
      const headers = { ...asked.headers, 'content-length': String(asked.body.byteLength) };
      const options = {
        hostname: bare(url.hostname),
        port: url.port,
        path,
        method,
        headers,
        signal,
      };
      const request =
        url.protocol === 'https:'
          ? httpsRequest({ ...options, agent: secure })
          : httpRequest({ ...options, agent: plain });
      request.on('error', reject);
      request.on('response', (response) => {
        readBody(response).then(resolve, reject);
      });
      request.end(asked.body);
      return promise;
    },
    close: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** A URL writes an IPv6 address in brackets, a socket does not. */
const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

async function readBody(response: IncomingMessage): Promise<Received> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response) {
    if (!Buffer.isBuffer(piece)) continue;
    length += piece.length;
    // Leaving the loop by a throw destroys the connection.
    if (length > answerBytesMax) {
      throw new Fault('too_large', `The wallet's answer is longer than ${answerBytesMax} bytes.`);
    }
    pieces.push(piece);
  }
  // A body cut short ends the loop with an error already; this is for peers that give a length and no end.
  if (!response.complete) throw new Fault('wallet_failed', 'The answer broke off.');
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    body: Buffer.concat(pieces).toString('utf8'),
  };
}
