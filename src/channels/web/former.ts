import type { SessionPrincipal } from '../../identity/index.ts';
import type { ConversationsReply, WireEvent } from '../../protocol/index.ts';
import { plainText } from '../../core/index.ts';
import type { OwnConversation } from '../../store/index.ts';
import type { ConversationReads } from './ports.ts';
import { readPage } from './resume.ts';
import { formerMax } from './session-of.ts';

type Listed = ConversationsReply['conversations'][number];

/** Visible events from the end among which the last words are looked for. */
const previewDepth = 20;
const previewLengthMax = 140;

/** One's own conversations, the last written first. */
export async function ownConversations(
  conversations: ConversationReads,
  principal: SessionPrincipal,
  current: string,
): Promise<ConversationsReply> {
  const own = await conversations.own(principal, formerMax);
  return {
    conversations: await Promise.all(own.map((one) => listed(conversations, one, current))),
  };
}

async function listed(
  conversations: ConversationReads,
  own: OwnConversation,
  current: string,
): Promise<Listed> {
  const { conversationId: conv, seq, closed, lastAtMs, language } = own;
  const first = await readPage(conversations, conv, 0, 1);
  const last = await readPage(conversations, conv, Math.max(0, seq - previewDepth), previewDepth);
  return {
    conv,
    current: conv === current,
    closed,
    startedAtMs: first[0]?.atMs ?? lastAtMs,
    lastAtMs,
    seq,
    language,
    preview: previewOf(last),
  };
}

function previewOf(events: readonly WireEvent[]): string {
  const words = events.toReversed().map((event) => wordsOf(event));
  const line = (words.find((text) => text !== '') ?? '').replaceAll(/\s+/g, ' ').trim();
  if (line.length <= previewLengthMax) return line;
  return `${line.slice(0, previewLengthMax - 1)}…`.toWellFormed();
}

function wordsOf(event: WireEvent): string {
  if (event.type === 'notice') return event.blocks.map(plainText).join(' ');
  if (event.type !== 'message') return '';
  if (event.from === 'bot') {
    return event.blocks
      .flatMap((block) => (block.type === 'text' ? [plainText(block)] : []))
      .join(' ');
  }
  return event.text === '' ? (event.files ?? []).map(({ name }) => name).join(', ') : event.text;
}
