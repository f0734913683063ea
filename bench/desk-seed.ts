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

/** A data folder with one supervisor and so many open conversations with the bot, each of two dozen lines. */
export async function seedDesk(folder: string, conversations: number): Promise<void> {
  const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent', KEFU_DATA: folder });
  const log = createLog({ level: 'silent', pretty: false });
  const core = await openCore(config, createMetrics(), log);
  await core.identity.agents.create({ ...benchAgent, name: 'Bench', role: 'supervisor' });
  await core.close();
  const store = await openSqliteStore({ folder, clock: Date.now });
  const nowMs = Date.now();
  for (let from = 0; from < conversations; from += inFlightMax) {
    const count = Math.min(inFlightMax, conversations - from);
    await Promise.all(
      Array.from({ length: count }, (_, index) => write(store, from + index, nowMs)),
    );
  }
  await store.close();
}

async function write(store: Store, index: number, nowMs: number): Promise<void> {
  const conversationId = parseConversationId(`bench-${index}`);
  if (!conversationId) throw new Error('no id');
  const atMs = nowMs - ((index * 7919) % (24 * 3600_000));
  const events = talk(index);
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
    snapshot: { ...snapshot, handledPos: events.length, risk: index % 101 },
  });
  if (result.kind !== 'committed') throw new Error(result.kind);
}

function talk(index: number): readonly ConversationEvent[] {
  const turns = Array.from({ length: 12 }, (_, turn): readonly ConversationEvent[] => [
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
    ...turns.flat(),
  ];
}
