import type { Clock } from '../core/index.ts';

interface Readiness {
  readonly ok: boolean;
  /** Names of the checks that failed; `draining` once the process is on its way out. Reasons go to the log, not to strangers. */
  readonly failed: readonly string[];
  /** Parts that are watched and do not answer, when there are such: it serves all the same, and says what it cannot do. */
  readonly degraded?: readonly string[];
}

export interface Health {
  ready(): Promise<Readiness>;
  /** From now on not ready, so that a balancer sends nothing new. */
  drain(): void;
}

export interface HealthOptions {
  /** Each throws when its part cannot serve. */
  readonly checks: { readonly [name: string]: () => Promise<void> };
  /** Other people's systems: told of, but no reason to send customers away from every node at once. */
  readonly watched?: { readonly [name: string]: () => Promise<void> };
  /** An answer about these holds so long: asking costs somebody else. */
  readonly watchedHoldsMs?: number;
  readonly clock: Clock;
  readonly onFailed?: (name: string, cause: unknown) => void;
  /** An answer holds this long, so that asking often costs nothing. */
  readonly holdsMs?: number;
  /** A check that takes longer has failed. */
  readonly checkMaxMs?: number;
}

/** Twice a minute at most. */
const watchedHoldsMs = 30_000;

export function createHealth(options: HealthOptions): Health {
  const holdsMs = options.holdsMs ?? 1000;
  let draining = false;
  let last: { readonly atMs: number; readonly answer: Promise<Readiness> } | undefined;
  let watched: { readonly atMs: number; readonly answer: Promise<readonly string[]> } | undefined;
  const failing = async (checks: HealthOptions['checks']): Promise<readonly string[]> => {
    const names = await Promise.all(
      Object.entries(checks).map(([name, check]) => outcome(name, check, options)),
    );
    return names.filter((name) => name !== undefined);
  };
  const lookAround = (nowMs: number): Promise<readonly string[]> => {
    if (!watched || nowMs - watched.atMs >= (options.watchedHoldsMs ?? watchedHoldsMs)) {
      watched = { atMs: nowMs, answer: failing(options.watched ?? {}) };
    }
    return watched.answer;
  };
  const look = async (nowMs: number): Promise<Readiness> => {
    const [failed, degraded] = await Promise.all([failing(options.checks), lookAround(nowMs)]);
    return { ok: failed.length === 0, failed, ...(degraded.length > 0 && { degraded }) };
  };
  return {
    async ready() {
      if (draining) return { ok: false, failed: ['draining'] };
      const nowMs = options.clock();
      if (!last || nowMs - last.atMs >= holdsMs) last = { atMs: nowMs, answer: look(nowMs) };
      return last.answer;
    },
    drain() {
      draining = true;
    },
  };
}

async function outcome(
  name: string,
  check: () => Promise<void>,
  options: HealthOptions,
): Promise<string | undefined> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`check "${name}" gave no answer in time`)),
    options.checkMaxMs ?? 2000,
  );
  try {
    await Promise.race([check(), late.promise]);
    return undefined;
  } catch (cause) {
    options.onFailed?.(name, cause);
    return name;
  } finally {
    clearTimeout(timer);
  }
}
