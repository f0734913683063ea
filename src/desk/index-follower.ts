import type { Bus } from '../bus/index.ts';
import type { DeskIndex } from '../store/index.ts';
import { NudgedLoop } from '../turn/index.ts';
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
  readonly #loop: NudgedLoop;
  readonly #bus: Bus;
  #unsubscribe: (() => void) | undefined;

  constructor(index: DeskIndex, bus: Bus, log: DeskLog) {
    this.#bus = bus;
    // Each look is a transaction of its own, so that messages are not kept waiting while a long log is read.
    this.#loop = new NudgedLoop(async () => (await index.follow(eventsAtOnce)) === eventsAtOnce, {
      pollMs,
      togetherMs: gatherMs,
      onFault: (err) => log.error({ err }, 'the desk’s index could not follow the log'),
    });
  }

  start(): void {
    this.#unsubscribe = this.#bus.subscribe('desk', () => this.#loop.nudge());
    this.#loop.start();
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    await this.#loop.stop();
  }
}
