import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { Fault, limits } from '../../core/index.ts';
import type { Prepared } from '../change.ts';
import type { StoreLog } from '../log.ts';
import type { AppendResult } from '../ports.ts';
import { appendBatch } from './append.ts';
import { createNaming, runOn } from './connection.ts';
import { asFault, isLost, isPassing } from './errors.ts';

export interface WriterOptions {
  /** Open already; the first of what `connect` gives later. */
  readonly client: Client;
  /** A connection that is this node's: it holds the lock that says that the node lives. */
  readonly connect: () => Promise<Client>;
  readonly node: number;
  readonly where: string;
  readonly log: StoreLog;
  /** Never goes back, unlike the wall clock. */
  readonly elapsedMs: () => number;
}

interface Job {
  readonly prepared: Prepared;
  readonly enteredMs: number;
  readonly done: (result: AppendResult) => void;
  readonly failed: (fault: Fault) => void;
}

/** A batch whose COMMIT was sent and not answered. */
interface Unsure {
  readonly batch: readonly Job[];
  readonly token: string;
  readonly results: readonly AppendResult[];
}

const backOffMinMs = 20;
const backOffMaxMs = 1000;
/** An event's number has room for 4096 in one transaction. */
const eventsMax = 4000;

/**
 * Group commit over one connection, in the manner of the embedded store's: one batch at a time, the next collects meanwhile, and
 * a batch that failed stays first in the queue and is tried again. Modes: idle, flushing, waiting (after a failure),
 * unsure (the connection broke during COMMIT: before anything else, the token of the node's last batch tells whether it took
 * place), closed.
 */
export class BatchWriter {
  readonly #options: WriterOptions;
  readonly #statement = createNaming();
  #queue: Job[] = [];
  #client: Client | undefined;
  #flushing: Promise<void> | undefined;
  #backOffMs = 0;
  #unsure: Unsure | undefined;
  /** After a batch that the server refused, until the append that it refuses is found. */
  #alone = 0;
  #closing = false;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#client = options.client;
  }

  append(prepared: Prepared): Promise<AppendResult> {
    const refusal = this.#refusal(prepared);
    if (refusal) return Promise.reject(refusal);
    return new Promise((done, failed) => {
      this.#queue.push({ prepared, enteredMs: this.#options.elapsedMs(), done, failed });
      this.#flushing ??= this.#flushAll();
    });
  }

  /** Takes nothing new and waits for what is queued; what cannot be written for `waitMs` is rejected with `store_failed`. */
  async close(waitMs: number): Promise<void> {
    this.#closing = true;
    const giveUp = setTimeout(() => {
      this.#rejectAll('the store closed before it could write to its database again');
    }, waitMs);
    await this.#flushing;
    clearTimeout(giveUp);
    await this.#drop();
  }

  #refusal({ request }: Prepared): Fault | undefined {
    if (this.#closing) return new Fault('shutting_down', 'the store is closing');
    if (request.events.length > eventsMax) {
      return new Fault('internal', `an append has more than ${eventsMax} events`);
    }
    const oldest = this.#queue[0];
    if (!oldest) return undefined;
    const isStale = this.#options.elapsedMs() - oldest.enteredMs > limits.appendAgeMaxMs;
    if (!isStale && this.#queue.length < limits.appendQueueLengthMax) return undefined;
    return new Fault('overloaded', 'the store has more to write than it can: try again later');
  }

  async #flushAll(): Promise<void> {
    // What is asked for in this round of the event loop shares one commit.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      if (this.#backOffMs > 0) await new Promise((go) => setTimeout(go, this.#backOffMs));
      await this.#flush();
    }
    this.#flushing = undefined;
  }

  async #flush(): Promise<void> {
    const batch = this.#nextBatch();
    try {
      const client = (this.#client ??= await this.#options.connect());
      if (this.#unsure) await this.#makeSure(client, this.#unsure);
      else this.#settle(batch, await this.#commit(client, batch));
      this.#recovered();
    } catch (error) {
      void this.#drop();
      this.#failedFor(error, batch);
    }
  }

  /** As many as fit into one transaction; a single one while the culprit of a refusal is looked for. */
  #nextBatch(): readonly Job[] {
    if (this.#alone > 0) return this.#queue.slice(0, 1);
    const batch: Job[] = [];
    let events = 0;
    for (const job of this.#queue) {
      events += job.prepared.request.events.length;
      if (batch.length === limits.appendBatchMax || (batch.length > 0 && events > eventsMax)) break;
      batch.push(job);
    }
    return batch;
  }

  async #commit(client: Client, batch: readonly Job[]): Promise<readonly AppendResult[]> {
    const run = runOn(client, this.#statement);
    const token = randomUUID();
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    const appends = batch.map(({ prepared }) => prepared);
    const signature = { node: this.#options.node, token };
    const { results, isWritten } = await appendBatch(run, appends, signature);
    try {
      await client.query('COMMIT');
    } catch (error) {
      if (isWritten && isLost(error)) this.#unsure = { batch, token, results };
      throw error;
    }
    return results;
  }

  /** Waits for the lost transaction to end, if it still runs, by its row of `node`. */
  async #makeSure(client: Client, { batch, token, results }: Unsure): Promise<void> {
    const { rows } = await client.query<{ token: string }>(
      'SELECT token FROM node WHERE n = $1 FOR UPDATE',
      [this.#options.node],
    );
    this.#unsure = undefined;
    if (rows[0]?.token === token) this.#settle(batch, results);
  }

  #settle(batch: readonly Job[], results: readonly AppendResult[]): void {
    this.#queue.splice(0, batch.length);
    this.#alone = Math.max(0, this.#alone - batch.length);
    batch.forEach((job, index) => {
      const result = results[index];
      if (result) job.done(result);
    });
  }

  #failedFor(error: unknown, batch: readonly Job[]): void {
    const { log, where } = this.#options;
    if (!isPassing(error)) {
      const [only] = batch;
      if (batch.length > 1) this.#alone = batch.length;
      else if (only) {
        this.#queue.shift();
        this.#alone = Math.max(0, this.#alone - 1);
        only.failed(asFault(error, where));
      }
      return;
    }
    if (this.#backOffMs === 0) {
      const queued = this.#queue.length;
      const fault = asFault(error, where);
      log.error({ err: error, queued }, `${fault.message}; nothing is acknowledged until it does`);
    }
    this.#backOffMs = Math.min(backOffMaxMs, Math.max(backOffMinMs, this.#backOffMs * 2));
  }

  #recovered(): void {
    if (this.#backOffMs === 0) return;
    this.#backOffMs = 0;
    this.#options.log.info({ queued: this.#queue.length }, 'the store can write again');
  }

  /** A transaction that failed ends with its connection. */
  async #drop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  #rejectAll(why: string): void {
    const rejected = this.#queue;
    this.#queue = [];
    for (const job of rejected) job.failed(new Fault('store_failed', why));
  }
}
