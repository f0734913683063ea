import type { Clock } from '../core/index.ts';

interface Readiness {
  readonly ok: boolean;
  /** Names of the checks that failed; `draining` once the process is on its way out. Reasons go to the log, not to strangers. */
  readonly failed: readonly string[];
}

export interface Health {
  ready(): Promise<Readiness>;
  /** From now on not ready, so that a balancer sends nothing new. */
  drain(): void;
}

export interface HealthOptions {
  /** Each throws when its part cannot serve. */
  readonly checks: { readonly [name: string]: () => Promise<void> };
  readonly clock: Clock;
  readonly onFailed?: (name: string, cause: unknown) => void;
  /** An answer holds this long, so that asking often costs nothing. */
  readonly holdsMs?: number;
  /** A check that takes longer has failed. */
  readonly checkMaxMs?: number;
}

export function createHealth(options: HealthOptions): Health {
  const holdsMs = options.holdsMs ?? 1000;
  let draining = false;
  let last: { readonly atMs: number; readonly answer: Promise<Readiness> } | undefined;
  const look = async (): Promise<Readiness> => {
    const names = await Promise.all(
      Object.entries(options.checks).map(([name, check]) => outcome(name, check, options)),
    );
    const failed = names.filter((name) => name !== undefined);
    return { ok: failed.length === 0, failed };
  };
  return {
    async ready() {
      if (draining) return { ok: false, failed: ['draining'] };
      const nowMs = options.clock();
      if (!last || nowMs - last.atMs >= holdsMs) last = { atMs: nowMs, answer: look() };
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
