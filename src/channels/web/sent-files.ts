import type { SessionPrincipal } from '../../identity/index.ts';
import type { Inbound, Received } from '../../turn/index.ts';
import type { WebChannelDeps } from './ports.ts';

type Refused = Extract<Received, { readonly kind: 'refused' }>;

/**
 * The message with the files that it names, which are its own from here on. Also when the message itself then cannot be
 * stored: the same message sent again gets the same files.
 */
export async function withFiles(
  { files }: Pick<WebChannelDeps, 'files'>,
  { visitorId }: SessionPrincipal,
  inbound: Inbound,
  ids: readonly string[] | undefined,
): Promise<Inbound | Refused> {
  if (ids === undefined) return inbound;
  const { conversationId, cid } = inbound;
  const refs = await files?.claim(ids, { conversationId, senderId: visitorId, cid });
  if (refs) return { ...inbound, files: refs };
  const message = 'One of the files is not there any more; upload it again.';
  return { kind: 'refused', code: 'not_found', message };
}
