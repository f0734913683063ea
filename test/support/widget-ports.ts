import type { ClientPorts } from '../../web-widget/src/chat/index.ts';
import { ChatClient } from '../../web-widget/src/chat/index.ts';
import type { HttpReply, HttpRequest, SocketEvents } from '../../web-widget/src/chat/ports.ts';
import type { ChatState } from '../../web-widget/src/chat/index.ts';
import { clientFrameSchema } from '../../src/protocol/index.ts';
import type { ClientFrame, ServerFrame, WireEvent } from '../../src/protocol/index.ts';
import { parseServerFrame } from './wire-schemas.ts';

export function memoryStorage(): ClientPorts['storage'] {
  const held = new Map<string, string>();
  return {
    get: (key) => held.get(key),
    set: (key, value) => void held.set(key, value),
    remove: (key) => void held.delete(key),
    keys: () => [...held.keys()],
  };
}

/** A clock that stands until it is moved; callbacks run in the order of their time. */
function handClock() {
  let nowMs = 1_000_000;
  let timers: { readonly atMs: number; readonly run: () => void }[] = [];
  return {
    now: () => nowMs,
    after(ms: number, run: () => void) {
      const timer = { atMs: nowMs + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async pass(ms: number) {
      const untilMs = nowMs + ms;
      for (;;) {
        const [next] = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
        if (!next) break;
        timers = timers.filter((timer) => timer !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
        await settle();
      }
      nowMs = untilMs;
      await settle();
    },
  };
}

/** Lets everything that is ready happen: promises, and modules that are brought when they are needed. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((next) => setImmediate(next));
}

export interface FakeSocket {
  readonly frames: ClientFrame[];
  readonly events: SocketEvents;
  readonly isClosed: () => boolean;
  tell(...frames: readonly ServerFrame[]): void;
}

export const session = {
  sessionToken: 's1',
  visitorToken: 'v1',
  expiresAtMs: 0,
  conv: 'c1',
  customer: false,
  language: 'en',
};

/** A client on hand-moved ports: the test is the network and the service. Every frame sent is checked against the schema. */
export function clientWorld(options: Partial<ClientPorts> = {}) {
  const clock = handClock();
  const sockets: FakeSocket[] = [];
  const requests: HttpRequest[] = [];
  const states: ChatState[] = [];
  const arrived: WireEvent[] = [];
  const refusals: string[] = [];
  let ids = 0;
  const world = {
    clock,
    sockets,
    requests,
    arrived,
    refusals,
    states,
    storage: options.storage ?? memoryStorage(),
    /** Answers requests; by default every session is granted. */
    answer: (_request: HttpRequest): HttpReply | Promise<HttpReply> => ({
      status: 200,
      body: session,
    }),
    last: () => {
      const socket = sockets.at(-1);
      if (!socket) throw new Error('no socket was opened');
      return socket;
    },
    sent: (t: ClientFrame['t']) =>
      sockets.flatMap(({ frames }) => frames.filter((frame) => frame.t === t)),
  };
  const client = new ChatClient({
    server: 'http://kefu.test',
    clock,
    storage: world.storage,
    random: () => 0.5,
    newId: () => `id-${(ids += 1)}`,
    keys: 'kefu.',
    changed: (state) => states.push(state),
    arrived: (events) => arrived.push(...events),
    identityRefused: (code) => refusals.push(code),
    http: async (request) => {
      requests.push(request);
      return world.answer(request);
    },
    openSocket: (_url, events) => {
      const frames: ClientFrame[] = [];
      let closed = false;
      sockets.push({
        frames,
        events,
        isClosed: () => closed,
        tell(...told) {
          for (const frame of told) events.message(JSON.stringify(parseServerFrame(frame)));
        },
      });
      return {
        send: (text) => void frames.push(clientFrameSchema.parse(JSON.parse(text))),
        close: () => {
          closed = true;
        },
      };
    },
    ...options,
  });
  return { ...world, world, client };
}

export const welcome = (epoch = 'e1', conv = 'c1'): ServerFrame => ({
  t: 'welcome',
  v: 1,
  epoch,
  nowMs: 0,
  heartbeatMs: 25_000,
  conv,
  customer: false,
});

export const said = (seq: number, cid = `m${seq}`): WireEvent => ({
  type: 'message',
  seq,
  atMs: seq,
  from: 'customer',
  cid,
  text: cid,
});

export const botSaid = (seq: number): WireEvent => ({
  type: 'message',
  seq,
  atMs: seq,
  from: 'bot',
  language: 'en',
  blocks: [{ type: 'text', text: `bot ${seq}` }],
});
