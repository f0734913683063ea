import type { Log } from './log.ts';

/**
 * The way out, in the order in which steps were added: stop being ready, stop taking work, finish
 * what runs, close sockets, close the store last. A step that fails or takes too long is logged and
 * the next one runs all the same, because the store must be closed whatever else went wrong.
 */
export interface Shutdown {
  step(name: string, run: () => Promise<void> | void): void;
  /** Runs every step once; later calls join the first. True when each step ended well and in time. */
  run(reason: string): Promise<boolean>;
}

export interface ShutdownOptions {
  readonly log: Log;
  /** The most that one step may take. */
  readonly stepMaxMs?: number;
}

export function createShutdown(options: ShutdownOptions): Shutdown {
  const steps: { readonly name: string; readonly run: () => Promise<void> | void }[] = [];
  let running: Promise<boolean> | undefined;
  const runAll = async (reason: string): Promise<boolean> => {
    options.log.info({ reason }, 'shutting down');
    let clean = true;
    for (const step of steps) {
      try {
        await within(step.run, options.stepMaxMs ?? 10_000);
      } catch (err) {
        clean = false;
        options.log.error({ err, step: step.name }, 'a shutdown step failed');
      }
    }
    options.log.info({ clean }, 'shut down');
    return clean;
  };
  return {
    step: (name, run) => {
      steps.push({ name, run });
    },
    run: (reason) => (running ??= runAll(reason)),
  };
}

/**
 * SIGTERM and SIGINT begin the shutdown; a second signal ends the process at once. Faults that
 * nobody caught also end it, after the same steps: what was acknowledged is on disk, and a process
 * in an unknown state must not go on. Those that `isFenced` claims are dealt with elsewhere.
 */
export function shutdownOnSignals(
  shutdown: Shutdown,
  log: Log,
  isFenced: () => boolean = () => false,
): void {
  let asked = false;
  const leave = (reason: string, exitCode: number) => {
    if (asked) process.exit(1);
    asked = true;
    void shutdown.run(reason).then((clean) => process.exit(clean ? exitCode : 1));
  };
  process.on('SIGTERM', () => leave('SIGTERM', 0));
  process.on('SIGINT', () => leave('SIGINT', 0));
  const onFault = (err: unknown) => {
    if (isFenced()) return;
    log.fatal({ err }, 'a fault that nobody caught');
    leave('fault', 1);
  };
  process.on('uncaughtException', onFault);
  process.on('unhandledRejection', onFault);
}

async function within(run: () => Promise<void> | void, maxMs: number): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`took longer than ${maxMs} ms`)), maxMs);
  try {
    await Promise.race([run(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
