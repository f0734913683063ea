import { Connection } from './connection.ts';
import { createDelivery } from './delivery.ts';
import type { Delivery } from './delivery.ts';
import { outboxLengthMax } from './outbox.ts';
import type { Outgoing } from './outbox.ts';
import type { ChatPorts, HttpReply } from './ports.ts';
import { createSessions } from './session.ts';
import type { Sessions, UserToken } from './session.ts';
import type { ChatState } from './state.ts';
import { append, emptyTranscript, prepend, restart } from './transcript.ts';
import type { EventsReply, ServerFrame, SessionReply, WireEvent } from './wire.ts';

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

/** What a person says: words, the answer to choices or a form, files; in any mixture that the wire knows. */
export type Message = Pick<Outgoing, 'text' | 'choice' | 'form' | 'files'>;

const loadWithinMs = 1_500;
const typingTtlMs = 8_000;
const typingEveryMs = 3_000;
const olderPageLength = 50;
/** Messages may come faster than that; the latest mark stands for all before it. */
const seenEveryMs = 400;

/**
 * One visitor's conversation, kept level with the service. Nothing is shown twice or out of order: events
 * are taken by seq only, messages leave by the outbox only. How it is connected is `Connection`'s concern.
 */
export class ChatClient {
  readonly #ports: ClientPorts;
  readonly #sessions: Sessions;
  readonly #delivery: Delivery;
  readonly #connection: Connection;
  #state: ChatState;
  #wantedLanguage: string | undefined;
  /** As the service knows it. */
  #saidLanguage: string | undefined;
  #resubscribed = false;
  #callOffTyping = () => {};
  #callOffLoading = () => {};
  #typedAtMs = 0;
  /** Last seq that was looked at, and that the service was told of. */
  #lookedSeq = 0;
  #seenSeq = 0;
  #toldLately = false;
  #callOffSeen = () => {};

  constructor(ports: ClientPorts) {
    this.#ports = ports;
    this.#wantedLanguage = ports.language;
    this.#sessions = createSessions(ports, `${ports.keys}visitor`);
    this.#delivery = createDelivery(
      { ...ports, changed: () => this.#set({}), stuck: () => this.#connection.giveUp() },
      `${ports.keys}out.`,
    );
    this.#connection = new Connection({
      ...ports,
      sessions: this.#sessions,
      held: () => this.#state,
      language: () => this.#wantedLanguage,
      changed: () => this.#set({}),
      adopted: (session) => this.#adopt(session),
      welcomed: ({ epoch }) => this.#welcomed(epoch),
      frame: (frame) => this.#take(frame),
      dropped: () => this.#delivery.down(),
    });
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
      readSeq: 0,
    };
  }

  get state(): ChatState {
    return this.#state;
  }

  /** Connects if nothing else does already. */
  start(): void {
    this.#connection.start();
  }

  /** False when too many messages wait to be sent already. */
  send(message: Message): boolean {
    this.#typedAtMs = 0;
    return this.#add(message);
  }

  /** No more can wait to be sent. */
  get isFull(): boolean {
    return this.#state.outgoing.length >= outboxLengthMax;
  }

  /** How a person's help was, 5 is best; brought over like a message. */
  rate(score: number, comment: string): void {
    this.#add({ text: '', rate: { score, ...(comment && { comment }) } });
  }

  /** A rating was given and is on its way. */
  get rating(): boolean {
    return this.#delivery.rating();
  }

  sendSecret(form: string, code: string): void {
    this.#delivery.addSecret({ cid: this.#ports.newId(), form, code });
  }

  /** A failed message again, under a new id; it stays as it is while no more can wait. */
  retry(cid: string): void {
    const found = this.#state.outgoing.find(({ message }) => message.cid === cid);
    if (found?.state !== 'failed') return;
    const { cid: _, atMs: __, conv: ___, ...message } = found.message;
    if (this.send(message)) this.dismiss(cid);
  }

  dismiss(cid: string): void {
    this.#delivery.dismiss(cid);
  }

  typing(on: boolean): void {
    const now = this.#ports.clock.now();
    if (on ? now - this.#typedAtMs < typingEveryMs : this.#typedAtMs === 0) return;
    this.#typedAtMs = on ? now : 0;
    this.#connection.tell({ t: 'typing', conv: this.#state.conv, on });
  }

  /** Everything that is held has been looked at. */
  seen(): void {
    this.#lookedSeq = this.#state.transcript.last;
    this.#tellSeen();
  }

  setLanguage(language: string): void {
    this.#wantedLanguage = language;
    this.#set({ language });
    this.#connection.tell({ t: 'lang', conv: this.#state.conv, language });
  }

  /** Whoever was there before is gone from this browser before the customer is there. */
  identify(userToken: UserToken): void {
    const other = this.#state.customer || this.#sessions.kept()?.customer === true;
    if (other) this.#wipe();
    this.#connection.useToken(userToken);
    if (this.#state.phase !== 'idle') this.#connection.reconnect();
  }

  async logout(): Promise<void> {
    const token = this.#connection.session?.sessionToken;
    const wasUp = this.#state.phase !== 'idle' && this.#state.phase !== 'ended';
    this.#close('idle');
    const done = this.#sessions.signOut(token);
    this.#wipe();
    await done.catch(() => {});
    if (wasUp) this.start();
  }

  wake(): void {
    this.#connection.wake();
  }

  /** Another tab signed in or out: this one must not go on as somebody else. */
  visitorChanged(): void {
    const { phase, conv } = this.#state;
    const kept = this.#sessions.kept();
    if (phase === 'idle' || phase === 'ended' || kept?.conv === conv) return;
    this.#forget();
    this.#connection.reconnect();
  }

  async loadOlder(): Promise<boolean> {
    const { transcript, conv } = this.#state;
    if (transcript.from <= 1) return false;
    const before = transcript.from;
    const after = Math.max(0, before - 1 - olderPageLength);
    const query = `conv=${conv}&before=${before}&after=${after}&epoch=${transcript.epoch}&waitMs=0`;
    const reply = await this.request(`events?${query}`);
    if (reply.status !== 200 || this.#state.conv !== conv) return false;
    const page = reply.body as EventsReply;
    this.#set({ transcript: prepend(this.#state.transcript, page.events) });
    return true;
  }

  /** A request in the visitor's name, below `/api/chat/`; the body as a `Blob` where that is wanted. */
  request(path: string, blob = false): Promise<HttpReply> {
    return this.#connection.request(path, { blob });
  }

  /** For requests that `request` cannot make; undefined before there is a session. */
  get sessionToken(): string | undefined {
    return this.#connection.session?.sessionToken;
  }

  /** After a 401; undefined when there is no fresh one. */
  async freshToken(): Promise<string | undefined> {
    const { session } = this.#connection;
    return session && (await this.#connection.renew(session));
  }

  /** What is unsent stays in storage for the next page; in memory nothing does. */
  destroy(): void {
    this.#close('ended');
    this.#set({ transcript: emptyTranscript, conv: '' });
  }

  #tellSeen(): void {
    const seq = this.#lookedSeq;
    if (this.#state.phase !== 'online' || this.#toldLately || seq <= this.#seenSeq) return;
    this.#seenSeq = seq;
    this.#toldLately = true;
    this.#connection.send({ t: 'read', conv: this.#state.conv, seq });
    this.#callOffSeen = this.#ports.clock.after(seenEveryMs, () => {
      this.#toldLately = false;
      this.#tellSeen();
    });
  }

  #add(message: Omit<Outgoing, 'cid' | 'atMs' | 'conv'>): boolean {
    const { clock, newId } = this.#ports;
    const { conv } = this.#state;
    const own = { cid: newId(), atMs: clock.now(), ...(conv && { conv }) };
    const taken = this.#delivery.add({ ...own, ...message });
    this.#connection.nudge();
    return taken;
  }

  #set(change: Partial<ChatState>): void {
    const { phase, code } = this.#connection;
    const outgoing = this.#delivery.shown();
    const secret = this.#delivery.secret();
    this.#state = { ...this.#state, ...change, phase, code, outgoing, secret };
    this.#ports.changed(this.#state);
  }

  #adopt(session: SessionReply): void {
    const former = this.#state;
    const moved = former.conv !== '' && former.conv !== session.conv;
    this.#delivery.bind(session.conv, moved && !former.customer);
    this.#saidLanguage = session.language;
    if (moved) this.#lookedSeq = this.#seenSeq = 0;
    this.#set({
      conv: session.conv,
      customer: session.customer,
      language: this.#wantedLanguage ?? session.language,
      ...(moved && { transcript: emptyTranscript, loaded: false, readSeq: 0 }),
    });
  }

  #take(frame: ServerFrame): void {
    switch (frame.t) {
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
      case 'place': {
        const { t: _, conv: __, ...place } = frame;
        this.#set({ place });
        return;
      }
      case 'read':
        if (frame.seq > this.#state.readSeq) this.#set({ readSeq: frame.seq });
        return;
      default:
    }
  }

  #welcomed(epoch: string): void {
    const { transcript, conv } = this.#state;
    this.#resubscribed = false;
    this.#connection.send({ t: 'sub', conv, after: transcript.last, epoch: transcript.epoch });
    const known = transcript.epoch === '' ? { ...transcript, epoch } : transcript;
    this.#set({ transcript: known });
    const wanted = this.#wantedLanguage;
    if (wanted !== undefined && wanted !== this.#saidLanguage) {
      this.#connection.send({ t: 'lang', conv, language: wanted });
    }
    this.#delivery.up(conv, (frame) => this.#connection.send(frame));
    // A conversation without a word sends no page; what comes later is news then.
    this.#callOffLoading();
    this.#callOffLoading = this.#ports.clock.after(loadWithinMs, () => this.#set({ loaded: true }));
  }

  #grow({ transcript, added, gap }: ReturnType<typeof append>): void {
    const wasLoaded = this.#state.loaded;
    this.#delivery.seen(added);
    const change: Partial<ChatState> = Object.assign(
      { transcript, loaded: true },
      ...added.map((event) => this.#effectOf(event)),
    );
    this.#set(change);
    if (wasLoaded && added.length > 0) this.#ports.arrived(added);
    if (!gap) this.#resubscribed = false;
    else if (!this.#resubscribed) {
      this.#resubscribed = true;
      const { last: after, epoch } = transcript;
      this.#connection.tell({ t: 'sub', conv: this.#state.conv, after, epoch });
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

  #close(phase: 'idle' | 'ended'): void {
    this.#callOffLoading();
    this.#callOffTyping();
    this.#callOffSeen();
    this.#toldLately = false;
    this.#connection.close(phase);
  }

  /** Nothing of the person stays, in memory or in storage. */
  #wipe(): void {
    this.#sessions.forget();
    this.#forget();
  }

  #forget(): void {
    this.#delivery.clear();
    this.#connection.useToken(undefined);
    this.#lookedSeq = this.#seenSeq = 0;
    this.#set({
      conv: '',
      customer: false,
      loaded: false,
      transcript: emptyTranscript,
      typing: undefined,
      place: undefined,
      readSeq: 0,
    });
  }
}
