import type { Owner } from '../core/index.ts';
import type { ConversationState } from '../dialogue/index.ts';
import { priorityRank, serveRankMs } from '../handoff/index.ts';
import type { InboxRow } from './ports.ts';

/** The columns that the lists of the desk and the look-up by customer read; they change far less often than messages come. */
export interface Place {
  readonly customerId: string | null;
  readonly language: string;
  readonly owner: Owner['by'];
  readonly stage: InboxRow['state'];
  /** Who has it, is offered it or writes it up. */
  readonly agentId: string | null;
  readonly agentName: string | null;
  readonly offerId: string | null;
  readonly priority: number | null;
  readonly queue: string | null;
  readonly reason: string | null;
  readonly closed: 0 | 1;
  readonly sinceMs: number;
  readonly rankMs: number | null;
  readonly dueMs: number | null;
  readonly risk: number;
}

/** Before the first snapshot: the bot has it, in a language that is not known yet (`und`). */
export function firstPlace(atMs: number): Place {
  return {
    customerId: null,
    language: 'und',
    owner: 'bot',
    stage: 'bot',
    agentId: null,
    agentName: null,
    offerId: null,
    priority: null,
    queue: null,
    reason: null,
    closed: 0,
    sinceMs: atMs,
    rankMs: null,
    dueMs: null,
    risk: 0,
  };
}

/** The place that a snapshot made at `atMs` gives; `former` itself when nothing in it changes, so that no index is written. */
export function placeOf(state: ConversationState, former: Place, atMs: number): Place {
  const { owner } = state;
  const asked = owner.by === 'queue' ? owner : owner.by === 'agent' ? state.queued : null;
  const place: Place = {
    customerId: state.customerId,
    language: state.language,
    owner: owner.by,
    stage: stageOf(state),
    ...personOf(state),
    priority: asked ? priorityRank(asked.priority) : null,
    queue: asked?.queue ?? null,
    reason: asked?.reason ?? null,
    closed: state.closed ? 1 : 0,
    sinceMs: sinceOf(state, former, atMs),
    rankMs: owner.by === 'queue' ? serveRankMs(owner.priority, owner.sinceMs) : null,
    risk: state.risk ?? 0,
  };
  return isSame(place, former) ? former : place;
}

function stageOf({ owner, closed, wrapUp }: ConversationState): Place['stage'] {
  if (closed) return wrapUp ? 'wrap_up' : 'closed';
  switch (owner.by) {
    case 'bot':
      return 'bot';
    case 'queue':
      return owner.offer ? 'offered' : 'queued';
    case 'agent':
      return owner.snoozedUntilMs === undefined ? 'agent' : 'snoozed';
  }
}

/** Whose capacity it takes, and when their time for it ends. */
function personOf({
  owner,
  closed,
  wrapUp,
}: ConversationState): Pick<Place, 'agentId' | 'agentName' | 'offerId' | 'dueMs'> {
  if (owner.by === 'agent' && !closed) {
    const { agentId, agentName, snoozedUntilMs } = owner;
    return { agentId, agentName, offerId: null, dueMs: snoozedUntilMs ?? null };
  }
  if (owner.by === 'queue' && owner.offer && !closed) {
    const { agentId, agentName, offerId, untilMs } = owner.offer;
    return { agentId, agentName, offerId, dueMs: untilMs };
  }
  // Written again after the close: the bot has it, and nobody's capacity is taken, but the time still ends.
  const person = closed && wrapUp ? wrapUp : undefined;
  return {
    agentId: person?.agentId ?? null,
    agentName: person?.agentName ?? null,
    offerId: null,
    dueMs: wrapUp?.untilMs ?? null,
  };
}

/** Queue and agent know since when they have it, and may have had it before; the bot and the end do not. */
function sinceOf(state: ConversationState, former: Place, atMs: number): number {
  if (state.closed) return former.closed === 1 ? former.sinceMs : atMs;
  if (state.owner.by !== 'bot') return state.owner.sinceMs;
  return former.owner === 'bot' && former.closed === 0 ? former.sinceMs : atMs;
}

function isSame(a: Place, b: Place): boolean {
  return (Object.keys(a) as (keyof Place)[]).every((key) => a[key] === b[key]);
}
