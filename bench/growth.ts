import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConversationId } from '../src/core/index.ts';
import { evolve, initialState } from '../src/dialogue/index.ts';
import type { ConversationEvent } from '../src/dialogue/index.ts';
import { openSqliteStore, type Store } from '../src/store/index.ts';
import { ms, quantile, serve, table, type Served } from './child.ts';
import { connectWidget } from './widget.ts';

export const name = 'growth';

const sizes = (process.env['SIZES'] ?? '1000,30000,1000000').split(',').map(Number);
const inFlightMax = 2000;
const widgets = 50;
const turnsEach = 60;
const followAtOnce = 5000;

/**
 * What a turn costs as stored conversations grow: the CPU of the service's own process for each message that is acknowledged
 * and answered, and how long the answer takes, by fifty widgets that talk one message after the other. Bound: flat within 20 %.
 */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-bench-growth-'));
  const rows: string[][] = [];
  let stored = 0;
  let first: number | undefined;
  for (const size of sizes) {
    await grow(folder, stored, size);
    stored = size;
    const service = await serve('serve.ts', folder);
    const { cpuMs, answered } = await talk(service);
    await (size === sizes.at(-1) ? service.stop() : stopOnly(service));
    first ??= cpuMs;
    rows.push([
      size.toLocaleString('en'),
      cpuMs.toFixed(2),
      `${Math.round((100 * cpuMs) / first)} %`,
      `${ms(quantile(answered, 0.5))} / ${ms(quantile(answered, 0.99))}`,
    ]);
  }
  table(['conversations stored', 'CPU ms a turn', 'of the first', 'answer p50 / p99 ms'], rows);
}

/** As `stop`, but what is stored stays for the next size. */
async function stopOnly({ process: child }: Served): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function talk(service: Served): Promise<{ cpuMs: number; answered: number[] }> {
  const some = await Promise.all(Array.from({ length: widgets }, () => connectWidget(service.url)));
  const round = async (turns: number): Promise<number[]> => {
    const took: number[] = [];
    await Promise.all(
      some.map(async (widget) => {
        for (let turn = 0; turn < turns; turn += 1) {
          took.push(await widget.ask('what can you do').answered);
        }
      }),
    );
    return took;
  };
  await round(10);
  const before = await cpuOf(service);
  const answered = await round(turnsEach);
  const after = await cpuOf(service);
  some.forEach((widget) => widget.close());
  return { cpuMs: (after - before) / answered.length, answered };
}

async function cpuOf({ process: child }: Served): Promise<number> {
  child.send('cpu');
  const [usage] = (await once(child, 'message')) as [NodeJS.CpuUsage];
  return (usage.user + usage.system) / 1000;
}

async function grow(folder: string, from: number, to: number): Promise<void> {
  const store = await openSqliteStore({ folder, clock: Date.now });
  const nowMs = Date.now();
  for (let at = from; at < to; at += inFlightMax) {
    const count = Math.min(inFlightMax, to - at);
    await Promise.all(Array.from({ length: count }, (_, index) => write(store, at + index, nowMs)));
  }
  // The search index is level again before anything is measured.
  while ((await store.deskIndex.follow(followAtOnce)) > 0);
  await store.close();
}

async function write(store: Store, index: number, nowMs: number): Promise<void> {
  const conversationId = parseConversationId(`stored-${index}`);
  if (!conversationId) throw new Error('no id');
  const visitorId = `v-${index}`;
  const atMs = nowMs - ((index * 7919) % (30 * 24 * 3600_000));
  const events: readonly ConversationEvent[] = [
    { type: 'conversation.started', channel: 'web', language: 'en', visitorId },
    { type: 'message.received', cid: 'm1', text: `Payment ${index} has not arrived, please help` },
    {
      type: 'bot.said',
      language: 'en',
      says: [],
      blocks: [{ type: 'text', text: `I looked at payment ${index}: it is on its way.` }],
    },
  ];
  const snapshot = events.reduce(
    (state, event, at) => evolve(state, { pos: at + 1, atMs, event }),
    initialState,
  );
  const result = await store.conversations.append({
    conversationId,
    create: { visitorId, channel: 'web' },
    expect: 0,
    atMs,
    events,
    snapshot: { ...snapshot, handledPos: events.length },
  });
  if (result.kind !== 'committed') throw new Error(result.kind);
}
