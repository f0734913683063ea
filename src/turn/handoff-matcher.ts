import { limits } from '../core/index.ts';
import type { ConversationId } from '../core/index.ts';
import type { ConversationEvent } from '../dialogue/index.ts';
import { choose, type Candidate, type HandoffTimes } from '../handoff/index.ts';
import type { AgentLoad, Store } from '../store/index.ts';
import type { TurnDeps } from './deps.ts';
import { offerEnded } from './handoff-command.ts';
import { waitingFor, type Seen } from './handoff-waiting.ts';
import { appendOn, hold, type Held } from './log-access.ts';
import { NudgedLoop } from './nudged-loop.ts';
import type { Presences } from './presence.ts';

/** Someone who may be given conversations. */
export interface RosterAgent {
  readonly agentId: string;
  readonly name: string;
  readonly languages?: readonly string[];
  readonly skills?: readonly string[];
  readonly queues?: readonly string[];
  readonly capacity?: number;
}

export interface MatcherDeps extends Pick<
  TurnDeps,
  'store' | 'bus' | 'clock' | 'log' | 'randomId'
> {
  readonly presences: Presences;
  /** Accounts that are not disabled. */
  readonly roster: () => Promise<readonly RosterAgent[]>;
  /** Conversations at a time, for agents without a number of their own. */
  readonly capacity: () => number;
  readonly times: () => HandoffTimes;
  /** With several nodes on one store: whether this one gives the queue out now. */
  readonly isMine?: () => Promise<boolean>;
}

/** The safety net behind the hints. */
const pollMs = 1000;
/** Hints that come together are one look. */
const togetherMs = 100;
/** How often what a crash left in between is looked for. */
const sweepMs = 30_000;
/** What one look loads for one agent. */
const heldMax = 1000;
const dueMax = 200;

/**
 * Gives the queue to agents. It holds nothing that counts: offers, deadlines and who has what are in the log and the
 * store, so that it may stop anywhere and another process goes on. Each step is one compare-and-append, so whatever an
 * agent does at the same moment wins or loses as a whole. Modes: stopped → running (`start`) → stopped (`drain`).
 */
export class Matcher {
  readonly #deps: MatcherDeps;
  readonly #loop: NudgedLoop;
  #unsubscribe: (() => void) | undefined;
  #sweepAtMs = 0;
  readonly #seen: Seen = new Map();

  constructor(deps: MatcherDeps) {
    this.#deps = deps;
    this.#loop = new NudgedLoop(() => this.#look(), {
      pollMs,
      togetherMs,
      onFault: (err) => deps.log.error({ err }, 'the queue could not be matched'),
    });
  }

  start(): void {
    const { bus } = this.#deps;
    const stops = [
      bus.subscribe('desk', () => this.nudge()),
      bus.subscribe('presence', () => this.nudge()),
    ];
    this.#unsubscribe = () => stops.forEach((stop) => stop());
    this.#loop.start();
  }

  nudge(): void {
    this.#loop.nudge();
  }

  async drain(): Promise<void> {
    this.#unsubscribe?.();
    await this.#loop.stop();
  }

  async #look(): Promise<false> {
    const { isMine, presences } = this.#deps;
    if (isMine) await presences.refresh();
    if (isMine && !(await isMine())) return false;
    await this.#sweep();
    await lookOnce(this.#deps, this.#seen);
    return false;
  }

  async #sweep(): Promise<void> {
    const nowMs = this.#deps.clock();
    // Further ahead than it can be: the clock was set back.
    if (nowMs < this.#sweepAtMs && this.#sweepAtMs <= nowMs + sweepMs) return;
    this.#sweepAtMs = nowMs + sweepMs;
    await wakeWritten(this.#deps);
    await endMisdated(this.#deps);
  }
}

/** One look: what has run out ends, what its agents left goes back, what waits is offered. */
export async function lookOnce(deps: MatcherDeps, seen: Seen = new Map()): Promise<void> {
  await endDue(deps);
  const roster = await deps.roster();
  const loads = await deps.store.conversations.agentLoads();
  const changed = await takeBack(deps, roster, loads);
  const now = changed ? await deps.store.conversations.agentLoads() : loads;
  await offerAll(deps, roster, now, seen);
}

async function endDue(deps: MatcherDeps): Promise<void> {
  const ids = await deps.store.conversations.handoffDue(deps.clock(), dueMax);
  await Promise.all(ids.map((id) => endOne(deps, id)));
}

async function endOne(deps: MatcherDeps, id: ConversationId): Promise<void> {
  const held = await hold(deps.store, id);
  if (!held) return;
  const events = dueEvents(held, deps.clock(), deps.times());
  const isDone = await append(deps, held, events);
  const expired = events.find(({ type }) => type === 'handoff.offer_ended');
  if (isDone && expired?.type === 'handoff.offer_ended') deps.presences.missed(expired.agentId);
}

/** Offers and times for writing up that end later than any that begins now: the clock of whoever began them was ahead. */
export async function endMisdated(deps: MatcherDeps): Promise<void> {
  for (const { agentId, offered, wrapUp } of await deps.store.conversations.agentLoads()) {
    if (offered + wrapUp === 0) continue;
    const rows = await deps.store.conversations.heldBy(agentId, heldMax);
    for (const { conversationId, state } of rows) {
      if (state !== 'offered' && state !== 'wrap_up') continue;
      const held = await hold(deps.store, conversationId);
      if (held) await append(deps, held, dueEvents(held, deps.clock(), deps.times()));
    }
  }
}

/**
 * What the time that has passed brings about: the end of an offer, of a snooze, of the time for writing up. What lasts longer than
 * it can ends too.
 */
export function dueEvents(
  { state }: Held,
  nowMs: number,
  times: Pick<HandoffTimes, 'expiredPassMs' | 'offerMs' | 'wrapUpMs'>,
): readonly ConversationEvent[] {
  const { owner, wrapUp } = state;
  const isOver = (untilMs: number, lastsMs: number): boolean =>
    nowMs >= untilMs || untilMs > nowMs + lastsMs + limits.clocksDifferMaxMs;
  if (owner.by === 'queue' && owner.offer && isOver(owner.offer.untilMs, times.offerMs)) {
    return offerEnded(owner, 'expired', nowMs + times.expiredPassMs);
  }
  if (owner.by === 'agent' && nowMs >= (owner.snoozedUntilMs ?? Infinity)) {
    return [{ type: 'handoff.woken', why: 'time' }];
  }
  if (wrapUp && isOver(wrapUp.untilMs, times.wrapUpMs)) {
    return [{ type: 'handoff.wrapped_up', agentId: wrapUp.agentId, why: 'time' }];
  }
  return [];
}

/** A message to a snoozed conversation wakes it with the message; this is for the one that a crash cut off in between. */
export async function wakeWritten(deps: MatcherDeps): Promise<void> {
  const ids = await deps.store.conversations.wokenByCustomer(dueMax);
  await Promise.all(
    ids.map(async (id) => {
      const held = await hold(deps.store, id);
      if (held) await append(deps, held, await wokenByCustomer(deps.store, held));
    }),
  );
}

/** Events read at a time while looking for the customer's words. */
const wordsPage = 64;

/** The customer has written to what its agent had put aside. */
export async function wokenByCustomer(
  store: Store,
  { id, version, state }: Held,
): Promise<readonly ConversationEvent[]> {
  const { owner } = state;
  if (owner.by !== 'agent' || owner.snoozedUntilMs === undefined) return [];
  for (let after = state.handledPos; after < version; after += wordsPage) {
    const page = await store.conversations.readAll(id, after, wordsPage);
    const isWritten = page.some(({ event }) => event.type === 'message.received');
    if (isWritten) return [{ type: 'handoff.woken', why: 'customer' }];
  }
  return [];
}

/** Whether anything was taken back. */
async function takeBack(
  deps: MatcherDeps,
  roster: readonly RosterAgent[],
  loads: readonly AgentLoad[],
): Promise<boolean> {
  let changed = false;
  for (const { agentId, open, offered } of loads) {
    if (open + offered === 0) continue;
    const gone = goneOf(deps, roster, agentId);
    if (!gone || (offered === 0 && !gone.drops)) continue;
    changed = true;
    await takeBackFrom(deps, agentId, gone);
  }
  return changed;
}

interface Gone {
  /** Beyond the grace, or no longer an agent: what they had waits again. */
  readonly drops: 'disconnected' | 'disabled' | undefined;
}

function goneOf(
  { presences }: MatcherDeps,
  roster: readonly RosterAgent[],
  agentId: string,
): Gone | undefined {
  if (!roster.some((one) => one.agentId === agentId)) return { drops: 'disabled' };
  const { status, connected } = presences.of(agentId);
  if (status === 'offline') return { drops: 'disconnected' };
  return connected ? undefined : { drops: undefined };
}

async function takeBackFrom(deps: MatcherDeps, agentId: string, { drops }: Gone): Promise<void> {
  const rows = await deps.store.conversations.heldBy(agentId, heldMax);
  await Promise.all(
    rows.map(async ({ conversationId, state: stage }) => {
      if (stage !== 'offered' && !(stage === 'agent' && drops)) return;
      const held = await hold(deps.store, conversationId);
      if (held) await append(deps, held, backEvents(held, agentId, drops, deps.clock()));
    }),
  );
}

function backEvents(
  { state }: Held,
  agentId: string,
  drops: Gone['drops'],
  nowMs: number,
): readonly ConversationEvent[] {
  const { owner } = state;
  if (owner.by === 'queue' && owner.offer?.agentId === agentId) {
    return offerEnded(owner, 'disconnected', nowMs);
  }
  const isTheirs = owner.by === 'agent' && owner.agentId === agentId;
  if (!isTheirs || !drops || owner.snoozedUntilMs !== undefined) return [];
  return [{ type: 'handoff.dropped', agentId, agentName: owner.agentName, why: drops }];
}

async function offerAll(
  deps: MatcherDeps,
  roster: readonly RosterAgent[],
  loads: readonly AgentLoad[],
  seen: Seen,
): Promise<void> {
  const candidates = candidatesOf(deps, roster, loads);
  if (candidates.length === 0) return;
  const offers: Promise<void>[] = [];
  for (const waiting of await waitingFor(deps, candidates, seen)) {
    const chosen = choose(waiting, candidates, deps.clock(), deps.times());
    if (!chosen) continue;
    replace(candidates, { ...chosen, free: chosen.free - 1, servedAtMs: deps.clock() });
    offers.push(offer(deps, waiting.id, chosen));
  }
  await Promise.all(offers);
}

async function offer(
  deps: MatcherDeps,
  id: ConversationId,
  { agentId, agentName }: Candidate,
): Promise<void> {
  const held = await hold(deps.store, id);
  if (held?.state.owner.by !== 'queue' || held.state.owner.offer) return;
  const offerId = `o-${deps.randomId()}`;
  const untilMs = deps.clock() + deps.times().offerMs;
  const offered: ConversationEvent = {
    type: 'handoff.offered',
    offerId,
    agentId,
    agentName,
    untilMs,
  };
  await append(deps, held, [offered]);
}

/** Compare-and-append; false when somebody was faster: then the next look sees what they left. */
async function append(
  deps: MatcherDeps,
  held: Held,
  events: readonly ConversationEvent[],
): Promise<boolean> {
  if (events.length === 0) return false;
  return (await appendOn(deps, held, events)).kind === 'committed';
}

function candidatesOf(
  { presences, capacity }: MatcherDeps,
  roster: readonly RosterAgent[],
  loads: readonly AgentLoad[],
): Candidate[] {
  return roster.flatMap((one): Candidate[] => {
    const { status, connected, servedAtMs } = presences.of(one.agentId);
    if (status !== 'available' || !connected) return [];
    const load = loads.find(({ agentId }) => agentId === one.agentId);
    return [
      {
        agentId: one.agentId,
        agentName: one.name,
        languages: one.languages ?? [],
        skills: one.skills ?? [],
        queues: one.queues ?? [],
        free: (one.capacity ?? capacity()) - loadOf(load),
        servedAtMs,
      },
    ];
  });
}

/** What counts towards the capacity: what is put aside does not. */
export function loadOf(load: AgentLoad | undefined): number {
  return load ? load.open + load.offered + load.wrapUp : 0;
}

function replace(candidates: Candidate[], next: Candidate): void {
  const at = candidates.findIndex(({ agentId }) => agentId === next.agentId);
  if (at >= 0) candidates[at] = next;
}
