import { Fault, type Values } from '../core/index.ts';
import type { ActionOutcome, ConversationEvent } from '../dialogue/index.ts';
import type { OutboxRow } from '../store/index.ts';
import type { TurnDeps } from './deps.ts';
import { retryDelayMs } from './effects.ts';
import { appendAndHint, hold } from './log-access.ts';

interface Payload {
  readonly action: string;
  readonly args: Values;
  readonly customerId: string;
  readonly consent: string;
  readonly agentId: string;
  readonly agentName: string;
}

/** The customer's name for what was done. */
const topics: { readonly [action: string]: string } = {
  freezeAccount: 'freeze_account',
  unlockAccount: 'account_locked',
  updateContact: 'change_account_info',
  cancelTransaction: 'cancel_transaction',
  requestRefund: 'refund_request',
  openDispute: 'dispute_transaction',
  retryWithdrawal: 'withdrawal_failed',
  openTicket: 'file_complaint',
  reportFraud: 'report_fraud',
};

/**
 * Does what an agent confirmed, and a second person approved where one had to, through the same registry as the bot's
 * actions. The end is told once, to the desk and, in the agent's name, to the customer.
 */
export async function performAgentAction(deps: TurnDeps, row: OutboxRow): Promise<void> {
  const payload = row.payload as Payload;
  const { action, args, customerId, consent } = payload;
  // The agent's confirmation, and the second person where the customer was not verified, stand for the level.
  const level = deps.actions.specs[action]?.level ?? 'verified';
  const result = await deps.actions.run({
    effectId: row.id,
    action,
    args,
    customerId,
    level,
    consent,
  });
  if (result.kind !== 'unknown') {
    await tell(deps, row, payload, result);
    return;
  }
  await appendOnce(deps, row, {
    key: `aa-pended:${row.id}`,
    settles: false,
    events: [{ type: 'agent_action.pended', effectId: row.id }],
  });
  const waitMs = retryDelayMs(row.attempts);
  await deps.store.outbox.retry(row.id, deps.clock(), waitMs, 'no certain answer');
}

async function tell(
  deps: TurnDeps,
  row: OutboxRow,
  { action, agentId, agentName }: Payload,
  outcome: ActionOutcome,
): Promise<void> {
  const text = await customerText(deps, row, action, outcome);
  await appendOnce(deps, row, {
    key: `aa-ended:${row.id}`,
    settles: true,
    events: [
      { type: 'agent_action.ended', effectId: row.id, outcome },
      { type: 'agent.said', cid: row.id, agentId, agentName, text },
    ],
  });
}

async function customerText(
  deps: TurnDeps,
  row: OutboxRow,
  action: string,
  outcome: ActionOutcome,
): Promise<string> {
  const held = await hold(deps.store, row.conversationId);
  const language = held?.state.language ?? 'en';
  const phrasebook = deps.phrasebook(held?.state);
  const topic = phrasebook.text(language, `topics.${topics[action] ?? action}`);
  if (outcome.kind === 'ok') return phrasebook.text(language, 'action.done_later', { topic });
  const known = deps.actions.specs[action]?.refusals.includes(outcome.reason) === true;
  const why = phrasebook.text(language, `refusals.${known ? outcome.reason : 'other'}`);
  return phrasebook.text(language, 'action.refused_later', { topic, why });
}

interface Told {
  readonly key: string;
  readonly settles: boolean;
  readonly events: readonly ConversationEvent[];
}

async function appendOnce(
  deps: TurnDeps,
  row: OutboxRow,
  { key, settles, events }: Told,
): Promise<void> {
  const result = await appendAndHint(deps, {
    conversationId: row.conversationId,
    dedupe: { key, fingerprint: key },
    atMs: deps.clock(),
    events,
    ...(settles ? { settles: [row.id] } : {}),
  });
  if (result.kind === 'refused') {
    throw new Fault('store_failed', `an outcome could not be stored: ${result.reason}`);
  }
  // Told before a crash, settled after it.
  if (result.kind === 'duplicate' && settles) await deps.store.outbox.settle(row.id);
}
