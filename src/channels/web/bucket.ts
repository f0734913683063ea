import { nothingSpent, type SharedSpending, type Spending } from './shared-spending.ts';

/** A token bucket: a burst, then a steady rate. Two numbers, so that one a socket costs nothing. */
export class Bucket {
  #left: number;
  #atMs: number;

  constructor(burst: number, nowMs: number) {
    this.#left = burst;
    this.#atMs = nowMs;
  }

  /** Takes one if there is one. */
  take(burst: number, perSecond: number, nowMs: number): boolean {
    this.#refill(burst, perSecond, nowMs);
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  isFull(burst: number, perSecond: number, nowMs: number): boolean {
    this.#refill(burst, perSecond, nowMs);
    return this.#left >= burst;
  }

  /** As of the last look. */
  usedOf(burst: number): number {
    return burst - this.#left;
  }

  /** Somebody else took so many: at most a whole burst is owed. */
  spend(count: number, burst: number): void {
    if (count > 0) this.#left = Math.max(-burst, this.#left - count);
  }

  #refill(burst: number, perSecond: number, nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.#atMs) / 1000;
    this.#left = Math.min(burst, this.#left + seconds * perSecond);
    this.#atMs = nowMs;
  }
}

interface OfVisitor {
  readonly bucket: Bucket;
  readonly spending: Spending;
}

/**
 * What each visitor may still send, over all sockets and requests, and with `shared` over all nodes. Full buckets are forgotten
 * by `sweep`.
 */
export class VisitorBuckets {
  readonly #buckets = new Map<string, OfVisitor>();
  readonly #shared: SharedSpending | undefined;
  readonly #burst: number;
  readonly #perSecond: number;

  constructor(burst: number, perMinute: number, shared?: SharedSpending) {
    this.#burst = burst;
    this.#perSecond = perMinute / 60;
    this.#shared = shared;
  }

  take(visitorId: string, nowMs: number): boolean {
    let known = this.#buckets.get(visitorId);
    if (!known) {
      known = { bucket: new Bucket(this.#burst, nowMs), spending: nothingSpent() };
      this.#buckets.set(visitorId, known);
    }
    const isTaken = known.bucket.take(this.#burst, this.#perSecond, nowMs);
    if (isTaken) this.#shared?.took(visitorId, known.bucket, known.spending);
    return isTaken;
  }

  sweep(nowMs: number): void {
    for (const [visitorId, { bucket }] of this.#buckets) {
      if (bucket.isFull(this.#burst, this.#perSecond, nowMs)) this.#buckets.delete(visitorId);
    }
  }
}
