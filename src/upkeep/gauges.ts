import type { Clock } from '../core/index.ts';
import type { Metrics } from '../ops/index.ts';
import type { ConversationStore, Store } from '../store/index.ts';

/** Figures of the store, read when the metrics are: what waits, for how long, and how far the followers are behind. */
export function mountGauges(
  metrics: Metrics,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): void {
  const overdue = async (nextDueMs: () => Promise<number | undefined>): Promise<number> =>
    Math.max(0, clock() - ((await nextDueMs()) ?? Infinity));
  metrics.gauge('outbox_overdue_ms', 'How long the oldest due effect has waited.', () =>
    overdue(() => store.outbox.nextDueMs()),
  );
  metrics.gauge('webhook_overdue_ms', 'How long the oldest due webhook delivery has waited.', () =>
    overdue(() => store.webhooks.nextDueMs()),
  );
  metrics.gauge('webhook_dead', 'Webhook deliveries that were given up.', async () => {
    const hooks = await store.records.list('webhook', webhooksMax);
    const counts = await Promise.all(hooks.map(({ key }) => store.webhooks.counts(key)));
    return counts.reduce((sum, { dead }) => sum + dead, 0);
  });
  mountQueue(metrics, store.conversations, clock);
  const { audit } = store;
  if (!audit) return;
  metrics.gauge('audit_entries', 'Number of the last entry of the audit chain.', async () => {
    const { n } = await audit.head();
    return n;
  });
  metrics.gauge('audit_behind_events', 'Events that the audit chain has not seen yet.', async () =>
    Math.max(0, (await store.webhooks.lastEvent()) - (await audit.cursor())),
  );
}

/** Far above what an installation has. */
const webhooksMax = 100;

function mountQueue(metrics: Metrics, conversations: ConversationStore, clock: Clock): void {
  const sum = async (
    of: (row: { readonly waiting: number; readonly offered: number }) => number,
  ): Promise<number> =>
    (await conversations.queueFigures()).reduce((total, row) => total + of(row), 0);
  metrics.gauge('queue_waiting', 'Conversations that wait for a person.', () =>
    sum(({ waiting }) => waiting),
  );
  metrics.gauge('queue_offered', 'Of these, those that are being offered to an agent.', () =>
    sum(({ offered }) => offered),
  );
  metrics.gauge('queue_oldest_ms', 'How long the longest has waited.', async () => {
    const since = (await conversations.queueFigures()).map(({ oldestSinceMs }) => oldestSinceMs);
    return since.length === 0 ? 0 : Math.max(0, clock() - Math.min(...since));
  });
  metrics.gauge('agent_conversations', 'Conversations that agents have open.', async () =>
    (await conversations.agentLoads()).reduce((total, { open }) => total + open, 0),
  );
}

/** The same store with its appends timed and counted by what became of them. */
export function measured(store: Store, metrics: Metrics): Store {
  const append: ConversationStore['append'] = async (request) => {
    const startMs = performance.now();
    const result = await store.conversations.append(request);
    metrics.observe('append_ms', performance.now() - startMs);
    metrics.count('appends', result.kind === 'refused' ? result.reason : result.kind);
    return result;
  };
  return { ...store, conversations: { ...store.conversations, append } };
}
