import { describe, onTestFinished } from 'vitest';
import { auditContract } from './store/audit.ts';
import { modelContract } from './store/against-model.ts';
import { handoffContract } from './store/handoff.ts';
import { deskIndexContract } from './store/desk-index.ts';
import { inboxContract } from './store/inbox.ts';
import { logContract } from './store/log.ts';
import { lookupContract } from './store/lookups.ts';
import { outboxContract } from './store/outbox.ts';
import { ownContract } from './store/own.ts';
import { personalContract } from './store/personal.ts';
import { recordContract } from './store/records.ts';
import { retentionContract } from './store/retention.ts';
import { webhookContract } from './store/webhooks.ts';
import type { StoreUnderTest } from './store/support.ts';

export type { StoreUnderTest } from './store/support.ts';

/** What `src/store/ports.ts` promises, for any implementation. */
export function storeContract(
  title: string,
  open: () => Promise<StoreUnderTest>,
  { modelShare = 1 } = {},
): void {
  const begin = async (): Promise<StoreUnderTest> => {
    const opened = await open();
    onTestFinished(opened.remove);
    return opened;
  };
  // eslint-disable-next-line vitest/valid-title -- the title is the implementation's
  describe(title, () => {
    logContract(begin);
    inboxContract(begin);
    handoffContract(begin);
    outboxContract(begin);
    ownContract(begin);
    recordContract(begin);
    personalContract(begin);
    retentionContract(begin);
    deskIndexContract(begin);
    lookupContract(begin);
    webhookContract(begin);
    auditContract(begin);
    modelContract(begin, modelShare);
  });
}
