import type { ConversationId, RandomId } from '../../core/index.ts';
import type { AgentAccounts } from '../../identity/index.ts';
import type {
  DeskChannel,
  DeskFlows,
  DeskInstead,
  DeskInsteadRequest,
} from '../../protocol/index.ts';
import type { DeskIndex, RecordStore, WebhookStore } from '../../store/index.ts';
import type { DeskTurns } from '../../turn/index.ts';
import type { Wallet } from '../../wallet/index.ts';
import type { Workspace } from '../../workspace/index.ts';
import type { DeskDeps } from '../deps.ts';
import type { WebhookWorker } from '../webhooks/worker.ts';

/** What the desk needs beside the conversations themselves. */
export interface DeskApiParts {
  readonly index: DeskIndex;
  readonly deliveries: WebhookStore;
  readonly webhooks: Pick<WebhookWorker, 'nudge'>;
  readonly records: RecordStore;
  readonly turns: DeskTurns;
  readonly accounts: AgentAccounts;
  readonly wallet: Pick<
    Wallet,
    'getAccount' | 'getBalances' | 'listTransactions' | 'listWithdrawals' | 'listTickets'
  >;
  readonly workspace: () => Workspace;
  /** What the bot can be sent on with, titled in this language or, where the bot has not got it, the workspace's. */
  readonly flows: (language?: string) => DeskFlows;
  /** Messaging platforms, those that are connected; absent where there are none. */
  readonly channels?: () => readonly DeskChannel[];
  /** What may be sent instead of words that a platform holds back; undefined while no platform is connected. */
  readonly instead?: () => DeskInsteadPort | undefined;
  readonly randomId: RandomId;
}

/** The platforms' side of `instead`. */
export interface DeskInsteadPort {
  of(id: ConversationId): Promise<{
    readonly waiting: number;
    readonly ways: readonly DeskInstead['ways'][number][];
  }>;
  /** At most once a day, whoever asks. */
  send(
    id: ConversationId,
    way: DeskInsteadRequest['way'],
    by: { readonly agentId: string; readonly agentName: string },
  ): Promise<
    | { readonly kind: 'sent'; readonly atMs: number }
    | {
        readonly kind: 'refused';
        readonly reason: 'nothing_waits' | 'no_such_way' | 'sent_already' | 'not_taken';
      }
  >;
}

/** Everything that a handler may reach. */
export type ApiDeps = Pick<
  DeskDeps,
  'store' | 'fold' | 'levelAt' | 'clock' | 'limit' | 'log' | 'origins' | 'witness' | 'audit'
> & {
  readonly api: DeskApiParts;
  /** Ends sockets of sessions that have ended; to be called after anything that may have ended one. */
  readonly recheck: () => Promise<void>;
};
