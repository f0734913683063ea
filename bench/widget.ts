import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { ServerFrame, SessionReply } from '../src/protocol/index.ts';

/** One connected widget: it can send a text and wait for the acknowledgement, and for the bot's answer. */
export interface BenchWidget {
  /** Milliseconds from sending to the acknowledgement, and to the bot's words that answer it. */
  ask(text: string): { readonly acked: Promise<number>; readonly answered: Promise<number> };
  close(): void;
}

interface Asked {
  readonly startedMs: number;
  readonly acked: (ms: number) => void;
  readonly answered: (ms: number) => void;
}

export async function connectWidget(base: string): Promise<BenchWidget> {
  const session = await openSession(base);
  const socket = new WebSocket(`${base.replace('http', 'ws')}/api/chat/socket`, { origin: base });
  const unacked = new Map<string, Asked>();
  /** Questions whose answers are still to come: the bot answers in order. */
  const unanswered: Asked[] = [];
  const live = Promise.withResolvers<void>();

  const hear = (frame: ServerFrame): void => {
    if (frame.t === 'welcome') {
      socket.send(JSON.stringify({ t: 'sub', conv: frame.conv, after: 0, epoch: '' }));
      live.resolve();
    } else if (frame.t === 'ack') {
      const asked = unacked.get(frame.cid);
      asked?.acked(performance.now() - asked.startedMs);
    } else if (frame.t === 'refused') {
      live.reject(new Error(frame.code));
    } else if (frame.t === 'events') {
      for (const event of frame.events) {
        if (event.type !== 'message' || event.from !== 'bot') continue;
        const asked = unanswered.shift();
        asked?.answered(performance.now() - asked.startedMs);
      }
    } else if (frame.t === 'ping') {
      socket.send(JSON.stringify({ t: 'pong', n: frame.n }));
    }
  };
  socket.on('message', (bytes: Buffer) => hear(JSON.parse(bytes.toString()) as ServerFrame));
  socket.on('error', live.reject);
  socket.on('open', () =>
    socket.send(JSON.stringify({ t: 'hello', v: 1, token: session.sessionToken })),
  );
  await live.promise;
  return {
    ask(text) {
      const acked = Promise.withResolvers<number>();
      const answered = Promise.withResolvers<number>();
      const cid = randomUUID();
      const asked = {
        startedMs: performance.now(),
        acked: acked.resolve,
        answered: answered.resolve,
      };
      unacked.set(cid, asked);
      unanswered.push(asked);
      socket.send(JSON.stringify({ t: 'send', conv: session.conv, cid, text }));
      return { acked: acked.promise, answered: answered.promise };
    },
    close: () => socket.terminate(),
  };
}

export async function openSession(base: string): Promise<SessionReply> {
  const reply = await fetch(`${base}/api/chat/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  if (!reply.ok) throw new Error(`no session: ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as SessionReply;
}
