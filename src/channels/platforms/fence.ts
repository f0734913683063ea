import type { PlatformLog } from './ports.ts';

/**
 * Faults that nobody caught and that began inside the fence are logged; all others go their usual way, which ends the
 * process. Node tells such a fault in the context in which it began, so a promise forgotten by a plugin is known as such.
 */
export function fenceProcess(isInside: () => boolean, log: Pick<PlatformLog, 'error'>): () => void {
  const caught = (name: 'uncaughtException' | 'unhandledRejection') => (err: unknown) => {
    if (isInside()) log.error({ err }, 'a fault in a plugin that nobody caught');
    // With no other listener this one would have silenced it.
    else if (process.listenerCount(name) === 1) throw err;
  };
  const onException = caught('uncaughtException');
  const onRejection = caught('unhandledRejection');
  process.on('uncaughtException', onException);
  process.on('unhandledRejection', onRejection);
  return () => {
    process.off('uncaughtException', onException);
    process.off('unhandledRejection', onRejection);
  };
}
