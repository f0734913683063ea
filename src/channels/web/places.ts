import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../core/index.ts';
import { waitRange, type Waited, type WaitRange } from '../../handoff/index.ts';
import type { ChannelLog, ConversationReads } from './ports.ts';
import type { Subscription } from './subscription.ts';

/** A queue that stands still makes waits longer without a hint. */
const lookAgainMs = 15_000;
/** Of each team, the latest that were taken. */
const recentMax = 30;

export interface PlacesDeps {
  readonly bus: Bus;
  readonly conversations: ConversationReads;
  readonly clock: Clock;
  readonly log: ChannelLog;
}

/**
 * Tells those who wait their place in the queue and how long it may take. Any change of the desk's lists may move anyone, so
 * a hint only marks that a look is due; `tell` then looks once for all, at the gateway's beat.
 */
export class Places {
  readonly #deps: PlacesDeps;
  readonly #stop: () => void;
  #due = false;
  #telling = false;
  #lookedMs = 0;

  constructor(deps: PlacesDeps) {
    this.#deps = deps;
    this.#stop = deps.bus.subscribe('desk', () => this.ask());
  }

  ask(): void {
    this.#due = true;
  }

  close(): void {
    this.#stop();
  }

  async tell(subscriptions: Iterable<Subscription>): Promise<void> {
    const nowMs = this.#deps.clock();
    if (this.#telling || (!this.#due && Math.abs(nowMs - this.#lookedMs) < lookAgainMs)) return;
    this.#due = false;
    this.#telling = true;
    this.#lookedMs = nowMs;
    try {
      await this.#tellAll(subscriptions, nowMs);
    } catch (err) {
      this.#due = true;
      this.#deps.log.warn({ err }, 'places in the queue could not be read; trying again');
    } finally {
      this.#telling = false;
    }
  }

  async #tellAll(subscriptions: Iterable<Subscription>, nowMs: number): Promise<void> {
    let recent: readonly Waited[] | undefined;
    for (const subscription of subscriptions) {
      if (subscription.queued === false) continue;
      const place = await this.#deps.conversations.queuePlace(subscription.conversationId);
      let wait: WaitRange | undefined;
      if (place !== undefined) {
        recent ??= await this.#recent();
        wait = waitRange(place, recent, nowMs);
      }
      subscription.tellPlace(place, wait);
    }
  }

  /** Of all teams together, as the places are: agents take from one line. */
  async #recent(): Promise<readonly Waited[]> {
    const { conversations } = this.#deps;
    const queues = new Set((await conversations.queueFigures()).map(({ queue }) => queue));
    const waits = await Promise.all(
      [...queues].map((queue) => conversations.recentWaits(queue, recentMax)),
    );
    return waits.flat();
  }
}
