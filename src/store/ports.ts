import type { ConversationId, Offer, Priority } from '../core/index.ts';
import type { ConversationEvent, ConversationState, LoggedEvent } from '../dialogue/index.ts';
import type { AuditStore } from './audit-ports.ts';
import type { RetentionStore } from './retention-ports.ts';
import type { DeskIndex, WebhookStore } from './desk-ports.ts';
import type { PersonalStore } from './personal-ports.ts';

/**
 * The log of every conversation and what must be done because of it. One contract suite
 * (`test/contracts/store.ts`) runs against each implementation.
 *
 * Promises: an append is durable (synced) before its promise resolves; appends to one conversation
 * apply in call order; `pos` and `seq` are gapless from 1; a failed batch stays at the head of the
 * queue and is retried, so an append is refused only as the result union says or, when the queue is full
 * or older than `limits.appendAgeMaxMs`, with `overloaded`.
 */
export interface ConversationStore {
  append(request: AppendRequest): Promise<AppendResult>;
  /** Snapshot folded as far as it goes and the events behind it; undefined when there is no such conversation. */
  load(id: ConversationId): Promise<StoredConversation | undefined>;
  /** Visible events with `seq > after`, in order, at most `limit`. */
  readVisible(id: ConversationId, after: number, limit: number): Promise<readonly LoggedEvent[]>;
  /** All events with `pos > after`, in order, at most `limit`. */
  readAll(id: ConversationId, after: number, limit: number): Promise<readonly LoggedEvent[]>;
  /** Heads of the conversations that exist, in one query. */
  heads(ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, Head>>;
  /** The conversation to go on with, the latest if there are several; with a channel, of those that began on it. */
  findByCustomer(customerId: string, channel?: string): Promise<ConversationId | undefined>;
  findByVisitor(visitorId: string): Promise<ConversationId | undefined>;
  /** The customer's conversations, or without one those of the visitor that no customer has; the last written first. */
  own(
    who: { readonly visitorId: string; readonly customerId?: string },
    limit: number,
  ): Promise<readonly OwnConversation[]>;
  inbox(query: InboxQuery): Promise<readonly InboxRow[]>;
  /**
   * A page of a list narrowed by a filter. It looks through a bounded stretch of the list, so that a filter which hardly
   * anything fits holds nobody up: fewer rows than asked for, or none, do not mean the end; `next` of null does.
   * `lookThrough`: how many rows of the list one question looks at; some thousands when it is not said.
   */
  inboxSifted(query: InboxQuery, filter: InboxFilter, lookThrough?: number): Promise<SiftedInbox>;
  /**
   * Conversations that hold events behind their snapshot's `handledPos` (or have no snapshot), not owned by an
   * agent, last written before `beforeMs`: turns that a crash cut off. Work does not grow with stored history. With `aheadMs` also those
   * written behind that, by a clock that was wrong.
   */
  unhandled(beforeMs: number, limit: number, aheadMs?: number): Promise<readonly ConversationId[]>;
  /** Position in the queue (1 is next) in the order of handoff's `serveRankMs`; undefined when not queued. */
  queuePlace(id: ConversationId): Promise<number | undefined>;
  /** Conversations whose offer, snooze or time for writing up has ended by `nowMs`, the longest overdue first. */
  handoffDue(nowMs: number, limit: number): Promise<readonly ConversationId[]>;
  /** What each agent has in hand; an agent with nothing is not in it. */
  agentLoads(): Promise<readonly AgentLoad[]>;
  /** Conversations that the agent has, is offered or has put aside, oldest first. */
  heldBy(agentId: string, limit: number): Promise<readonly HeldBy[]>;
  /** Snoozed conversations in which the customer has written since. */
  wokenByCustomer(limit: number): Promise<readonly ConversationId[]>;
  /** Who waits, by team and priority. */
  queueFigures(): Promise<readonly QueueFigure[]>;
  /** How long the latest whom an agent took from this queue had waited, latest first. */
  recentWaits(queue: string, limit: number): Promise<readonly Wait[]>;
}

export interface AgentLoad {
  readonly agentId: string;
  readonly open: number;
  readonly offered: number;
  readonly wrapUp: number;
  readonly snoozed: number;
}

export interface HeldBy {
  readonly conversationId: ConversationId;
  readonly state: 'agent' | 'snoozed' | 'offered' | 'wrap_up';
}

export interface QueueFigure {
  readonly queue: string;
  readonly priority: Priority;
  readonly waiting: number;
  readonly offered: number;
  readonly oldestSinceMs: number;
}

export interface Wait {
  readonly priority: Priority;
  readonly waitedMs: number;
  /** When it ended. */
  readonly atMs: number;
}

export interface OwnConversation {
  readonly conversationId: ConversationId;
  readonly language: string;
  readonly closed: boolean;
  readonly lastAtMs: number;
  /** Of its last visible event. */
  readonly seq: number;
}

export interface AppendRequest {
  readonly conversationId: ConversationId;
  /** Makes the conversation when it does not exist; without it an unknown id is `not_found`. */
  readonly create?: { readonly visitorId: string; readonly channel: string };
  /** Refuse as stale unless the conversation's version is this. */
  readonly expect?: number;
  /** At most once per conversation and key. Another fingerprint under the same key is a conflict. */
  readonly dedupe?: { readonly key: string; readonly fingerprint: string };
  readonly atMs: number;
  readonly events: readonly ConversationEvent[];
  /** State after these events; needs `expect`. */
  readonly snapshot?: ConversationState;
  readonly outbox?: readonly NewOutboxRow[];
  /** Outbox rows that these events settle, in the same transaction. */
  readonly settles?: readonly string[];
}

export type AppendResult =
  | {
      readonly kind: 'committed';
      /** Version after the append: the position of its last event. */
      readonly version: number;
      readonly events: readonly LoggedEvent[];
      /** Rows that are the appender's already: what it was asked to lease and nothing stood before. */
      readonly leased?: readonly OutboxRow[];
    }
  /** The key was used before with the same fingerprint; `first` are the events it made then. */
  | { readonly kind: 'duplicate'; readonly first: readonly LoggedEvent[] }
  | { readonly kind: 'refused'; readonly reason: 'stale'; readonly version: number }
  | { readonly kind: 'refused'; readonly reason: 'not_found' | 'conflict' | 'overloaded' };

export interface StoredConversation {
  readonly id: ConversationId;
  readonly version: number;
  readonly seq: number;
  /** Undefined before the first snapshot. */
  readonly snapshot?: ConversationState;
  readonly snapshotVersion: number;
  readonly tail: readonly LoggedEvent[];
}

export interface Head {
  readonly version: number;
  readonly seq: number;
}

export interface InboxQuery {
  readonly list: 'queue' | 'mine' | 'offered' | 'team' | 'bot' | 'snoozed' | 'closed';
  /** Whose, for `mine`, `offered` and `snoozed` (without it: everyone's snoozed ones). */
  readonly agentId?: string;
  /** Narrows `queue` and `team`. */
  readonly queue?: string;
  readonly limit: number;
  /** `cursor` of the last row of the page before. */
  readonly after?: string;
}

/** All that is named must fit. */
export interface InboxFilter {
  readonly language?: string;
  readonly channel?: string;
  readonly tag?: string;
}

export interface SiftedInbox {
  readonly rows: readonly InboxRow[];
  /** `after` of the page behind; null when there is none. */
  readonly next: string | null;
}

export interface InboxRow {
  readonly conversationId: ConversationId;
  readonly visitorId: string;
  readonly customerId: string | null;
  readonly channel: string;
  readonly language: string;
  readonly owner: 'bot' | 'queue' | 'agent';
  readonly agentId: string | null;
  readonly agentName: string | null;
  readonly state: 'bot' | 'queued' | 'offered' | 'agent' | 'snoozed' | 'wrap_up' | 'closed';
  readonly queue: string | null;
  /** The offer's, the snooze's or the wrap-up's end; null without one. */
  readonly dueMs: number | null;
  readonly offer: Offer | null;
  /** 0 to 100. */
  readonly risk: number;
  /** The latest words of the customer or an agent, cut to a line. */
  readonly preview: string | null;
  readonly previewBy: 'customer' | 'agent' | null;
  readonly priority: Priority | null;
  readonly reason: string | null;
  readonly sinceMs: number;
  readonly lastAtMs: number;
  readonly closed: boolean;
  readonly version: number;
  readonly cursor: string;
}

export interface NewOutboxRow {
  /** The effect's id: unique for good; a second row with it is ignored. */
  readonly id: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly dueAtMs: number;
  /**
   * Leased from the start, for so long, to who appends it and works it at once: spares the claim its transaction. Without
   * effect while something unfinished of the same conversation and kind is there.
   */
  readonly leaseMs?: number;
}

/** Written with what settles a row, whatever was there before: one worker at a time has the row. */
export interface KeptRecord {
  readonly kind: string;
  readonly key: string;
  readonly body: string;
}

export interface OutboxRow extends Omit<NewOutboxRow, 'leaseMs'> {
  readonly conversationId: ConversationId;
  /** Tries begun so far, this one included. */
  readonly attempts: number;
}

/**
 * Work committed with the events that asked for it; done at least once, in due order, one at a time a conversation and kind. Clocks
 * are not trusted: what was put off by one that was ahead waits, from the first claim that sees it, as long as it was meant to.
 */
export interface Outbox {
  /** Takes due rows and keeps others from taking them for `leaseMs`; after a crash they are due again when the lease ends, or at `recover`. */
  claim(nowMs: number, limit: number, leaseMs: number): Promise<readonly OutboxRow[]>;
  /** `kept` is written in the same transaction, and only if the row was not finished before. */
  settle(id: string, kept?: KeptRecord): Promise<void>;
  /** Due again `waitMs` after now. */
  retry(id: string, nowMs: number, waitMs: number, error: string): Promise<void>;
  /** Given up, with the reason, for a person to look at. */
  bury(id: string, error: string): Promise<void>;
  /** Ends every lease; called once at start, when no other process can hold one. Returns how many rows are unfinished. */
  recover(): Promise<number>;
  /** When the next row is due. */
  nextDueMs(): Promise<number | undefined>;
}

/** Small keyed records of identity: agents, sessions, challenges, used token ids. Each write is durable when it resolves. */
export interface RecordStore {
  get(kind: string, key: string): Promise<string | undefined>;
  /** False when the key exists already: how single use is kept. */
  insert(kind: string, key: string, body: string, expiresAtMs?: number): Promise<boolean>;
  /** Compare-and-set on the exact former body; false when it has changed or is not there. */
  replace(
    kind: string,
    key: string,
    former: string,
    body: string,
    expiresAtMs?: number,
  ): Promise<boolean>;
  remove(kind: string, key: string): Promise<void>;
  list(
    kind: string,
    limit: number,
  ): Promise<readonly { readonly key: string; readonly body: string }[]>;
  /** Deletes what expired before `nowMs`, at most `limit` rows. */
  sweep(nowMs: number, limit: number): Promise<number>;
}

/** Counts that several nodes keep together for a while. Not durable, unlike everything else here. */
export interface CountTable {
  /** Adds to what was counted under this key since its window of `windowMs` began; a new one begins when that has ended. */
  add(
    key: string,
    points: number,
    windowMs: number,
  ): Promise<{ readonly points: number; readonly leftMs: number }>;
}

/** Bytes of attachments, in a store that several nodes share. */
export interface BlobStore {
  /** Reads the body to its end; durable when it resolves. What the body throws is thrown on, and nothing stays. */
  write(id: string, body: AsyncIterable<Uint8Array>): Promise<void>;
  /** Nothing when there is no such blob. */
  read(id: string): AsyncIterable<Uint8Array>;
  has(id: string): Promise<boolean>;
  remove(id: string): Promise<void>;
  /** Ids behind `after`, in their order, of what was last written before then. */
  olderThan(atMs: number, after: string, limit: number): Promise<readonly string[]>;
}

export interface Store {
  /** Random at creation and at a restore from backup: clients with another epoch start afresh. */
  readonly epoch: string;
  readonly conversations: ConversationStore;
  readonly outbox: Outbox;
  readonly records: RecordStore;
  readonly deskIndex: DeskIndex;
  readonly webhooks: WebhookStore;
  /** Absent in a store that keeps no audit chain. */
  readonly audit?: AuditStore;
  /** Absent in a store that keeps everything. */
  readonly retention?: RetentionStore;
  /** Copies everything into a new database file while writes go on; absent in a store with tools of its own. */
  backup?(to: string): Promise<void>;
  readonly personal: PersonalStore;
  /** Absent in a store of one process, which can count for itself. */
  readonly counts?: CountTable;
  /** Absent in a store of one process, whose attachments lie in its data folder. */
  readonly blobs?: BlobStore;
  /** Throws a Fault with the reason when a write cannot be made durable now. */
  checkHealth(): Promise<void>;
  /** Waits for what is queued, then closes. */
  close(): Promise<void>;
}
