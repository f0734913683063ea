import { Fault } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { SessionPrincipal } from '../../identity/index.ts';
import type { EventsReply, WireEvent } from '../../protocol/index.ts';
import type { Hub, Watcher } from './hub.ts';
import type { ConversationReads, WebLimits } from './ports.ts';
import type { Cursor } from './resume.ts';
import { headSeq, readPage, resumePoint } from './resume.ts';

export interface LongPollDeps {
  readonly conversations: ConversationReads;
  readonly hub: Hub;
  readonly epoch: string;
  readonly limits: WebLimits;
}

export interface PollQuery extends Cursor {
  readonly waitMs: number;
  /** Fires when the peer has gone, which ends the wait. */
  readonly gone: AbortSignal;
}

/** Reading over HTTP, by the same rules as a subscription: listen first, then read, then wait to be woken. */
export class LongPolls {
  readonly #deps: LongPollDeps;
  /** How many of each visitor wait. */
  readonly #waiting = new Map<string, number>();
  readonly #waiters = new Set<Waiter>();
  #draining = false;

  constructor(deps: LongPollDeps) {
    this.#deps = deps;
  }

  /** Every poll that waits ends as `shutting_down`. */
  drain(): void {
    this.#draining = true;
    for (const waiter of this.#waiters) waiter.wake();
  }

  async after(
    principal: SessionPrincipal,
    conv: ConversationId,
    query: PollQuery,
  ): Promise<EventsReply> {
    const release = this.#enter(principal.visitorId);
    const waiter = new Waiter(conv, query.after);
    this.#waiters.add(waiter);
    this.#deps.hub.add(waiter);
    try {
      return await this.#read(principal, waiter, query);
    } finally {
      this.#deps.hub.remove(waiter);
      this.#waiters.delete(waiter);
      release();
    }
  }

  /** The page that ends before this number, for scrolling back. */
  async before(conv: ConversationId, before: number): Promise<EventsReply> {
    const { conversations, epoch, limits } = this.#deps;
    const from = Math.max(1, before - limits.resetTailLength);
    const length = Math.max(0, before - from);
    const events = length === 0 ? [] : await readPage(conversations, conv, from - 1, length);
    return { epoch, reset: false, from, events: [...events] };
  }

  async #read(principal: SessionPrincipal, waiter: Waiter, query: PollQuery): Promise<EventsReply> {
    const { conversations, epoch, limits } = this.#deps;
    const id = waiter.conversationId;
    const seq = await headSeq(conversations, id);
    const { reset, after } = resumePoint(query, { seq, epoch }, limits);
    const page = () => readPage(conversations, id, after, limits.pageLength);
    let events = await page();
    if (events.length === 0 && !reset && query.waitMs > 0) {
      await waiter.woken(query.waitMs, query.gone);
      if (this.#draining) throw restarting();
      events = await page();
      checkOwner(events, principal);
    }
    return { epoch, reset, from: after + 1, events: [...events] };
  }

  #enter(visitorId: string): () => void {
    if (this.#draining) throw restarting();
    const waiting = this.#waiting.get(visitorId) ?? 0;
    if (waiting >= this.#deps.limits.socketsPerVisitorMax) {
      throw new Fault('rate_limited', 'Too many requests of this visitor are waiting.');
    }
    this.#waiting.set(visitorId, waiting + 1);
    return () => {
      const left = (this.#waiting.get(visitorId) ?? 1) - 1;
      if (left === 0) this.#waiting.delete(visitorId);
      else this.#waiting.set(visitorId, left);
    };
  }
}

/** Woken once, by the hub, the clock or the signal. */
class Waiter implements Watcher {
  readonly conversationId: ConversationId;
  readonly last: number;
  readonly #wakened = Promise.withResolvers<void>();

  constructor(conversationId: ConversationId, last: number) {
    this.conversationId = conversationId;
    this.last = last;
  }

  wake(): void {
    this.#wakened.resolve();
  }

  async woken(waitMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const wake = () => this.wake();
    const timer = setTimeout(wake, waitMs);
    signal.addEventListener('abort', wake, { once: true });
    await this.#wakened.promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', wake);
  }
}

/** The conversation passed to a customer, or back, while this request waited: what follows may not be this session's to see. */
function checkOwner(events: readonly WireEvent[], principal: SessionPrincipal): void {
  const isCustomer = principal.customerId !== undefined;
  const changed = events.some((e) => e.type === 'identity' && e.customer !== isCustomer);
  if (changed)
    throw new Fault('token_expired', 'The conversation has changed hands; sign in again.');
}

function restarting(): Fault {
  return new Fault('shutting_down', 'The server is restarting. Try again.');
}
