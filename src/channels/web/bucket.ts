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

  #refill(burst: number, perSecond: number, nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.#atMs) / 1000;
    this.#left = Math.min(burst, this.#left + seconds * perSecond);
    this.#atMs = nowMs;
  }
}

/** What each visitor may still send, over all sockets and requests. Full buckets are forgotten by `sweep`. */
export class VisitorBuckets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #burst: number;
  readonly #perSecond: number;

  constructor(burst: number, perMinute: number) {
    this.#burst = burst;
    this.#perSecond = perMinute / 60;
  }

  take(visitorId: string, nowMs: number): boolean {
    let bucket = this.#buckets.get(visitorId);
    if (!bucket) {
      bucket = new Bucket(this.#burst, nowMs);
      this.#buckets.set(visitorId, bucket);
    }
    return bucket.take(this.#burst, this.#perSecond, nowMs);
  }

  sweep(nowMs: number): void {
    for (const [visitorId, bucket] of this.#buckets) {
      if (bucket.isFull(this.#burst, this.#perSecond, nowMs)) this.#buckets.delete(visitorId);
    }
  }
}
