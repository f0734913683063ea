import type { PlatformsDeps } from './ports.ts';
import { hmac, isSame } from './signatures.ts';

/** Below this path are the files that went out as a link. */
export const filePath = '/sent';
const dayMs = 24 * 60 * 60_000;
/** As long as a conversation's reply windows run: the customer may look again on another day. */
export const fileLinkDays = 7;

type LinkDeps = Pick<PlatformsDeps, 'settings' | 'publicUrl' | 'clock'>;

/**
 * Where a customer, or a platform for them, gets a file without signing in. Signed, not stored: whoever has the address has
 * the file, so it ends after some days. Counted in whole days from when it was said, so that a try again has the same one;
 * of words that waited longer, from the day on which they go out.
 */
export function fileLink(
  { settings, publicUrl, clock }: LinkDeps,
  fileId: string,
  saidAtMs: number,
): string {
  const today = Math.floor(clock() / dayMs) * dayMs;
  const body = `${fileId}.${(Math.max(saidAtMs, today) + fileLinkDays * dayMs).toString(36)}`;
  return `${publicUrl}${filePath}/${body}.${mark(settings.linkSecret, body)}`;
}

/** The file that an address names; undefined when it was not made by us or has run out. */
export function readFileLink(secret: string, token: string, nowMs: number): string | undefined {
  const match = /^((f_[0-9a-f]{32})\.([0-9a-z]{1,12}))\.([\w-]{22})$/.exec(token);
  if (!match || !isSame(mark(secret, match[1] ?? ''), match[4] ?? '')) return undefined;
  return Number.parseInt(match[3] ?? '', 36) > nowMs ? match[2] : undefined;
}

/** 132 bits, of no other link of ours. */
function mark(secret: string, body: string): string {
  return hmac('sha256', secret, `file:${body}`, 'base64url').slice(0, 22);
}
