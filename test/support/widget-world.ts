import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { createLocalBus } from '../../src/bus/index.ts';
import { createOriginCheck, createWebChannel } from '../../src/channels/index.ts';
import { fileTypes, limits } from '../../src/core/index.ts';
import type { Block, ConversationId } from '../../src/core/index.ts';
import type { ConversationEvent } from '../../src/dialogue/index.ts';
import { createFiles } from '../../src/files/index.ts';
import { createHttp, mountFilled, mountFolder, mountFramePage } from '../../src/http/index.ts';
import { createHealth, createLog, createMetrics } from '../../src/ops/index.ts';
import type { WidgetConfig } from '../../src/protocol/index.ts';
import { openSqliteStore } from '../../src/store/index.ts';
import { keysOnly } from './plain-talk.ts';
import { logTurns } from './wire-turns.ts';
import { testVisitors } from './wire-visitors.ts';
import { launcherLook } from '../../src/service/widget-config.ts';
import { widgetConfig } from './wire-world.ts';

const repository = resolve(import.meta.dirname, '../..');

const fileLimits = {
  bytesMax: limits.fileBytesMax,
  perMessageMax: limits.filesPerMessageMax,
  types: [...fileTypes],
};

/** Builds the widget into a folder of its own, so that tests never use a stale one. */
async function buildWidget(outDir: string): Promise<void> {
  await build({
    configFile: join(repository, 'web-widget/vite.config.ts'),
    logLevel: 'error',
    build: { outDir, emptyOutDir: true },
  });
}

/**
 * The real HTTP server, web channel, bus and SQLite store behind a proxy that can cut and freeze, with the
 * built widget on it. The test is the bot: it appends what is to be said.
 */
export async function widgetWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-widget-'));
  const clock = Date.now;
  const store = await openSqliteStore({ folder: join(folder), clock });
  const bus = createLocalBus();
  const turns = logTurns(store, bus, clock);
  const log = createLog({ level: 'silent', pretty: false });
  const http = createHttp({
    log,
    metrics: createMetrics(),
    health: createHealth({ checks: {}, clock }),
    requestsPerMinute: 1_000_000,
  });
  const opened: ConversationId[] = [];
  /** Of other sites that may have the chat. */
  const origins: string[] = [];
  let config: WidgetConfig = { ...widgetConfig, files: fileLimits };
  const channel = createWebChannel({
    turns: {
      ...turns,
      async open(who, name, language) {
        const id = await turns.open(who, name, language);
        if (!opened.includes(id)) opened.push(id);
        return id;
      },
    },
    conversations: store.conversations,
    epoch: store.epoch,
    bus,
    visitors: testVisitors(clock, 600_000),
    http,
    allowOrigin: (origin, host) => createOriginCheck({ origins, sameHost: true })(origin, host),
    config: () => config,
    phrasebook: () => keysOnly,
    files: createFiles({ folder, records: store.records, clock, randomId: randomUUID }),
    clock,
    log,
    limits: { tickMs: 20, closeGraceMs: 300 },
  });
  const built = join(folder, 'built');
  await buildWidget(built);
  mountFramePage(http.app, '/frame.html', () => origins);
  mountFilled(http.app, {
    path: '/widget.js',
    file: join(built, 'widget.js'),
    mark: '@look@',
    text: () => launcherLook(config),
  });
  mountFolder(http.app, { at: '/', folder: built, crossOrigin: true });
  const { port } = await http.listen(0, '127.0.0.1');
  const proxy = await faultProxy(port);

  const append = (conversationId: ConversationId, events: readonly ConversationEvent[]) =>
    turns.append({ conversationId, atMs: clock(), events });
  return {
    url: `http://127.0.0.1:${proxy.port}`,
    proxy,
    store,
    bus,
    /** Folder of the built widget. */
    built,
    /** Sockets of widgets that are open now. */
    sockets: channel.sockets,
    origins,
    /** What `/api/chat/config` tells from now on. */
    configure(change: Partial<WidgetConfig>) {
      config = { ...config, ...change };
    },
    /** Conversations in the order in which they were first opened. */
    opened,
    append,
    botSays: (id: ConversationId, ...blocks: readonly Block[]) =>
      append(id, [{ type: 'bot.said', language: 'en', says: [], blocks }]),
    agentSays: (id: ConversationId, text: string) =>
      append(id, [
        { type: 'agent.said', cid: randomUUID(), agentId: 'a1', agentName: 'Ana', text },
      ]),
    /** What the customer is recorded to have said, in order. */
    async said(id: ConversationId): Promise<readonly string[]> {
      const events = await store.conversations.readAll(id, 0, 10_000);
      return events.flatMap(({ event }) => (event.type === 'message.received' ? [event.text] : []));
    },
    async stop() {
      await proxy.close();
      await channel.drain();
      await http.close(200);
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type WidgetWorld = Awaited<ReturnType<typeof widgetWorld>>;

/**
 * A TCP relay that is the network: `cut` resets every connection, `open(false)` refuses new ones, `freeze` lets
 * nothing through from the server, `mute` nothing to it, `delay` holds every piece for a while; all in their order.
 */
async function faultProxy(target: number) {
  const sockets = new Set<Socket>();
  let isOpen = true;
  let frozen = false;
  let muted = false;
  let delayMs = (): number => 0;
  const relay = (from: Socket, to: Socket, lost: () => boolean) => {
    let freeAtMs = 0;
    from.on('data', (bytes) => {
      if (lost()) return;
      // Never before the piece in front of it.
      freeAtMs = Math.max(freeAtMs, performance.now() + delayMs());
      const waitMs = freeAtMs - performance.now();
      if (waitMs <= 0) to.write(bytes);
      else setTimeout(() => to.write(bytes), waitMs);
    });
  };
  const server = createServer((client) => {
    if (!isOpen) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
      socket.on('error', () => {});
    }
    relay(client, upstream, () => muted);
    relay(upstream, client, () => frozen);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    /** Connections that stand. */
    count: () => sockets.size / 2,
    cut,
    open(value: boolean) {
      isOpen = value;
      if (!value) cut();
    },
    freeze(value: boolean) {
      frozen = value;
    },
    mute(value: boolean) {
      muted = value;
    },
    delay(next: () => number) {
      delayMs = next;
    },
    async close() {
      cut();
      await new Promise((closed) => server.close(closed));
    },
  };
}
