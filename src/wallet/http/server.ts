import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { Fault, limits, type Clock } from '../../core/index.ts';
import type { Answer, Wallet } from '../port.ts';
import { matchPath, operations, statusOfRefusal, type Operation } from './operations.ts';
import { id, okOf, type WalletErrorCode } from './schemas.ts';
import { createVerifier, signatureHeaders, type Verifier } from './signature.ts';

export interface WalletServerOptions {
  readonly wallet: Wallet;
  /** Secrets by key id. */
  readonly keys: ReadonlyMap<string, Uint8Array>;
  readonly clock: Clock;
  /** The file behind a statement's link, served without a signature: whoever has the link reads it. */
  readonly statement?: (token: string) => StatementFile | undefined;
  /** Told of a wallet that threw or whose answer does not fit the contract. */
  readonly onFault?: (operation: string, error: unknown) => void;
}

interface StatementFile {
  readonly name: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Where the contract's paths begin. */
export const basePath = '/v1';
export const statementPath = '/statements/';

export type WalletHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves any wallet by the contract in `openapi.yaml`, for a node:http server. */
export function createWalletHandler(options: WalletServerOptions): WalletHandler {
  const verifier = createVerifier(options);
  return (request, response) => {
    respond(options, verifier, request).then(
      (reply) => write(response, reply),
      (error: unknown) => {
        // Gone in the middle of its request: nobody is left to answer.
        if (request.errored) return;
        options.onFault?.('request', error);
        write(response, failed('internal', 'It failed here.'));
      },
    );
  };
}

/** A server with ceilings for slow and long-winded peers. Not listening yet, and with no handler. */
export function createWalletServer(): Server {
  return createServer({
    headersTimeout: 15_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 30_000,
    maxHeaderSize: 16 * 1024,
  });
}

interface Reply {
  readonly status: number;
  readonly contentType?: string;
  readonly body: string | Uint8Array;
  readonly fileName?: string;
}

const statuses: { readonly [code in WalletErrorCode]: number } = {
  bad_request: 400,
  bad_signature: 401,
  not_found: 404,
  too_large: 413,
  overloaded: 429,
  unknown: 503,
  internal: 500,
};

function failed(code: WalletErrorCode, message: string): Reply {
  return { status: statuses[code], body: JSON.stringify({ error: { code, message } }) };
}

async function respond(
  options: WalletServerOptions,
  verifier: Verifier,
  request: IncomingMessage,
): Promise<Reply> {
  const { method = '', url: path = '' } = request;
  const file = method === 'GET' ? fileOf(options, path) : undefined;
  if (file !== undefined) return file;
  const body = await readBody(request);
  if (body === undefined) {
    return failed('too_large', `A body has ${limits.frameBytesMax} bytes at most.`);
  }
  const wrong = verifier.check(request.headers, { method, path, body });
  if (wrong !== undefined) return failed(wrong.code, wrong.message);
  const [pathname = '', query = ''] = path.split('?', 2);
  const found = find(method, pathname);
  if (found === undefined) return failed('not_found', 'The contract has no such operation.');
  const key = request.headers[signatureHeaders.idempotencyKey];
  const call = readCall(found, { query, body, key });
  if (typeof call === 'string') return failed('bad_request', call);
  return perform(options, found.operation, call);
}

function fileOf({ statement }: WalletServerOptions, path: string): Reply | undefined {
  const token = path.startsWith(statementPath) ? path.slice(statementPath.length) : '';
  const file = token === '' ? undefined : statement?.(token);
  return file && { status: 200, ...file, fileName: file.name };
}

/** Undefined when it is too long; the rest of it is not read then. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(piece)) continue;
    length += piece.length;
    if (length > limits.frameBytesMax) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

interface Found {
  readonly operation: Operation;
  readonly ids: { readonly [name: string]: string };
}

function find(method: string, pathname: string): Found | undefined {
  if (!pathname.startsWith(`${basePath}/`)) return undefined;
  for (const operation of operations) {
    if (operation.method !== method) continue;
    const ids = matchPath(operation, pathname.slice(basePath.length));
    if (ids !== undefined) return { operation, ids };
  }
  return undefined;
}

/** The call as the port has it, or what is wrong with it. */
function readCall(
  { operation, ids }: Found,
  sent: { readonly query: string; readonly body: Uint8Array; readonly key: unknown },
): object | string {
  const isWrite = operation.method === 'POST';
  if (isWrite && !id.safeParse(sent.key).success) {
    return 'Idempotency-Key must be there: 1 to 128 characters of A-Za-z0-9_.:- that begin with a letter or digit.';
  }
  if (!isWrite && sent.body.byteLength > 0) return 'A GET has no body.';
  const fields = isWrite ? readJson(sent.body) : readQuery(sent.query);
  const rest = z.safeDecode(operation.rest, fields);
  if (!rest.success) {
    const places = rest.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return `It does not fit the contract: ${places.slice(0, 5).join('; ')}.`;
  }
  const { key: idempotencyKey } = sent;
  return { ...(rest.data as object), ...ids, ...(isWrite && { idempotencyKey }) };
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** A name that comes twice has no one meaning. */
function readQuery(query: string): unknown {
  const entries = [...new URLSearchParams(query)];
  return new Set(entries.map(([name]) => name)).size === entries.length
    ? Object.fromEntries(entries)
    : undefined;
}

async function perform(
  { wallet, onFault }: WalletServerOptions,
  operation: Operation,
  call: object,
): Promise<Reply> {
  try {
    // The table holds that `call` has this operation's type.
    const ask = wallet[operation.name] as unknown as (call: object) => Promise<Answer<unknown>>;
    return replyOf(operation, await ask.call(wallet, call));
  } catch (error) {
    onFault?.(operation.name, error);
    return failed('internal', 'It failed here; whether it happened is not certain.');
  }
}

function replyOf(operation: Operation, answer: Answer<unknown>): Reply {
  switch (answer.kind) {
    case 'ok': {
      const { result, receipt } = answer;
      const sent = z.encode(okOf(operation.result), { result, receipt });
      return { status: 200, body: JSON.stringify(sent) };
    }
    case 'refused': {
      const { reason } = answer;
      return { status: statusOfRefusal(reason), body: JSON.stringify({ refused: reason }) };
    }
    case 'unknown':
      return failed('unknown', 'Whether it happened is not certain; ask again with the same key.');
    default:
      throw new Fault('wallet_failed', 'The wallet answered with an unknown kind.');
  }
}

function write(response: ServerResponse, reply: Reply): void {
  const { status, body, contentType = 'application/json', fileName } = reply;
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(fileName !== undefined && { 'content-disposition': `attachment; filename="${fileName}"` }),
    // The rest of a body that was too long has not been read, so the connection cannot go on.
    ...(status === 413 && { connection: 'close' }),
  });
  response.end(body);
}
