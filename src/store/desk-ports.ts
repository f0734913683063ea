import type { ConversationId } from '../core/index.ts';
import type { LoggedEvent } from '../dialogue/index.ts';

/**
 * What the desk looks things up in beside the inbox. It follows the log: `follow` deals with events that were committed and not
 * dealt with yet, in one transaction with how far it has come, so that neither a crash nor an update leaves a gap. Whoever
 * reads right after an append may see the state before it.
 */
export interface DeskIndex {
  /** Deals with at most `limit` events and gives how many there were: 0 when it is level with the log. */
  follow(limit: number): Promise<number>;
  search(query: SearchQuery): Promise<SearchPage>;
  /** Keeps what a customer is called, so that a search by name leads to them; the former name is forgotten. */
  named(customerId: string, name: string): Promise<void>;
  /** What these customers are called, as far as it was ever told; nobody else is asked. */
  namesOf(customerIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Conversations of this customer or, without one, of this visitor; latest first. */
  conversationsOf(who: PersonRef, limit: number): Promise<readonly PastRow[]>;
  /** By conversation; what is not there owes nothing. */
  serviceLevels(ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, ServiceFacts>>;
  tagsOf(ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, readonly string[]>>;
  /** Tags in use, the most used first. */
  tags(limit: number): Promise<readonly string[]>;
  /** Requests that wait for a second person and have not expired by `nowMs`, oldest first. */
  approvals(nowMs: number, limit: number): Promise<readonly ApprovalRef[]>;
}

export interface SearchQuery {
  readonly text: string;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface SearchPage {
  readonly hits: readonly SearchHit[];
  readonly next: string | null;
}

export interface SearchHit {
  readonly row: PastRow;
  readonly found: 'conversation' | 'customer' | 'reference' | 'tag' | 'text';
  readonly pos: number | null;
  readonly atMs: number;
  readonly text: string;
  /** Folded words that were looked for. */
  readonly words: readonly string[];
}

export interface PersonRef {
  readonly customerId: string | null;
  readonly visitorId: string;
}

export interface PastRow {
  readonly conversationId: ConversationId;
  readonly customerId: string | null;
  readonly channel: string;
  readonly language: string;
  readonly owner: 'bot' | 'queue' | 'agent';
  readonly agentId: string | null;
  readonly reason: string | null;
  readonly closed: boolean;
  readonly lastAtMs: number;
  readonly score: number | null;
}

export interface ServiceFacts {
  readonly askedMs: number | null;
  readonly firstReplyMs: number | null;
  readonly waitingMs: number | null;
  readonly score: number | null;
  readonly comment: string | null;
}

export interface ApprovalRef {
  readonly conversationId: ConversationId;
  readonly effectId: string;
}

/** An event in the order of the whole log. */
export interface NumberedEvent {
  readonly n: number;
  readonly conversationId: ConversationId;
  readonly logged: LoggedEvent;
}

/**
 * Deliveries of events to other people's systems. `enqueue` keeps them with how far the log was read, in one
 * transaction: no event is sent on twice or left out by a crash in between. Delivered at least once; the id makes a repeat harmless.
 * A clock that was ahead puts nothing off for longer than was meant, as in the outbox.
 */
export interface WebhookStore {
  /** The last event that was dealt with. */
  cursor(): Promise<number>;
  /** The last event of the log. */
  lastEvent(): Promise<number>;
  eventsAfter(n: number, limit: number): Promise<readonly NumberedEvent[]>;
  /** False when somebody else has moved the cursor from `from` meanwhile. */
  enqueue(from: number, to: number, deliveries: readonly NewDelivery[]): Promise<boolean>;
  /** Takes due ones and keeps others from taking them for `leaseMs`. */
  claim(nowMs: number, limit: number, leaseMs: number): Promise<readonly DueDelivery[]>;
  done(id: string): Promise<void>;
  /** Due again `waitMs` after now. */
  retry(id: string, nowMs: number, waitMs: number, error: string): Promise<void>;
  bury(id: string, error: string): Promise<void>;
  /** Ends the leases that nobody can hold any more: called once at start. */
  recover(): Promise<void>;
  nextDueMs(): Promise<number | undefined>;
  list(webhook: string, state: DeliveryState, limit: number): Promise<readonly DeliveryRow[]>;
  counts(webhook: string): Promise<{
    readonly waiting: number;
    readonly dead: number;
    readonly lastError: string | null;
  }>;
  /** Dead ones become due at `nowMs`, all of them or those named; gives how many. */
  replay(webhook: string, nowMs: number, ids?: readonly string[]): Promise<number>;
  /** Forgets what was delivered before `beforeMs`, and everything of a webhook that is gone. */
  sweep(beforeMs: number, limit: number): Promise<number>;
  forget(webhook: string): Promise<void>;
}

export type DeliveryState = 'waiting' | 'done' | 'dead';

export interface NewDelivery {
  readonly id: string;
  readonly webhook: string;
  readonly topic: string;
  readonly conversationId: ConversationId;
  readonly event: number;
  readonly dueAtMs: number;
}

export interface DeliveryRow extends Omit<NewDelivery, 'event'> {
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly error: string | null;
}

export interface DueDelivery extends DeliveryRow {
  readonly logged: LoggedEvent;
}
