import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { ServerFrame } from '../src/protocol/index.ts';
import { retryDelayMs } from '../web-widget/src/chat/backoff.ts';
import { ms, quantile, serve, table } from './child.ts';
import { openSession } from './widget.ts';

export const name = 'storm';

const connections = Number(process.env['SOCKETS'] ?? 10_000);
const limitMs = 30_000;

/**
 * The process is killed under 10,000 connected widgets and started again at the same address; each comes back by the widget's
 * own back-off and is level when it has subscribed again and knows that it has missed nothing. A tenth of them wrote at the
 * very moment of the kill and send it again. The clock starts when the service is ready again.
 */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-bench-storm-'));
  const port = await freePort();
  const started = () => serve('serve.ts', folder, { BENCH_PORT: String(port) });
  const first = await started();
  const visitors: StormVisitor[] = [];
  while (visitors.length < connections) {
    visitors.push(...(await Promise.all(Array.from({ length: 50 }, () => openVisitor(first.url)))));
  }
  await Promise.all(visitors.map((visitor) => visitor.level()));
  const writers = visitors.filter((_, index) => index % 10 === 0);
  for (const writer of writers) writer.say('hello');
  first.process.kill('SIGKILL');
  await once(first.process, 'exit');
  const second = await started();
  const readyMs = performance.now();
  const took = await Promise.all(
    visitors.map(async (visitor) => {
      await visitor.level();
      return performance.now() - readyMs;
    }),
  );
  const acked = await Promise.all(writers.map((writer) => writer.acked()));
  const ackedMs = performance.now() - readyMs;
  visitors.forEach((visitor) => visitor.close());
  await second.stop();
  await rm(folder, { recursive: true, force: true });
  table(
    ['measure', 'value', 'bound'],
    [
      [`half of ${connections} level again`, `${ms(quantile(took, 0.5))} ms`, '-'],
      ['all of them', `${ms(Math.max(...took))} ms`, `${limitMs} ms`],
      [`${acked.length} words cut off by the kill acknowledged`, `${ms(ackedMs)} ms`, '-'],
    ],
  );
}

interface StormVisitor {
  /** Resolves when it is subscribed and level, now or after the next reconnection. */
  level(): Promise<void>;
  say(text: string): void;
  acked(): Promise<void>;
  close(): void;
}

async function openVisitor(base: string): Promise<StormVisitor> {
  const session = await openSession(base);
  let level = Promise.withResolvers<void>();
  const acked = Promise.withResolvers<void>();
  let unsent: string | undefined;
  let after = 0;
  let epoch = '';
  let attempt = 0;
  let isOver = false;
  let socket: WebSocket;

  const hear = (frame: ServerFrame): void => {
    if (frame.t === 'welcome') {
      attempt = 0;
      epoch = frame.epoch;
      socket.send(JSON.stringify({ t: 'sub', conv: session.conv, after, epoch }));
      if (unsent !== undefined) socket.send(unsent);
      // Frames are dealt with in order: this is answered when the conversation is followed and nothing is owed.
      socket.send(JSON.stringify({ t: 'ping', n: 1 }));
    } else if (frame.t === 'events') {
      after = frame.events.at(-1)?.seq ?? after;
    } else if (frame.t === 'pong') {
      level.resolve();
    } else if (frame.t === 'ack') {
      unsent = undefined;
      acked.resolve();
    } else if (frame.t === 'ping') {
      socket.send(JSON.stringify({ t: 'pong', n: frame.n }));
    }
  };
  const connect = (): void => {
    socket = new WebSocket(`${base.replace('http', 'ws')}/api/chat/socket`, { origin: base });
    socket.on('error', () => undefined);
    socket.on('message', (bytes: Buffer) => hear(JSON.parse(bytes.toString()) as ServerFrame));
    socket.on('open', () =>
      socket.send(JSON.stringify({ t: 'hello', v: 1, token: session.sessionToken })),
    );
    socket.on('close', () => void again());
  };
  const again = async (): Promise<void> => {
    if (isOver) return;
    if (attempt === 0) level = Promise.withResolvers<void>();
    await sleep(retryDelayMs(attempt, Math.random));
    attempt += 1;
    if (!isOver) connect();
  };
  connect();
  return {
    level: () => level.promise,
    say(text) {
      unsent = JSON.stringify({ t: 'send', conv: session.conv, cid: crypto.randomUUID(), text });
      socket.send(unsent);
    },
    acked: () => acked.promise,
    close() {
      isOver = true;
      socket.terminate();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
