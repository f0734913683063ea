import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Fault, type Clock } from '../../core/index.ts';
import type { Answer, Wallet } from '../port.ts';
import { Breaker, type BreakerOptions, type BreakerState } from './breaker.ts';
import { openLine, type Line, type Received } from './exchange.ts';
import { operations, writeCall } from './operations.ts';
import type { Operation, OperationName, WrittenCall } from './operations.ts';
import { okOf, refusal } from './schemas.ts';
import { sign, signatureHeaders } from './signature.ts';

export interface HttpWalletOptions {
  /** Where the contract is served, such as `https://api.wallet.example/kefu/v1`. */
  readonly url: string;
  readonly keyId: string;
  readonly secret: Uint8Array;
  readonly clock: Clock;
  readonly log?: WalletLog;
  /** One request's time, default 4 s; a whole call's with its retries, default 9 s: inside the ten that an action waits. */
  readonly requestMs?: number;
  readonly callMs?: number;
  readonly breaker?: Omit<BreakerOptions, 'clock' | 'onChange'>;
  /** Fires once after `ms` unless cancelled by the function it gives. */
  readonly startTimer?: StartTimer;
}
type StartTimer = (ms: number, fire: () => void) => () => void;

/** Told the operation and what was wrong with the answer; never arguments, results or keys. */
export interface WalletLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A wallet at the other end of the contract in `openapi.yaml`. Never throws: what is not certain is `unknown`. */
export interface HttpWallet extends Wallet {
  readonly breaker: () => BreakerState;
  /** Ends the connections; requests on the way become `unknown`. */
  readonly close: () => void;
}

/** Waits before the second and the third try. Further ones are the business of whoever asks again with the same key. */
const pausesMs = [150, 600];

interface Deps extends Required<Omit<HttpWalletOptions, 'url' | 'breaker'>> {
  readonly base: URL;
  readonly breaker: Breaker;
  readonly line: Line;
  readonly closing: AbortSignal;
}

export function createHttpWallet(options: HttpWalletOptions): HttpWallet {
  const log = options.log ?? { warn: () => undefined, error: () => undefined };
  const closing = new AbortController();
  const breaker = new Breaker({
    ...options.breaker,
    clock: options.clock,
    onChange: (state) => log.warn({ state }, 'the wallet’s circuit breaker changed'),
  });
  const deps: Deps = {
    requestMs: 4000,
    callMs: 9000,
    startTimer: startRealTimer,
    ...options,
    log,
    base: new URL(options.url),
    breaker,
    line: openLine(),
    closing: closing.signal,
  };
  const asking = operations.map((operation) => [
    operation.name,
    (call: object = {}) => ask(deps, operation, call),
  ]);
  const wallet = Object.fromEntries(asking) as Pick<Wallet, OperationName>;
  const close = (): void => {
    closing.abort();
    deps.line.close();
  };
  return { ...wallet, breaker: () => breaker.state, close };
}

/** One answer to one request: it is certain, or it is not and the same may be asked again or had better not. */
type Told =
  | { readonly kind: 'certain'; readonly answer: Answer<unknown> }
  | { readonly kind: 'again' | 'never'; readonly fault: Fault };

async function ask(deps: Deps, operation: Operation, call: object): Promise<Answer<unknown>> {
  const written = writeCall(operation, call);
  // Nothing was sent, so it is certain that nothing happened.
  if (written === undefined) return { kind: 'refused', reason: 'not_allowed' };
  const endsMs = deps.clock() + deps.callMs;
  for (let tries = 1; ; tries += 1) {
    if (deps.closing.aborted || !deps.breaker.enter()) return { kind: 'unknown' };
    const told = await askOnce(deps, { operation, call, written, endsMs });
    if (told.kind === 'certain') return told.answer;
    const pauseMs = told.kind === 'again' ? pausesMs[tries - 1] : undefined;
    if (pauseMs === undefined || deps.clock() + pauseMs >= endsMs) {
      const fields = { operation: operation.name, tries, err: told.fault };
      // A wallet that cannot be reached is an outage; one that breaks the contract needs a developer.
      if (told.kind === 'again') deps.log.warn(fields, 'the wallet gave no certain answer');
      else deps.log.error(fields, 'the wallet’s answer does not fit the contract');
      return { kind: 'unknown' };
    }
    await pause(deps, pauseMs);
  }
}

interface Asked {
  readonly operation: Operation;
  readonly call: object;
  readonly written: WrittenCall;
  readonly endsMs: number;
}

/** Tells the breaker only whether there is anybody: a wrong answer to one operation must not stop the others. */
async function askOnce(deps: Deps, asked: Asked): Promise<Told> {
  const deadline = new AbortController();
  const leftMs = Math.min(deps.requestMs, asked.endsMs - deps.clock());
  const cancel = deps.startTimer(leftMs, () => {
    deadline.abort(new Fault('wallet_failed', `No answer within ${leftMs} ms.`));
  });
  try {
    const signal = AbortSignal.any([deadline.signal, deps.closing]);
    const received = await deps.line.exchange({ ...signedRequest(deps, asked), signal });
    const isOverloaded = received.status >= 500 || received.status === 429;
    if (isOverloaded) deps.breaker.failed();
    else deps.breaker.succeeded();
    return isOverloaded
      ? { kind: 'again', fault: faultOf(`It answered ${received.status}.`) }
      : readAnswer(asked, received);
  } catch (error) {
    if (error instanceof Fault && error.code === 'too_large') {
      deps.breaker.succeeded();
      return { kind: 'never', fault: faultOf(error.message) };
    }
    deps.breaker.failed();
    const cause: unknown = deadline.signal.aborted ? deadline.signal.reason : error;
    return { kind: 'again', fault: faultOf('No whole answer came.', cause) };
  } finally {
    cancel();
  }
}

function signedRequest({ base, keyId, secret, clock }: Deps, { operation, written }: Asked) {
  const path = `${base.pathname.replace(/\/+$/, '')}${written.path}`;
  const { method } = operation;
  const body = new TextEncoder().encode(written.body);
  const timestampMs = clock();
  const nonce = randomBytes(16).toString('base64url');
  const idempotencyKey = written.key;
  const signed = { method, path, timestampMs, nonce, idempotencyKey, body };
  const headers = {
    host: base.host,
    accept: 'application/json',
    'accept-encoding': 'identity',
    [signatureHeaders.keyId]: keyId,
    [signatureHeaders.timestamp]: String(timestampMs),
    [signatureHeaders.nonce]: nonce,
    [signatureHeaders.signature]: sign(secret, signed),
    ...(method === 'POST' && {
      'content-type': 'application/json',
      [signatureHeaders.idempotencyKey]: idempotencyKey,
    }),
  };
  return { url: base, path, method, headers, body };
}

function readAnswer({ operation, call }: Asked, { status, contentType, body }: Received): Told {
  const misfit = (what: string): Told => ({ kind: 'never', fault: faultOf(what) });
  if (status !== 200 && status !== 409 && status !== 422) return misfit(`It answered ${status}.`);
  if (!/^application\/json\b/i.test(contentType)) return misfit(`${status} without JSON.`);
  let sent: unknown;
  try {
    sent = JSON.parse(body);
  } catch {
    return misfit(`${status} with JSON that cannot be read.`);
  }
  if (status !== 200) {
    const refused = z.safeDecode(refusal, sent as z.input<typeof refusal>);
    if (!refused.success) return misfit(`${status} ${placesOf(refused.error)}`);
    return { kind: 'certain', answer: { kind: 'refused', reason: refused.data.refused } };
  }
  const ok = okOf(operation.result).safeDecode(sent as never);
  if (!ok.success) return misfit(`200 ${placesOf(ok.error)}`);
  if (!operation.isAbout(call, ok.data.result)) return misfit('200 about something else.');
  return { kind: 'certain', answer: { kind: 'ok', ...ok.data } };
}

/** Where it does not fit and how, without what stood there. */
function placesOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map(({ path, code }) => `${path.join('.')}: ${code}`)
    .join(', ');
}

function faultOf(message: string, cause?: unknown): Fault {
  return new Fault('wallet_failed', message, cause === undefined ? {} : { cause });
}

function pause({ startTimer }: Deps, ms: number): Promise<void> {
  return new Promise((resolve) => {
    startTimer(ms, resolve);
  });
}

function startRealTimer(ms: number, fire: () => void): () => void {
  const timer = setTimeout(fire, ms);
  return () => clearTimeout(timer);
}
