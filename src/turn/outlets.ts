import type { ConversationId } from '../core/index.ts';
import type { ConversationEvent } from '../dialogue/index.ts';
import type { AppendRequest, KeptRecord, NewOutboxRow, OutboxRow, Store } from '../store/index.ts';
import type { TurnDeps } from './deps.ts';
import { hold } from './log-access.ts';

/** Kind of a delivery's outbox row: this and the channel's name. */
const deliveryKind = 'deliver:';
/** Conversations whose channel is remembered; a channel never changes, so forgetting one costs a read. */
const remembered = 10_000;
/** How often a delivery looks for its channel while that is not connected, as at a start. */
const notConnectedMs = 1000;
/** A channel that the operator took away: its words wait this many looks, some three days. */
const looksMax = 900;
const lookLongestMs = 5 * 60_000;

const told: ReadonlySet<ConversationEvent['type']> = new Set<ConversationEvent['type']>([
  'bot.said',
  'agent.said',
  'ticket.changed',
  'handoff.accepted',
  'satisfaction.asked',
]);

/** What came of one try to deliver. `later`: again then, nothing overtakes it; `failed`: given up, with the reason. */
export type Delivered =
  /** `kept`: how far it came, to be written with the end of the work. */
  | { readonly kind: 'done'; readonly kept?: KeptRecord }
  | { readonly kind: 'later'; readonly atMs: number; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** What works the outbox of this node. */
interface Works {
  /** There may be due rows. */
  nudge(): void;
  /** Works rows that are leased to this node already. */
  begin(leased: readonly OutboxRow[]): void;
  /** How long a row is ours that is appended now; undefined: nothing is begun any more. */
  leaseMs(): number | undefined;
}

type Deliverer = (id: ConversationId, attempts: number) => Promise<Delivered>;

/**
 * Ways out of the log to messaging platforms. Words that are appended on such a channel carry an outbox row, whether or not
 * the platform is connected at that moment; the deliverer, connected later, sends whatever the customer has not been sent.
 */
export class Outlets {
  readonly #channels: ReadonlySet<string>;
  readonly #channelOf = new Map<ConversationId, string>();
  #deliverer: Deliverer | undefined;
  #waits: ((id: ConversationId) => Promise<boolean>) | undefined;
  #works: Works | undefined;

  constructor(channels: readonly string[]) {
    this.#channels = new Set(channels);
  }

  /** `waits` tells whether words are held back until the customer writes again: their message then carries a delivery too. */
  connect(
    deliverer: Deliverer,
    waits: ((id: ConversationId) => Promise<boolean>) | undefined,
  ): void {
    this.#deliverer = deliverer;
    this.#waits = waits;
    this.nudge();
  }

  /** Called by whoever works the outbox of this node. */
  onWork(works: Works): void {
    this.#works = works;
  }

  nudge(): void {
    this.#works?.nudge();
  }

  /** A delivery was appended: begun at once where it is ours already. */
  appended(leased: readonly OutboxRow[] | undefined): void {
    if (leased) this.#works?.begin(leased);
    else this.nudge();
  }

  get deliverer(): Deliverer | undefined {
    return this.#deliverer;
  }

  /** The row that has these words delivered; undefined when there are none or the channel needs no delivery. */
  async deliveryOf(store: Store, request: AppendRequest): Promise<NewOutboxRow | undefined> {
    const isTold = request.events.some(({ type }) => told.has(type));
    const isHeard = request.events.some(({ type }) => type === 'message.received');
    const waits = isHeard ? this.#waits : undefined;
    if (!isTold && !waits) return undefined;
    const channel = await this.#channel(store, request);
    if (channel === undefined || !this.#channels.has(channel)) return undefined;
    if (!isTold && !(await waits?.(request.conversationId))) return undefined;
    const { conversationId, dedupe, expect = 0, atMs } = request;
    // One append has one key or one version: the same words asked for twice are one row.
    const id = `d:${conversationId}:${dedupe?.key ?? `v${expect}`}`;
    const leaseMs = this.#deliverer && this.#works?.leaseMs();
    const row = { id, kind: `${deliveryKind}${channel}`, payload: null, dueAtMs: atMs };
    return leaseMs === undefined ? row : { ...row, leaseMs };
  }

  async #channel(store: Store, request: AppendRequest): Promise<string | undefined> {
    const { conversationId: id, create, snapshot } = request;
    const known = create?.channel ?? snapshot?.channel ?? this.#channelOf.get(id);
    if (known !== undefined) return known;
    const held = await hold(store, id);
    if (held === undefined) return undefined;
    this.#channelOf.set(id, held.state.channel);
    const oldest = this.#channelOf.keys().next();
    if (this.#channelOf.size > remembered && !oldest.done) this.#channelOf.delete(oldest.value);
    return held.state.channel;
  }
}

export function isDelivery(kind: string): boolean {
  return kind.startsWith(deliveryKind);
}

/** Works one delivery's row; what it throws is retried by the pump. */
export async function deliver(deps: TurnDeps, row: OutboxRow): Promise<void> {
  const { outbox } = deps.store;
  const deliverer = deps.outlets?.deliverer;
  if (!deliverer) {
    if (row.attempts > looksMax) return outbox.bury(row.id, 'the channel is not connected');
    const waitMs = Math.min(notConnectedMs * row.attempts, lookLongestMs);
    return outbox.retry(row.id, deps.clock(), waitMs, 'the channel is not connected');
  }
  const delivered = await deliverer(row.conversationId, row.attempts);
  switch (delivered.kind) {
    case 'done':
      return outbox.settle(row.id, delivered.kept);
    case 'later': {
      const nowMs = deps.clock();
      return outbox.retry(row.id, nowMs, Math.max(0, delivered.atMs - nowMs), delivered.reason);
    }
    case 'failed':
      return outbox.bury(row.id, delivered.reason);
  }
}
