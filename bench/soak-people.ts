import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { DeskListReply, DeskServerFrame, ServerFrame } from '../src/protocol/index.ts';
import { openSession } from './widget.ts';

/** What a visitor comes for. */
export type Errand = 'talk' | 'file' | 'person';

export interface Counts {
  turns: number;
  talks: number;
  files: number;
  persons: number;
  /** Words that nobody answered in time. */
  unanswered: number;
  /** Visits that were cut off or not begun: another visitor comes. */
  cut: number;
}

const answerMaxMs = 60_000;
/** Of one window: beyond it something else is wrong. */
const cutMax = 500;
const questions = [
  'hello',
  'what can you do',
  'why was my payment declined?',
  '退款要多久？',
  '¿cuáles son las comisiones?',
  'is my money safe with you',
] as const;

/** Comes, says what the errand has, waits for each answer, and leaves. */
export async function visit(base: string, errand: Errand, counts: Counts): Promise<void> {
  try {
    await run(base, errand, counts);
  } catch (error) {
    // A kept connection that the other side has just closed, or a service that says that it is too busy.
    counts.cut += 1;
    if (counts.cut > cutMax) throw error;
    await sleep(1000);
  }
}

async function run(base: string, errand: Errand, counts: Counts): Promise<void> {
  const visitor = await connect(base);
  try {
    for (const text of questions) {
      const files =
        errand === 'file' && text === questions[2] ? [await visitor.upload()] : undefined;
      if (files) counts.files += 1;
      await visitor.ask({ text, ...(files && { files }) }, 'bot', counts);
    }
    if (errand === 'person') {
      await visitor.ask({ text: 'I want to talk to a person' }, 'agent', counts);
      counts.persons += 1;
    }
    counts.talks += 1;
  } finally {
    visitor.close();
  }
}

async function connect(base: string) {
  const { conv, sessionToken } = await openSession(base);
  const socket = new WebSocket(`${base.replace('http', 'ws')}/api/chat/socket`, { origin: base });
  const live = Promise.withResolvers<void>();
  let heard: (from: string) => void = () => undefined;
  const send = (frame: object): void => socket.send(JSON.stringify(frame));
  const hear = (frame: ServerFrame): void => {
    if (frame.t === 'welcome') {
      send({ t: 'sub', conv, after: 0, epoch: '' });
      live.resolve();
    } else if (frame.t === 'ping') send({ t: 'pong', n: frame.n });
    else if (frame.t === 'events') {
      for (const event of frame.events) if (event.type === 'message') heard(event.from);
    }
  };
  socket.on('message', (bytes: Buffer) => hear(JSON.parse(bytes.toString()) as ServerFrame));
  socket.on('error', live.reject);
  socket.on('open', () => send({ t: 'hello', v: 1, token: sessionToken }));
  await live.promise;
  return {
    async ask(words: object, from: 'bot' | 'agent', counts: Counts): Promise<void> {
      const answered = Promise.withResolvers<boolean>();
      heard = (who) => who === from && answered.resolve(true);
      const late = setTimeout(() => answered.resolve(false), answerMaxMs);
      send({ t: 'send', conv, cid: randomUUID(), ...words });
      if (!(await answered.promise)) counts.unanswered += 1;
      clearTimeout(late);
      counts.turns += 1;
    },
    async upload(): Promise<string> {
      const reply = await fetch(`${base}/api/chat/files?conv=${conv}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${sessionToken}`,
          'content-type': 'application/octet-stream',
          'x-file-name': 'receipt.pdf',
        },
        body: `%PDF-1.4\n${'receipt '.repeat(2000)}`,
      });
      if (!reply.ok) throw new Error(`no upload: ${reply.status} ${await reply.text()}`);
      return ((await reply.json()) as { file: { id: string } }).file.id;
    },
    close: () => socket.terminate(),
  };
}

/** An agent who takes whatever waits, says a line, and closes it; ends with what `stop` gives. */
export async function serveQueue(
  base: string,
  account: { readonly email: string; readonly password: string },
): Promise<{ stop(): Promise<void> }> {
  const call = (path: string, cookie: string, body?: object): Promise<Response> =>
    fetch(`${base}/api/desk${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { origin: base, cookie, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const signedIn = await call('/sign-in', '', account);
  if (!signedIn.ok) throw new Error(`no sign-in: ${signedIn.status} ${await signedIn.text()}`);
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const socket = new WebSocket(`${base.replace('http', 'ws')}/api/desk/socket`, {
    headers: { cookie, origin: base },
  });
  socket.on('error', () => undefined);
  socket.on('message', (bytes: Buffer) => {
    const frame = JSON.parse(bytes.toString()) as DeskServerFrame;
    if (frame.t === 'ping') socket.send(JSON.stringify({ t: 'pong', n: frame.n }));
  });
  const command = async (conv: string, body: object): Promise<boolean> => {
    const reply = await call(`/conversations/${conv}/commands`, cookie, body);
    await reply.arrayBuffer();
    return reply.ok;
  };
  const look = async (): Promise<void> => {
    const reply = await call('/conversations?list=queue&limit=5', cookie);
    const { rows } = (await reply.json()) as DeskListReply;
    for (const { conv } of rows) {
      if (!(await command(conv, { type: 'accept' }))) continue;
      await command(conv, { type: 'say', cid: randomUUID(), text: 'I am looking into it.' });
      await command(conv, { type: 'close', disposition: 'solved' });
    }
  };
  let isOver = false;
  const work = async (): Promise<void> => {
    while (!isOver) {
      // What was cut is there at the next look.
      await look().catch(() => undefined);
      await sleep(200);
    }
  };
  const working = work();
  return {
    async stop() {
      isOver = true;
      await working;
      socket.terminate();
    },
  };
}
