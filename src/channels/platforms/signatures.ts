import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { BinaryToTextEncoding } from 'node:crypto';
import type { Verified, Webhook } from './driver.ts';

export function hmac(
  algorithm: 'sha1' | 'sha256',
  key: string,
  data: string | Buffer,
  encoding: BinaryToTextEncoding,
): string {
  return createHmac(algorithm, key).update(data).digest(encoding);
}

/** Takes as long for any guess; of digests, because texts of different length cannot be compared so. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** A header that must equal what we compute; then the body as JSON. */
export function verifyJson(webhook: Webhook, header: string, expected: () => string): Verified {
  const given = webhook.headers[header];
  if (given === undefined || given === '') return { kind: 'forged', reason: 'missing' };
  if (!isSame(given, expected())) return { kind: 'forged', reason: 'wrong' };
  return jsonOf(webhook.raw);
}

export function jsonOf(raw: Buffer): Verified {
  try {
    const body: unknown = JSON.parse(raw.toString('utf8'));
    if (typeof body === 'object' && body !== null) return { kind: 'ok', body };
  } catch {
    // Told below.
  }
  return { kind: 'unreadable' };
}
