import type { ConversationId } from '../core/index.ts';
import type { ConversationState } from '../dialogue/index.ts';
import { handoffTimes, mayCommand, type MayCommand } from '../handoff/index.ts';
import type { AppendRequest } from '../store/index.ts';
import type { TurnDeps } from './deps.ts';
import { eventsFor } from './handoff-command.ts';
import { appendAndHint, fingerprint, foldOn, hold, type Held } from './log-access.ts';
import type { AgentCommand, AgentRef, Commanded } from './ports.ts';

/**
 * What an agent does is one compare-and-append: the rule is asked on the very version that the append names.
 * Stale means that somebody was faster; the rule is asked again on what they left, and may now refuse.
 */
export function createCommander(deps: TurnDeps, advance: (id: ConversationId) => void) {
  return async function command(
    id: ConversationId,
    agent: AgentRef,
    asked: AgentCommand,
  ): Promise<Commanded> {
    for (;;) {
      const held = await hold(deps.store, id);
      if (!held) return { kind: 'refused', code: 'not_found' };
      const done = await attempt(deps, held, agent, asked);
      if (done === 'stale') continue;
      if (done.kind === 'done' && givesToBot.has(asked.type)) advance(id);
      return done;
    }
  };
}

const givesToBot: ReadonlySet<AgentCommand['type']> = new Set(['return_to_bot', 'close']);

async function attempt(
  deps: TurnDeps,
  held: Held,
  agent: AgentRef,
  asked: AgentCommand,
): Promise<Commanded | 'stale'> {
  const may = mayDo(held, agent, asked);
  // A reply that is sent again after its conversation was passed on has been said: the log answers for it.
  if (!may.ok && asked.type !== 'say') return refusedBy(may);
  const request = requestFor(deps, held, agent, asked);
  if (may.ok && request.events.length === 0) return { kind: 'done', events: [], duplicate: true };
  if (!may.ok) return repeatOnly(deps, request, may);
  const result = await appendAndHint(deps, request);
  switch (result.kind) {
    case 'committed':
      return { kind: 'done', events: result.events, duplicate: false };
    case 'duplicate':
      return { kind: 'done', events: result.first, duplicate: true };
    case 'refused':
      if (result.reason === 'stale') return 'stale';
      return {
        kind: 'refused',
        code: result.reason === 'conflict' ? 'cid_conflict' : result.reason,
      };
  }
}

function mayDo({ state }: Held, agent: AgentRef, asked: AgentCommand): MayCommand {
  const may = mayCommand(state, agent, asked.type);
  if (!may.ok || asked.type !== 'decline') return may;
  // An offer that is over is not declined by the next one's answer.
  const isOpen = state.owner.by === 'queue' && state.owner.offer?.offerId === asked.offerId;
  return isOpen ? may : { ok: false, code: 'conflict' };
}

type No = Extract<MayCommand, { readonly ok: false }>;

function refusedBy(may: No): Commanded {
  return 'by' in may
    ? { kind: 'refused', code: may.code, by: may.by }
    : { kind: 'refused', code: may.code };
}

/** Never commits (no version is below zero): it only tells a repeat from a new reply. */
async function repeatOnly(deps: TurnDeps, request: AppendRequest, may: No): Promise<Commanded> {
  const result = await deps.store.conversations.append({ ...request, expect: -1 });
  if (result.kind === 'duplicate') return { kind: 'done', events: result.first, duplicate: true };
  return refusedBy(may);
}

function requestFor(
  deps: TurnDeps,
  held: Held,
  agent: AgentRef,
  asked: AgentCommand,
): AppendRequest {
  const atMs = deps.clock();
  const times = deps.handoff?.() ?? handoffTimes;
  const events = eventsFor(held, agent, asked, { nowMs: atMs, times });
  const snapshot: ConversationState = foldOn(held, events, atMs);
  const base = { conversationId: held.id, expect: held.version, atMs, events, snapshot };
  if (asked.type !== 'say' && asked.type !== 'note') return base;
  const files = asked.type === 'say' ? asked.files : undefined;
  const content = { by: agent.agentId, type: asked.type, text: asked.text, files };
  return { ...base, dedupe: { key: `m:${asked.cid}`, fingerprint: fingerprint(content) } };
}
