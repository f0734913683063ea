import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../core/index.ts';
import type { DueDelivery, NewDelivery, RecordStore, WebhookStore } from '../../store/index.ts';
import { NudgedLoop } from '../../turn/index.ts';
import type { DeskLog } from '../deps.ts';
import { listWebhooks, readWebhook, type Webhook } from './endpoints.ts';
import type { Post } from './post.ts';
import { signedHeaders } from './sign.ts';
import { webhookTold } from './topics.ts';

const eventsAtOnce = 200;
const deliveriesAtOnce = 16;
/** Longer than a delivery may take. */
const leaseMs = 30_000;
const pollMs = 1000;
/** What was delivered is kept for a week, for whoever asks. */
const keptMs = 7 * 24 * 60 * 60_000;
const sweepEveryMs = 60_000;
const sweepMax = 1000;

/** Pauses after each failed try: about a day in all, then the delivery is set aside for a person to replay. */
const pausesMs = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 28_800].map((s) => s * 1000);

export interface WebhookWorkerDeps {
  readonly store: { readonly records: RecordStore; readonly webhooks: WebhookStore };
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: DeskLog;
  readonly post: Post;
}

/**
 * Turns events into deliveries and deliveries into requests. Modes: stopped → running (`start`) → stopped (`stop`, which waits
 * for requests under way). Deliveries are kept with how far the log was read, so a crash neither loses nor doubles one; a
 * request whose answer was lost is sent again under the same id.
 */
export class WebhookWorker {
  readonly #deps: WebhookWorkerDeps;
  /** By the delivery's id. */
  readonly #sending = new Map<string, Promise<void>>();
  #isRecovered = false;
  readonly #loop: NudgedLoop;
  #unsubscribe: (() => void) | undefined;
  #sweep: NodeJS.Timeout | undefined;

  constructor(deps: WebhookWorkerDeps) {
    this.#deps = deps;
    this.#loop = new NudgedLoop(() => this.#look(), {
      pollMs,
      onFault: (err) => deps.log.error({ err }, 'webhooks could not be worked on'),
    });
  }

  start(): void {
    this.#unsubscribe = this.#deps.bus.subscribe('desk', () => this.nudge());
    this.#sweep = setInterval(() => void this.#forgetOld(), sweepEveryMs);
    this.#loop.start();
  }

  nudge(): void {
    this.#loop.nudge();
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    clearInterval(this.#sweep);
    await this.#loop.stop();
    await Promise.all(this.#sending.values());
  }

  /** True when there may be more events to look at. */
  async #look(): Promise<boolean> {
    const { store, clock } = this.#deps;
    await this.#recover();
    const hasMore = await this.#follow();
    const room = deliveriesAtOnce - this.#sending.size;
    if (room <= 0) return hasMore;
    const due = await store.webhooks.claim(clock(), room, leaseMs);
    for (const delivery of due) this.#begin(delivery);
    return hasMore;
  }

  /** Once: what a process before this one had under way need not wait for its leases to end. */
  async #recover(): Promise<void> {
    if (this.#isRecovered) return;
    await this.#deps.store.webhooks.recover();
    this.#isRecovered = true;
  }

  async #follow(): Promise<boolean> {
    const { store, clock } = this.#deps;
    const from = await store.webhooks.cursor();
    const endpoints = (await listWebhooks(store)).filter(({ enabled }) => enabled);
    if (endpoints.length === 0) {
      const last = await store.webhooks.lastEvent();
      // Nobody asks: an endpoint made later begins after what is there then, so nothing has to be read.
      if (last - from > eventsAtOnce) await store.webhooks.enqueue(from, last, []);
      return false;
    }
    const events = await store.webhooks.eventsAfter(from, eventsAtOnce);
    const last = events.at(-1);
    if (!last) return false;
    const deliveries = events.flatMap(({ n, conversationId, logged }) => {
      const told = webhookTold(logged.event);
      if (!told) return [];
      return endpoints
        .filter(({ topics, afterEvent }) => n > afterEvent && topics.includes(told.topic))
        .map(({ id }): NewDelivery => ({
          id: `${id}.${n}`,
          webhook: id,
          topic: told.topic,
          conversationId,
          event: n,
          dueAtMs: clock(),
        }));
    });
    await store.webhooks.enqueue(from, last.n, deliveries);
    return events.length === eventsAtOnce;
  }

  #begin(delivery: DueDelivery): void {
    // The clock went ahead and ended the lease of what is still under way here.
    if (this.#sending.has(delivery.id)) return;
    const job = this.#deliver(delivery).finally(() => {
      this.#sending.delete(delivery.id);
      this.nudge();
    });
    this.#sending.set(delivery.id, job);
  }

  async #deliver(delivery: DueDelivery): Promise<void> {
    const { store, clock, log, post } = this.#deps;
    try {
      const webhook = await readWebhook(store, delivery.webhook);
      if (!webhook) {
        await store.webhooks.bury(delivery.id, 'the webhook is gone');
        return;
      }
      const error = webhook.enabled
        ? await post(postingOf(webhook, delivery, clock()))
        : 'the webhook is switched off';
      if (error === undefined) await store.webhooks.done(delivery.id);
      else await this.#failed(delivery, error);
    } catch (error) {
      log.error({ err: error, delivery: delivery.id }, 'a delivery could not be kept');
    }
  }

  async #failed({ id, attempts }: DueDelivery, error: string): Promise<void> {
    const { store, clock } = this.#deps;
    const pause = pausesMs[attempts - 1];
    if (pause === undefined) await store.webhooks.bury(id, error);
    else await store.webhooks.retry(id, clock(), pause, error);
  }

  async #forgetOld(): Promise<void> {
    const { store, clock, log } = this.#deps;
    try {
      await store.webhooks.sweep(clock() - keptMs, sweepMax);
    } catch (error) {
      log.error({ err: error }, 'old deliveries could not be deleted');
    }
  }
}

function postingOf(webhook: Webhook, { id, conversationId, logged }: DueDelivery, nowMs: number) {
  const told = webhookTold(logged.event);
  const body = JSON.stringify({
    type: told?.topic,
    timestamp: new Date(logged.atMs).toISOString(),
    data: { conversation: conversationId, pos: logged.pos, ...told?.data },
  });
  return { url: webhook.url, headers: signedHeaders(webhook.secret, id, nowMs, body), body };
}
