import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { ConversationId, Money } from '../../src/core/index.ts';
import type { LoggedEvent } from '../../src/dialogue/index.ts';
import { Death, momentsOfDeath, mortal } from '../support/mortal.ts';
import {
  level,
  logOf,
  makeFolder,
  openAs,
  openWorld,
  until,
  type World,
} from '../support/world.ts';

const ann = { agentId: 'a-ann', agentName: 'Ann' };
const sue = { agentId: 'a-sue', agentName: 'Sue' };
const customer = 'load-0001';

const ended = (log: readonly LoggedEvent[]) =>
  log.find(({ event }) => event.type === 'agent_action.ended')?.event;
const count = (log: readonly LoggedEvent[], type: string) =>
  log.filter(({ event }) => event.type === type).length;

async function verified(world: World): Promise<ConversationId> {
  const id = await openAs(world, customer);
  await until(world, id, level);
  const verifiedUntilMs = Date.now() + 3_600_000;
  const passed = { result: 'passed', attemptsLeft: 3, verifiedUntilMs } as const;
  await world.store.conversations.append({
    conversationId: id,
    atMs: Date.now(),
    events: [{ type: 'identity.checked', challengeId: 'c', ...passed }],
  });
  await world.turns.command(id, ann, { type: 'accept' });
  return id;
}

async function payment(world: World): Promise<{ id: string; amount: Money }> {
  const paid = await world.wallet.listTransactions({ customerId: customer, refundable: true });
  const first = paid.kind === 'ok' ? paid.result[0] : undefined;
  if (!first) throw new Error('nothing to refund');
  return first;
}

/** The agent's page: asks what it would be, confirms it, and asks again under the same id until it is told. */
async function refund(world: World, id: ConversationId, transactionId: string, amount: Money) {
  const asked = { action: 'requestRefund', input: { transactionId, amount, reason: 'damaged' } };
  const shown = await world.turns.desk.previewAction(id, ann, asked);
  const confirm = shown.kind === 'preview' ? shown.confirm : '';
  const request = { ...asked, requestId: 'r1', confirm, reason: 'asked by phone' };
  const taken = await world.turns.desk.requestAction(id, ann, request);
  if (taken.kind === 'done' && taken.record.state === 'awaits_approval') {
    await world.turns.desk.decideAction(id, sue, { requestId: 'r1', approve: true, reason: 'ok' });
  }
  await until(world, id, ended);
}

async function dieAt(at: number, after: boolean) {
  const folder = await makeFolder();
  const death = new Death(at, after);
  const first = await openWorld({
    folder,
    loadCustomers: 1,
    wrap: (parts) => mortal(death, parts),
  });
  const id = await verified(first);
  const { id: transactionId, amount } = await payment(first);
  death.arm();
  await death.outlives(refund(first, id, transactionId, amount).then(() => first.turns.drain()));
  await first.abandon();
  const second = await openWorld({ folder });
  await refund(second, id, transactionId, amount);
  await second.turns.drain();
  const log = await logOf(second, id);
  const result = {
    calls: death.calls,
    refunds: second.wallet.refundsOf(transactionId).length,
    balanced: second.wallet.audit().balanced,
    requested: count(log, 'agent_action.requested'),
    ended: count(log, 'agent_action.ended'),
    told: count(log, 'agent.said'),
  };
  expect(second.errors).toEqual([]);
  await second.close();
  await rm(folder, { recursive: true, force: true });
  return result;
}

test('a process that dies before or after any one call around an agent’s refund leaves one refund, told once', async () => {
  const once = { refunds: 1, balanced: true, requested: 1, ended: 1, told: 1 };
  const { calls, ...alive } = await dieAt(Infinity, false);
  expect(alive).toEqual(once);
  expect(calls).toBeGreaterThan(3);
  for (const { at, after } of momentsOfDeath(calls)) {
    const result = await dieAt(at, after);
    expect(result, `died ${after ? 'after' : 'before'} call ${at}`).toMatchObject(once);
  }
}, 120_000);

test('an answer of the wallet that is lost is pending and told once when it is known', async () => {
  let nowMs = Date.now();
  let lost = 0;
  const world = await openWorld({
    clock: () => nowMs,
    loadCustomers: 1,
    walletFaults: {
      after: async (operation) => {
        if (operation !== 'requestRefund' || lost === 2) return 'go';
        lost += 1;
        return 'lose';
      },
    },
  });
  const id = await verified(world);
  const { id: transactionId, amount } = await payment(world);
  const done = refund(world, id, transactionId, amount);
  await until(world, id, (log) => log.find(({ event }) => event.type === 'agent_action.pended'));
  expect(ended(await logOf(world, id))).toBeUndefined();
  const ticking = setInterval(() => (nowMs += 2000), 50);
  await done;
  clearInterval(ticking);
  const log = await logOf(world, id);
  expect(ended(log)).toMatchObject({ outcome: { kind: 'ok' } });
  expect([count(log, 'agent_action.pended'), count(log, 'agent.said'), lost]).toEqual([1, 1, 2]);
  expect(world.wallet.refundsOf(transactionId).length).toBe(1);
  await world.close();
});

test('of two who decide at once one has decided, and the wallet is asked at most once', async () => {
  const world = await openWorld({ loadCustomers: 1 });
  const id = await verified(world);
  const asked = { action: 'updateContact', input: { field: 'email', value: 'n@example.com' } };
  const shown = await world.turns.desk.previewAction(id, ann, asked);
  if (shown.kind !== 'preview') throw new Error(shown.message);
  const more = { requestId: 'r1', confirm: shown.confirm, reason: 'asked' };
  await world.turns.desk.requestAction(id, ann, { ...asked, ...more });
  const decisions = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      world.turns.desk.decideAction(
        id,
        { agentId: `a-${n}`, agentName: `Lead ${n}` },
        { requestId: 'r1', approve: n % 2 === 0, reason: 'decided' },
      ),
    ),
  );
  expect(decisions.filter(({ kind }) => kind === 'done').length).toBe(1);
  const log = await logOf(world, id);
  expect(count(log, 'agent_action.decided')).toBe(1);
  await world.close();
});
