import { expect, test } from 'vitest';
import type { Money } from '../../src/core/index.ts';
import {
  evolve,
  initialState,
  type ConversationEvent,
  type ConversationState,
} from '../../src/dialogue/index.ts';

function requested(effectId: string, amount: Money | null): ConversationEvent {
  return {
    type: 'agent_action.requested',
    effectId,
    requestId: effectId,
    action: amount ? 'requestRefund' : 'createTicket',
    args: {},
    confirmed: 'd',
    reason: 'r',
    agentId: 'a',
    agentName: 'Ann',
    customerId: 'c',
    level: 'verified',
    amount,
    approvalFor: [],
    expiresAtMs: null,
  };
}

function fold(events: readonly ConversationEvent[], from = initialState): ConversationState {
  return events.reduce((state, event, at) => evolve(state, { pos: at + 1, atMs: at, event }), from);
}

function tickets(count: number): readonly ConversationEvent[] {
  return Array.from({ length: count }, (_, at) => at).flatMap((at) => [
    requested(`t${at}`, null),
    {
      type: 'agent_action.ended',
      effectId: `t${at}`,
      outcome: { kind: 'ok', result: null, receipt: 'r' },
    } as const,
  ]);
}

test('any number of actions that move no money push out no amount that counts against a limit', () => {
  const refund = requested('refund', { minor: 100n, currency: 'CNY' });
  const kept = Object.keys(fold([refund, ...tickets(200)]).agentActions ?? {});
  expect(kept).toContain('refund');
  expect(kept).toContain('t199');
  expect(kept).toHaveLength(50);
});

test('what still waits for its outcome is pushed out by nothing that is over', () => {
  const kept = fold([requested('open', null), ...tickets(200)]).agentActions ?? {};
  expect(kept['open']?.state).toBe('requested');
});
