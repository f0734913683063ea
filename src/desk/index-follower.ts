import type { Bus } from '../bus/index.ts';
import type { DeskIndex } from '../store/index.ts';
import type { DeskLog } from './deps.ts';

const eventsAtOnce = 200;
const pollMs = 1000;
/** Appends that come close together are followed in one go. */
const gatherMs = 30;

/**
 * Keeps the desk's index level with the log. Modes: stopped → running (`start`) → stopped (`stop`, after the step under way).
 * A step that fails is tried again at the next hint or poll: how far it has come stands in the store.
 */
export class IndexFollower {
  readonly #index: DeskIndex;
  readonly #bus: Bus;
  readonly #log: DeskLog;
  #unsubscribe: (() => void) | undefined;
  #poll: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = true;

  constructor(index: DeskIndex, bus: Bus, log: DeskLog) {
    this.#index = index;
    this.#bus = bus;
    this.#log = log;
  }

  start(): void {
    this.#stopped = false;
    this.#unsubscribe = this.#bus.subscribe('desk', () => this.#nudge());
    this.#poll = setInterval(() => this.#nudge(), pollMs);
    this.#nudge();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe?.();
    clearInterval(this.#poll);
    clearTimeout(this.#soon);
    await this.#running;
  }

  #nudge(): void {
    this.#again = true;
    if (this.#stopped || this.#running || this.#soon) return;
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      this.#running = this.#follow().finally(() => {
        this.#running = undefined;
      });
    }, gatherMs);
  }

  async #follow(): Promise<void> {
    try {
      do {
        this.#again = false;
        // Each step is a transaction of its own, so that messages are not kept waiting while a long log is read.
        while (!this.#stopped && (await this.#index.follow(eventsAtOnce)) === eventsAtOnce);
      } while (this.#again && !this.#stopped);
    } catch (error) {
      this.#log.error({ err: error }, 'the desk’s index could not follow the log');
    }
  }
}
