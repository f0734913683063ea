import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Fault, limits } from '../../core/index.ts';
import type { StoreLog } from '../log.ts';
import { asFault, corruptFault, isCorrupt, isPassing } from './errors.ts';

/** Called in front of BEGIN and of COMMIT; what it throws counts as thrown by that statement. For tests of failing disks. */
export interface StoreFaults {
  before(point: 'begin' | 'commit', database: DatabaseSync): void;
}

export interface Writer {
  /**
   * Runs `work` in a transaction with whatever else is waiting and resolves once that is synced to disk. Works
   * run in call order, and none sees a part of another's. Rejects with `overloaded` at once when too much waits or
   * the oldest has waited too long, with `shutting_down` after `close`, and with the fault of a work that can never succeed.
   */
  write<T>(work: () => T): Promise<T>;
  /** Like `write`, but a failed commit rejects it instead of trying again. */
  probe(): Promise<void>;
  /** Throws when the database is known to be damaged. */
  refuseBroken(): void;
  /** Takes nothing new and waits for what is queued; after `waitMs` of failing commits that is rejected with `store_failed`. */
  close(waitMs: number): Promise<void>;
}

export interface WriterOptions {
  readonly database: DatabaseSync;
  readonly file: string;
  readonly log: StoreLog;
  readonly faults?: StoreFaults;
  /** Never goes back, unlike the wall clock. */
  readonly elapsedMs: () => number;
}

interface Job {
  readonly work: () => unknown;
  readonly enteredMs: number;
  readonly tries: 'until done' | 'once';
  readonly done: (result: unknown) => void;
  readonly failed: (fault: Fault) => void;
}

type Attempt =
  | { readonly kind: 'committed'; readonly results: readonly unknown[] }
  | { readonly kind: 'later'; readonly error: unknown }
  /** This job threw what no other try can mend. */
  | { readonly kind: 'bad job'; readonly job: Job; readonly error: unknown }
  | { readonly kind: 'broken'; readonly error: unknown };

const backOffMinMs = 20;
const backOffMaxMs = 1000;

/**
 * Group commit. States: idle (nothing queued), scheduled (a flush follows this round of the event loop, so that all
 * requests read in it share one sync), waiting (the last commit failed; the same jobs, still first in the queue, are
 * tried again after a pause), broken (damaged file: everything is refused), closed.
 *
 * Nothing is dropped from the middle: refusing one message and then accepting a later one of the same sender
 * would break their order. Only the door is shut while the queue is full or stale.
 */
export function createWriter(options: WriterOptions): Writer {
  return new GroupCommit(options);
}

class GroupCommit implements Writer {
  readonly #options: WriterOptions;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  #queue: Job[] = [];
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #backOffMs = 0;
  #broken: Fault | undefined;
  #closing = false;
  #emptied: (() => void) | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#begin = options.database.prepare('BEGIN IMMEDIATE');
    this.#commit = options.database.prepare('COMMIT');
  }

  write<T>(work: () => T): Promise<T> {
    return this.#enter(work, 'until done') as Promise<T>;
  }

  async probe(): Promise<void> {
    await this.#enter(() => {
      this.#options.database.exec(
        "INSERT INTO meta (key, value) VALUES ('probe', '1') ON CONFLICT (key) DO UPDATE SET value = value + 1",
      );
    }, 'once');
  }

  refuseBroken(): void {
    if (this.#broken) throw this.#broken;
  }

  async close(waitMs: number): Promise<void> {
    this.#closing = true;
    if (this.#queue.length > 0) {
      const emptied = new Promise<void>((resolve) => (this.#emptied = resolve));
      const giveUp = setTimeout(() => {
        const why = 'the store closed before it could write to its disk again';
        this.#rejectAll(new Fault('store_failed', why));
      }, waitMs);
      await emptied;
      clearTimeout(giveUp);
    }
    this.#unschedule();
  }

  #enter(work: () => unknown, tries: Job['tries']): Promise<unknown> {
    const refusal = this.#refusal();
    if (refusal) return Promise.reject(refusal);
    return new Promise((done, failed) => {
      this.#queue.push({ work, enteredMs: this.#options.elapsedMs(), tries, done, failed });
      this.#schedule();
    });
  }

  #refusal(): Fault | undefined {
    if (this.#broken) return this.#broken;
    if (this.#closing) return new Fault('shutting_down', 'the store is closing');
    const oldest = this.#queue[0];
    if (!oldest) return undefined;
    const isStale = this.#options.elapsedMs() - oldest.enteredMs > limits.appendAgeMaxMs;
    if (!isStale && this.#queue.length < limits.appendQueueLengthMax) return undefined;
    return new Fault('overloaded', 'the store has more to write than it can: try again later');
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#queue.length === 0) return;
    const flush = (): void => {
      this.#timer = undefined;
      this.#flush();
      this.#schedule();
    };
    this.#timer = this.#backOffMs > 0 ? setTimeout(flush, this.#backOffMs) : setImmediate(flush);
  }

  #unschedule(): void {
    clearTimeout(this.#timer as NodeJS.Timeout | undefined);
    clearImmediate(this.#timer as NodeJS.Immediate | undefined);
    this.#timer = undefined;
  }

  #flush(): void {
    const batch = this.#queue.slice(0, limits.appendBatchMax);
    const attempt = this.#attempt(batch);
    switch (attempt.kind) {
      case 'committed':
        this.#recovered();
        this.#queue.splice(0, batch.length);
        batch.forEach((job, index) => job.done(attempt.results[index]));
        break;
      case 'bad job':
        this.#queue.splice(this.#queue.indexOf(attempt.job), 1);
        attempt.job.failed(asFault(attempt.error, this.#options.file));
        break;
      case 'later':
        this.#failedFor(attempt.error);
        break;
      case 'broken':
        this.#broken = corruptFault(this.#options.file, attempt.error);
        this.#options.log.error({ err: attempt.error }, this.#broken.message);
        this.#rejectAll(this.#broken);
        break;
    }
    if (this.#queue.length === 0) this.#emptied?.();
  }

  #attempt(batch: readonly Job[]): Attempt {
    const { database, faults } = this.#options;
    let current: Job | undefined;
    try {
      faults?.before('begin', database);
      this.#begin.run();
      const results = batch.map((job) => {
        current = job;
        return job.work();
      });
      current = undefined;
      faults?.before('commit', database);
      this.#commit.run();
      return { kind: 'committed', results };
    } catch (error) {
      this.#rollBack();
      if (isCorrupt(error)) return { kind: 'broken', error };
      if (current && !isPassing(error)) return { kind: 'bad job', job: current, error };
      return { kind: 'later', error };
    }
  }

  /** SQLite has already rolled back by itself after some of the errors. */
  #rollBack(): void {
    if (this.#options.database.isTransaction) this.#options.database.exec('ROLLBACK');
  }

  #failedFor(error: unknown): void {
    const fault = asFault(error, this.#options.file);
    if (this.#backOffMs === 0) {
      this.#options.log.error(
        { err: error, queued: this.#queue.length },
        `${fault.message}; nothing is acknowledged until it can`,
      );
    }
    this.#backOffMs = Math.min(backOffMaxMs, Math.max(backOffMinMs, this.#backOffMs * 2));
    const once = this.#queue.filter((job) => job.tries === 'once');
    this.#queue = this.#queue.filter((job) => job.tries !== 'once');
    for (const job of once) job.failed(fault);
  }

  #recovered(): void {
    if (this.#backOffMs === 0) return;
    this.#backOffMs = 0;
    this.#options.log.info({ queued: this.#queue.length }, 'the store can write again');
  }

  #rejectAll(fault: Fault): void {
    const rejected = this.#queue;
    this.#queue = [];
    for (const job of rejected) job.failed(fault);
    this.#emptied?.();
  }
}
