import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorCodes, Fault } from '../core/index.ts';
import type { ErrorCode } from '../core/index.ts';
import type { Log, Metrics } from '../ops/index.ts';
import { asFault, bodyOf, sentenceOf } from './error-border.ts';

/** A machine's request with its body as it came over the wire. */
export interface HookCall {
  readonly method: string;
  /** What stands behind the hook's path, without the slashes around it. */
  readonly name: string;
  /** Path and query, as they came. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** Empty when there was none. */
  readonly raw: Buffer;
}

export interface HookAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface Hook {
  readonly bytesMax: number;
  /** What it throws is answered with its named error. */
  readonly answer: (call: HookCall) => Promise<HookAnswer>;
}

interface HooksDeps {
  readonly log: Log;
  readonly metrics: Metrics;
  /** The refusal for this request, if any: draining, rate limit. */
  readonly gate: (request: IncomingMessage) => Promise<ErrorCode | undefined>;
  readonly gateSentence: (code: ErrorCode) => string;
  /** The public address is https. */
  readonly secure: boolean;
}

/**
 * Requests of machines that come with every message: answered before Express sees them, which costs as much again as
 * such a request itself. Limits, counts and named errors are those of every other request.
 */
export class Hooks {
  readonly #deps: HooksDeps;
  readonly #hooks = new Map<string, Hook>();
  readonly #headers: { readonly [name: string]: string };

  constructor(deps: HooksDeps) {
    this.#deps = deps;
    this.#headers = {
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'",
      'x-content-type-options': 'nosniff',
      ...(deps.secure && { 'strict-transport-security': 'max-age=31536000' }),
    };
  }

  /** Everything below this path. */
  add(path: string, hook: Hook): void {
    this.#hooks.set(`${path}/`, hook);
  }

  /** False when nobody answers there: then nothing was done with the request. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    const url = request.url ?? '';
    for (const [prefix, hook] of this.#hooks) {
      if (!url.startsWith(prefix)) continue;
      void this.#answer(hook, prefix, { request, response });
      return true;
    }
    return false;
  }

  async #answer(
    hook: Hook,
    prefix: string,
    { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  ): Promise<void> {
    const { method = '', url = '', headers } = request;
    const [path = ''] = url.split('?', 1);
    try {
      await this.#pass(request);
      const raw = await readBody(request, hook.bytesMax);
      const name = path.slice(prefix.length).replace(/\/$/, '');
      this.#send(response, await hook.answer({ method, name, url, headers, raw }));
    } catch (thrown) {
      const fault = asFault(thrown);
      if (fault.culprit !== 'peer') {
        this.#deps.log.error({ method, path, err: thrown, code: fault.code }, 'a request failed');
      }
      this.#refuse(response, fault);
    }
  }

  async #pass(request: IncomingMessage): Promise<void> {
    const code = await this.#deps.gate(request);
    if (code) throw new Fault(code, this.#deps.gateSentence(code));
  }

  #refuse(response: ServerResponse, fault: Fault): void {
    const { status } = errorCodes[fault.code];
    const body = bodyOf(fault.code, sentenceOf(fault));
    this.#deps.metrics.count('refused', fault.code);
    // What was not read to its end is not waited for.
    const isCut = fault.code === 'too_large' || fault.code === 'shutting_down';
    this.#send(
      response,
      { status, type: 'application/json', body },
      {
        ...(isCut && { connection: 'close' }),
        ...((status === 429 || status === 503) && { 'retry-after': '1' }),
      },
    );
  }

  #send(
    response: ServerResponse,
    { status, type, body }: HookAnswer,
    more: { readonly [name: string]: string } = {},
  ): void {
    this.#deps.metrics.count('requests', `${Math.floor(status / 100)}xx`);
    response.writeHead(status, {
      ...this.#headers,
      'content-type': `${type}; charset=utf-8`,
      'content-length': Buffer.byteLength(body),
      ...more,
    });
    response.end(body);
  }
}

/** As it came: what is signed is signed over these bytes. Faults: `too_large`, `bad_request` for what is packed or cut off. */
function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const { 'content-encoding': coding = 'identity', 'content-length': length = '0' } =
    request.headers;
  if (coding.toLowerCase() !== 'identity') {
    throw new Fault('bad_request', 'The body must not be compressed.');
  }
  const tooLarge = () => new Fault('too_large', 'The body is larger than allowed.');
  if (Number(length) > bytesMax) throw tooLarge();
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes <= bytesMax) chunks.push(chunk);
    else reject(tooLarge());
  });
  request.once('end', () => {
    resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
  });
  request.once('error', () => reject(new Fault('bad_request', 'The request was cut off.')));
  request.once('close', () => reject(new Fault('bad_request', 'The request was cut off.')));
  return promise;
}
