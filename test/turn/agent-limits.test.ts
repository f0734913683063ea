import { expect, test } from 'vitest';
import { parseCustomerId, parseVisitorId, type ConversationId } from '../../src/core/index.ts';
import { level, openWorld, until, type World } from '../support/world.ts';

const ann = { agentId: 'a-ann', agentName: 'Ann' };
const dayMs = 24 * 60 * 60_000;

/** The same customer on a channel of their own, verified, and with Ann. */
async function withAnn(world: World, channel: string, nowMs: number): Promise<ConversationId> {
  const [visitorId, customerId] = [parseVisitorId(`v-${channel}`), parseCustomerId('load-0001')];
  if (!visitorId || !customerId) throw new Error('no id');
  const id = await world.turns.open({ visitorId, customerId }, channel, 'en');
  await until(world, id, level);
  const verifiedUntilMs = nowMs + 10 * dayMs;
  const passed = { result: 'passed', attemptsLeft: 3, verifiedUntilMs } as const;
  await world.store.conversations.append({
    conversationId: id,
    atMs: nowMs,
    events: [{ type: 'identity.checked', challengeId: 'c', ...passed }],
  });
  await world.turns.command(id, ann, { type: 'accept' });
  return id;
}

/** What Ann has had done there, as the log holds it. */
function moved(world: World, id: ConversationId, minor: bigint, atMs: number) {
  const what = { action: 'requestRefund', args: {}, confirmed: 'd', reason: 'r' };
  return world.store.conversations.append({
    conversationId: id,
    atMs,
    events: [
      {
        type: 'agent_action.requested',
        effectId: `aa-${atMs}`,
        requestId: 'r',
        ...what,
        ...ann,
        customerId: 'load-0001',
        level: 'verified',
        amount: { minor, currency: 'CNY' },
        approvalFor: [],
        expiresAtMs: null,
      },
    ],
  });
}

test('what agents move for a customer counts together over all of the customer’s conversations, for a day', async () => {
  let nowMs = Date.now();
  const world = await openWorld({ clock: () => nowMs, loadCustomers: 1 });
  const paid = await world.wallet.listTransactions({
    customerId: 'load-0001',
    refundable: true,
  });
  const [payment] = paid.kind === 'ok' ? paid.result : [];
  if (!payment) throw new Error('nothing to refund');
  const web = await withAnn(world, 'web', nowMs);
  const telegram = await withAnn(world, 'telegram', nowMs);
  expect(telegram).not.toBe(web);
  const amount = { minor: 6_000n, currency: 'CNY' };
  const why = async () => {
    const input = { transactionId: payment.id, amount, reason: 'damaged' };
    const shown = await world.turns.desk.previewAction(web, ann, {
      action: 'requestRefund',
      input,
    });
    return shown.kind === 'preview' ? shown.approvalFor : shown;
  };
  expect(await why()).toEqual([]);
  // The limit is 1000.00 CNY.
  await moved(world, telegram, 94_001n, nowMs);
  expect(await why()).toEqual(['amount']);
  nowMs += dayMs;
  expect(await why()).toEqual([]);
  await world.close();
});
