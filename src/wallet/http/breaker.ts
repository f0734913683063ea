import type { Clock } from '../../core/index.ts';

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface BreakerOptions {
  readonly clock: Clock;
  /** Failures in a row that open it. Default 5: two calls with their retries. */
  readonly failuresMax?: number;
  /** How long it stays open the first time; each failed probe doubles it. Default 5 s. */
  readonly openMs?: number;
  /** Default 60 s. */
  readonly openMaxMs?: number;
  readonly onChange?: (state: BreakerState) => void;
}

/**
 * Spares a wallet that is down, and the customers who would wait for it.
 * Modes: closed (all pass) → open (none passes) → half-open (one passes, as a probe) → closed, or open again for longer.
 */
export class Breaker {
  readonly #clock: Clock;
  readonly #options: Required<Omit<BreakerOptions, 'clock'>>;
  #state: BreakerState = 'closed';
  #failures = 0;
  #openForMs: number;
  #untilMs = 0;

  constructor({ clock, ...more }: BreakerOptions) {
    this.#clock = clock;
    this.#options = {
      failuresMax: 5,
      openMs: 5000,
      openMaxMs: 60_000,
      onChange: () => undefined,
      ...more,
    };
    this.#openForMs = this.#options.openMs;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Whether a request may go out now; each that may must be told about by `succeeded` or `failed`. */
  enter(): boolean {
    if (this.#state === 'closed') return true;
    // Half-open: the probe is under way.
    if (this.#state === 'half_open' || this.#isClosedOff()) return false;
    this.#become('half_open');
    return true;
  }

  /** A clock that was set back must not keep it open for longer than was meant. */
  #isClosedOff(): boolean {
    const leftMs = this.#untilMs - this.#clock();
    return leftMs > 0 && leftMs <= this.#openForMs;
  }

  succeeded(): void {
    // The late end of a request that set out before it opened says nothing about now.
    if (this.#state === 'open') return;
    this.#failures = 0;
    this.#openForMs = this.#options.openMs;
    this.#become('closed');
  }

  failed(): void {
    if (this.#state === 'open') return;
    this.#failures += 1;
    if (this.#state === 'closed' && this.#failures < this.#options.failuresMax) return;
    if (this.#state === 'half_open') {
      this.#openForMs = Math.min(this.#openForMs * 2, this.#options.openMaxMs);
    }
    this.#untilMs = this.#clock() + this.#openForMs;
    this.#become('open');
  }

  #become(state: BreakerState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onChange(state);
  }
}
