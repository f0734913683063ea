import { z } from 'zod';
import type { ConversationId } from '../../core/index.ts';
import type { Agent } from '../../identity/index.ts';
import {
  deskCannedSchema,
  deskCustomerSchema,
  deskTagReplySchema,
  deskTagRequestSchema,
} from '../../protocol/index.ts';
import type { DeskCanned, DeskCustomer, DeskTagReply } from '../../protocol/index.ts';
import type { ConversationState, LoggedEvent } from '../deps.ts';
import { fillVariables } from './canned.ts';
import type { ApiDeps } from './deps.ts';
import { anyAgent, conversationOf, notFound, route } from './route.ts';
import { summaryOf } from './summary.ts';
import { walletCard, type Sight } from './wallet-card.ts';

/** Events that the summary is read from: some two hundred turns. */
const eventsMax = 1600;
const pastMax = 20;

export const customerRoutes = [
  route({
    method: 'get',
    path: '/conversations/:conv/customer',
    tells:
      'The customer beside a conversation: wallet card, what the bot knows, tags, rating, earlier conversations. What is seen of the account goes by role and by who has the conversation.',
    roles: anyAgent,
    scope: 'customers:read',
    reply: deskCustomerSchema,
    run: (deps, { agent, request }) => customer(deps, conversationOf(request), agent),
  }),
  route({
    method: 'post',
    path: '/conversations/:conv/tags',
    tells: 'Adds and removes tags; gives those that it has now.',
    roles: anyAgent,
    scope: 'conversations:write',
    body: deskTagRequestSchema,
    reply: deskTagReplySchema,
    run: async ({ api }, { agent, body, request }): Promise<DeskTagReply> => {
      const who = { agentId: agent.agentId, agentName: agent.name };
      const tags = await api.turns.tag(conversationOf(request), who, body);
      if (!tags) throw notFound();
      return { tags: [...tags] };
    },
  }),
  route({
    method: 'get',
    path: '/conversations/:conv/canned',
    tells: 'Canned replies in the conversation’s language, with what is known filled in.',
    roles: anyAgent,
    scope: 'conversations:read',
    query: z.object({ language: z.string().max(35).optional() }),
    reply: deskCannedSchema,
    run: (deps, { agent, query, request }) =>
      canned(deps, conversationOf(request), agent, query.language),
  }),
];

async function read(deps: ApiDeps, id: ConversationId) {
  const stored = await deps.store.conversations.load(id);
  if (!stored) throw notFound();
  return { stored, state: deps.fold(stored) };
}

async function customer(deps: ApiDeps, id: ConversationId, agent: Agent): Promise<DeskCustomer> {
  const { stored, state } = await read(deps, id);
  const [events, wallet, past, facts] = await Promise.all([
    lastEvents(deps, id, stored.version),
    walletCard(deps, state.customerId, sightOf(state, agent)),
    pastOf(deps, id, state),
    deps.api.index.serviceLevels([id]),
  ]);
  const nowMs = deps.clock();
  const { score = null, comment = null } = facts.get(id) ?? {};
  return {
    conv: id,
    wallet,
    summary: summaryOf({ state, events, level: deps.levelAt(state, nowMs), nowMs }),
    tags: [...(state.tags ?? [])],
    satisfaction: score === null ? null : { score, comment },
    past,
  };
}

function sightOf({ owner, closed }: ConversationState, { agentId, role }: Agent): Sight {
  if (role !== 'agent') return 'all';
  return owner.by === 'agent' && owner.agentId === agentId && !closed ? 'own' : 'none';
}

async function lastEvents(
  { store }: ApiDeps,
  id: ConversationId,
  version: number,
): Promise<readonly LoggedEvent[]> {
  return store.conversations.readAll(id, Math.max(0, version - eventsMax), eventsMax);
}

async function pastOf(
  { api }: ApiDeps,
  id: ConversationId,
  { customerId, visitorId }: ConversationState,
): Promise<DeskCustomer['past']> {
  const rows = await api.index.conversationsOf({ customerId, visitorId }, pastMax + 1);
  const others = rows.filter(({ conversationId }) => conversationId !== id).slice(0, pastMax);
  const tags = await api.index.tagsOf(others.map(({ conversationId }) => conversationId));
  return others.map((row) => ({
    conv: row.conversationId,
    channel: row.channel,
    language: row.language,
    lastAtMs: row.lastAtMs,
    owner: row.owner,
    reason: row.reason,
    closed: row.closed,
    tags: [...(tags.get(row.conversationId) ?? [])],
    satisfaction: row.score,
  }));
}

async function canned(
  deps: ApiDeps,
  id: ConversationId,
  agent: Agent,
  asked: string | undefined,
): Promise<DeskCanned> {
  const { state } = await read(deps, id);
  const workspace = deps.api.workspace();
  const language = asked ?? state.language;
  const sight = sightOf(state, agent);
  const wallet = await walletCard(deps, state.customerId, sight);
  const values = {
    'agent.name': agent.name,
    'workspace.brand': workspace.brand,
    'workspace.phone': workspace.phone.number,
    'workspace.email': workspace.email.address,
    'customer.name': wallet.kind === 'card' && !wallet.card.masked ? wallet.card.name : undefined,
    'ticket.id': wallet.kind === 'card' ? wallet.card.tickets[0]?.id : undefined,
  };
  const replies = workspace.cannedReplies.flatMap(({ id: replyId, title, texts }) => {
    const own = texts[language] === undefined ? workspace.defaultLanguage : language;
    const text = texts[own];
    if (text === undefined) return [];
    return [{ id: replyId, title, language: own, ...fillVariables(text, values) }];
  });
  return { replies };
}
