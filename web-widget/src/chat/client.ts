import { retryDelayMs } from './backoff.ts';
import { createDelivery } from './delivery.ts';
import type { Link, LinkEvents } from './link.ts';
import { openLink } from './open-link.ts';
import type { ChatPorts } from './ports.ts';
import { createSessions } from './session.ts';
import type { UserToken } from './session.ts';
import type { ChatState } from './state.ts';
import { append, emptyTranscript, prepend, restart } from './transcript.ts';
import { protocolVersion } from './wire.ts';
import type { ClientFrame, EventsReply, ServerFrame, SessionReply, WireEvent } from './wire.ts';

export interface ClientPorts extends ChatPorts {
  readonly changed: (state: ChatState) => void;
  /** Events that came live, behind what was known before: for unread counts and the host's listeners. */
  readonly arrived: (events: readonly WireEvent[]) => void;
  /** The host's word for the customer was refused; the chat goes on as it was before. */
  readonly identityRefused: (code: string) => void;
  /** First part of every key in storage. */
  readonly keys: string;
  readonly language?: string;
}

/** Tries after which plain requests take over from a socket that never opens, and how long until it gets another chance. */
const socketTriesMax = 2;
const pollForMs = 3 * 60_000;
const loadWithinMs = 1_500;
/** Between two tries, also when somebody writes meanwhile. */
const restAtLeastMs = 2_000;
const typingTtlMs = 8_000;
const typingEveryMs = 3_000;
const olderPageLength = 50;
const barring = new Set(['unsupported_version', 'origin_not_allowed', 'forbidden']);

/**
 * One visitor's conversation, kept level with the service through every fault of the network. Nothing is
 * shown twice or out of order: events are taken by seq only, messages leave by the outbox only.
 *
 * Modes (`phase`): idle → connecting → online → offline → connecting …; `barred` and `ended` are final
 * until `identify`, `logout` or a new client. Every try has a number; what an older try still says is ignored.
 */
export class ChatClient {
  readonly #ports: ClientPorts;
  readonly #sessions;
  readonly #delivery;
  #state: ChatState;
  #session: SessionReply | undefined;
  #userToken: UserToken | undefined;
  #wantedLanguage: string | undefined;
  /** As the service knows it. */
  #saidLanguage: string | undefined;
  #link: Link | undefined;
  #try = 0;
  #triedAtMs = 0;
  #failures = 0;
  #unopened = 0;
  #pollUntilMs = 0;
  #resubscribed = false;
  #errorCode: string | undefined;
  #callOffRetry = () => {};
  #callOffTyping = () => {};
  #callOffLoading = () => {};
  #typedAtMs = 0;

  constructor(ports: ClientPorts) {
    this.#ports = ports;
    this.#wantedLanguage = ports.language;
    this.#sessions = createSessions(ports, `${ports.keys}visitor`);
    this.#delivery = createDelivery(
      { ...ports, changed: () => this.#set({}), stuck: () => this.#dropped(false) },
      `${ports.keys}out.`,
    );
    this.#state = {
      phase: 'idle',
      code: undefined,
      conv: '',
      customer: false,
      loaded: false,
      language: ports.language,
      transcript: emptyTranscript,
      outgoing: this.#delivery.shown(),
      secret: undefined,
      typing: undefined,
      place: undefined,
    };
  }

  get state(): ChatState {
    return this.#state;
  }

  /** Connects if nothing else does already. */
  start(): void {
    if (this.#state.phase === 'idle') void this.#connect();
  }

  /** False when too many messages wait to be sent already. */
  send(message: {
    readonly text: string;
    readonly choice?: { readonly id: string; readonly value: string };
    readonly form?: { readonly id: string; readonly fields: Readonly<Record<string, string>> };
  }): boolean {
    const { clock, newId } = this.#ports;
    const conv = this.#state.conv;
    this.#typedAtMs = 0;
    const taken = this.#delivery.add({
      cid: newId(),
      atMs: clock.now(),
      ...message,
      ...(conv && { conv }),
    });
    // Somebody waits for an answer now: that is a better moment to try than the one the back-off drew.
    const restedMs = clock.now() - this.#triedAtMs;
    if (this.#state.phase === 'offline' && restedMs > restAtLeastMs) this.#reconnect();
    return taken;
  }

  sendSecret(form: string, code: string): void {
    this.#delivery.addSecret({ cid: this.#ports.newId(), form, code });
  }

  /** A failed message again, under a new id; or away with it. */
  retry(cid: string): void {
    const message = this.#delivery.dismiss(cid);
    if (!message) return;
    const { text, choice, form } = message;
    this.send({ text, ...(choice && { choice }), ...(form && { form }) });
  }

  dismiss(cid: string): void {
    this.#delivery.dismiss(cid);
  }

  typing(on: boolean): void {
    const now = this.#ports.clock.now();
    if (on ? now - this.#typedAtMs < typingEveryMs : this.#typedAtMs === 0) return;
    this.#typedAtMs = on ? now : 0;
    this.#tell({ t: 'typing', conv: this.#state.conv, on });
  }

  setLanguage(language: string): void {
    this.#wantedLanguage = language;
    this.#set({ language });
    this.#tell({ t: 'lang', conv: this.#state.conv, language });
  }

  /** Whoever was there before is gone from this browser before the customer is there. */
  identify(userToken: UserToken): void {
    const other = this.#state.customer || this.#sessions.kept()?.customer === true;
    if (other) this.#wipe();
    this.#userToken = userToken;
    this.#session = undefined;
    if (this.#state.phase !== 'idle') this.#reconnect();
  }

  async logout(): Promise<void> {
    const token = this.#session?.sessionToken;
    const wasUp = this.#state.phase !== 'idle' && this.#state.phase !== 'ended';
    this.#close();
    const done = this.#sessions.signOut(token);
    this.#wipe();
    this.#userToken = undefined;
    this.#set({ phase: 'idle' });
    await done.catch(() => {});
    if (wasUp) this.start();
  }

  /** The page came back (visible, online again): look at once instead of waiting. */
  wake(): void {
    if (this.#state.phase === 'offline') this.#reconnect();
    else this.#link?.probe();
  }

  /** Another tab signed in or out: this one must not go on as somebody else. */
  visitorChanged(): void {
    const { phase, conv } = this.#state;
    const kept = this.#sessions.kept();
    if (phase === 'idle' || phase === 'ended' || kept?.conv === conv) return;
    this.#forget();
    this.#reconnect();
  }

  async loadOlder(): Promise<boolean> {
    const { transcript, conv } = this.#state;
    const token = this.#session?.sessionToken;
    if (transcript.from <= 1 || token === undefined) return false;
    const query = new URLSearchParams({
      conv,
      before: String(transcript.from),
      after: String(Math.max(0, transcript.from - 1 - olderPageLength)),
      epoch: transcript.epoch,
      waitMs: '0',
    });
    const url = `${this.#ports.server}/api/chat/events?${query}`;
    const reply = await this.#ports.http({ method: 'GET', url, bearer: token, timeoutMs: 15_000 });
    if (reply.status !== 200 || this.#state.conv !== conv) return false;
    const page = reply.body as EventsReply;
    this.#set({ transcript: prepend(this.#state.transcript, page.events) });
    return true;
  }

  destroy(): void {
    this.#close();
    this.#set({ phase: 'ended' });
  }

  #set(change: Partial<ChatState>): void {
    const outgoing = this.#delivery.shown();
    this.#state = { ...this.#state, ...change, outgoing, secret: this.#delivery.secret() };
    this.#ports.changed(this.#state);
  }

  #tell(frame: ClientFrame): void {
    if (this.#state.phase === 'online') this.#link?.send(frame);
  }

  async #connect(): Promise<void> {
    this.#try += 1;
    const mine = this.#try;
    this.#triedAtMs = this.#ports.clock.now();
    this.#errorCode = undefined;
    this.#set({ phase: 'connecting' });
    const session = this.#session ?? (await this.#openSession(mine));
    if (!session || mine !== this.#try) return;
    this.#session = session;
    const link = await this.#openLink(session, {
      frame: (frame) => {
        if (mine === this.#try) this.#take(frame);
      },
      closed: ({ opened, code }) => {
        if (mine === this.#try) this.#linkClosed(opened, code);
      },
    });
    if (mine !== this.#try) return link.close();
    this.#link = link;
    link.send({ t: 'hello', v: protocolVersion, token: session.sessionToken });
  }

  async #openSession(mine: number): Promise<SessionReply | undefined> {
    const userToken = await resolveToken(this.#userToken);
    const language = this.#wantedLanguage;
    const opened = await this.#sessions.open({
      ...(userToken !== undefined && { userToken }),
      ...(language !== undefined && { language }),
    });
    if (mine !== this.#try) return undefined;
    if (opened.kind === 'opened') {
      // A token in hand is good for one session; only a function can give another.
      if (typeof this.#userToken === 'string') this.#userToken = undefined;
      this.#adopt(opened.session);
      return opened.session;
    }
    if (userToken !== undefined && opened.code.includes('token')) {
      this.#userToken = undefined;
      this.#ports.identityRefused(opened.code);
      return await this.#openSession(mine);
    }
    if (barring.has(opened.code)) this.#set({ phase: 'barred', code: opened.code });
    else this.#retryLater();
    return undefined;
  }

  #adopt(session: SessionReply): void {
    const former = this.#state;
    const moved = former.conv !== '' && former.conv !== session.conv;
    this.#delivery.bind(session.conv, moved && !former.customer);
    this.#saidLanguage = session.language;
    this.#set({
      conv: session.conv,
      customer: session.customer,
      language: this.#wantedLanguage ?? session.language,
      ...(moved && { transcript: emptyTranscript, loaded: false }),
    });
  }

  #openLink(session: SessionReply, events: LinkEvents): Promise<Link> {
    const polls = this.#ports.clock.now() < this.#pollUntilMs;
    return openLink(polls, { ...this.#ports, session, transcript: this.#state.transcript }, events);
  }

  #take(frame: ServerFrame): void {
    switch (frame.t) {
      case 'welcome':
        this.#welcomed(frame.epoch);
        return;
      case 'events':
        this.#grow(append(this.#state.transcript, frame.events));
        return;
      case 'reset':
        this.#set({ loaded: false });
        this.#grow(restart(frame.epoch, frame.from, frame.events));
        return;
      case 'ack':
        this.#delivery.acked(frame.cid, frame.seq, this.#state.transcript.last);
        return;
      case 'refused':
        this.#delivery.refused(frame.cid, frame.code, frame.again);
        return;
      case 'typing':
        this.#showTyping(frame);
        return;
      case 'place':
        this.#set({ place: frame.place });
        return;
      case 'error':
        this.#errorCode = frame.code;
        return;
      default:
    }
  }

  #welcomed(epoch: string): void {
    const { transcript, conv } = this.#state;
    this.#failures = 0;
    this.#unopened = 0;
    this.#resubscribed = false;
    this.#link?.send({ t: 'sub', conv, after: transcript.last, epoch: transcript.epoch });
    const known = transcript.epoch === '' ? { ...transcript, epoch } : transcript;
    this.#set({ phase: 'online', transcript: known });
    const wanted = this.#wantedLanguage;
    if (wanted !== undefined && wanted !== this.#saidLanguage) {
      this.#tell({ t: 'lang', conv, language: wanted });
    }
    this.#delivery.up(conv, (frame) => this.#link?.send(frame));
    // A conversation without a word sends no page; what comes later is news then.
    this.#callOffLoading();
    this.#callOffLoading = this.#ports.clock.after(loadWithinMs, () => this.#set({ loaded: true }));
  }

  #grow({ transcript, added, gap }: ReturnType<typeof append>): void {
    const wasLoaded = this.#state.loaded;
    this.#delivery.seen(added);
    let change: Partial<ChatState> = { transcript, loaded: true };
    for (const event of added) change = { ...change, ...this.#effectOf(event) };
    this.#set(change);
    if (wasLoaded && added.length > 0) this.#ports.arrived(added);
    if (!gap) this.#resubscribed = false;
    else if (!this.#resubscribed) {
      this.#resubscribed = true;
      const { last: after, epoch } = transcript;
      this.#tell({ t: 'sub', conv: this.#state.conv, after, epoch });
    }
  }

  #effectOf(event: WireEvent): Partial<ChatState> {
    switch (event.type) {
      case 'language':
        this.#wantedLanguage = event.language;
        this.#saidLanguage = event.language;
        return { language: event.language };
      case 'identity':
        return { customer: event.customer };
      case 'handoff':
        return event.state === 'queued' ? {} : { place: undefined };
      case 'message':
        return event.from === 'customer' ? {} : { typing: undefined };
      default:
        return {};
    }
  }

  #showTyping(frame: Extract<ServerFrame, { t: 'typing' }>): void {
    this.#callOffTyping();
    const { who, name, on } = frame;
    this.#set({ typing: on ? { who, ...(name !== undefined && { name }) } : undefined });
    if (!on) return;
    this.#callOffTyping = this.#ports.clock.after(typingTtlMs, () =>
      this.#set({ typing: undefined }),
    );
  }

  #linkClosed(opened: boolean, code: number): void {
    this.#unopened = opened ? 0 : this.#unopened + 1;
    if (this.#unopened >= socketTriesMax) {
      this.#unopened = 0;
      this.#pollUntilMs = this.#ports.clock.now() + pollForMs;
    }
    const error = this.#errorCode;
    if (error !== undefined && barring.has(error)) {
      this.#down();
      this.#set({ phase: 'barred', code: error });
      return;
    }
    // The session has run out, or the conversation is not this session's any more: a new session tells.
    const stale = code === 4001 || code === 4004;
    if (stale) this.#session = undefined;
    this.#dropped(stale && this.#failures === 0);
  }

  /** The connection is over; `atOnce` for the one end that is no fault. */
  #dropped(atOnce: boolean): void {
    this.#down();
    if (atOnce) {
      this.#failures += 1;
      void this.#connect();
    } else this.#retryLater();
  }

  #retryLater(): void {
    const delayMs = retryDelayMs(this.#failures, this.#ports.random);
    this.#failures += 1;
    this.#set({ phase: 'offline' });
    this.#callOffRetry();
    this.#callOffRetry = this.#ports.clock.after(delayMs, () => void this.#connect());
  }

  #reconnect(): void {
    this.#close();
    void this.#connect();
  }

  #down(): void {
    this.#delivery.down();
    this.#link?.close();
    this.#link = undefined;
  }

  #close(): void {
    this.#try += 1;
    this.#callOffRetry();
    this.#callOffLoading();
    this.#callOffTyping();
    this.#down();
  }

  /** Nothing of the person stays, in memory or in storage. */
  #wipe(): void {
    this.#sessions.forget();
    this.#forget();
  }

  #forget(): void {
    this.#delivery.clear();
    this.#session = undefined;
    this.#set({
      conv: '',
      customer: false,
      loaded: false,
      transcript: emptyTranscript,
      typing: undefined,
      place: undefined,
    });
  }
}

async function resolveToken(token: UserToken | undefined): Promise<string | undefined> {
  try {
    return typeof token === 'function' ? await token() : token;
  } catch {
    return undefined;
  }
}
