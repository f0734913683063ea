export interface LoopSettings {
  /** The safety net behind the nudges: a hint may be lost. */
  readonly pollMs: number;
  /** Nudges that come within this are one look; default: each looks at once. */
  readonly togetherMs?: number;
  readonly onFault: (error: unknown) => void;
}

/**
 * Looks for work when told that there may be some, and from time to time anyway; one look at a time, and a nudge during one is one
 * more look after it. `look` says whether there may be more at once. A look that fails waits for the next nudge or poll. Modes:
 * stopped → running (`start`) → stopped (`stop`, after the look under way).
 */
export class NudgedLoop {
  readonly #look: () => Promise<boolean>;
  readonly #settings: LoopSettings;
  #isRunning = false;
  #isLooking = false;
  #again = false;
  #looking: Promise<void> = Promise.resolve();
  #poll: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;

  constructor(look: () => Promise<boolean>, settings: LoopSettings) {
    this.#look = look;
    this.#settings = settings;
  }

  start(): void {
    this.#isRunning = true;
    this.#poll = setInterval(() => this.#go(), this.#settings.pollMs);
    this.nudge();
  }

  nudge(): void {
    if (!this.#isRunning) return;
    const { togetherMs } = this.#settings;
    if (togetherMs === undefined) {
      this.#go();
      return;
    }
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.#go();
    }, togetherMs);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    clearInterval(this.#poll);
    clearTimeout(this.#soon);
    this.#soon = undefined;
    await this.#looking;
  }

  #go(): void {
    this.#again = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#looking = this.#loop();
  }

  /** Ends in the same tick as its last look at `again`: a nudge comes either before that or finds no loop under way. */
  async #loop(): Promise<void> {
    while (this.#again && this.#isRunning) {
      this.#again = false;
      try {
        if (await this.#look()) this.#again = true;
      } catch (error) {
        this.#settings.onFault(error);
      }
    }
    this.#isLooking = false;
  }
}
