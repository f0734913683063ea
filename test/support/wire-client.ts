import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { vi } from 'vitest';
import { WebSocket } from 'ws';
import type {
  ClientFrame,
  ServerFrame,
  SessionReply,
  WireEvent,
} from '../../src/protocol/index.ts';
import { sessionReplySchema } from '../../src/protocol/index.ts';
import type { ConversationId } from '../../src/core/index.ts';
import { parseConversationId } from '../../src/core/index.ts';
import { parseServerFrame } from './wire-schemas.ts';

type FrameOf<T extends ServerFrame['t']> = Extract<ServerFrame, { t: T }>;

/** One web socket that keeps all it hears; every frame that comes is checked against the schema. */
export class WireClient {
  readonly ws: WebSocket;
  readonly frames: ServerFrame[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;

  constructor(url: string, origin = url) {
    this.ws = new WebSocket(`${url.replace('http', 'ws')}/api/chat/socket`, {
      headers: { origin },
      perMessageDeflate: false,
    });
    this.ws.on('message', (bytes: Buffer) => {
      this.frames.push(parseServerFrame(JSON.parse(bytes.toString())));
    });
    this.ws.on('error', () => undefined);
    this.ws.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
  }

  async open(): Promise<this> {
    if (this.ws.readyState === WebSocket.CONNECTING) await once(this.ws, 'open');
    return this;
  }

  send(frame: ClientFrame): void {
    this.ws.send(JSON.stringify(frame));
  }

  raw(bytes: string | Buffer): void {
    this.ws.send(bytes);
  }

  all<T extends ServerFrame['t']>(t: T): FrameOf<T>[] {
    return this.frames.filter((frame): frame is FrameOf<T> => frame.t === t);
  }

  /** The first frame of this kind that fits, waited for. */
  async first<T extends ServerFrame['t']>(
    t: T,
    fits: (frame: FrameOf<T>) => boolean = () => true,
  ): Promise<FrameOf<T>> {
    return until(() => this.all(t).find((frame) => fits(frame)));
  }

  async close(): Promise<{ readonly code: number; readonly reason: string }> {
    return until(() => this.closed);
  }

  /** What a client that starts with nothing shows: resets replace, events follow. */
  get seen(): readonly WireEvent[] {
    let seen: WireEvent[] = [];
    for (const frame of this.frames) {
      if (frame.t === 'reset') seen = [...frame.events];
      if (frame.t === 'events') seen.push(...frame.events);
    }
    return seen;
  }

  get seqs(): readonly number[] {
    return this.seen.map((event) => event.seq);
  }

  async sees(seq: number): Promise<readonly WireEvent[]> {
    await until(() => (this.seqs.at(-1) ?? 0) >= seq);
    return this.seen;
  }

  stop(): void {
    this.ws.terminate();
  }
}

/** Waits until it gives something; fails loudly when it does not. */
export async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 8000,
): Promise<T> {
  return vi.waitFor(
    async () => {
      const found = await look();
      if (found === undefined || found === false) throw new Error('it did not come to pass');
      return found;
    },
    { timeout: timeoutMs, interval: 5 },
  );
}

export async function api(
  url: string,
  path: string,
  options: { body?: unknown; token?: string; origin?: string; method?: string } = {},
): Promise<{ status: number; body: unknown; headers: Headers }> {
  const { body, token, origin } = options;
  const response = await fetch(`${url}${path}`, {
    method: options.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(origin !== undefined && { origin }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? '' : json(text),
    headers: response.headers,
  };
}

/** Uploads a file as the widget does. */
export async function upload(
  url: string,
  { sessionToken, conv }: Pick<Visit, 'sessionToken' | 'conv'>,
  bytes: Uint8Array,
  name = 'receipt.png',
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}/api/chat/files?conv=${conv}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${sessionToken}`,
      'content-type': 'application/octet-stream',
      'x-file-name': encodeURIComponent(name),
    },
    body: Buffer.from(bytes),
  });
  return { status: response.status, body: json(await response.text()) };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export interface Visit extends Omit<SessionReply, 'conv'> {
  readonly conv: ConversationId;
}

/** A session: a new visitor, or what the body asks for. */
export async function visit(url: string, body: object = {}): Promise<Visit> {
  const reply = await api(url, '/api/chat/session', { body });
  const session = sessionReplySchema.parse(reply.body);
  const conv = parseConversationId(session.conv);
  if (!conv) throw new Error('no conversation');
  return { ...session, conv };
}

/** A socket that has said hello and, unless told otherwise, follows its conversation from the start. */
export async function join(url: string, session: Visit, follow = true): Promise<WireClient> {
  const client = await new WireClient(url).open();
  client.send({ t: 'hello', v: 1, token: session.sessionToken });
  await client.first('welcome');
  if (follow) client.send({ t: 'sub', conv: session.conv, after: 0, epoch: '' });
  return client;
}

export function message(conv: string, text: string, cid: string = randomUUID()): ClientFrame {
  return { t: 'send', conv, cid, text };
}
