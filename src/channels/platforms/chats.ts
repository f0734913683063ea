import type { ConversationId } from '../../core/index.ts';
import type { KeptRecord, RecordStore } from '../../store/index.ts';
import type { Address, PlatformName } from './driver.ts';
import type { Heard } from './windows.ts';

/** Where a conversation's customer is reached; as their latest message told it. */
export interface ChatRecord {
  readonly platform: PlatformName;
  readonly userId: string;
  readonly to: Address;
  readonly name: string;
  /** When they last did what opens the platform's reply window; kept where there is one. */
  readonly heard?: Heard;
  /** When they last came back from a link of ours, if that is newer. */
  readonly backAtMs?: number;
}

/** How far a conversation was delivered: every visible event up to `seq`, and `part` parts of the next one. */
export interface Delivered {
  readonly seq: number;
  readonly part: number;
  /** Messages sent since the customer's message of then, for platforms that count them. */
  readonly sent: number;
  readonly heardAtMs: number;
}

const chatKind = 'platform-chat';
const deliveredKind = 'platform-delivered';
export const nothingDelivered: Delivered = { seq: 0, part: 0, sent: 0, heardAtMs: 0 };

export async function chatOf(
  records: RecordStore,
  id: ConversationId,
): Promise<ChatRecord | undefined> {
  const body = await records.get(chatKind, id);
  return body === undefined ? undefined : (JSON.parse(body) as ChatRecord);
}

/** What opened the reply window stays while nothing newer did. */
export function keepChat(
  records: RecordStore,
  id: ConversationId,
  chat: ChatRecord,
): Promise<void> {
  return keep(records, chatKind, id, (former) => {
    const heard = chat.heard ?? (former && (JSON.parse(former) as ChatRecord).heard);
    return JSON.stringify({ ...chat, ...(heard && { heard }) });
  });
}

/**
 * They used a link of ours: the count of messages begins anew by our reckoning, so that a sign-in and a code do not use it up.
 * Where the platform counts on it refuses, and the words wait as others do.
 */
export async function keepReturned(
  records: RecordStore,
  id: ConversationId,
  backAtMs: number,
): Promise<void> {
  const chat = await chatOf(records, id);
  if (!chat?.heard) return;
  await keep(records, chatKind, id, (former) =>
    JSON.stringify({
      ...(former === undefined ? chat : (JSON.parse(former) as ChatRecord)),
      backAtMs,
    }),
  );
}

export async function deliveredOf(records: RecordStore, id: ConversationId): Promise<Delivered> {
  const body = await records.get(deliveredKind, id);
  return body === undefined ? nothingDelivered : (JSON.parse(body) as Delivered);
}

/** To be written by who settles the delivery. */
export function deliveredRecord(id: ConversationId, delivered: Delivered): KeptRecord {
  return { kind: deliveredKind, key: id, body: JSON.stringify(delivered) };
}

/** One worker at a time delivers a conversation, so nothing else writes this. */
export function keepDelivered(
  records: RecordStore,
  id: ConversationId,
  delivered: Delivered,
): Promise<void> {
  return keep(records, deliveredKind, id, () => JSON.stringify(delivered));
}

async function keep(
  records: RecordStore,
  kind: string,
  key: string,
  make: (former: string | undefined) => string,
): Promise<void> {
  for (;;) {
    const former = await records.get(kind, key);
    const body = make(former);
    if (former === body) return;
    const isKept =
      former === undefined
        ? await records.insert(kind, key, body)
        : await records.replace(kind, key, former, body);
    if (isKept) return;
  }
}
