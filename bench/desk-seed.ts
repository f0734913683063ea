import { readConfig } from '../src/service/config.ts';
import { parseConversationId } from '../src/core/index.ts';
import { evolve, initialState } from '../src/dialogue/index.ts';
import type { ConversationEvent } from '../src/dialogue/index.ts';
import { createLog, createMetrics } from '../src/ops/index.ts';
import { openCore } from '../src/service/node.ts';
import { openSqliteStore, type Store } from '../src/store/index.ts';

export const benchAgent = { email: 'bench@example.com', password: 'bench bench bench bench' };

/** Small enough that a busy machine still takes them all in time. */
const inFlightMax = 100;
/** Messages of the two long conversations: a day of one that will not end. */
const longTurns = 100;

/** The supervisor who signs in at the benches; `more` for what else is to be in the data before the service starts. */
export async function enlist(
  config: ReturnType<typeof readConfig>,
  more: (store: Store) => Promise<void> = async () => undefined,
): Promise<string> {
  const log = createLog({ level: 'silent', pretty: false });
  const core = await openCore(config, createMetrics(), log);
  const account = { ...benchAgent, name: 'Bench', role: 'supervisor' } as const;
  const { agentId } = await core.identity.agents.create(account);
  await more(core.store);
  await core.close();
  return agentId;
}

export interface Seeded {
  readonly events: readonly ConversationEvent[];
  /** 0 to 100; without it one after the other. */
  readonly risk?: number;
}

/** So many conversations named `bench-0` and on, spread over the last day. */
export async function seedConversations(
  folder: string,
  count: number,
  seedOf: (index: number) => Seeded,
): Promise<void> {
  const store = await openSqliteStore({ folder, clock: Date.now });
  const nowMs = Date.now();
  for (let from = 0; from < count; from += inFlightMax) {
    await Promise.all(
      Array.from({ length: Math.min(inFlightMax, count - from) }, (_, at) =>
        write(store, from + at, nowMs, seedOf(from + at)),
      ),
    );
  }
  await store.close();
}

/**
 * A data folder with one supervisor and so many open conversations with the bot, each of two dozen lines; the two at the
 * top of its list have two hundred.
 */
export async function seedDesk(folder: string, conversations: number): Promise<void> {
  const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent', KEFU_DATA: folder });
  await enlist(config);
  await seedConversations(folder, conversations, (index) =>
    index < 2
      ? { events: talk(index, longTurns), risk: 100 }
      : { events: talk(index, 12), risk: index % 100 },
  );
}

// eslint-disable-next-line max-params -- which, when, and what
async function write(store: Store, index: number, nowMs: number, seeded: Seeded): Promise<void> {
  const conversationId = parseConversationId(`bench-${index}`);
  if (!conversationId) throw new Error('no id');
  const atMs = nowMs - ((index * 7919) % (24 * 3600_000));
  const { events, risk = index % 101 } = seeded;
  const snapshot = events.reduce(
    (state, event, at) => evolve(state, { pos: at + 1, atMs, event }),
    initialState,
  );
  const result = await store.conversations.append({
    conversationId,
    create: { visitorId: `v-${index}`, channel: 'web' },
    expect: 0,
    atMs,
    events,
    snapshot: { ...snapshot, handledPos: events.length, risk },
  });
  if (result.kind !== 'committed') throw new Error(result.kind);
}

function talk(index: number, turns: number): readonly ConversationEvent[] {
  const said = Array.from({ length: turns }, (_, turn): readonly ConversationEvent[] => [
    { type: 'message.received', cid: `m${turn}`, text: `Payment ${index}, question ${turn}` },
    {
      type: 'bot.said',
      language: 'en',
      says: [],
      blocks: [
        { type: 'text', text: `Answer ${turn} about **payment ${index}**, in a line or two.` },
      ],
    },
  ]);
  return [
    { type: 'conversation.started', channel: 'web', language: 'en', visitorId: `v-${index}` },
    ...said.flat(),
  ];
}
