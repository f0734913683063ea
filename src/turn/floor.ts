import type { Clock, ConversationId } from '../core/index.ts';
import type { WaitMinutes } from '../dialogue/index.ts';
import { arrivalWait, waitRange, type Waited, type WaitRange } from '../handoff/index.ts';
import type { ConversationStore } from '../store/index.ts';
import type { RosterAgent } from './handoff-matcher.ts';
import type { Presences } from './presence.ts';

/** What is read of accounts and queues is good for words so long: a turn reads nothing that grows. */
const freshMs = 5000;
/** Of each team, the latest that were taken. */
const recentMax = 30;
/** The team that the bot hands over to. */
const bots = 'default';
const minuteMs = 60_000;

/** What turns know of the people behind the queue. */
export interface FloorPort {
  /** Somebody who serves those whom the bot hands over is there, or was a moment ago. */
  attended(): Promise<boolean>;
  /** How long whoever asks for a person now may wait, or this one, who waits already; undefined while too little is known. */
  expectedWait(queued: ConversationId | undefined): Promise<WaitMinutes | undefined>;
}

export interface FloorDeps {
  readonly conversations: Pick<ConversationStore, 'queueFigures' | 'recentWaits' | 'queuePlace'>;
  readonly presences: Pick<Presences, 'attends'>;
  /** Accounts that are not disabled. */
  readonly roster: () => Promise<readonly RosterAgent[]>;
  readonly clock: Clock;
}

interface Queue {
  readonly waiting: number;
  readonly recent: readonly Waited[];
}

export class Floor implements FloorPort {
  readonly #deps: FloorDeps;
  readonly #roster: () => Promise<readonly RosterAgent[]>;
  readonly #queue: () => Promise<Queue>;

  constructor(deps: FloorDeps) {
    this.#deps = deps;
    this.#roster = keptFresh(deps.clock, deps.roster);
    this.#queue = keptFresh(deps.clock, () => this.#read());
  }

  async attended(): Promise<boolean> {
    const { presences } = this.#deps;
    return (await this.#roster()).some(
      ({ agentId, queues = [] }) =>
        (queues.length === 0 || queues.includes(bots)) && presences.attends(agentId),
    );
  }

  async expectedWait(queued: ConversationId | undefined): Promise<WaitMinutes | undefined> {
    const { conversations, clock } = this.#deps;
    const { waiting, recent } = await this.#queue();
    const place = queued && (await conversations.queuePlace(queued));
    const range =
      place === undefined
        ? arrivalWait(waiting, recent, clock())
        : waitRange(place, recent, clock());
    return range && inMinutes(range);
  }

  async #read(): Promise<Queue> {
    const { conversations } = this.#deps;
    const figures = await conversations.queueFigures();
    const teams = new Set([bots, ...figures.map(({ queue }) => queue)]);
    const recent = await Promise.all(
      [...teams].map((team) => conversations.recentWaits(team, recentMax)),
    );
    const waiting = figures.reduce((all, one) => all + one.waiting + one.offered, 0);
    return { waiting, recent: recent.flat() };
  }
}

/** "At once" is more than anyone can promise: a minute is the least that is said. */
function inMinutes({ minMs, maxMs }: WaitRange): WaitMinutes {
  const from = Math.max(1, Math.floor(minMs / minuteMs));
  return { from, to: Math.max(from, Math.ceil(maxMs / minuteMs)) };
}

/** Reads again once what it knows has become old; many who ask meanwhile are one reading. */
function keptFresh<T>(clock: Clock, read: () => Promise<T>): () => Promise<T> {
  let known: { readonly value: Promise<T>; readonly atMs: number } | undefined;
  return () => {
    const nowMs = clock();
    // A clock that was set back makes nothing fresh.
    if (known && Math.abs(nowMs - known.atMs) < freshMs) return known.value;
    const value = read();
    const reading = { value, atMs: nowMs };
    known = reading;
    value.catch(() => {
      if (known === reading) known = undefined;
    });
    return value;
  };
}
