import { createHash } from 'node:crypto';
import { canonical, type Clock, type ConversationId } from '../core/index.ts';
import {
  evolve,
  initialState,
  type ConversationEvent,
  type ConversationState,
  type LoggedEvent,
} from '../dialogue/index.ts';
import type { AppendRequest, AppendResult, Store } from '../store/index.ts';
import type { Bus } from '../bus/index.ts';
import type { Outlets } from './outlets.ts';

/** A conversation as one turn sees it: the folded state at `version`. */
export interface Held {
  readonly id: ConversationId;
  readonly version: number;
  readonly state: ConversationState;
}

/** Loads and folds; undefined when there is no such conversation. */
export async function hold(store: Store, id: ConversationId): Promise<Held | undefined> {
  const stored = await store.conversations.load(id);
  if (!stored) return undefined;
  const state = stored.tail.reduce(evolve, stored.snapshot ?? initialState);
  return { id, version: stored.version, state };
}

/** The state after `events` are appended to `held` at `atMs`; positions are known because the append expects `held.version`. */
export function foldOn(
  held: Held,
  events: readonly ConversationEvent[],
  atMs: number,
): ConversationState {
  return events.reduce(
    (state, event, index) => evolve(state, { pos: held.version + 1 + index, atMs, event }),
    held.state,
  );
}

/**
 * Appends, and on success hints everyone who watches. The hint carries no content. Words for a customer on a messaging
 * platform get their delivery in the same transaction.
 */
export async function appendAndHint(
  { store, bus, outlets }: { readonly store: Store; readonly bus: Bus; readonly outlets?: Outlets },
  request: AppendRequest,
): Promise<AppendResult> {
  const delivery = await outlets?.deliveryOf(store, request);
  const outbox = delivery && [...(request.outbox ?? []), delivery];
  const result = await store.conversations.append(outbox ? { ...request, outbox } : request);
  if (result.kind === 'committed') {
    if (delivery) outlets?.appended(result.leased);
    const { conversationId } = request;
    const hint = {
      kind: 'head',
      conversationId,
      version: result.version,
      seq: lastSeq(result.events),
    } as const;
    bus.publish(`c:${conversationId}`, hint);
    bus.publish('desk', hint);
  }
  return result;
}

/** Compare-and-append on what is held, with the state that it leads to. Stale: somebody was faster. */
export function appendOn(
  deps: Parameters<typeof appendAndHint>[0] & { readonly clock: Clock },
  held: Held,
  events: readonly ConversationEvent[],
  more: Pick<AppendRequest, 'create' | 'dedupe' | 'outbox'> = {},
): Promise<AppendResult> {
  const atMs = deps.clock();
  const snapshot = foldOn(held, events, atMs);
  return appendAndHint(deps, {
    conversationId: held.id,
    expect: held.version,
    atMs,
    events,
    snapshot,
    ...more,
  });
}

/** 0 when none of them is visible. */
export function lastSeq(events: readonly LoggedEvent[]): number {
  return events.reduce((last, { seq }) => seq ?? last, 0);
}

/** SHA-256, hex. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What a client message id is bound to: the same id with another sender or content is a conflict. */
export function fingerprint(content: unknown): string {
  return digest(canonical(content));
}
