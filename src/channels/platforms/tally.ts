import type { Clock } from '../../core/index.ts';
import type { PlatformName } from './driver.ts';
import type { PlatformHealth, PlatformMetrics } from './ports.ts';

interface Counts {
  received: number;
  refused: number;
  sent: number;
  failed: number;
  lastReceivedMs?: number;
  lastSentMs?: number;
  lastFault?: string;
  /** When the next message may go out. */
  freeAtMs: number;
}

/** How each platform does since the start, and the pace at which we may write to it. */
export class Tally {
  readonly #clock: Clock;
  readonly #metrics: PlatformMetrics | undefined;
  readonly #counts = new Map<PlatformName, Counts>();

  constructor(clock: Clock, metrics?: PlatformMetrics) {
    this.#clock = clock;
    this.#metrics = metrics;
  }

  received(platform: PlatformName): void {
    const counts = this.#of(platform);
    counts.received += 1;
    counts.lastReceivedMs = this.#clock();
    this.#metrics?.count('platform_in', platform);
  }

  refused(platform: PlatformName, reason: string): void {
    const counts = this.#of(platform);
    counts.refused += 1;
    counts.lastFault = reason;
    this.#metrics?.count('platform_refused', platform);
  }

  sent(platform: PlatformName): void {
    const counts = this.#of(platform);
    counts.sent += 1;
    counts.lastSentMs = this.#clock();
    this.#metrics?.count('platform_out', platform);
  }

  failed(platform: PlatformName, reason: string): void {
    const counts = this.#of(platform);
    counts.failed += 1;
    counts.lastFault = reason;
    this.#metrics?.count('platform_failed', platform);
  }

  /** Takes the next slot (0), or tells how long until there is one; a second's worth may go in a burst. */
  pace(platform: PlatformName, perSecond: number, nowMs: number): number {
    const counts = this.#of(platform);
    const eachMs = 1000 / perSecond;
    const burstMs = Math.max(eachMs * 4, 1000);
    if (counts.freeAtMs - nowMs > burstMs) return Math.ceil(counts.freeAtMs - nowMs - burstMs);
    counts.freeAtMs = Math.max(counts.freeAtMs, nowMs) + eachMs;
    return 0;
  }

  health(platform: PlatformName): PlatformHealth {
    const { freeAtMs: _, ...counts } = this.#of(platform);
    return { platform, ...counts };
  }

  #of(platform: PlatformName): Counts {
    const known = this.#counts.get(platform);
    if (known) return known;
    const counts: Counts = { received: 0, refused: 0, sent: 0, failed: 0, freeAtMs: 0 };
    this.#counts.set(platform, counts);
    return counts;
  }
}
