import type { Owner } from '../core/index.ts';

/** What an agent can do to a conversation. */
export type AgentCommandType = 'accept' | 'say' | 'note' | 'return_to_bot' | 'close';

export type MayCommand =
  | { readonly ok: true }
  /** `by` is the name of the agent who owns it, empty when no agent does. */
  | { readonly ok: false; readonly code: 'already_taken' | 'not_owner'; readonly by: string };

/**
 * Whether the agent may do it to a conversation that is owned so. To be asked on the state that the
 * append names by `expect`; when the append comes back stale, asked again on the newer state: thus
 * of two who accept at once, the second is told who was first.
 *
 * - `accept`: from the queue, from the bot (take-over), of a closed one (follow-up), and again by its
 *   owner, where it changes nothing (see `changesOwner`).
 * - `say`, `return_to_bot`, `close`: its owner only, while it is open.
 * - `note`: anyone, any time.
 */
export function mayCommand(
  owner: Owner,
  closed: boolean,
  agentId: string,
  command: AgentCommandType,
): MayCommand {
  if (command === 'note') return { ok: true };
  const by = owner.by === 'agent' && !closed ? owner.agentName : '';
  const owns = owner.by === 'agent' && !closed && owner.agentId === agentId;
  if (owns) return { ok: true };
  if (command !== 'accept') return { ok: false, code: 'not_owner', by };
  return by === '' ? { ok: true } : { ok: false, code: 'already_taken', by };
}

/** False for an `accept` by the agent who owns it already: nothing to append, the answer is `done`. */
export function changesOwner(owner: Owner, closed: boolean, agentId: string): boolean {
  return closed || owner.by !== 'agent' || owner.agentId !== agentId;
}
