import { randomUUID } from 'node:crypto';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../core/index.ts';
import type { Files } from '../files/index.ts';
import type { Log } from '../ops/index.ts';
import type { Store } from '../store/index.ts';
import type { WorkspaceDocument } from '../workspace/index.ts';
import { retain, startRetention, type Retained } from './retention.ts';

interface Parts {
  readonly store: Store;
  readonly files: Files;
  readonly workspace: Pick<WorkspaceDocument, 'current'>;
  readonly audit?: Audit;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Housekeeping {
  /** Removes what was kept for as long as the workspace says; also done every hour. */
  readonly retain: () => Promise<Retained>;
  stop(): Promise<void>;
}

/** Expired sessions, codes and used token ids: deleted a little at a time, so that nobody waits for it. */
const sweepEveryMs = 60_000;
const sweepMax = 1000;
/** Uploads that no message named; it looks at every file, so not often. */
const sweepFilesEveryMs = 60 * 60_000;

/** What is done now and then while the service runs. A run that fails is logged and the next one tries again. */
export function startHousekeeping(parts: Parts): Housekeeping {
  const { store, files, workspace, clock, log } = parts;
  const retained = async () => {
    const deps = { ...parts, workspace: () => workspace.current(), randomId: randomUUID };
    const done = await retain(deps);
    // Logs go elsewhere, as a rule: a chain that is cut short or written anew here is found by what stands there.
    if (parts.audit) log.info({ ...(await parts.audit.head()) }, 'head of the audit chain');
    return done;
  };
  const retention = startRetention(retained, {
    done: (done) => log.debug({ ...done }, 'retention ran'),
    failed: (err) => log.error({ err }, 'what was kept long enough could not be removed'),
  });
  const records = every(sweepEveryMs, () => store.records.sweep(clock(), sweepMax), {
    log,
    failed: 'expired records could not be deleted',
  });
  const uploads = every(sweepFilesEveryMs, () => files.sweep(), {
    log,
    failed: 'unused files could not be deleted',
  });
  return {
    retain: retained,
    stop: async () => {
      clearInterval(records);
      clearInterval(uploads);
      await retention.stop();
    },
  };
}

function every(
  ms: number,
  work: () => Promise<unknown>,
  { log, failed }: { readonly log: Log; readonly failed: string },
): NodeJS.Timeout {
  return setInterval(() => {
    work().catch((err: unknown) => log.error({ err }, failed));
  }, ms);
}
