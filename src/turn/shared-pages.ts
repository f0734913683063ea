import { limits } from '../core/index.ts';
import type { Clock } from '../core/index.ts';
import type { RecordStore } from '../store/index.ts';

const kind = 'page';
const pagesMax = 5000;
/** A node that died keeps its agents there for so long. */
const ttlMs = 15_000;
const renewMs = 5000;

export interface SharedPagesDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
  /** Of this process; another after a restart. */
  readonly node: string;
}

/**
 * Which agents have a page open on which node, in records that their node keeps renewing. Ids of agents have no space, so
 * that a key names both.
 */
export class SharedPages {
  readonly #deps: SharedPagesDeps;
  readonly #mine = new Map<string, string>();
  #elsewhere: ReadonlySet<string> = new Set();
  #renewedAtMs = 0;

  constructor(deps: SharedPagesDeps) {
    this.#deps = deps;
  }

  /** As of the last `refresh`. */
  isElsewhere(agentId: string): boolean {
    return this.#elsewhere.has(agentId);
  }

  async opened(agentId: string): Promise<void> {
    const { records, clock } = this.#deps;
    const until = clock() + ttlMs;
    this.#mine.set(agentId, String(until));
    await records.insert(kind, this.#key(agentId), String(until), until);
  }

  async closed(agentId: string): Promise<void> {
    this.#mine.delete(agentId);
    await this.#deps.records.remove(kind, this.#key(agentId));
  }

  /** Renews the own pages when it is time, and looks at everybody's. */
  async refresh(): Promise<void> {
    const { records, clock, node } = this.#deps;
    const nowMs = clock();
    if (Math.abs(nowMs - this.#renewedAtMs) >= renewMs) {
      this.#renewedAtMs = nowMs;
      for (const [agentId, former] of this.#mine) await this.#renew(agentId, former, nowMs + ttlMs);
    }
    const found = new Set<string>();
    for (const { key, body } of await records.list(kind, pagesMax)) {
      const [agentId, of] = key.split(' ');
      // One that ends later than any made now was made by a clock that was ahead, and says nothing of now.
      const leftMs = Number(body) - nowMs;
      const isLive = leftMs > 0 && leftMs <= ttlMs + limits.clocksDifferMaxMs;
      if (agentId !== undefined && of !== node && isLive) found.add(agentId);
    }
    this.#elsewhere = found;
  }

  async #renew(agentId: string, former: string, until: number): Promise<void> {
    const { records } = this.#deps;
    const key = this.#key(agentId);
    const isKept = await records.replace(kind, key, former, String(until), until);
    if (!isKept) await records.insert(kind, key, String(until), until);
    if (this.#mine.has(agentId)) this.#mine.set(agentId, String(until));
  }

  #key(agentId: string): string {
    return `${agentId} ${this.#deps.node}`;
  }
}
