import { agentActions } from '../../actions/index.ts';
import { Fault, parseMoney } from '../../core/index.ts';
import type { ConversationId, Money } from '../../core/index.ts';
import type { Agent } from '../../identity/index.ts';
import {
  deskActionDecisionSchema,
  deskActionPreviewRequestSchema,
  deskActionPreviewSchema,
  deskActionReplySchema,
  deskActionRequestSchema,
  deskActionsSchema,
  deskApprovalsSchema,
} from '../../protocol/index.ts';
import type {
  DeskActionPreview,
  DeskActionRecord,
  DeskActionReply,
  DeskActions,
  DeskApprovals,
} from '../../protocol/index.ts';
import type { ActingAgent, ActionTaken, DeskRefusal } from '../../turn/index.ts';
import { OwnedByOther } from '../border.ts';
import type { ConversationState } from '../deps.ts';
import type { ApiDeps } from './deps.ts';
import { anyAgent, conversationOf, leads, notFound, paramOf, route } from './route.ts';
import { shownValues, wireMoney } from './shown-values.ts';

const approvalsMax = 100;

/** No token reaches these: whoever moves money is signed in with all that takes. */
export const actionRoutes = [
  route({
    method: 'get',
    path: '/conversations/:conv/actions',
    tells: 'Account actions that may be taken here, and those that agents have taken.',
    roles: anyAgent,
    scope: null,
    reply: deskActionsSchema,
    run: async (deps, { agent, request }): Promise<DeskActions> => {
      const id = conversationOf(request);
      const state = await stateOf(deps, id);
      const records = Object.values(state.agentActions ?? {});
      return {
        barred: barred(state, agent),
        offered: Object.entries(agentActions).map(([action, { fields }]) => ({
          action,
          fields: fields.map((field) => ({ ...field, options: [...field.options] })),
        })),
        records: records.map((record) => toRecord(id, record, deps.clock())),
      };
    },
  }),
  route({
    method: 'post',
    path: '/conversations/:conv/actions/preview',
    tells:
      'What an account action would be and whether a second person must approve it. Changes nothing.',
    roles: anyAgent,
    scope: null,
    body: deskActionPreviewRequestSchema,
    reply: deskActionPreviewSchema,
    run: async ({ api }, { agent, body, request }): Promise<DeskActionPreview> => {
      const asked = { action: body.action, input: readInput(body.args) };
      const drawn = await api.turns.previewAction(conversationOf(request), actingAs(agent), asked);
      if (drawn.kind === 'refused') throw faultOf(drawn);
      return {
        action: body.action,
        args: shownValues(drawn.args),
        amount: drawn.amount && wireMoney(drawn.amount),
        approvalFor: [...drawn.approvalFor],
        confirm: drawn.confirm,
      };
    },
  }),
  route({
    method: 'post',
    path: '/conversations/:conv/actions',
    tells:
      'Takes an account action as it was previewed, with a reason; above the limit it waits for a second person.',
    roles: anyAgent,
    scope: null,
    body: deskActionRequestSchema,
    reply: deskActionReplySchema,
    run: async (deps, { agent, body, request }) => {
      const id = conversationOf(request);
      const { args, ...rest } = body;
      const asked = { ...rest, input: readInput(args) };
      return replyOf(deps, id, await deps.api.turns.requestAction(id, actingAs(agent), asked));
    },
  }),
  route({
    method: 'get',
    path: '/approvals',
    tells: 'Account actions of agents that wait for a second person.',
    roles: leads,
    scope: null,
    reply: deskApprovalsSchema,
    run: (deps) => approvals(deps),
  }),
  route({
    method: 'post',
    path: '/conversations/:conv/actions/:requestId/decision',
    tells:
      'Approves or declines a request; never by who asked, never on one’s own account, never after it has expired.',
    roles: leads,
    scope: null,
    body: deskActionDecisionSchema,
    reply: deskActionReplySchema,
    run: async (deps, { agent, body, request }) => {
      const id = conversationOf(request);
      const decision = { ...body, requestId: paramOf(request, 'requestId') };
      return replyOf(deps, id, await deps.api.turns.decideAction(id, actingAs(agent), decision));
    },
  }),
];

async function stateOf(deps: ApiDeps, id: ConversationId): Promise<ConversationState> {
  const stored = await deps.store.conversations.load(id);
  if (!stored) throw notFound();
  return deps.fold(stored);
}

function barred(state: ConversationState, agent: Agent): DeskActions['barred'] {
  const { owner, customerId, closed } = state;
  if (closed) return 'closed';
  if (owner.by !== 'agent' || owner.agentId !== agent.agentId) return 'not_owner';
  if (customerId === null) return 'anonymous';
  return customerId === agent.customerId ? 'own_account' : null;
}

function actingAs({ agentId, name, customerId }: Agent): ActingAgent {
  return { agentId, agentName: name, ...(customerId !== undefined && { customerId }) };
}

/** Text as it is, amounts read. Faults: bad_request. */
function readInput(args: {
  readonly [name: string]: string | { readonly amount: string; readonly currency: string };
}): { [name: string]: string | Money } {
  const entries = Object.entries(args).map(([name, value]): [string, string | Money] => {
    if (typeof value === 'string') return [name, value.trim()];
    const money = parseMoney(value.amount, value.currency);
    if (!money) throw new Fault('bad_request', `args.${name}: not an amount of this currency.`);
    return [name, money];
  });
  return Object.fromEntries(entries);
}

async function approvals(deps: ApiDeps): Promise<DeskApprovals> {
  const nowMs = deps.clock();
  const refs = await deps.api.index.approvals(nowMs, approvalsMax);
  const waiting: DeskActionRecord[] = [];
  for (const { conversationId, effectId } of refs) {
    const stored = await deps.store.conversations.load(conversationId);
    const record = stored && deps.fold(stored).agentActions?.[effectId];
    // The list follows the log a moment later: what has been decided since is left out.
    if (record?.state === 'awaits_approval') waiting.push(toRecord(conversationId, record, nowMs));
  }
  return { waiting };
}

function replyOf(
  deps: ApiDeps,
  id: ConversationId,
  taken: ActionTaken | DeskRefusal,
): DeskActionReply {
  if (taken.kind === 'refused') throw faultOf(taken);
  return { record: toRecord(id, taken.record, deps.clock()), duplicate: taken.duplicate };
}

function faultOf({ code, message }: DeskRefusal): Fault {
  return code === 'not_owner' ? new OwnedByOther(code, '') : new Fault(code, message);
}

function toRecord(
  conv: ConversationId,
  record: ActionTaken['record'],
  nowMs: number,
): DeskActionRecord {
  const { requested, decided, outcome, atMs } = record;
  const { requestId, action, args, reason, amount, agentId, agentName, customerId } = requested;
  return {
    requestId,
    conv,
    action,
    args: shownValues(args),
    reason,
    amount: amount && wireMoney(amount),
    agentId,
    agentName,
    customerId,
    atMs,
    state: stateNow(record, nowMs),
    approvalFor: [...requested.approvalFor],
    expiresAtMs: requested.expiresAtMs,
    decidedBy: decided?.agentName ?? null,
    decidedReason: decided?.reason ?? null,
    receipt: outcome?.kind === 'ok' ? outcome.receipt : null,
    refusal: outcome?.kind === 'refused' ? outcome.reason : null,
  };
}

function stateNow(
  { state, outcome, requested }: ActionTaken['record'],
  nowMs: number,
): DeskActionRecord['state'] {
  if (state === 'ended') return outcome?.kind === 'ok' ? 'ok' : 'refused';
  const isExpired = state === 'awaits_approval' && nowMs >= (requested.expiresAtMs ?? 0);
  return isExpired ? 'expired' : state;
}
