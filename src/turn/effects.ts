import { Fault, type ConversationId, type CustomerId, type Values } from '../core/index.ts';
import type { ConversationEvent, TimerPurpose } from '../dialogue/index.ts';
import type { OutboxRow } from '../store/index.ts';
import type { TurnDeps } from './deps.ts';
import { appendAndHint } from './log-access.ts';

/** Tries of a read before the bot says that it cannot look it up now. */
const readTriesMax = 3;
const retryFirstMs = 1000;
const retryLongestMs = 5 * 60_000;

/** Kind of an account action's outbox row: this and the action's name. */
export const actionKind = 'action:';

/** 1 s, 2 s, 4 s … 5 min. A write is never given up: its outcome is unknown until the wallet tells it. */
export function retryDelayMs(attempts: number): number {
  return Math.min(retryFirstMs * 2 ** Math.max(0, attempts - 1), retryLongestMs);
}

interface ActionPayload {
  readonly action: string;
  readonly args: Values;
  readonly consent?: string;
  readonly customerId: CustomerId | null;
  readonly level: 'anyone' | 'identified' | 'verified';
}

/**
 * Runs one account action. Its outcome is appended under a key made from the effect's id and settles the row in
 * the same transaction: told once, however often it was tried.
 */
export async function performAction(deps: TurnDeps, row: OutboxRow): Promise<void> {
  const payload = row.payload as ActionPayload;
  const startedMs = deps.clock();
  const result = await withTyping(deps, row.conversationId, () =>
    deps.actions.run({ effectId: row.id, ...payload }),
  );
  deps.observe?.('action_ms', deps.clock() - startedMs);
  if (result.kind !== 'unknown') {
    await tellOutcome(deps, row, { type: 'action.ended', effectId: row.id, outcome: result });
  } else if (deps.actions.specs[payload.action]?.read === true && row.attempts >= readTriesMax) {
    const outcome = { kind: 'refused', reason: 'unavailable' } as const;
    await tellOutcome(deps, row, { type: 'action.ended', effectId: row.id, outcome });
  } else {
    await keepTrying(deps, row, payload.action);
  }
}

/** The outcome is unknown: said once to be pending (a read is not worth a word yet), then asked for again with the same key. */
async function keepTrying(deps: TurnDeps, row: OutboxRow, action: string): Promise<void> {
  if (deps.actions.specs[action]?.read !== true) {
    const event = { type: 'action.pended', effectId: row.id } as const;
    await appendOnce(deps, row, { event, key: `pended:${row.id}`, settles: false });
  }
  const waitMs = retryDelayMs(row.attempts);
  await deps.store.outbox.retry(row.id, deps.clock(), waitMs, 'no certain answer');
}

function tellOutcome(deps: TurnDeps, row: OutboxRow, event: ConversationEvent): Promise<void> {
  return appendOnce(deps, row, { event, key: `ended:${row.id}`, settles: true });
}

/** Has a one-time code made and sent; the log keeps only that it went out, and where to. */
export async function sendCode(deps: TurnDeps, row: OutboxRow): Promise<void> {
  const { customerId } = row.payload as { readonly customerId: string | null };
  const sent =
    customerId === null
      ? ({ kind: 'refused', reason: 'not_sent' } as const)
      : await deps.codes.send(customerId, row.conversationId, row.id);
  const event: ConversationEvent =
    sent.kind === 'sent'
      ? {
          type: 'identity.challenged',
          challengeId: row.id,
          expiresAtMs: sent.expiresAtMs,
          tail: sent.tail,
        }
      : {
          type: 'identity.checked',
          challengeId: row.id,
          result: sent.reason === 'too_many' ? 'locked' : 'not_sent',
          attemptsLeft: 0,
        };
  await tellOutcome(deps, row, event);
}

/** Wakes the conversation: once, however often the row is worked on. What comes of it the bot's turn decides. */
export async function fireTimer(deps: TurnDeps, row: OutboxRow): Promise<void> {
  const { purpose } = row.payload as { readonly purpose: TimerPurpose };
  const event = { type: 'timer.fired', effectId: row.id, purpose } as const;
  await appendOnce(deps, row, { event, key: `timer:${row.id}`, settles: true });
}

async function appendOnce(
  deps: TurnDeps,
  row: OutboxRow,
  told: { readonly event: ConversationEvent; readonly key: string; readonly settles: boolean },
): Promise<void> {
  const { event, key, settles } = told;
  const result = await appendAndHint(deps, {
    conversationId: row.conversationId,
    dedupe: { key, fingerprint: key },
    atMs: deps.clock(),
    events: [event],
    ...(settles ? { settles: [row.id] } : {}),
  });
  if (result.kind === 'refused') {
    throw new Fault('store_failed', `an outcome could not be stored: ${result.reason}`);
  }
  // Told before a crash, settled after it.
  if (result.kind === 'duplicate' && settles) await deps.store.outbox.settle(row.id);
}

/** Shows that something is being done while the wallet is asked. */
async function withTyping<T>(
  { bus }: TurnDeps,
  conversationId: ConversationId,
  doing: () => Promise<T>,
): Promise<T> {
  const hint = { kind: 'typing', conversationId, who: 'bot' } as const;
  bus.publish(`c:${conversationId}`, { ...hint, on: true });
  try {
    return await doing();
  } finally {
    bus.publish(`c:${conversationId}`, { ...hint, on: false });
  }
}
