import type { Owner } from '../core/index.ts';

/** What an agent can do to a conversation. */
export type AgentCommandType =
  | 'accept'
  | 'decline'
  | 'say'
  | 'note'
  | 'transfer'
  | 'snooze'
  | 'wake'
  | 'return_to_bot'
  | 'close'
  | 'wrap_up'
  | 'take_over'
  | 'reroute';

/** What the rule looks at. */
export interface Standing {
  readonly owner: Owner;
  readonly closed: boolean;
  /** Closed, and this agent still writes up what came of it. */
  readonly wrapUp?: { readonly agentId: string };
}

export interface Actor {
  readonly agentId: string;
  /** Supervisors and admins. */
  readonly supervises?: boolean;
}

export type MayCommand =
  | { readonly ok: true }
  /** `by` is the name of the agent who owns it, empty when no agent does. */
  | { readonly ok: false; readonly code: 'already_taken' | 'not_owner'; readonly by: string }
  /** `forbidden`: for supervisors. `conflict`: nothing of the kind to do in the state that it is in. */
  | { readonly ok: false; readonly code: 'forbidden' | 'conflict' };

const yes: MayCommand = { ok: true };
const conflict: MayCommand = { ok: false, code: 'conflict' };

/**
 * Whether the agent may do it to a conversation that stands so. To be asked on the state that the
 * append names by `expect`; when the append comes back stale, asked again on the newer state: thus
 * of two who accept at once, the second is told who was first.
 *
 * - `accept`: from the queue (also while it is offered to somebody else), from the bot (take-over), of a closed one
 *   (follow-up), and again by its owner, where it changes nothing (see `changesOwner`).
 * - `decline`: whom it is offered to.
 * - `say`, `snooze`, `wake`, `return_to_bot`, `close`: its owner only, while it is open.
 * - `transfer`: its owner, or a supervisor.
 * - `wrap_up`: who closed it, while the time for it lasts, or a supervisor.
 * - `take_over`, `reroute`: supervisors; from an agent, of what waits.
 * - `note`: anyone, any time.
 */
export function mayCommand(
  standing: Standing,
  actor: Actor,
  command: AgentCommandType,
): MayCommand {
  const { owner, closed, wrapUp } = standing;
  const by = owner.by === 'agent' && !closed ? owner.agentName : '';
  const owns = by !== '' && owner.by === 'agent' && owner.agentId === actor.agentId;
  switch (command) {
    case 'note':
      return yes;
    case 'accept':
      return owns || by === '' ? yes : { ok: false, code: 'already_taken', by };
    case 'decline':
      return offeredTo(owner) === actor.agentId ? yes : conflict;
    case 'wrap_up':
      return wrapUp && (wrapUp.agentId === actor.agentId || actor.supervises) ? yes : conflict;
    case 'take_over':
      return actor.supervises ? yes : { ok: false, code: 'forbidden' };
    case 'reroute':
      if (!actor.supervises) return { ok: false, code: 'forbidden' };
      return owner.by === 'queue' && !closed ? yes : conflict;
    case 'transfer':
      return owns || (actor.supervises && by !== '') ? yes : { ok: false, code: 'not_owner', by };
    case 'say':
    case 'snooze':
    case 'wake':
    case 'return_to_bot':
    case 'close':
      return owns ? yes : { ok: false, code: 'not_owner', by };
  }
}

function offeredTo(owner: Owner): string | undefined {
  return owner.by === 'queue' ? owner.offer?.agentId : undefined;
}

/** False for an `accept` by the agent who owns it already: nothing to append, the answer is `done`. */
export function changesOwner({ owner, closed }: Standing, agentId: string): boolean {
  return closed || owner.by !== 'agent' || owner.agentId !== agentId;
}
