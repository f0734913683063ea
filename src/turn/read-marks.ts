import type { Bus } from '../bus/index.ts';
import type { RecordStore } from '../store/index.ts';
import type { TurnLog } from './deps.ts';

/** The last visible number that each side has seen; 0 for none. */
export interface ReadMark {
  readonly customer: number;
  readonly agent: number;
}

export interface ReadMarksDeps {
  readonly records: RecordStore;
  readonly bus: Bus;
  readonly log: TurnLog;
}

const kind = 'read_mark';
/** Marks move with every message; what a crash takes is at most this much of them. */
const keepEveryMs = 2000;

/**
 * How far each side has read. Told at once to whoever looks, kept in records a little later, and never moved back, also when two
 * nodes keep the same one: the further mark wins.
 */
export class ReadMarks {
  readonly #deps: ReadMarksDeps;
  readonly #moved = new Map<string, ReadMark>();
  #keeping: Promise<void> = Promise.resolve();
  #soon: NodeJS.Timeout | undefined;

  constructor(deps: ReadMarksDeps) {
    this.#deps = deps;
  }

  /** This side has seen everything up to `seq`. */
  mark(conversationId: string, who: keyof ReadMark, seq: number): void {
    if (seq <= 0) return;
    this.#deps.bus.publish(`c:${conversationId}`, { kind: 'read', conversationId, who, seq });
    const mark = { ...none, [who]: seq };
    this.#moved.set(conversationId, further(this.#moved.get(conversationId) ?? none, mark));
    this.#soon ??= setTimeout(() => void this.settled(), keepEveryMs);
  }

  async of(conversationId: string): Promise<ReadMark> {
    const body = await this.#deps.records.get(kind, conversationId);
    return further(markOf(body), this.#moved.get(conversationId) ?? none);
  }

  /** Resolves when every mark so far is stored; one that cannot be is kept for the next time. */
  settled(): Promise<void> {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#keeping = this.#keeping.then(() => this.#keepAll());
    return this.#keeping;
  }

  async #keepAll(): Promise<void> {
    for (const [id, mark] of Array.from(this.#moved)) {
      try {
        if ((await this.#keep(id, mark)) && this.#moved.get(id) === mark) this.#moved.delete(id);
      } catch (error) {
        this.#deps.log.warn({ err: error, conversationId: id }, 'a read mark could not be stored');
      }
    }
  }

  /** False when another node was faster. */
  async #keep(id: string, mark: ReadMark): Promise<boolean> {
    const { records } = this.#deps;
    const former = await records.get(kind, id);
    if (former === undefined) return records.insert(kind, id, JSON.stringify(mark));
    return records.replace(kind, id, former, JSON.stringify(further(markOf(former), mark)));
  }
}

const none: ReadMark = { customer: 0, agent: 0 };

function markOf(body: string | undefined): ReadMark {
  return body === undefined ? none : { ...none, ...(JSON.parse(body) as ReadMark) };
}

function further(a: ReadMark, b: ReadMark): ReadMark {
  return { customer: Math.max(a.customer, b.customer), agent: Math.max(a.agent, b.agent) };
}
