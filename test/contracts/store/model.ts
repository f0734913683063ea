import type { ConversationId, Owner } from '../../../src/core/index.ts';
import { isVisible } from '../../../src/dialogue/index.ts';
import type { ConversationState, LoggedEvent } from '../../../src/dialogue/index.ts';
import { serveRankMs } from '../../../src/handoff/index.ts';
import type {
  AppendRequest,
  AppendResult,
  InboxQuery,
  OutboxRow,
} from '../../../src/store/index.ts';

interface Conversation {
  readonly id: ConversationId;
  readonly born: number;
  readonly visitorId: string;
  readonly events: LoggedEvent[];
  readonly accepted: Map<string, { fingerprint: string; first: readonly LoggedEvent[] }>;
  snapshot?: ConversationState;
  snapshotVersion: number;
  sinceMs: number;
  lastAtMs: number;
}

interface Work {
  readonly id: string;
  readonly conversationId: ConversationId;
  readonly kind: string;
  readonly payload: unknown;
  readonly orderAtMs: number;
  readonly born: number;
  dueAtMs: number;
  leased: boolean;
  attempts: number;
  open: boolean;
}

const answered = new Set([
  'conversation.started',
  'message.received',
  'identity.bound',
  'identity.challenged',
  'identity.checked',
  'action.pended',
  'action.ended',
  'handoff.released',
]);

/** What `store/ports.ts` promises, in plain lists and loops: slow, and easy to see right. Answers at once. */
export class StoreModel {
  readonly conversations = new Map<ConversationId, Conversation>();
  readonly work: Work[] = [];

  /** `leased`: which rows the store says that it gave to the appender at once. It need not, but where it may not this throws. */
  append(request: AppendRequest, leased: readonly string[] = []): AppendResult {
    const found = this.conversations.get(request.conversationId);
    if (!found && !request.create) return { kind: 'refused', reason: 'not_found' };
    const former = request.dedupe && found?.accepted.get(request.dedupe.key);
    if (former && request.dedupe) {
      return former.fingerprint === request.dedupe.fingerprint
        ? { kind: 'duplicate', first: former.first }
        : { kind: 'refused', reason: 'conflict' };
    }
    const version = found?.events.length ?? 0;
    if (request.expect !== undefined && request.expect !== version) {
      return { kind: 'refused', reason: 'stale', version };
    }
    const conversation = found ?? this.#begin(request);
    const events = this.#log(conversation, request);
    this.#keep(conversation, request);
    if (request.dedupe) {
      const { key, fingerprint } = request.dedupe;
      conversation.accepted.set(key, { fingerprint, first: events });
    }
    const own = this.#commission(request, leased);
    const to = conversation.events.length;
    return { kind: 'committed', version: to, events, ...(own.length > 0 && { leased: own }) };
  }

  visible(id: ConversationId, after: number, limit: number): readonly LoggedEvent[] {
    const events = this.conversations.get(id)?.events ?? [];
    return events.filter(({ seq }) => seq !== undefined && seq > after).slice(0, limit);
  }

  all(id: ConversationId, after: number, limit: number): readonly LoggedEvent[] {
    const events = this.conversations.get(id)?.events ?? [];
    return events.filter(({ pos }) => pos > after).slice(0, limit);
  }

  inbox({ list, agentId, queue }: Omit<InboxQuery, 'limit' | 'after'>): readonly ConversationId[] {
    const all = [...this.conversations.values()];
    const closed = (c: Conversation): boolean => c.snapshot?.closed ?? false;
    const owner = (c: Conversation): Owner => c.snapshot?.owner ?? { by: 'bot', epoch: 0 };
    const by = (...numbers: ((c: Conversation) => number)[]) => {
      return (a: Conversation, b: Conversation): number => {
        const first = numbers.map((of) => of(a) - of(b)).find((less) => less !== 0);
        return first ?? (a.id < b.id ? -1 : 1);
      };
    };
    const since = (c: Conversation): number => c.sinceMs;
    const oldest = by(since);
    const snoozed = (c: Conversation): number | undefined => {
      const held = owner(c);
      return held.by === 'agent' ? held.snoozedUntilMs : undefined;
    };
    const isWith = (c: Conversation, id: string | undefined): boolean => {
      const held = owner(c);
      return held.by === 'agent' && (id === undefined || held.agentId === id) && !closed(c);
    };
    const served = (c: Conversation): number => {
      const waits = owner(c);
      return waits.by === 'queue' ? serveRankMs(waits.priority, waits.sinceMs) : 0;
    };
    const offerOf = (c: Conversation) => {
      const waits = owner(c);
      return waits.by === 'queue' ? waits.offer : undefined;
    };
    const risk = (c: Conversation): number => c.snapshot?.risk ?? 0;
    const isOfQueue = (c: Conversation): boolean => {
      const waits = owner(c);
      const of = waits.by === 'queue' ? waits.queue : c.snapshot?.queued?.queue;
      return queue === undefined || of === queue;
    };
    const pick = (): Conversation[] => {
      switch (list) {
        case 'queue':
          return all
            .filter((c) => owner(c).by === 'queue' && !closed(c) && isOfQueue(c))
            .sort(by(served));
        case 'mine':
          return all
            .filter((c) => {
              const written = closed(c) && c.snapshot?.wrapUp?.agentId === agentId;
              return written || (isWith(c, agentId ?? '') && snoozed(c) === undefined);
            })
            .sort(oldest);
        case 'offered':
          return all
            .filter((c) => offerOf(c)?.agentId === agentId && !closed(c))
            .sort(by((c) => offerOf(c)?.untilMs ?? 0));
        case 'team':
          return all
            .filter((c) => isWith(c, undefined) && snoozed(c) === undefined && isOfQueue(c))
            .sort(oldest);
        case 'snoozed':
          return all
            .filter((c) => isWith(c, agentId) && snoozed(c) !== undefined)
            .sort(by((c) => snoozed(c) ?? 0));
        case 'bot':
          return all
            .filter((c) => owner(c).by === 'bot' && !closed(c))
            .sort((a, b) => by(risk, since)(b, a));
        case 'closed':
          return all.filter(closed).sort((a, b) => oldest(b, a));
      }
    };
    return pick().map(({ id }) => id);
  }

  unhandled(beforeMs: number): readonly ConversationId[] {
    return [...this.conversations.values()]
      .filter((c) => c.lastAtMs < beforeMs && c.snapshot?.owner.by !== 'agent')
      .filter((c) => {
        const handled = c.snapshot?.handledPos ?? 0;
        return c.events.some(({ pos, event }) => pos > handled && answered.has(event.type));
      })
      .sort((a, b) => a.lastAtMs - b.lastAtMs || a.born - b.born)
      .map(({ id }) => id);
  }

  latest(of: (conversation: Conversation) => boolean): ConversationId | undefined {
    return [...this.conversations.values()]
      .filter(of)
      .sort((a, b) => b.lastAtMs - a.lastAtMs || b.born - a.born)[0]?.id;
  }

  claim(nowMs: number, limit: number, leaseMs: number): readonly OutboxRow[] {
    const due = this.#heads()
      .filter((row) => row.dueAtMs <= nowMs)
      .sort((a, b) => a.dueAtMs - b.dueAtMs || a.born - b.born)
      .slice(0, limit);
    return due.map((row) => {
      const { id, conversationId, kind, payload, dueAtMs } = row;
      row.attempts += 1;
      row.dueAtMs = nowMs + leaseMs;
      row.leased = true;
      return { id, conversationId, kind, payload, dueAtMs, attempts: row.attempts };
    });
  }

  settle(id: string): void {
    for (const row of this.work) if (row.id === id) row.open = false;
  }

  retry(id: string, dueAtMs: number): void {
    const row = this.work.find((one) => one.id === id && one.open);
    if (row) Object.assign(row, { dueAtMs, leased: false });
  }

  recover(): number {
    const open = this.work.filter((row) => row.open);
    for (const row of open.filter(({ leased }) => leased)) {
      Object.assign(row, { dueAtMs: row.orderAtMs, leased: false });
    }
    return open.length;
  }

  nextDueMs(): number | undefined {
    const dues = this.#heads().map(({ dueAtMs }) => dueAtMs);
    return dues.length > 0 ? Math.min(...dues) : undefined;
  }

  #begin(request: AppendRequest): Conversation {
    const conversation: Conversation = {
      id: request.conversationId,
      born: this.conversations.size,
      visitorId: request.create?.visitorId ?? '',
      events: [],
      accepted: new Map(),
      snapshotVersion: 0,
      sinceMs: request.atMs,
      lastAtMs: request.atMs,
    };
    this.conversations.set(conversation.id, conversation);
    return conversation;
  }

  #log(conversation: Conversation, { events, atMs }: AppendRequest): readonly LoggedEvent[] {
    const from = conversation.events.length;
    for (const event of events) {
      const seq = conversation.events.filter((one) => one.seq !== undefined).length + 1;
      const pos = conversation.events.length + 1;
      conversation.events.push({ pos, ...(isVisible(event) && { seq }), atMs, event });
    }
    conversation.lastAtMs = atMs;
    return conversation.events.slice(from);
  }

  #keep(conversation: Conversation, { snapshot, atMs }: AppendRequest): void {
    if (!snapshot) return;
    const was = conversation.snapshot;
    const stays =
      (was?.closed ?? false) === snapshot.closed &&
      (snapshot.closed || (was?.owner.by ?? 'bot') === snapshot.owner.by);
    if (!snapshot.closed && snapshot.owner.by !== 'bot') {
      conversation.sinceMs = snapshot.owner.sinceMs;
    } else if (!stays) {
      conversation.sinceMs = atMs;
    }
    conversation.snapshot = snapshot;
    conversation.snapshotVersion = conversation.events.length;
  }

  #commission(request: AppendRequest, leased: readonly string[]): readonly OutboxRow[] {
    const own: OutboxRow[] = [];
    for (const { leaseMs, ...row } of request.outbox ?? []) {
      if (this.work.some(({ id }) => id === row.id)) continue;
      const { conversationId } = request;
      const isFree = !this.work.some(
        (one) => one.open && one.conversationId === conversationId && one.kind === row.kind,
      );
      this.work.push({
        ...row,
        conversationId,
        orderAtMs: row.dueAtMs,
        born: this.work.length,
        leased: false,
        attempts: 0,
        open: true,
      });
      if (!leased.includes(row.id)) continue;
      if (leaseMs === undefined || !isFree) throw new Error(`${row.id} may not be leased`);
      const made = this.work.at(-1);
      if (made) Object.assign(made, { dueAtMs: request.atMs + leaseMs, leased: true, attempts: 1 });
      own.push({ ...row, conversationId, attempts: 1 });
    }
    for (const id of request.settles ?? []) this.settle(id);
    return own;
  }

  /** The first of each line: a conversation's unfinished work of one kind, by when it was first due. */
  #heads(): readonly Work[] {
    const lines = Map.groupBy(
      this.work.filter(({ open }) => open),
      ({ conversationId, kind }) => JSON.stringify([conversationId, kind]),
    );
    return [...lines.values()].flatMap((line) =>
      line.sort((a, b) => a.orderAtMs - b.orderAtMs || a.born - b.born).slice(0, 1),
    );
  }
}
