import type { DeskSearchHit } from './protocol.ts';

/** The hits of all pages: a conversation that was found on one may be found by older words on a later one. */
export function eachOnce(
  pages: readonly { readonly hits: readonly DeskSearchHit[] }[],
): readonly DeskSearchHit[] {
  const byConversation = new Map<string, DeskSearchHit>();
  for (const hit of pages.flatMap(({ hits }) => hits)) {
    if (!byConversation.has(hit.conv)) byConversation.set(hit.conv, hit);
  }
  return [...byConversation.values()];
}
