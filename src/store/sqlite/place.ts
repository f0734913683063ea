import type { Owner } from '../../core/index.ts';
import type { ConversationState } from '../../dialogue/index.ts';
import { priorityRank } from '../../handoff/index.ts';

/** The columns that the lists of the desk and the look-up by customer read; they change far less often than messages come. */
export interface Place {
  readonly customerId: string | null;
  readonly language: string;
  readonly owner: Owner['by'];
  readonly agentId: string | null;
  readonly priority: number | null;
  readonly queue: string | null;
  readonly reason: string | null;
  readonly closed: 0 | 1;
  readonly sinceMs: number;
}

/** Before the first snapshot: the bot has it, in a language that is not known yet (`und`). */
export function firstPlace(atMs: number): Place {
  return {
    customerId: null,
    language: 'und',
    owner: 'bot',
    agentId: null,
    priority: null,
    queue: null,
    reason: null,
    closed: 0,
    sinceMs: atMs,
  };
}

/** The place that a snapshot made at `atMs` gives; `former` itself when nothing in it changes, so that no index is written. */
export function placeOf(state: ConversationState, former: Place, atMs: number): Place {
  const { owner } = state;
  const place: Place = {
    customerId: state.customerId,
    language: state.language,
    owner: owner.by,
    agentId: owner.by === 'agent' ? owner.agentId : null,
    priority: owner.by === 'queue' ? priorityRank(owner.priority) : null,
    queue: owner.by === 'queue' ? owner.queue : null,
    reason: owner.by === 'queue' ? owner.reason : null,
    closed: state.closed ? 1 : 0,
    sinceMs: sinceOf(state, former, atMs),
  };
  return isSame(place, former) ? former : place;
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
