import { retryDelayMs } from './backoff.ts';
import type { Link, LinkEvents } from './link.ts';
import { openLink } from './open-link.ts';
import type { ChatPorts, HttpReply, HttpRequest } from './ports.ts';
import type { Sessions, UserToken } from './session.ts';
import type { ChatState, Place } from './state.ts';
import { createTabLine } from './tabs.ts';
import type { TabLine } from './tabs.ts';
import type { Transcript } from './transcript.ts';
import { protocolVersion } from './wire.ts';
import type { ClientFrame, ServerFrame, SessionReply } from './wire.ts';

export interface ConnectionPorts extends ChatPorts {
  readonly sessions: Sessions;
  readonly held: () => {
    readonly conv: string;
    readonly transcript: Transcript;
    readonly place: Place | undefined;
  };
  readonly language: () => string | undefined;
  /** `phase` or `code` is another one. */
  readonly changed: () => void;
  /** A session is there: whose conversation it is, before anything is sent. */
  readonly adopted: (session: SessionReply) => void;
  readonly welcomed: (frame: Extract<ServerFrame, { t: 'welcome' }>) => void;
  readonly frame: (frame: ServerFrame) => void;
  /** Nothing that was sent and not acknowledged can be counted on. */
  readonly dropped: () => void;
  /** The host's word for the customer was refused; the chat goes on as it was before. */
  readonly identityRefused: (code: string) => void;
}

/** Tries after which plain requests take over from a socket that never opens, and how long until it gets another chance. */
const socketTriesMax = 2;
const pollForMs = 3 * 60_000;
/** Between two tries, also when somebody writes meanwhile. */
const restAtLeastMs = 2_000;
const requestTimeoutMs = 15_000;
const barring = new Set(['unsupported_version', 'origin_not_allowed', 'forbidden']);

/**
 * Keeps one session and one link up, through every fault of the network.
 *
 * Modes (`phase`): idle → connecting → online → offline → connecting …; `barred` and `ended` are final until
 * `reconnect`. Every try has a number; what an older try still says is ignored.
 */
export class Connection {
  phase: ChatState['phase'] = 'idle';
  /** Why the door is barred. */
  code: string | undefined;
  session: SessionReply | undefined;
  readonly #ports: ConnectionPorts;
  readonly #tabs: TabLine | undefined;
  #userToken: UserToken | undefined;
  #link: Link | undefined;
  #try = 0;
  #triedAtMs = 0;
  #failures = 0;
  #unopened = 0;
  #pollUntilMs = 0;
  #errorCode: string | undefined;
  #callOffRetry = () => {};

  constructor(ports: ConnectionPorts) {
    this.#ports = ports;
    const { tabs, clock, newId, held } = ports;
    this.#tabs =
      tabs &&
      createTabLine({
        tabs,
        clock,
        newId,
        held,
        reconnect: () => {
          if (this.phase !== 'idle' && this.phase !== 'ended') this.reconnect();
        },
      });
  }

  start(): void {
    if (this.phase === 'idle') void this.#connect();
  }

  /** Signs in with it from the next try on; undefined forgets it. */
  useToken(userToken: UserToken | undefined): void {
    this.#userToken = userToken;
    this.session = undefined;
  }

  reconnect(): void {
    this.close('connecting');
    void this.#connect();
  }

  /** Somebody waits for an answer now: that is a better moment to try than the one the back-off drew. */
  nudge(): void {
    const restedMs = this.#ports.clock.now() - this.#triedAtMs;
    if (this.phase === 'offline' && restedMs > restAtLeastMs) this.reconnect();
  }

  /** The page came back (visible, online again): look at once instead of waiting. */
  wake(): void {
    if (this.phase === 'offline') this.reconnect();
    else this.#link?.probe();
  }

  send(frame: ClientFrame): void {
    this.#link?.send(frame);
  }

  /** For what may be lost: nothing is kept while there is no connection. */
  tell(frame: ClientFrame): void {
    if (this.phase === 'online') this.send(frame);
  }

  /** The connection is not what it seems: try again later. */
  giveUp(): void {
    this.#down();
    this.#retryLater();
  }

  close(phase: ChatState['phase']): void {
    this.#try += 1;
    this.#callOffRetry();
    this.#down();
    if (phase === 'idle' || phase === 'ended') this.#tabs?.leave();
    this.#become(phase);
  }

  /** A request in the visitor's name; a session that has run out meanwhile is renewed once. */
  async request(
    path: string,
    more: Partial<Pick<HttpRequest, 'method' | 'body' | 'blob' | 'onStart'>> = {},
  ): Promise<HttpReply> {
    const ask = (bearer: string) =>
      this.#ports.http({
        method: 'GET',
        url: `${this.#ports.server}/api/chat/${path}`,
        bearer,
        timeoutMs: requestTimeoutMs,
        ...more,
      });
    const { session } = this;
    if (!session) return { status: 0, body: undefined };
    const reply = await ask(session.sessionToken);
    if (reply.status !== 401) return reply;
    const bearer = await this.renew(session);
    return bearer === undefined ? reply : await ask(bearer);
  }

  /** A fresh token for the same conversation; undefined when there is none. */
  async renew(former: SessionReply): Promise<string | undefined> {
    if (this.session !== former) return this.session?.sessionToken;
    const opened = await this.#ports.sessions.open({});
    if (opened.kind !== 'opened' || opened.session.conv !== former.conv) return undefined;
    if (this.session === former) this.session = opened.session;
    return opened.session.sessionToken;
  }

  #become(phase: ChatState['phase'], code?: string): void {
    this.phase = phase;
    this.code = code;
    this.#ports.changed();
  }

  async #connect(): Promise<void> {
    this.#try += 1;
    const mine = this.#try;
    this.#triedAtMs = this.#ports.clock.now();
    this.#errorCode = undefined;
    this.#become('connecting');
    const session = this.session ?? (await this.#openSession(mine));
    if (!session || mine !== this.#try) return;
    this.session = session;
    this.#tabs?.join(session.conv);
    const events: LinkEvents = {
      frame: (frame) => {
        if (mine === this.#try) this.#take(frame);
      },
      closed: ({ opened, code }) => {
        if (mine === this.#try) this.#linkClosed(opened, code);
      },
    };
    const real = (to: LinkEvents) => this.#openLink(session, to);
    const link = await (this.#tabs ? this.#tabs.open(real, events) : real(events));
    if (mine !== this.#try) return link.close();
    this.#link = link;
    link.send({ t: 'hello', v: protocolVersion, token: session.sessionToken });
  }

  /** One tab after the other: the first visit in ten tabs at once is one visitor. */
  #openSession(mine: number): Promise<SessionReply | undefined> {
    const open = () => this.#openSessionAlone(mine);
    return this.#ports.tabs ? this.#ports.tabs.alone('kefu.session', open) : open();
  }

  async #openSessionAlone(mine: number): Promise<SessionReply | undefined> {
    if (mine !== this.#try) return undefined;
    const userToken = await resolveToken(this.#userToken);
    const language = this.#ports.language();
    const opened = await this.#ports.sessions.open({
      ...(userToken !== undefined && { userToken }),
      ...(language !== undefined && { language }),
    });
    if (mine !== this.#try) return undefined;
    if (opened.kind === 'opened') {
      // A token in hand is good for one session; only a function can give another.
      if (typeof this.#userToken === 'string') this.#userToken = undefined;
      this.#ports.adopted(opened.session);
      return opened.session;
    }
    if (userToken !== undefined && opened.code.includes('token')) {
      this.#userToken = undefined;
      this.#ports.identityRefused(opened.code);
      return await this.#openSessionAlone(mine);
    }
    if (barring.has(opened.code)) this.#become('barred', opened.code);
    else this.#retryLater();
    return undefined;
  }

  #openLink(session: SessionReply, events: LinkEvents): Promise<Link> {
    const polls = this.#ports.clock.now() < this.#pollUntilMs;
    const { transcript } = this.#ports.held();
    return openLink(polls, { ...this.#ports, session, transcript }, events);
  }

  #take(frame: ServerFrame): void {
    if (frame.t === 'error') this.#errorCode = frame.code;
    else if (frame.t === 'welcome') {
      this.#failures = 0;
      this.#unopened = 0;
      this.phase = 'online';
      this.#ports.welcomed(frame);
    } else this.#ports.frame(frame);
  }

  #linkClosed(opened: boolean, code: number): void {
    this.#unopened = opened ? 0 : this.#unopened + 1;
    if (this.#unopened >= socketTriesMax) {
      this.#unopened = 0;
      this.#pollUntilMs = this.#ports.clock.now() + pollForMs;
    }
    const error = this.#errorCode;
    this.#down();
    if (error !== undefined && barring.has(error)) return this.#become('barred', error);
    // The session has run out, or the conversation is not this session's any more: a new session tells.
    const stale = code === 4001 || code === 4004;
    if (stale) this.session = undefined;
    if (stale && this.#failures === 0) {
      this.#failures += 1;
      void this.#connect();
    } else this.#retryLater();
  }

  #retryLater(): void {
    const delayMs = retryDelayMs(this.#failures, this.#ports.random);
    this.#failures += 1;
    this.#become('offline');
    this.#callOffRetry();
    this.#callOffRetry = this.#ports.clock.after(delayMs, () => void this.#connect());
  }

  #down(): void {
    this.#ports.dropped();
    this.#link?.close();
    this.#link = undefined;
  }
}

async function resolveToken(token: UserToken | undefined): Promise<string | undefined> {
  try {
    return (typeof token === 'function' ? await token() : token) || undefined;
  } catch {
    return undefined;
  }
}
