import type { Clock } from '../../core/index.ts';
import type { DeskChannel } from '../../protocol/index.ts';
import type { PlatformName } from './driver.ts';
import type { PlatformMetrics } from './ports.ts';

interface Counts {
  received: number;
  refused: number;
  sent: number;
  delayed: number;
  failed: number;
  lastReceivedMs: number | null;
  lastSentMs: number | null;
  lastFault: string | null;
  lastFaultMs: number | null;
  /** Whether the latest that was tried went well; a stranger's forged webhook says nothing of that. */
  isFailing: boolean;
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
    this.#fault(platform, reason).refused += 1;
    this.#metrics?.count('platform_refused', platform);
  }

  sent(platform: PlatformName): void {
    const counts = this.#of(platform);
    counts.sent += 1;
    counts.lastSentMs = this.#clock();
    counts.isFailing = false;
    this.#metrics?.count('platform_out', platform);
  }

  /** Not now: the same words are tried again. */
  delayed(platform: PlatformName, reason: string): void {
    const counts = this.#fault(platform, reason);
    counts.delayed += 1;
    counts.isFailing = true;
    this.#metrics?.count('platform_delayed', platform);
  }

  /** Not ever. */
  failed(platform: PlatformName, reason: string): void {
    const counts = this.#fault(platform, reason);
    counts.failed += 1;
    counts.isFailing = true;
    this.#metrics?.count('platform_failed', platform);
  }

  /** What is fetched could not be. */
  unread(platform: PlatformName, reason: string): void {
    this.#fault(platform, reason).isFailing = true;
  }

  /** Looked for what is there, whether or not there was something. */
  fetched(platform: PlatformName): void {
    this.#of(platform).isFailing = false;
  }

  /** Takes the next slot (0), or tells how long until there is one; a second's worth may go in a burst. */
  pace(platform: PlatformName, perSecond: number, nowMs: number): number {
    const counts = this.#of(platform);
    const eachMs = 1000 / perSecond;
    const burstMs = Math.max(eachMs * 4, 1000);
    // Further ahead than a slot can be: the clock was set back.
    if (counts.freeAtMs - nowMs > burstMs + eachMs) counts.freeAtMs = nowMs;
    if (counts.freeAtMs - nowMs > burstMs) return Math.ceil(counts.freeAtMs - nowMs - burstMs);
    counts.freeAtMs = Math.max(counts.freeAtMs, nowMs) + eachMs;
    return 0;
  }

  health(platform: PlatformName): DeskChannel {
    const { freeAtMs: _, isFailing, ...counts } = this.#of(platform);
    const isQuiet = counts.received === 0 && counts.sent === 0;
    const state = isFailing ? 'failing' : isQuiet ? 'quiet' : 'working';
    return { channel: platform, state, ...counts };
  }

  #fault(platform: PlatformName, reason: string): Counts {
    const counts = this.#of(platform);
    counts.lastFault = reason;
    counts.lastFaultMs = this.#clock();
    return counts;
  }

  #of(platform: PlatformName): Counts {
    const known = this.#counts.get(platform);
    if (known) return known;
    const counts: Counts = {
      received: 0,
      refused: 0,
      sent: 0,
      delayed: 0,
      failed: 0,
      lastReceivedMs: null,
      lastSentMs: null,
      lastFault: null,
      lastFaultMs: null,
      isFailing: false,
      freeAtMs: 0,
    };
    this.#counts.set(platform, counts);
    return counts;
  }
}
