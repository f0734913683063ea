import type { HandoffTimes } from '../handoff/index.ts';
import type { RecordStore } from '../store/index.ts';
import { limits } from '../core/index.ts';
import type { Clock } from '../core/index.ts';
import type { TurnLog } from './deps.ts';
import type { SharedPages } from './shared-pages.ts';

/** Whether agents are there: what they chose, and whether a page of theirs is open. */
export interface Presence {
  readonly status: 'available' | 'away' | 'offline';
  readonly why: 'chosen' | 'missed_offers' | 'disconnected';
  readonly sinceMs: number;
  /** An open page, or a word from it within the last seconds. */
  readonly connected: boolean;
  /** When they were last given something. */
  readonly servedAtMs: number;
}

interface Known {
  readonly chosen: 'available' | 'away';
  readonly why: 'chosen' | 'missed_offers';
  /** Of the choice. */
  readonly sinceMs: number;
  /** When the last page was closed; null while one is open. */
  readonly goneAtMs: number | null;
  /** Offers in a row that ran out. */
  readonly missed: number;
  readonly servedAtMs: number;
  /** Only asked about so far; never stored. */
  readonly neverCame?: true;
}

export interface PresenceDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly times: () => HandoffTimes;
  readonly log: TurnLog;
  /** Told at every change. */
  readonly changed: (agentId: string) => void;
  /** With several nodes on one store: where else pages are open. Without it, all agents are this process's. */
  readonly pages?: SharedPages;
}

const kind = 'presence';
const agentsMax = 5000;
/** Loading a page anew takes so long: an offer is not taken back for it. */
const reloadMs = 5000;

/**
 * Who is there. Kept in records, so that a restart neither forgets a choice nor gives a second grace to whoever was gone
 * before it; those who were connected when the process died count as gone from the start of the next one.
 */
export class Presences {
  readonly #deps: PresenceDeps;
  readonly #known = new Map<string, Known>();
  readonly #open = new Map<string, number>();
  /** What the store holds, as far as this process knows. */
  readonly #stored = new Map<string, string>();
  #writes: Promise<void> = Promise.resolve();
  #writing = 0;

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    await this.refresh();
  }

  /** Takes over what other nodes have stored since. */
  async refresh(): Promise<void> {
    const { pages, records, clock } = this.#deps;
    await pages?.refresh();
    // The own change is the newer one; it is on its way.
    if (this.#writing > 0) return;
    for (const { key, body } of await records.list(kind, agentsMax)) {
      const isThere = this.#isOpen(key) || (pages?.isElsewhere(key) ?? false);
      if (this.#stored.get(key) !== body) {
        this.#stored.set(key, body);
        this.#known.set(key, JSON.parse(body) as Known);
      }
      const known = this.#of(key);
      const goneAtMs = isThere ? null : (known.goneAtMs ?? clock());
      if (goneAtMs !== known.goneAtMs) this.#known.set(key, { ...known, goneAtMs });
    }
  }

  /** Resolves when every change so far is stored. */
  async settled(): Promise<void> {
    await this.#writes;
  }

  /** A page was opened; gives what to call, once, when it is gone. */
  connect(agentId: string): () => void {
    const { pages } = this.#deps;
    this.#open.set(agentId, (this.#open.get(agentId) ?? 0) + 1);
    if (pages && this.#open.get(agentId) === 1) this.#queue(() => pages.opened(agentId), agentId);
    this.#set(agentId, { goneAtMs: null });
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      const left = (this.#open.get(agentId) ?? 1) - 1;
      this.#open.set(agentId, left);
      if (left > 0) return;
      if (pages) this.#queue(() => pages.closed(agentId), agentId);
      const isElsewhere = pages?.isElsewhere(agentId) ?? false;
      if (!isElsewhere) this.#set(agentId, { goneAtMs: this.#deps.clock() });
    };
  }

  choose(agentId: string, chosen: 'available' | 'away'): void {
    this.#set(agentId, { chosen, why: 'chosen', sinceMs: this.#deps.clock(), missed: 0 });
  }

  /** They did something without a page: a program, or a request that outlived the socket. The grace begins anew. */
  seen(agentId: string): void {
    const isElsewhere = this.#deps.pages?.isElsewhere(agentId) ?? false;
    if (!this.#isOpen(agentId) && !isElsewhere) {
      this.#set(agentId, { goneAtMs: this.#deps.clock() });
    }
  }

  /** They took a conversation. */
  served(agentId: string): void {
    this.#set(agentId, { servedAtMs: this.#deps.clock(), missed: 0 });
  }

  /** An offer ran out unanswered. Who misses several in a row is not at the desk: away, until they say otherwise. */
  missed(agentId: string): void {
    const missed = this.#of(agentId).missed + 1;
    const isAway = missed >= this.#deps.times().missedOffersMax;
    this.#set(agentId, {
      missed,
      ...(isAway && { chosen: 'away', why: 'missed_offers', sinceMs: this.#deps.clock() }),
    });
  }

  /** There to be given something, or gone so shortly that it may be a page that loads anew. Who has never come is not. */
  attends(agentId: string): boolean {
    const known = this.#read(agentId);
    if (!known || known.neverCame || known.chosen !== 'available') return false;
    if (known.goneAtMs === null) return true;
    return this.#deps.clock() - known.goneAtMs < this.#deps.times().graceMs;
  }

  of(agentId: string): Presence {
    const { chosen, why, sinceMs, goneAtMs, servedAtMs } = this.#of(agentId);
    if (goneAtMs === null) return { status: chosen, why, sinceMs, connected: true, servedAtMs };
    const goneMs = this.#deps.clock() - goneAtMs;
    const gone = { why: 'disconnected', sinceMs: goneAtMs, servedAtMs } as const;
    const isOffline = goneMs >= this.#deps.times().graceMs;
    return {
      ...gone,
      status: isOffline ? 'offline' : 'away',
      connected: !isOffline && goneMs < reloadMs,
    };
  }

  /** What is known, with the grace from now on when it began at a moment that is still to come, by a clock that was ahead. */
  #read(agentId: string): Known | undefined {
    const known = this.#known.get(agentId);
    const nowMs = this.#deps.clock();
    if (!known || (known.goneAtMs ?? 0) <= nowMs + limits.clocksDifferMaxMs) return known;
    const righted = { ...known, goneAtMs: nowMs };
    this.#known.set(agentId, righted);
    return righted;
  }

  #of(agentId: string): Known {
    const known = this.#read(agentId);
    if (known) return known;
    const nowMs = this.#deps.clock();
    // Never seen since the start: gone, but with the grace that everyone has.
    const first: Known = {
      chosen: 'available',
      why: 'chosen',
      sinceMs: nowMs,
      goneAtMs: nowMs,
      missed: 0,
      servedAtMs: 0,
      neverCame: true,
    };
    this.#known.set(agentId, first);
    return first;
  }

  #set(agentId: string, change: Partial<Known>): void {
    const { neverCame: _, ...known } = this.#of(agentId);
    const next: Known = { ...known, ...change };
    this.#known.set(agentId, next);
    this.#queue(() => this.#keep(agentId, next), agentId);
    this.#deps.changed(agentId);
  }

  #isOpen(agentId: string): boolean {
    return (this.#open.get(agentId) ?? 0) > 0;
  }

  /** Presence is not worth failing for: what cannot be stored now is stored with the next change. */
  #queue(write: () => Promise<void>, agentId: string): void {
    this.#writing += 1;
    this.#writes = this.#writes
      .then(write)
      .catch((error: unknown) => {
        this.#deps.log.warn({ err: error, agentId }, 'presence could not be stored');
      })
      .finally(() => {
        this.#writing -= 1;
      });
  }

  async #keep(agentId: string, known: Known): Promise<void> {
    const { records } = this.#deps;
    const body = JSON.stringify(known);
    const former = await records.get(kind, agentId);
    const isKept =
      former === undefined
        ? await records.insert(kind, agentId, body)
        : await records.replace(kind, agentId, former, body);
    if (isKept) this.#stored.set(agentId, body);
  }
}
