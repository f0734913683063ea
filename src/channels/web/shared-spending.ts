import type { CountTable } from '../../store/index.ts';
import type { ChannelLog } from './ports.ts';

/** After a failure nothing is told for so long: each node goes on with its own buckets. */
const restMs = 5000;
const windowMs = 60_000;
/** Two answers name the end of one window by clocks and ways that differ by less. */
const sameEndMs = 2000;

export interface SharedSpendingOptions {
  readonly counts: CountTable;
  /** What one bucket holds: from a quarter of it on, what is spent is told, a sixth of it at a time. */
  readonly burst: number;
  readonly log: Pick<ChannelLog, 'warn'>;
  readonly elapsedMs?: () => number;
}

interface Told {
  /** Of all nodes in this window. */
  readonly total: number;
  readonly points: number;
  readonly leftMs: number;
}

/** What somebody may still take on this node. */
interface Purse {
  usedOf(burst: number): number;
  spend(count: number, burst: number): void;
}

/** Of one visitor, within a window that all nodes count by. */
export interface Spending {
  /** Taken here and not told yet. */
  untold: number;
  told: number;
  /** Of the other nodes, and taken out of the bucket here. */
  others: number;
  endsMs: number;
  isTelling: boolean;
}

export const nothingSpent = (): Spending => ({
  untold: 0,
  told: 0,
  others: 0,
  endsMs: 0,
  isTelling: false,
});

/**
 * Has each node's buckets know what a visitor spends on the others. Nobody waits for it: what is taken here is told in batches, and
 * the answer says how much was taken elsewhere. So a visitor gains a quarter and a sixth of a burst a node at the most, and
 * whoever writes as people do is told of to nobody.
 */
export class SharedSpending {
  readonly #options: SharedSpendingOptions;
  readonly #quiet: number;
  readonly #batch: number;
  readonly #elapsedMs: () => number;
  #restUntilMs = 0;

  constructor(options: SharedSpendingOptions) {
    this.#options = options;
    this.#quiet = Math.floor(options.burst / 4);
    this.#batch = Math.max(1, Math.floor(options.burst / 6));
    this.#elapsedMs = options.elapsedMs ?? (() => performance.now());
  }

  /** One was taken out of this bucket, of which so much is used. */
  took(visitorId: string, bucket: Purse, spending: Spending): void {
    const { burst } = this.#options;
    // What has flowed back since was no flood.
    spending.untold = Math.min(spending.untold + 1, Math.ceil(bucket.usedOf(burst)));
    if (spending.told === 0 && spending.untold <= this.#quiet) return;
    if (spending.isTelling || spending.untold < this.#batch) return;
    if (this.#elapsedMs() < this.#restUntilMs) return;
    void this.#tell(visitorId, bucket, spending);
  }

  async #tell(visitorId: string, bucket: Purse, spending: Spending): Promise<void> {
    const points = spending.untold;
    spending.untold = 0;
    spending.isTelling = true;
    try {
      const counted = await this.#options.counts.add(`visitor:${visitorId}`, points, windowMs);
      this.#learn(bucket, spending, { ...counted, points, total: counted.points });
    } catch (err) {
      this.#restUntilMs = this.#elapsedMs() + restMs;
      this.#options.log.warn({ err }, 'shared counts are away; this node counts for itself');
    } finally {
      spending.isTelling = false;
    }
  }

  #learn(bucket: Purse, spending: Spending, { total, points, leftMs }: Told): void {
    const endsMs = this.#elapsedMs() + leftMs;
    if (endsMs > spending.endsMs + sameEndMs) Object.assign(spending, { told: 0, others: 0 });
    spending.endsMs = endsMs;
    spending.told += points;
    const others = Math.max(0, total - spending.told);
    bucket.spend(others - spending.others, this.#options.burst);
    spending.others = others;
  }
}
