import {
  auditedAccounts,
  createAudit,
  createWitness,
  entryOfEvent,
  followLog,
  type Audit,
  type Witness,
} from '../audit/index.ts';
import type { Clock } from '../core/index.ts';
import type { Identity } from '../identity/index.ts';
import type { Log } from '../ops/index.ts';
import type { Store } from '../store/index.ts';
import type { Workspace, WorkspaceDocument } from '../workspace/index.ts';

interface Parts {
  readonly store: Store;
  readonly workspace: Pick<WorkspaceDocument, 'current' | 'revision' | 'onChange'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface AuditParts {
  readonly audit: Audit;
  /** What the desk is mounted with. */
  readonly desk: { readonly witness: Witness; readonly audit: Audit };
  /** The same identity, with sign-ins in the chain. */
  over(identity: Identity): Identity;
  stop(): Promise<void>;
}

/** The audit chain of a running service: it follows the log, the settings, the desk and the sign-ins. */
export function startAudit({ store, workspace, clock, log }: Parts): AuditParts | undefined {
  if (!store.audit) return undefined;
  const audit = createAudit({ store: store.audit, clock, entryOf: entryOfEvent });
  const failed = (err: unknown): void => log.error({ err }, 'the audit chain could not be written');
  const follower = followLog(audit, failed);
  let former = workspace.current();
  const unhear = workspace.onChange((next) => {
    const details = { revision: workspace.revision(), changed: changedBetween(former, next) };
    former = next;
    const entry = { kind: 'settings.changed', actor: 'operator', subject: 'workspace', details };
    void audit.record(entry).catch(failed);
  });
  return {
    audit,
    desk: { witness: createWitness(audit), audit },
    over: (identity) => ({ ...identity, agents: auditedAccounts(identity.agents, audit) }),
    stop: async () => {
      unhear();
      await follower.stop();
    },
  };
}

/** Names of the settings that differ; their values are the document's. */
function changedBetween(former: Workspace, next: Workspace): readonly string[] {
  const names = Object.keys(next) as (keyof Workspace)[];
  return names.filter((name) => JSON.stringify(former[name]) !== JSON.stringify(next[name]));
}
