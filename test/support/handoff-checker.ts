import { canonical } from '../../src/core/index.ts';
import { evolve, initialState } from '../../src/dialogue/index.ts';
import type { ConversationState, LoggedEvent } from '../../src/dialogue/index.ts';
import type { InboxRow } from '../../src/store/index.ts';

/** What must be 0 whatever happened. */
export interface Violations {
  readonly twoOwners: string[];
  readonly botOverAgent: string[];
  readonly lostPlace: string[];
  readonly other: string[];
}

export function noViolations(): Violations {
  return { twoOwners: [], botOverAgent: [], lostPlace: [], other: [] };
}

interface Place {
  readonly sinceMs: number;
  priority: string;
}

interface Walk {
  readonly id: string;
  readonly found: Violations;
  /** Who may speak for the company, told by the events alone and not by the fold under test. */
  owner: string | undefined;
  offeredTo: { readonly offerId: string; readonly agentId: string } | undefined;
  place: Place | undefined;
  isQueued: boolean;
  isSnoozed: boolean;
}

/**
 * Walks one log by itself, without the code that it checks, and compares where it ends with the fold, with the snapshot
 * and with the row of the lists.
 */
export function checkLog(
  id: string,
  log: readonly LoggedEvent[],
  stored: { readonly state: ConversationState; readonly row: InboxRow | undefined },
  found: Violations,
): void {
  const walk: Walk = {
    id,
    found,
    owner: undefined,
    offeredTo: undefined,
    place: undefined,
    isQueued: false,
    isSnoozed: false,
  };
  for (const logged of log) step(walk, logged);
  const folded = log.reduce(evolve, initialState);
  if (canonical(folded) !== canonical(stored.state)) {
    found.other.push(`${id}: the snapshot is not the fold of the log`);
  }
  if (walk.isQueued) comparePlace(walk, stored.state, stored.row);
}

function comparePlace(
  { id, found, place }: Walk,
  { owner }: ConversationState,
  row: InboxRow | undefined,
): void {
  if (owner.by !== 'queue') {
    found.lostPlace.push(`${id}: waits by its log, but is with the ${owner.by}`);
    return;
  }
  if (owner.sinceMs !== place?.sinceMs || owner.priority !== place.priority) {
    found.lostPlace.push(
      `${id}: was at ${place?.sinceMs}/${place?.priority}, is at ${owner.sinceMs}/${owner.priority}`,
    );
  }
  if (row?.owner !== 'queue' || row.sinceMs !== owner.sinceMs || row.priority !== owner.priority) {
    found.lostPlace.push(`${id}: the list has it at another place than the log`);
  }
}

function step(walk: Walk, logged: LoggedEvent): void {
  const { event, pos } = logged;
  const at = `${walk.id}@${pos}`;
  switch (event.type) {
    case 'bot.said':
      if (walk.owner !== undefined) walk.found.botOverAgent.push(`${at}: over ${walk.owner}`);
      return;
    case 'agent.said':
      if (walk.owner !== event.agentId) {
        walk.found.twoOwners.push(`${at}: ${event.agentId} speaks, ${walk.owner} owns`);
      }
      return;
    case 'handoff.accepted':
      if (walk.owner !== undefined && event.tookFrom === undefined) {
        walk.found.twoOwners.push(`${at}: ${event.agentId} accepts what ${walk.owner} owns`);
      }
      if (event.offerId !== undefined && walk.offeredTo?.agentId !== event.agentId) {
        walk.found.other.push(`${at}: accepts an offer that is not theirs`);
      }
      // Taken from the bot: should its agent drop it, it waits since then.
      walk.place ??= { sinceMs: logged.atMs, priority: 'normal' };
      leaveQueue(walk, event.agentId);
      return;
    default:
      stepOfQueue(walk, logged, at);
  }
}

function leaveQueue(walk: Walk, owner: string | undefined): void {
  walk.owner = owner;
  walk.offeredTo = undefined;
  walk.isQueued = false;
  walk.isSnoozed = false;
}

function stepOfQueue(walk: Walk, { event, atMs }: LoggedEvent, at: string): void {
  switch (event.type) {
    case 'handoff.requested':
      if (walk.owner !== undefined) walk.found.twoOwners.push(`${at}: queued over ${walk.owner}`);
      walk.place = {
        sinceMs: walk.isQueued && walk.place ? walk.place.sinceMs : atMs,
        priority: event.priority,
      };
      walk.isQueued = true;
      return;
    case 'handoff.offered':
      if (walk.offeredTo) walk.found.other.push(`${at}: offered to two at once`);
      if (!walk.isQueued) walk.found.twoOwners.push(`${at}: offered while ${walk.owner} has it`);
      walk.offeredTo = { offerId: event.offerId, agentId: event.agentId };
      return;
    case 'handoff.offer_ended':
      if (walk.offeredTo?.offerId !== event.offerId) {
        walk.found.other.push(`${at}: ends an offer that is not open`);
      }
      walk.offeredTo = undefined;
      return;
    case 'handoff.rerouted':
      if (event.priority && walk.place) walk.place.priority = event.priority;
      return;
    case 'handoff.transferred':
    case 'handoff.dropped':
      if (walk.owner === undefined) walk.found.other.push(`${at}: given up by nobody`);
      leaveQueue(walk, undefined);
      walk.isQueued = true;
      return;
    case 'handoff.released':
      if (walk.owner === undefined) walk.found.other.push(`${at}: released by nobody`);
      leaveQueue(walk, undefined);
      walk.place = undefined;
      return;
    case 'handoff.snoozed':
      walk.isSnoozed = true;
      return;
    case 'handoff.woken':
      if (!walk.isSnoozed) walk.found.other.push(`${at}: woken though awake`);
      walk.isSnoozed = false;
      return;
    default:
  }
}
