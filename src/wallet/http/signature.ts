import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../core/index.ts';

/** What a signature covers: all that decides what a request does, and when it was made. */
export interface Signed {
  readonly method: string;
  /** As in the request line, with its query. */
  readonly path: string;
  readonly timestampMs: number;
  /** Never the same twice under one key. */
  readonly nonce: string;
  /** Empty for reads. */
  readonly idempotencyKey: string;
  readonly body: Uint8Array;
}

/** Names of the request's headers. */
export const signatureHeaders = {
  keyId: 'kefu-key-id',
  timestamp: 'kefu-timestamp',
  nonce: 'kefu-nonce',
  signature: 'kefu-signature',
  idempotencyKey: 'idempotency-key',
} as const;

/** A signature is good this long before and after its time, which is as far as two clocks may differ. */
export const signatureWindowMs = 5 * 60_000;

/** Lower-case hex of HMAC-SHA256 over seven lines. None of the parts may hold a line break, so no two requests share a text. */
export function sign(secret: Uint8Array, signed: Signed): string {
  const { method, path, timestampMs, nonce, idempotencyKey, body } = signed;
  const digest = createHash('sha256').update(body).digest('hex');
  const lines = ['kefu-hmac-sha256', method, path, timestampMs, nonce, idempotencyKey, digest];
  return createHmac('sha256', secret).update(lines.join('\n')).digest('hex');
}

export interface Verifier {
  /** Undefined when the request is good. */
  check(headers: { readonly [name: string]: unknown }, request: Request): Unverified | undefined;
}
type Request = Pick<Signed, 'method' | 'path' | 'body'>;

/** Why a request is not taken, in words for the peer's developers. */
export interface Unverified {
  readonly code: 'bad_signature' | 'overloaded';
  readonly message: string;
}

export interface VerifierOptions {
  /** By key id. Two at once while a secret is being replaced. */
  readonly keys: ReadonlyMap<string, Uint8Array>;
  readonly clock: Clock;
  /** Nonces remembered at once. Default 200 000, about 30 MB: 330 requests a second. */
  readonly noncesMax?: number;
}

/** Checked against when the key id is unknown, so that the time taken does not tell which ids there are. */
const noSecret = new Uint8Array(32);

export function createVerifier({ keys, clock, noncesMax = 200_000 }: VerifierOptions): Verifier {
  const nonces = createNonces(noncesMax);
  return {
    check(headers, request) {
      const shown = readHeaders(headers);
      if (shown === undefined) {
        return bad(
          'The headers Kefu-Key-Id, Kefu-Timestamp, Kefu-Nonce and Kefu-Signature must be there, each of its form.',
        );
      }
      const secret = keys.get(shown.keyId);
      const own = sign(secret ?? noSecret, { ...request, ...shown });
      const isGenuine = timingSafeEqual(Buffer.from(own), Buffer.from(shown.signature));
      if (secret === undefined || !isGenuine) {
        return bad('The signature does not fit the request, or the key is not known.');
      }
      const nowMs = clock();
      if (Math.abs(nowMs - shown.timestampMs) > signatureWindowMs) {
        return bad('Kefu-Timestamp is more than five minutes away from now.');
      }
      // Only after the signature: a stranger must not be able to fill the memory.
      switch (nonces.use(`${shown.keyId} ${shown.nonce}`, nowMs)) {
        case 'fresh':
          return undefined;
        case 'used':
          return bad('This request was sent before; each needs a nonce of its own.');
        case 'full':
          return { code: 'overloaded', message: 'Too many requests in a short time.' };
      }
    },
  };
}

const bad = (message: string): Unverified => ({ code: 'bad_signature', message });

function readHeaders(headers: { readonly [name: string]: unknown }) {
  const keyId = textOf(headers[signatureHeaders.keyId], /^[\w.-]{1,64}$/);
  const timestamp = textOf(headers[signatureHeaders.timestamp], /^\d{1,15}$/);
  const nonce = textOf(headers[signatureHeaders.nonce], /^[\w-]{16,64}$/);
  const signature = textOf(headers[signatureHeaders.signature], /^[0-9a-f]{64}$/);
  const idempotencyKey = textOf(headers[signatureHeaders.idempotencyKey] ?? '', /^[\w.:-]{0,128}$/);
  if (keyId === undefined || timestamp === undefined || nonce === undefined) return undefined;
  if (signature === undefined || idempotencyKey === undefined) return undefined;
  return { keyId, timestampMs: Number(timestamp), nonce, signature, idempotencyKey };
}

function textOf(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

/** Remembers a nonce for as long as a signature over it could still be taken. When full, nothing new is taken. */
function createNonces(max: number) {
  // In the order of their end, since each lasts equally long.
  const seen = new Map<string, number>();
  return {
    use(nonce: string, nowMs: number): 'fresh' | 'used' | 'full' {
      for (const [old, untilMs] of seen) {
        if (untilMs > nowMs) break;
        seen.delete(old);
      }
      if (seen.has(nonce)) return 'used';
      if (seen.size >= max) return 'full';
      seen.set(nonce, nowMs + 2 * signatureWindowMs);
      return 'fresh';
    },
  };
}
