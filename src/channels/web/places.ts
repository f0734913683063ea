import type { Bus } from '../../bus/index.ts';
import type { ChannelLog, ConversationReads } from './ports.ts';
import type { Subscription } from './subscription.ts';

/**
 * Tells those who wait their place in the queue. Any change of the desk's lists may move anyone, so a
 * hint only marks that a look is due; `tell` then looks once for all, at the gateway's beat.
 */
export class Places {
  readonly #conversations: ConversationReads;
  readonly #log: ChannelLog;
  readonly #stop: () => void;
  #due = false;
  #telling = false;

  constructor(bus: Bus, conversations: ConversationReads, log: ChannelLog) {
    this.#conversations = conversations;
    this.#log = log;
    this.#stop = bus.subscribe('desk', () => this.ask());
  }

  ask(): void {
    this.#due = true;
  }

  close(): void {
    this.#stop();
  }

  async tell(subscriptions: Iterable<Subscription>): Promise<void> {
    if (!this.#due || this.#telling) return;
    this.#due = false;
    this.#telling = true;
    try {
      for (const subscription of subscriptions) {
        if (subscription.queued === false) continue;
        const place = await this.#conversations.queuePlace(subscription.conversationId);
        subscription.tellPlace(place);
      }
    } catch (err) {
      this.#due = true;
      this.#log.warn({ err }, 'places in the queue could not be read; trying again');
    } finally {
      this.#telling = false;
    }
  }
}
