import type { ConversationId } from '../core/index.ts';
import { createAgentActions } from './agent-actions.ts';
import type { TurnDeps } from './deps.ts';
import type { ActingAgent, DeskTurns } from './desk-ports.ts';
import { appendOn, hold } from './log-access.ts';

/** Tags of one conversation at most; the oldest give way. */
const tagsMax = 20;

export function createDeskTurns(deps: TurnDeps, nudge: () => void): DeskTurns {
  const actions = createAgentActions(deps, nudge);
  return {
    tag: (id, agent, change) => tag(deps, id, agent, change),
    previewAction: actions.preview,
    requestAction: actions.request,
    decideAction: actions.decide,
  };
}

async function tag(
  deps: TurnDeps,
  id: ConversationId,
  { agentId, agentName }: ActingAgent,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<readonly string[] | undefined> {
  for (;;) {
    const held = await hold(deps.store, id);
    if (!held) return undefined;
    const former = held.state.tags ?? [];
    const kept = former.filter((one) => !remove.includes(one));
    const tags = [...new Set([...kept, ...add])].slice(-tagsMax);
    if (tags.join('\n') === former.join('\n')) return former;
    const event = { type: 'conversation.tagged', agentId, agentName, tags } as const;
    const result = await appendOn(deps, held, [event]);
    if (result.kind === 'committed') return tags;
    if (result.kind === 'refused' && result.reason !== 'stale') return undefined;
  }
}
