import { Fault } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { Agent } from '../../identity/index.ts';
import {
  deskInsteadReplySchema,
  deskInsteadRequestSchema,
  deskInsteadSchema,
} from '../../protocol/index.ts';
import type { DeskInstead, DeskInsteadReply } from '../../protocol/index.ts';
import { OwnedByOther } from '../border.ts';
import type { ConversationState } from '../deps.ts';
import type { ApiDeps } from './deps.ts';
import { anyAgent, conversationOf, notFound, route } from './route.ts';

export const insteadRoutes = [
  route({
    method: 'get',
    path: '/conversations/:conv/instead',
    tells:
      'How many words wait because the customer’s platform does not take them now, and what may be sent instead: its approved message, or a letter with the link to the web chat.',
    roles: anyAgent,
    scope: 'conversations:read',
    reply: deskInsteadSchema,
    run: async (deps, { request }): Promise<DeskInstead> => {
      const id = conversationOf(request);
      await stateOf(deps, id);
      const { waiting = 0, ways = [] } = (await deps.api.instead?.()?.of(id)) ?? {};
      return { waiting, ways: [...ways] };
    },
  }),
  route({
    method: 'post',
    path: '/conversations/:conv/instead',
    tells:
      'Sends what may be sent instead of words that wait, once a day. For who has the conversation, and for supervisors and admins.',
    roles: anyAgent,
    scope: 'conversations:write',
    body: deskInsteadRequestSchema,
    reply: deskInsteadReplySchema,
    run: async (deps, { agent, body, request }): Promise<DeskInsteadReply> => {
      const id = conversationOf(request);
      checkOwner(await stateOf(deps, id), agent);
      const by = { agentId: agent.agentId, agentName: agent.name };
      const sent = await deps.api.instead?.()?.send(id, body.way, by);
      if (sent?.kind === 'sent') return { sentAtMs: sent.atMs };
      throw faultOf(sent?.reason ?? 'nothing_waits');
    },
  }),
];

async function stateOf({ store, fold }: ApiDeps, id: ConversationId): Promise<ConversationState> {
  const stored = await store.conversations.load(id);
  if (!stored) throw notFound();
  return fold(stored);
}

function checkOwner({ owner, closed }: ConversationState, { agentId, role }: Agent): void {
  if (role !== 'agent') return;
  if (owner.by === 'agent' && owner.agentId === agentId && !closed) return;
  throw new OwnedByOther('not_owner', owner.by === 'agent' ? owner.agentName : '');
}

function faultOf(reason: 'nothing_waits' | 'no_such_way' | 'sent_already' | 'not_taken'): Fault {
  switch (reason) {
    case 'nothing_waits':
      return new Fault('conflict', 'No words wait here.');
    case 'no_such_way':
      return new Fault('conflict', 'This way is not open for this customer.');
    case 'sent_already':
      return new Fault('conflict', 'It was sent within the last day.');
    case 'not_taken':
      return new Fault('overloaded', 'The platform did not take it. Try again.');
  }
}
