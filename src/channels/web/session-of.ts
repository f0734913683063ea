import { Fault, parseConversationId } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { Request } from '../../http/index.ts';
import type { SessionPrincipal } from '../../identity/index.ts';
import type { WebChannelDeps } from './ports.ts';

/** Faults: not_signed_in, bad_token, token_expired. */
export async function principalOf(
  { visitors }: Pick<WebChannelDeps, 'visitors'>,
  request: Request,
): Promise<SessionPrincipal> {
  const token = /^Bearer ([^\s]{1,4096})$/.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) {
    throw new Fault('not_signed_in', 'Send the session token as Authorization: Bearer.');
  }
  return visitors.read(token);
}

/** The one to write in. Asked of the turn each time, because whose a conversation is can change. The same refusal for another's and for none. */
export async function ownConversation(
  deps: Pick<WebChannelDeps, 'turns' | 'config'>,
  principal: SessionPrincipal,
  conv: unknown,
): Promise<ConversationId> {
  const own = await deps.turns.open(principal, 'web', deps.config().defaultLanguage);
  if (own !== conv) throw nothingThere();
  return own;
}

/** One's own, the present one or a former one: to be read. */
export async function readableConversation(
  deps: Pick<WebChannelDeps, 'turns' | 'config' | 'conversations'>,
  principal: SessionPrincipal,
  conv: unknown,
): Promise<ConversationId> {
  const own = await deps.turns.open(principal, 'web', deps.config().defaultLanguage);
  if (own === conv) return own;
  const id = parseConversationId(conv);
  const former = await deps.conversations.own(principal, formerMax);
  if (id === undefined || !former.some(({ conversationId }) => conversationId === id)) {
    throw nothingThere();
  }
  return id;
}

/** A visitor's former conversations beyond these are the archive's. */
export const formerMax = 50;

function nothingThere(): Fault {
  return new Fault('not_found', 'There is no such conversation.');
}
