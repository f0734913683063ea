import { parseConversationId } from '../../../src/core/index.ts';
import type { ConversationId, Owner, Priority } from '../../../src/core/index.ts';
import { initialState } from '../../../src/dialogue/index.ts';
import type { ConversationEvent, ConversationState } from '../../../src/dialogue/index.ts';
import type { AppendResult, InboxQuery, InboxRow, Store } from '../../../src/store/index.ts';

/** A store of its own on fresh ground. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Closes the store and opens what it left, as a restart does. */
  readonly reopen: () => Promise<Store>;
  readonly remove: () => Promise<void>;
}

export function conversation(name: string): ConversationId {
  const id = parseConversationId(name);
  if (!id) throw new Error(`not an id: ${name}`);
  return id;
}

export function message(cid: string, text = 'hello'): ConversationEvent {
  return { type: 'message.received', cid, text };
}

export const note: ConversationEvent = {
  type: 'agent.noted',
  cid: 'n1',
  agentId: 'a1',
  agentName: 'Ann',
  text: 'seen',
};

export const made = { visitorId: 'visitor-1', channel: 'web' };
export const c1 = conversation('c1');

export function state(part: Partial<ConversationState>): ConversationState {
  return { ...initialState, started: true, ...part };
}

export function queued(sinceMs: number, priority: Priority = 'normal'): Owner {
  return { by: 'queue', epoch: 1, sinceMs, priority, queue: 'default', reason: 'asked' };
}

export function heldBy(agentId: string, sinceMs: number): Owner {
  return { by: 'agent', epoch: 2, sinceMs, agentId, agentName: agentId };
}

export function committed(result: AppendResult): Extract<AppendResult, { kind: 'committed' }> {
  if (result.kind !== 'committed') throw new Error(`expected a commit, got ${result.kind}`);
  return result;
}

/** Puts a conversation into a state, whatever it was before. */
export async function place(
  store: Store,
  id: ConversationId,
  atMs: number,
  part: Partial<ConversationState>,
) {
  const head = (await store.conversations.heads([id])).get(id);
  return committed(
    await store.conversations.append({
      conversationId: id,
      create: { ...made, visitorId: `visitor-of-${id}` },
      expect: head?.version ?? 0,
      atMs,
      events: [{ type: 'bot.awaits', pending: null }],
      snapshot: state(part),
    }),
  );
}

export async function allPages(
  store: Store,
  query: Omit<InboxQuery, 'after'>,
): Promise<InboxRow[]> {
  const rows: InboxRow[] = [];
  for (;;) {
    const after = rows.at(-1)?.cursor;
    const page = await store.conversations.inbox({
      ...query,
      ...(after !== undefined && { after }),
    });
    rows.push(...page);
    if (page.length < query.limit) return rows;
  }
}

/** Opens a store that is removed when the test is over. */
export type Begin = () => Promise<StoreUnderTest>;
