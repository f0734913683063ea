import { moved, number, previewOf, waitEnded } from '../change.ts';
import type { EndedWait, Head, Prepared, Preview } from '../change.ts';
import { firstPlace, placeOf } from '../place.ts';
import type { Place } from '../place.ts';
import type { ConversationId } from '../../core/index.ts';
import type { LoggedEvent } from '../../dialogue/index.ts';
import type { AppendRequest, AppendResult } from '../ports.ts';

/** What a dedupe key was used for before this batch. */
export interface Former {
  readonly fingerprint: string;
  readonly firstPos: number;
  readonly lastPos: number;
}

/** An answer, or the events that it is still to be filled with. */
export type Decision =
  | { readonly kind: 'known'; readonly result: AppendResult }
  | { readonly kind: 'read'; readonly id: ConversationId; readonly former: Former };

export interface NewEvent {
  readonly id: ConversationId;
  readonly logged: LoggedEvent;
  readonly body: string;
}

export interface NewWork {
  readonly id: string;
  readonly conversationId: ConversationId;
  readonly kind: string;
  readonly payload: string;
  readonly dueAtMs: number;
  readonly setAtMs: number;
  /** Asked to be leased at once; 0: not, or something of this batch stands before it in its line. */
  readonly leaseMs: number;
  isDone: boolean;
}

/** A conversation as the batch leaves it. */
export interface Touched {
  readonly id: ConversationId;
  readonly created: { readonly visitorId: string; readonly channel: string } | undefined;
  head: Head;
  isPlaced: boolean;
  lastAtMs: number;
  preview: Preview | undefined;
  snapshot: { readonly version: number; readonly body: string } | undefined;
}

interface Accepted {
  readonly id: ConversationId;
  readonly key: string;
  readonly fingerprint: string;
  readonly events: readonly LoggedEvent[];
  readonly firstPos: number;
  readonly lastPos: number;
}

/**
 * Decides the appends of one batch one after the other, each on what those before it leave, and collects what is to be
 * written: the store's locks are held meanwhile, so that what was read stays true until it is.
 */
export class Batch {
  readonly touched = new Map<ConversationId, Touched>();
  readonly events: NewEvent[] = [];
  readonly accepted = new Map<string, Accepted>();
  readonly work = new Map<string, NewWork>();
  readonly settled: string[] = [];
  readonly waits: EndedWait[] = [];
  /** Conversations and kinds that the batch has work of. */
  readonly #lines = new Set<string>();
  readonly #heads: ReadonlyMap<ConversationId, Head>;
  readonly #former: ReadonlyMap<string, Former>;

  constructor(heads: ReadonlyMap<ConversationId, Head>, former: ReadonlyMap<string, Former>) {
    this.#heads = heads;
    this.#former = former;
  }

  /** Guards in their order: unknown conversation, dedupe key, version. */
  decide(prepared: Prepared): Decision {
    const { request } = prepared;
    const { conversationId: id } = request;
    const head = this.touched.get(id)?.head ?? this.#heads.get(id);
    if (!head && !request.create) return known({ kind: 'refused', reason: 'not_found' });
    const repeated = this.#repeated(request);
    if (repeated) return repeated;
    const version = head?.version ?? 0;
    if (request.expect !== undefined && request.expect !== version) {
      return known({ kind: 'refused', reason: 'stale', version });
    }
    return known(this.#commit(this.#touch(request, head), prepared));
  }

  #repeated({ conversationId, dedupe }: AppendRequest): Decision | undefined {
    if (!dedupe) return undefined;
    const key = keyOf(conversationId, dedupe.key);
    const before = this.#former.get(key);
    const now = this.accepted.get(key);
    const used = before ?? now;
    if (!used) return undefined;
    if (used.fingerprint !== dedupe.fingerprint) {
      return known({ kind: 'refused', reason: 'conflict' });
    }
    if (before) return { kind: 'read', id: conversationId, former: before };
    return known({ kind: 'duplicate', first: now?.events ?? [] });
  }

  #touch(request: AppendRequest, head: Head | undefined): Touched {
    const found = this.touched.get(request.conversationId);
    if (found) return found;
    const touched: Touched = {
      id: request.conversationId,
      created: head ? undefined : request.create,
      head: head ?? {
        ...firstPlace(request.atMs),
        version: 0,
        seq: 0,
        inputPos: 0,
        handledPos: 0,
      },
      isPlaced: !head,
      lastAtMs: request.atMs,
      preview: undefined,
      snapshot: undefined,
    };
    this.touched.set(touched.id, touched);
    return touched;
  }

  #commit(touched: Touched, prepared: Prepared): AppendResult {
    const { request } = prepared;
    const { head, id } = touched;
    const events = number(head, request);
    const place: Place = request.snapshot ? placeOf(request.snapshot, head, request.atMs) : head;
    const to = moved(head, request, events, place);
    events.forEach((logged, index) => {
      this.events.push({ id, logged, body: prepared.bodies[index] ?? '' });
    });
    const wait = waitEnded(head, events);
    if (wait) this.waits.push(wait);
    touched.isPlaced ||= place !== head;
    touched.head = { ...head, ...place, ...to };
    touched.lastAtMs = request.atMs;
    touched.preview = previewOf(events) ?? touched.preview;
    if (prepared.snapshot !== undefined) {
      touched.snapshot = { version: to.version, body: prepared.snapshot };
    }
    this.#accept(request, head.version, events);
    this.#commission(prepared);
    return { kind: 'committed', version: to.version, events };
  }

  #accept(request: AppendRequest, former: number, events: readonly LoggedEvent[]): void {
    const { dedupe, conversationId: id } = request;
    if (!dedupe) return;
    const [firstPos, lastPos] = [former + 1, former + events.length];
    this.accepted.set(keyOf(id, dedupe.key), { id, ...dedupe, events, firstPos, lastPos });
  }

  /** A row that a later append of the batch settles is written as done; one that stood there before, too. */
  #commission({ request, payloads }: Prepared): void {
    const { conversationId, atMs: setAtMs } = request;
    (request.outbox ?? []).forEach(({ id, kind, dueAtMs, leaseMs = 0 }, index) => {
      if (this.work.has(id)) return;
      const row = {
        id,
        conversationId,
        kind,
        payload: payloads[index] ?? 'null',
        dueAtMs,
        setAtMs,
      };
      const line = keyOf(conversationId, kind);
      this.work.set(id, { ...row, leaseMs: this.#lines.has(line) ? 0 : leaseMs, isDone: false });
      this.#lines.add(line);
    });
    for (const id of request.settles ?? []) {
      const row = this.work.get(id);
      if (row) row.isDone = true;
      this.settled.push(id);
    }
  }
}

/** Ids have no space in them. */
export function keyOf(id: ConversationId, key: string): string {
  return `${id} ${key}`;
}

function known(result: AppendResult): Decision {
  return { kind: 'known', result };
}
