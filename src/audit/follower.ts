import type { Audit } from './audit.ts';

const eventsAtOnce = 500;
const pollMs = 500;

export interface AuditFollower {
  /** Resolves when the step under way is done; what is left is followed at the next start. */
  stop(): Promise<void>;
}

/** Keeps the chain level with the log. How far it came stands in the store, so a step that fails is tried again later. */
export function followLog(
  audit: Pick<Audit, 'follow'>,
  onFault: (error: unknown) => void,
): AuditFollower {
  let stopped = false;
  let running: Promise<void> | undefined;
  const step = async (): Promise<void> => {
    try {
      while (!stopped && (await audit.follow(eventsAtOnce)) === eventsAtOnce);
    } catch (error) {
      onFault(error);
    }
  };
  const look = (): void => {
    if (stopped || running) return;
    running = step().finally(() => {
      running = undefined;
    });
  };
  const timer = setInterval(look, pollMs);
  look();
  return {
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
