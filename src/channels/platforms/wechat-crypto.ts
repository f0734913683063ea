import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import type { Verified, Webhook } from './driver.ts';
import { isSame } from './signatures.ts';

/**
 * The message security that WeChat Official Accounts and WeCom share (developer.work.weixin.qq.com/document/path/90968): a SHA-1
 * over the sorted parts, and AES-256-CBC over 16 random bytes, the length, the message and the receiver's id, padded to 32.
 */

/** A recorded request is worth nothing after this; in plain mode the signature does not cover the body. */
const staleMs = 5 * 60_000;
const blockLength = 32;

export function signatureOf(...parts: readonly string[]): string {
  return createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');
}

/** Undefined when it was not made with this key for this receiver. */
export function decrypt(
  encodingAesKey: string,
  receiver: string,
  encrypted: string,
): string | undefined {
  try {
    const key = keyOf(encodingAesKey);
    const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(
      false,
    );
    const padded = Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()]);
    const padding = padded.at(-1) ?? 0;
    if (padding < 1 || padding > blockLength) return undefined;
    const plain = padded.subarray(0, padded.length - padding);
    const length = plain.readUInt32BE(16);
    if (plain.subarray(20 + length).toString('utf8') !== receiver) return undefined;
    return plain.subarray(20, 20 + length).toString('utf8');
  } catch {
    return undefined; // wrong length, wrong key, cut off: all the same to us
  }
}

/** The opposite, for what stands in for the platform in tests and for passive replies. `random` has 16 bytes. */
export function encrypt(
  encodingAesKey: string,
  receiver: string,
  message: string,
  random: Buffer,
): string {
  const key = keyOf(encodingAesKey);
  const text = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([random, length, text, Buffer.from(receiver)]);
  const padding = blockLength - (plain.length % blockLength);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}

function keyOf(encodingAesKey: string): Buffer {
  return Buffer.from(`${encodingAesKey}=`, 'base64');
}

interface Keys {
  readonly token: string;
  /** Empty: plain mode. */
  readonly encodingAesKey: string;
  readonly receiver: string;
}

/** A callback's XML as an object, decrypted where there is a key for it. */
export function verifyWechat({ query, raw }: Webhook, keys: Keys, nowMs: number): Verified {
  const { timestamp = '', nonce = '' } = query;
  const outer = xmlOf(raw.toString('utf8'));
  const encrypted = keys.encodingAesKey === '' ? undefined : textOf(outer?.['Encrypt']);
  const given = encrypted === undefined ? query['signature'] : query['msg_signature'];
  if (given === undefined) return { kind: 'forged', reason: 'missing' };
  const parts = [keys.token, timestamp, nonce, ...(encrypted === undefined ? [] : [encrypted])];
  if (!isSame(given, signatureOf(...parts))) return { kind: 'forged', reason: 'wrong' };
  if (!isFresh(timestamp, nowMs)) return { kind: 'forged', reason: 'stale' };
  // With a key, what is not encrypted is not the platform's: its plain signature does not cover the body.
  if (keys.encodingAesKey !== '' && encrypted === undefined)
    return { kind: 'forged', reason: 'wrong' };
  if (encrypted === undefined) return outer ? { kind: 'ok', body: outer } : { kind: 'unreadable' };
  const text = decrypt(keys.encodingAesKey, keys.receiver, encrypted);
  if (text === undefined) return { kind: 'forged', reason: 'wrong' };
  const body = xmlOf(text);
  return body ? { kind: 'ok', body } : { kind: 'unreadable' };
}

function isFresh(timestamp: string, nowMs: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(nowMs - Number(timestamp) * 1000) <= staleMs;
}

/** The `xml` element; entities are not resolved, so that a document cannot grow by them. */
export function xmlOf(text: string): { readonly [name: string]: unknown } | undefined {
  try {
    const parser = new XMLParser({ parseTagValue: false, processEntities: false });
    const document: unknown = parser.parse(text);
    if (typeof document !== 'object' || document === null) return undefined;
    const root = (document as { readonly xml?: unknown }).xml;
    return typeof root === 'object' && root !== null ? { ...root } : undefined;
  } catch {
    return undefined; // no XML
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
