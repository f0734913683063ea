import type { ConversationId } from '../../core/index.ts';
import { Fault } from '../../core/index.ts';
import type { WaitRange } from '../../handoff/index.ts';
import type { ServerFrame, WireEvent } from '../../protocol/index.ts';
import type { Watcher } from './hub.ts';
import type { ChannelLog, ConversationReads, WebLimits } from './ports.ts';
import { headSeq, readPage, resumePoint } from './resume.ts';
import type { Cursor } from './resume.ts';

/** What a subscription needs of its socket. */
export interface Reader {
  /** Resolves when the socket can take more, so that a slow reader is read for slowly. */
  sendPaced(frame: ServerFrame): Promise<void>;
  send(frame: ServerFrame): void;
  /** An event that came after the subscription began, before it is sent. */
  onLive(event: WireEvent): void;
  /** The subscription cannot go on. */
  fail(thrown: unknown): void;
}

export interface SubscriptionDeps {
  readonly conversations: ConversationReads;
  readonly epoch: string;
  readonly limits: WebLimits;
  readonly log: ChannelLog;
}

/**
 * One socket's view of one conversation: a cursor and a single pump. The pump reads the store behind
 * the cursor and sends in order; waking it while it reads makes it read once more. Catching up and
 * following live are thus the same code, and neither can overtake the other.
 * Modes: idle → pumping → idle …, until stopped.
 */
export class Subscription implements Watcher {
  readonly conversationId: ConversationId;
  last = 0;
  /** Whether it waits in the queue; undefined until someone has looked. */
  queued: boolean | undefined;
  readonly #reader: Reader;
  readonly #deps: SubscriptionDeps;
  #liveFrom = 0;
  #pumping = true;
  #again = false;
  #stopped = false;
  /** The place and wait that the customer was told last. */
  #told = '';
  /** The last number that the agent is known to have seen. */
  #agentSeen = 0;

  constructor(conversationId: ConversationId, reader: Reader, deps: SubscriptionDeps) {
    this.conversationId = conversationId;
    this.#reader = reader;
    this.#deps = deps;
  }

  /** Called once, after the hub listens for it. Faults: the store's. */
  async start(cursor: Cursor): Promise<void> {
    const { conversations, epoch, limits } = this.#deps;
    const seq = await headSeq(conversations, this.conversationId);
    const point = resumePoint(cursor, { seq, epoch }, limits);
    this.#liveFrom = seq + 1;
    this.last = point.after;
    if (point.reset) await this.#sendReset(point.after);
    this.#pumping = false;
    this.wake();
  }

  wake(): void {
    if (this.#pumping) this.#again = true;
    else if (!this.#stopped) void this.#pump();
  }

  typing(frame: Extract<ServerFrame, { t: 'typing' }>): void {
    if (!this.#stopped) this.#reader.send(frame);
  }

  seen(seq: number): void {
    if (this.#stopped || seq <= this.#agentSeen) return;
    this.#agentSeen = seq;
    this.#reader.send({ t: 'read', conv: this.conversationId, seq });
  }

  tellPlace(place: number | undefined, wait?: WaitRange): void {
    this.queued = place !== undefined;
    const told = place === undefined ? '' : `${place} ${wait?.minMs ?? ''}-${wait?.maxMs ?? ''}`;
    if (this.#stopped || told === this.#told) return;
    this.#told = told;
    if (place === undefined) return;
    const range = wait && { waitMinMs: wait.minMs, waitMaxMs: wait.maxMs };
    this.#reader.send({ t: 'place', conv: this.conversationId, place, ...range });
  }

  stop(): void {
    this.#stopped = true;
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    try {
      do {
        this.#again = false;
        await this.#pumpPage();
      } while (this.#again && !this.#stopped);
    } catch (thrown) {
      this.#onFault(thrown);
    } finally {
      this.#pumping = false;
    }
  }

  async #pumpPage(): Promise<void> {
    const { conversations, limits } = this.#deps;
    const page = await readPage(conversations, this.conversationId, this.last, limits.pageLength);
    if (page.length === limits.pageLength) this.#again = true;
    for (const events of inFrames(page, limits.frameBytesMax)) {
      await this.#deliver(events, { t: 'events', conv: this.conversationId, events });
    }
  }

  /** The tail may be more than one frame: the reset carries its first part, `events` the rest. */
  async #sendReset(after: number): Promise<void> {
    const { conversations, epoch, limits } = this.#deps;
    const conv = this.conversationId;
    const tail = await readPage(conversations, conv, after, limits.resetTailLength);
    const events = inFrames(tail, limits.frameBytesMax)[0] ?? [];
    await this.#deliver(events, { t: 'reset', conv, epoch, from: after + 1, events });
  }

  async #deliver(events: WireEvent[], frame: ServerFrame): Promise<void> {
    for (const event of events) {
      if (event.type === 'handoff') this.#onHandoff(event.state === 'queued');
      if (event.seq >= this.#liveFrom) this.#reader.onLive(event);
    }
    if (this.#stopped) return;
    this.last = events.at(-1)?.seq ?? this.last;
    await this.#reader.sendPaced(frame);
  }

  #onHandoff(queued: boolean): void {
    this.queued = queued;
    this.#told = '';
  }

  /** A store that cannot be read now is read again at the next poll; a broken log ends the socket. */
  #onFault(thrown: unknown): void {
    if (thrown instanceof Fault && thrown.culprit === 'upstream') {
      const conversationId = this.conversationId;
      this.#deps.log.warn(
        { err: thrown, conversationId },
        'events could not be read; trying again',
      );
    } else if (!this.#stopped) {
      this.#reader.fail(thrown);
    }
  }
}

/** Cuts a page into frames of about `bytesMax`; an event that is larger by itself has a frame of its own. */
function inFrames(page: readonly WireEvent[], bytesMax: number): WireEvent[][] {
  if (page.length === 1) return [[...page]];
  const frames: WireEvent[][] = [];
  let bytes = Infinity;
  for (const event of page) {
    const size = Buffer.byteLength(JSON.stringify(event));
    if (bytes + size > bytesMax) {
      frames.push([]);
      bytes = 0;
    }
    frames.at(-1)?.push(event);
    bytes += size;
  }
  return frames;
}
