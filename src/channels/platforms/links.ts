import type { ConversationId } from '../../core/index.ts';
import { parseConversationId } from '../../core/index.ts';
import { hmac, isSame } from './signatures.ts';

/** What a one-time link is for: signing in, or entering the code of this challenge. */
export interface Link {
  readonly conversationId: ConversationId;
  readonly purpose: 'sign_in' | 'code';
  readonly expiresAtMs: number;
}

/** As long as a person needs to find their password; the code itself lasts five minutes. */
export const linkTtlMs = 15 * 60_000;

/**
 * Signed, not stored: the same words sent again after a crash carry the same link. That it works once is kept where it is
 * used.
 */
export function makeLink(secret: string, { conversationId, purpose, expiresAtMs }: Link): string {
  const body = [conversationId, purpose === 'sign_in' ? 's' : 'c', expiresAtMs.toString(36)].join(
    '.',
  );
  return `${body}.${mark(secret, body)}`;
}

/** Undefined when it was not made by us or has run out. */
export function readLink(secret: string, token: string, nowMs: number): Link | undefined {
  const match = /^([\w:-]{1,128})\.(s|c)\.([0-9a-z]{1,12})\.([\w-]{22})$/.exec(token);
  if (!match) return undefined;
  const [, id = '', purpose, expiry = '', given = ''] = match;
  const conversationId = parseConversationId(id);
  if (!isSame(mark(secret, `${id}.${purpose}.${expiry}`), given) || !conversationId)
    return undefined;
  const expiresAtMs = Number.parseInt(expiry, 36);
  if (expiresAtMs <= nowMs) return undefined;
  return { conversationId, purpose: purpose === 's' ? 'sign_in' : 'code', expiresAtMs };
}

/** 132 bits. */
function mark(secret: string, body: string): string {
  return hmac('sha256', secret, body, 'base64url').slice(0, 22);
}
