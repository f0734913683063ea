import { randomUUID } from 'node:crypto';
import type { Bus } from '../bus/index.ts';
import type { Clock } from '../core/index.ts';
import { createPost, IndexFollower, WebhookWorker } from '../desk/index.ts';
import type { DeskApiParts } from '../desk/index.ts';
import type { Identity } from '../identity/index.ts';
import type { Library } from '../library/index.ts';
import type { Log } from '../ops/index.ts';
import type { DeskChannel, DeskFlows } from '../protocol/index.ts';
import type { Store } from '../store/index.ts';
import type { Turns } from '../turn/index.ts';
import type { Wallet } from '../wallet/index.ts';
import type { WorkspaceDocument } from '../workspace/index.ts';

interface Parts {
  readonly store: Store;
  readonly bus: Bus;
  readonly turns: Turns;
  readonly identity: Identity;
  readonly wallet: Wallet;
  readonly library: Pick<Library, 'current'>;
  readonly workspace: WorkspaceDocument;
  /** How the messaging platforms do. */
  readonly channels?: () => readonly DeskChannel[];
  readonly instead?: DeskApiParts['instead'];
  readonly clock: Clock;
  readonly log: Log;
}

/** What the desk has beside the conversations, and the two followers of the log that keep it. */
export function startDeskParts({
  store,
  bus,
  turns,
  identity,
  wallet,
  library,
  workspace,
  channels,
  instead,
  clock,
  log,
}: Parts): {
  readonly api: DeskApiParts;
  stop(): Promise<void>;
} {
  const follower = new IndexFollower(store.deskIndex, bus, log);
  const webhooks = new WebhookWorker({ store, bus, clock, log, post: createPost() });
  follower.start();
  webhooks.start();
  return {
    api: {
      index: store.deskIndex,
      deliveries: store.webhooks,
      webhooks,
      records: store.records,
      turns: turns.desk,
      accounts: identity.agents,
      wallet,
      workspace: () => workspace.current(),
      flows: (language) => flowsOf(library.current, language ?? '', workspace.current()),
      ...(channels && { channels }),
      ...(instead && { instead }),
      randomId: randomUUID,
    },
    stop: async () => {
      await Promise.all([follower.stop(), webhooks.stop()]);
    },
  };
}

/** Called by the bot itself, or reached in another way than by being sent there. */
const notChosen: ReadonlySet<string> = new Set(['talk_to_agent']);

function flowsOf(
  { content, phrasebook }: Library['current'],
  asked: string,
  { defaultLanguage }: { readonly defaultLanguage: string },
): DeskFlows {
  const language = phrasebook.languages.includes(asked) ? asked : defaultLanguage;
  const chosen = Object.values(content.flows).filter(
    // Small talk has nothing to go on with.
    ({ id, topic }) => topic !== 'conversation' && !notChosen.has(id),
  );
  return {
    language,
    flows: chosen.map(({ id, topic }) => ({
      id,
      topic,
      title: phrasebook.text(language, `topics.${id}`),
    })),
  };
}
