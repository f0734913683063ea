import type { Bus } from '../bus/index.ts';
import type { Log } from '../ops/index.ts';
import type { Library } from './library.ts';

/** A hint comes at once, as a rule; this is for when the bus is away. */
const lookEveryMs = 5000;

/**
 * Goes over to what other nodes put in force, within seconds and without a restart. A look that fails is made again. Returns the
 * way to stop, which does not wait for a training under way.
 */
export function followPublications(parts: {
  readonly library: Pick<Library, 'follow' | 'current'>;
  readonly bus: Pick<Bus, 'subscribe'>;
  readonly log: Pick<Log, 'info' | 'warn'>;
}): () => void {
  const { library, bus, log } = parts;
  let isLooking = false;
  let isWanted = false;
  let isStopped = false;
  const look = async (): Promise<void> => {
    isWanted = true;
    if (isLooking) return;
    isLooking = true;
    while (isWanted && !isStopped) {
      isWanted = false;
      try {
        if (!(await library.follow())) continue;
        log.info({ hash: library.current.hash }, 'went over to the content of another node');
      } catch (err) {
        if (!isStopped) log.warn({ err }, 'the content in force could not be looked up');
      }
    }
    isLooking = false;
  };
  const leave = bus.subscribe('shared', (hint) => {
    if (hint.kind === 'changed' && hint.what === 'content') void look();
  });
  const timer = setInterval(() => void look(), lookEveryMs);
  return () => {
    isStopped = true;
    clearInterval(timer);
    leave();
  };
}
