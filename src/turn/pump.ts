import type { ConversationId } from '../core/index.ts';
import type { OutboxRow } from '../store/index.ts';
import { performAgentAction } from './agent-action-effect.ts';
import { agentActionKind } from './agent-actions.ts';
import type { TurnDeps } from './deps.ts';
import { NudgedLoop } from './nudged-loop.ts';
import { deliver, isDelivery } from './outlets.ts';
import { actionKind, fireTimer, performAction, retryDelayMs, sendCode } from './effects.ts';

const claimMax = 16;
/** Longer than any effect may take (the wallet's deadline is 10 s), so that a live worker keeps its row. */
const leaseMs = 30_000;
/** The safety net behind the nudge after each commit. */
const pollMs = 1000;

/**
 * Turns committed effects into deeds and their outcomes into events. Modes: stopped → running (`start`) →
 * stopped again (`drain`: what is under way ends, nothing more is claimed).
 */
export class Pump {
  readonly #deps: TurnDeps;
  readonly #advance: (id: ConversationId) => void;
  /** By the row's id. */
  readonly #working = new Map<string, Promise<void>>();
  readonly #loop: NudgedLoop;
  #isRunning = false;

  constructor(deps: TurnDeps, advance: (id: ConversationId) => void) {
    this.#deps = deps;
    this.#advance = advance;
    this.#loop = new NudgedLoop(() => this.#claim(), {
      pollMs,
      onFault: (err) => deps.log.error({ err }, 'the outbox could not be read'),
    });
  }

  start(): void {
    this.#isRunning = true;
    this.#loop.start();
  }

  /** How long a row is ours that is appended as leased; undefined while nothing is begun. */
  leaseMs(): number | undefined {
    return this.#isRunning ? leaseMs : undefined;
  }

  /** Works rows that were appended as leased to this node. After `drain` they are given back, for whoever is there. */
  begin(leased: readonly OutboxRow[]): void {
    for (const row of leased) {
      if (this.#isRunning) this.#begin(row);
      else void this.#retry(row, 0, 'the node that had it stopped');
    }
  }

  /** Looks for due work now; many nudges while it looks are one more look. */
  nudge(): void {
    this.#loop.nudge();
  }

  async drain(): Promise<void> {
    this.#isRunning = false;
    await this.#loop.stop();
    await Promise.all(this.#working.values());
  }

  /** True when there may be more. */
  async #claim(): Promise<boolean> {
    const { store, clock } = this.#deps;
    const rows = await store.outbox.claim(clock(), claimMax, leaseMs);
    for (const row of rows) this.#begin(row);
    return rows.length === claimMax;
  }

  #begin(row: OutboxRow): void {
    // The clock went ahead and ended the lease of what is still under way here.
    if (this.#working.has(row.id)) return;
    const job = this.#work(row).finally(() => {
      this.#working.delete(row.id);
      // A conversation's effects run one at a time: the next one can go now.
      this.nudge();
    });
    this.#working.set(row.id, job);
  }

  async #work(row: OutboxRow): Promise<void> {
    const { id: effectId, conversationId } = row;
    try {
      await this.#perform(row);
    } catch (error) {
      this.#deps.log.error({ err: error, effectId, conversationId }, 'an effect failed');
      await this.#retry(row, retryDelayMs(row.attempts), String(error));
    }
  }

  async #retry({ id: effectId }: OutboxRow, waitMs: number, reason: string): Promise<void> {
    const { store, clock, log } = this.#deps;
    try {
      await store.outbox.retry(effectId, clock(), waitMs, reason);
    } catch (err) {
      log.error({ err, effectId }, 'a retry was not kept');
    }
  }

  async #perform(row: OutboxRow): Promise<void> {
    const { outbox } = this.#deps.store;
    if (row.kind.startsWith(actionKind)) await performAction(this.#deps, row);
    else if (row.kind.startsWith(agentActionKind)) await performAgentAction(this.#deps, row);
    else if (row.kind === 'send_code') await sendCode(this.#deps, row);
    else if (isDelivery(row.kind)) await deliver(this.#deps, row);
    else if (row.kind === 'timer') await fireTimer(this.#deps, row);
    else await outbox.bury(row.id, `no worker for effects of kind ${row.kind}`);
    if (!isDelivery(row.kind)) this.#advance(row.conversationId);
  }
}
