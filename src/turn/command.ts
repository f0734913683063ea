import type { ConversationId } from '../core/index.ts';
import type { ConversationEvent, ConversationState } from '../dialogue/index.ts';
import { changesOwner, mayCommand } from '../handoff/index.ts';
import type { AppendRequest } from '../store/index.ts';
import type { TurnDeps } from './deps.ts';
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
      if (done.kind === 'done' && asked.type === 'return_to_bot') advance(id);
      return done;
    }
  };
}

async function attempt(
  deps: TurnDeps,
  held: Held,
  agent: AgentRef,
  asked: AgentCommand,
): Promise<Commanded | 'stale'> {
  const { owner, closed } = held.state;
  const may = mayCommand(owner, closed, agent.agentId, asked.type);
  // A reply that is sent again after its conversation was passed on has been said: the log answers for it.
  if (!may.ok && asked.type !== 'say') return { kind: 'refused', code: may.code, by: may.by };
  if (asked.type === 'accept' && !changesOwner(owner, closed, agent.agentId)) {
    return { kind: 'done', events: [], duplicate: true };
  }
  const request = requestFor(deps, held, agent, asked);
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

/** Never commits (no version is below zero): it only tells a repeat from a new reply. */
async function repeatOnly(
  deps: TurnDeps,
  request: AppendRequest,
  may: { readonly code: 'already_taken' | 'not_owner'; readonly by: string },
): Promise<Commanded> {
  const result = await deps.store.conversations.append({ ...request, expect: -1 });
  if (result.kind === 'duplicate') return { kind: 'done', events: result.first, duplicate: true };
  return { kind: 'refused', code: may.code, by: may.by };
}

function requestFor(
  deps: TurnDeps,
  held: Held,
  agent: AgentRef,
  asked: AgentCommand,
): AppendRequest {
  const events = eventsFor(held, agent, asked);
  const atMs = deps.clock();
  const snapshot: ConversationState = foldOn(held, events, atMs);
  const base = { conversationId: held.id, expect: held.version, atMs, events, snapshot };
  if (asked.type !== 'say' && asked.type !== 'note') return base;
  const content = { by: agent.agentId, type: asked.type, text: asked.text };
  return { ...base, dedupe: { key: `m:${asked.cid}`, fingerprint: fingerprint(content) } };
}

/** Whoever takes over has dealt with what came before: the bot never answers it afterwards. */
function eventsFor(held: Held, agent: AgentRef, asked: AgentCommand): ConversationEvent[] {
  const taken: ConversationEvent = { type: 'turn.taken', upTo: held.version };
  const { agentId, agentName } = agent;
  switch (asked.type) {
    case 'accept':
      return [taken, { type: 'handoff.accepted', agentId, agentName }];
    case 'say':
      return [taken, { type: 'agent.said', cid: asked.cid, agentId, agentName, text: asked.text }];
    case 'note':
      return [{ type: 'agent.noted', cid: asked.cid, agentId, agentName, text: asked.text }];
    case 'return_to_bot':
      return [taken, { type: 'handoff.released', to: 'bot', by: agentId }];
    case 'close':
      return [
        taken,
        {
          type: 'handoff.released',
          to: 'closed',
          by: agentId,
          ...(asked.disposition !== undefined && { disposition: asked.disposition }),
        },
      ];
  }
}
