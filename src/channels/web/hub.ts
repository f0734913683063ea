import type { Bus, Hint } from '../../bus/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { ServerFrame } from '../../protocol/index.ts';
import type { ChannelLog, ConversationReads } from './ports.ts';

/** Someone who follows a conversation: a socket's subscription or a long poll. */
export interface Watcher {
  readonly conversationId: ConversationId;
  /** The last number that it has. */
  readonly last: number;
  /** There may be more behind `last`. */
  wake(): void;
  typing?(frame: Extract<ServerFrame, { t: 'typing' }>): void;
  /** The agent has seen what stands up to this number. */
  seen?(seq: number): void;
}

/**
 * Who follows what, in this process. Hints of the bus only wake a watcher, which then reads the store;
 * the poll compares all heads in one query and so makes good every lost hint.
 */
export class Hub {
  readonly #bus: Bus;
  readonly #conversations: ConversationReads;
  readonly #log: ChannelLog;
  readonly #topics = new Map<ConversationId, { watchers: Set<Watcher>; stop: () => void }>();
  #polling = false;

  constructor(bus: Bus, conversations: ConversationReads, log: ChannelLog) {
    this.#bus = bus;
    this.#conversations = conversations;
    this.#log = log;
  }

  /** Listens from now on, before anything is read: what is appended between is then seen twice rather than never. */
  add(watcher: Watcher): void {
    const id = watcher.conversationId;
    const topic = this.#topics.get(id);
    if (topic) {
      topic.watchers.add(watcher);
      return;
    }
    const watchers = new Set([watcher]);
    const stop = this.#bus.subscribe(`c:${id}`, (hint) => passOn(hint, watchers));
    this.#topics.set(id, { watchers, stop });
  }

  remove(watcher: Watcher): void {
    const topic = this.#topics.get(watcher.conversationId);
    if (!topic?.watchers.delete(watcher) || topic.watchers.size > 0) return;
    topic.stop();
    this.#topics.delete(watcher.conversationId);
  }

  async poll(): Promise<void> {
    if (this.#polling || this.#topics.size === 0) return;
    this.#polling = true;
    try {
      const heads = await this.#conversations.heads([...this.#topics.keys()]);
      for (const [id, head] of heads) wakeBehind(this.#topics.get(id)?.watchers, head.seq);
    } catch (err) {
      this.#log.warn({ err }, 'heads could not be compared; trying again');
    } finally {
      this.#polling = false;
    }
  }
}

function passOn(hint: Hint, watchers: ReadonlySet<Watcher>): void {
  if (hint.kind === 'presence' || hint.kind === 'changed' || hint.kind === 'viewing') return;
  if (hint.kind === 'head') return wakeBehind(watchers, hint.seq);
  if (hint.who === 'customer') return;
  if (hint.kind === 'read') {
    for (const watcher of watchers) watcher.seen?.(hint.seq);
    return;
  }
  const { conversationId: conv, who, name, on } = hint;
  for (const watcher of watchers) {
    watcher.typing?.({ t: 'typing', conv, who, on, ...(name !== undefined && { name }) });
  }
}

function wakeBehind(watchers: ReadonlySet<Watcher> | undefined, seq: number): void {
  for (const watcher of watchers ?? []) if (watcher.last < seq) watcher.wake();
}
