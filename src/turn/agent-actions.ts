import { createHash } from 'node:crypto';
import { amountOf, approvalReasons, consentDigest, readAgentArgs } from '../actions/index.ts';
import type { ConversationId, Money } from '../core/index.ts';
import type {
  AgentActionRecord,
  AgentActionRequested,
  ConversationEvent,
} from '../dialogue/index.ts';
import { levelAt } from '../dialogue/index.ts';
import type { NewOutboxRow } from '../store/index.ts';
import type { TurnDeps } from './deps.ts';
import type {
  ActingAgent,
  ActionPreview,
  ActionTaken,
  AgentActionPolicy,
  AskedAction,
  DeskRefusal,
  DeskTurns,
} from './desk-ports.ts';
import { appendAndHint, foldOn, hold, type Held } from './log-access.ts';
import { maskCards } from './mask.ts';

/** An approval must come while people still know what it was about. */
const approvalTtlMs = 30 * 60_000;
/** What agents move for a customer in a day counts together, in whichever of their conversations. */
const earlierMs = 24 * 60 * 60_000;
/** More than anybody has with us at once. */
const conversationsMax = 100;

/** Kind of the outbox row of an agent's action: this and the action's name. */
export const agentActionKind = 'agent_action:';

type Asked = Parameters<DeskTurns['requestAction']>[2];
type Decision = Parameters<DeskTurns['decideAction']>[2];

/** Account actions by agents; see `DeskTurns`. */
export function createAgentActions(deps: TurnDeps, nudge: () => void) {
  return {
    preview: (id: ConversationId, agent: ActingAgent, asked: AskedAction) =>
      preview(deps, id, agent, asked),
    request: async (id: ConversationId, agent: ActingAgent, asked: Asked) => {
      const taken = await untilLevel(() => request(deps, id, agent, asked));
      nudge();
      return taken;
    },
    decide: async (id: ConversationId, agent: ActingAgent, decision: Decision) => {
      const taken = await untilLevel(() => decideOn(deps, id, agent, decision));
      nudge();
      return taken;
    },
  };
}

/** Asked again on what somebody else has left, until the append meets the version that it was decided on. */
async function untilLevel<T>(attempt: () => Promise<T | 'stale'>): Promise<T> {
  for (;;) {
    const done = await attempt();
    if (done !== 'stale') return done;
  }
}

const refused = (code: DeskRefusal['code'], message: string): DeskRefusal => ({
  kind: 'refused',
  code,
  message,
});

interface Drawn extends ActionPreview {
  readonly policy: AgentActionPolicy;
  readonly customerId: string;
}

async function preview(
  deps: TurnDeps,
  id: ConversationId,
  agent: ActingAgent,
  asked: AskedAction,
): Promise<ActionPreview | DeskRefusal> {
  const held = await hold(deps.store, id);
  if (!held) return refused('not_found', 'There is no such conversation.');
  const drawn = await draw(deps, held, agent, asked);
  if (drawn.kind === 'refused') return drawn;
  const { args, amount, approvalFor, confirm } = drawn;
  return { kind: 'preview', args, amount, approvalFor, confirm };
}

/** What the action would be, on this very state, or why this agent may not take it. */
async function draw(
  deps: TurnDeps,
  held: Held,
  agent: ActingAgent,
  { action, input }: AskedAction,
): Promise<Drawn | DeskRefusal> {
  const { state } = held;
  const policy = deps.agentActions;
  const { owner, customerId } = state;
  if (!policy) return refused('not_found', 'Agents take no account actions here.');
  if (owner.by !== 'agent' || owner.agentId !== agent.agentId || state.closed) {
    return refused('not_owner', 'Accept the conversation before doing this.');
  }
  if (customerId === null) return refused('conflict', 'Nobody vouched for who this customer is.');
  if (customerId === agent.customerId) {
    return refused('forbidden', 'Nobody acts on their own account.');
  }
  const args = readAgentArgs(action, input);
  if (!args) return refused('bad_request', 'The arguments do not fit the action.');
  const amount = await amountOf(policy.wallet, customerId, action, args);
  const nowMs = deps.clock();
  const approvalFor = approvalReasons({
    action,
    level: levelAt(state, nowMs),
    amount,
    earlier: movedLately(await recordsOf(deps, held, customerId), customerId, nowMs),
    limits: policy.limits(),
  });
  return {
    kind: 'preview',
    args,
    amount: amount.kind === 'amount' ? amount.amount : null,
    approvalFor,
    confirm: consentDigest(action, args),
    policy,
    customerId,
  };
}

/** What agents asked for in this and in the customer's other conversations that anything happened in lately. */
async function recordsOf(
  { store, clock }: TurnDeps,
  { id, state }: Held,
  customerId: string,
): Promise<readonly AgentActionRecord[]> {
  const own = await store.conversations.own(
    { visitorId: state.visitorId, customerId },
    conversationsMax,
  );
  const sinceMs = clock() - earlierMs;
  const others = own.filter((one) => one.conversationId !== id && one.lastAtMs >= sinceMs);
  const states = [state];
  for (const { conversationId } of others) {
    const other = await hold(store, conversationId);
    if (other) states.push(other.state);
  }
  return states.flatMap(({ agentActions = {} }) => Object.values(agentActions));
}

/** Amounts of what was not turned down; what a second person approved has been looked at and counts no more. */
function movedLately(
  records: readonly AgentActionRecord[],
  customerId: string,
  nowMs: number,
): readonly Money[] {
  return records
    .filter(({ requested, atMs, state, decided, outcome }) => {
      const counts = state !== 'declined' && outcome?.kind !== 'refused' && decided === undefined;
      return counts && requested.customerId === customerId && nowMs - atMs < earlierMs;
    })
    .flatMap(({ requested }) => (requested.amount ? [requested.amount] : []));
}

async function request(
  deps: TurnDeps,
  id: ConversationId,
  agent: ActingAgent,
  asked: Asked,
): Promise<ActionTaken | DeskRefusal | 'stale'> {
  const held = await hold(deps.store, id);
  if (!held) return refused('not_found', 'There is no such conversation.');
  const effectId = effectIdOf(id, asked.requestId);
  const former = held.state.agentActions?.[effectId];
  if (former) return repeated(former, agent, asked);
  const drawn = await draw(deps, held, agent, asked);
  if (drawn.kind === 'refused') return drawn;
  if (drawn.confirm !== asked.confirm) {
    return refused('conflict', 'This is not what was shown. Look at it again.');
  }
  const nowMs = deps.clock();
  const requested: AgentActionRequested = {
    type: 'agent_action.requested',
    effectId,
    requestId: asked.requestId,
    action: asked.action,
    args: drawn.args,
    confirmed: drawn.confirm,
    reason: maskCards(asked.reason),
    agentId: agent.agentId,
    agentName: agent.agentName,
    customerId: drawn.customerId,
    level: levelAt(held.state, nowMs),
    amount: drawn.amount,
    approvalFor: drawn.approvalFor,
    expiresAtMs: drawn.approvalFor.length > 0 ? nowMs + approvalTtlMs : null,
  };
  const isFree = drawn.approvalFor.length === 0;
  return append(deps, held, requested, isFree ? [outboxRow(requested, nowMs)] : []);
}

/** The same request again is answered as the first time; another one under its id is refused. */
function repeated(
  former: AgentActionRecord,
  agent: ActingAgent,
  { action, confirm }: Asked,
): ActionTaken | DeskRefusal {
  const { requested } = former;
  const isSame =
    requested.agentId === agent.agentId &&
    requested.action === action &&
    requested.confirmed === confirm;
  return isSame
    ? { kind: 'done', record: former, duplicate: true }
    : refused('conflict', 'This request id stands for another request.');
}

async function decideOn(
  deps: TurnDeps,
  id: ConversationId,
  agent: ActingAgent,
  { requestId, approve, reason }: Decision,
): Promise<ActionTaken | DeskRefusal | 'stale'> {
  const held = await hold(deps.store, id);
  const record = held?.state.agentActions?.[effectIdOf(id, requestId)];
  if (!held || !record) return refused('not_found', 'There is no such request.');
  const { requested, decided, state } = record;
  if (requested.agentId === agent.agentId) {
    return refused('forbidden', 'Somebody else than who asked must decide.');
  }
  if (requested.customerId === agent.customerId) {
    return refused('forbidden', 'Nobody decides on their own account.');
  }
  if (decided) {
    const isSame = decided.agentId === agent.agentId && (state !== 'declined') === approve;
    if (isSame) return { kind: 'done', record, duplicate: true };
    return refused('conflict', `${decided.agentName} has decided already.`);
  }
  const nowMs = deps.clock();
  if (nowMs >= (requested.expiresAtMs ?? 0)) {
    return refused('conflict', 'The request has expired: it has to be asked again.');
  }
  if (approve && held.state.customerId !== requested.customerId) {
    return refused('conflict', 'The conversation is with another customer now.');
  }
  const event: ConversationEvent = {
    type: 'agent_action.decided',
    effectId: requested.effectId,
    approved: approve,
    agentId: agent.agentId,
    agentName: agent.agentName,
    reason: maskCards(reason),
  };
  return append(deps, held, event, approve ? [outboxRow(requested, nowMs)] : []);
}

async function append(
  deps: TurnDeps,
  held: Held,
  event: Extract<ConversationEvent, { type: 'agent_action.requested' | 'agent_action.decided' }>,
  outbox: readonly NewOutboxRow[],
): Promise<ActionTaken | DeskRefusal | 'stale'> {
  const atMs = deps.clock();
  const snapshot = foldOn(held, [event], atMs);
  const result = await appendAndHint(deps, {
    conversationId: held.id,
    expect: held.version,
    atMs,
    events: [event],
    snapshot,
    outbox,
  });
  if (result.kind === 'refused') {
    if (result.reason === 'stale') return 'stale';
    return refused('overloaded', 'Too much to do just now. Try again shortly.');
  }
  const record = snapshot.agentActions?.[event.effectId];
  if (!record) return refused('not_found', 'There is no such request.');
  return { kind: 'done', record, duplicate: false };
}

function outboxRow(requested: AgentActionRequested, dueAtMs: number): NewOutboxRow {
  const { effectId, action, args, customerId, confirmed, agentId, agentName } = requested;
  return {
    id: effectId,
    kind: `${agentActionKind}${action}`,
    payload: { action, args, customerId, consent: confirmed, agentId, agentName },
    dueAtMs,
  };
}

/** Unique over all conversations, whatever an agent's page calls its request: it is the wallet's idempotency key. */
export function effectIdOf(id: ConversationId, requestId: string): string {
  const digest = createHash('sha256').update(`${id}\n${requestId}`).digest('hex');
  return `aa-${digest.slice(0, 40)}`;
}
