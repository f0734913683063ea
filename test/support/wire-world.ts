import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalBus } from '../../src/bus/index.ts';
import { createOriginCheck, createWebChannel } from '../../src/channels/index.ts';
import type { OwnTicket, WebChannelDeps, WebLimits } from '../../src/channels/index.ts';
import type { ConversationId } from '../../src/core/index.ts';
import { createHttp } from '../../src/http/index.ts';
import { createHealth, createLog, createMetrics } from '../../src/ops/index.ts';
import type { WidgetConfig } from '../../src/protocol/index.ts';
import { createFiles } from '../../src/files/index.ts';
import type { AppendRequest } from '../../src/store/index.ts';
import { ReadMarks } from '../../src/turn/index.ts';
import { keysOnly } from './plain-talk.ts';
import { logTurns } from './wire-turns.ts';
import { testVisitors } from './wire-visitors.ts';
import { openTestStore } from './stores.ts';

export const widgetConfig: WidgetConfig = {
  brand: 'OKPay',
  color: '#0a7d5a',
  languages: [
    { tag: 'en', name: 'English', dir: 'ltr' },
    { tag: 'zh-CN', name: '简体中文', dir: 'ltr' },
    { tag: 'es', name: 'Español', dir: 'ltr' },
    { tag: 'ar', name: 'العربية', dir: 'rtl' },
  ],
  defaultLanguage: 'en',
};

export interface WireWorldOptions {
  readonly limits?: Partial<WebLimits>;
  /** Wraps what the channel is given, to delay or fail it. */
  readonly wrap?: (deps: WebChannelDeps) => WebChannelDeps;
  readonly sessionTtlMs?: number;
  readonly requestsPerMinute?: number;
}

/**
 * The real HTTP server, web channel, bus and SQLite store on a free port, with turns that only write what
 * customers send: what the bot would say about it is not the wire's concern.
 */
export async function wireWorld(options: WireWorldOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-wire-'));
  const clock = Date.now;
  const store = await openTestStore({ folder, clock });
  const bus = createLocalBus();
  const tickets = new Map<string, readonly OwnTicket[]>();
  const files = createFiles({ folder, records: store.records, clock, randomId: randomUUID });
  const visitors = testVisitors(clock, options.sessionTtlMs ?? 600_000);
  const turns = logTurns(store, bus, clock);
  const logged: string[] = [];
  const counts = new Map<string, number>();
  const log = createLog({ level: 'silent', pretty: false });
  const note = (_fields: object, message: string) => void logged.push(message);
  const http = createHttp({
    log: { ...log, error: note, warn: note },
    metrics: createMetrics(),
    health: createHealth({ checks: {}, clock }),
    requestsPerMinute: options.requestsPerMinute ?? 1_000_000,
  });
  const reads = new ReadMarks({ records: store.records, bus, log });
  const deps: WebChannelDeps = {
    reads,
    turns,
    conversations: store.conversations,
    epoch: store.epoch,
    bus,
    visitors,
    http,
    files,
    phrasebook: () => keysOnly,
    tickets: async (customerId) => tickets.get(customerId) ?? [],
    allowOrigin: createOriginCheck({ origins: ['https://pay.example.com'], sameHost: true }),
    config: () => widgetConfig,
    clock,
    log: { warn: note, error: note },
    metrics: {
      observe: () => undefined,
      count(what, reason) {
        const name = `${what} ${reason}`;
        counts.set(name, (counts.get(name) ?? 0) + 1);
      },
    },
    limits: { tickMs: 20, closeGraceMs: 300, ...options.limits },
  };
  const channel = createWebChannel(options.wrap?.(deps) ?? deps);
  const { port } = await http.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    store,
    bus,
    turns,
    visitors,
    files,
    tickets,
    channel,
    /** `<metric> <reason>` → how often. */
    counts,
    /** Messages of warnings and errors; their fields may hold anything, so tests look at none. */
    logged,
    /** What anyone else adds to a conversation: the bot, an agent, the machine. */
    async append(request: Omit<AppendRequest, 'atMs'>) {
      return turns.append({ ...request, atMs: clock() });
    },
    async agentSays(conversationId: ConversationId, text: string) {
      const event = {
        type: 'agent.said',
        cid: randomUUID(),
        agentId: 'a1',
        agentName: 'Ana',
        text,
      } as const;
      return turns.append({ conversationId, atMs: clock(), events: [event] });
    },
    async stop() {
      await channel.drain();
      await http.close(200);
      await reads.settled();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type WireWorld = Awaited<ReturnType<typeof wireWorld>>;
