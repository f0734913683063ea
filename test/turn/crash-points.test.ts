import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Block } from '../../src/core/index.ts';
import type { LoggedEvent } from '../../src/dialogue/index.ts';
import { Death, momentsOfDeath, mortal } from '../support/mortal.ts';
import {
  cid,
  level,
  logOf,
  makeFolder,
  openAs,
  openWorld,
  until,
  type World,
} from '../support/world.ts';

/** The last thing the bot asked, as the customer's page shows it. */
function lastQuestion(log: readonly LoggedEvent[]): readonly Block[] {
  const said = log.findLast(({ event }) => event.type === 'bot.said');
  return said?.event.type === 'bot.said' ? said.event.blocks : [];
}

const hasRefund = (log: readonly LoggedEvent[]): boolean =>
  log.some(
    ({ event }) =>
      event.type === 'bot.said' &&
      event.blocks.some((block) => block.type === 'card' && block.kind === 'refund'),
  );

/** Plays the customer until the refund is shown: each answer is made from what the bot asked last. */
async function getRefund(world: World, customer: string): Promise<void> {
  const id = await openAs(world, customer);
  for (let answers = 0; answers < 20; answers += 1) {
    await until(world, id, level);
    const log = await logOf(world, id);
    if (hasRefund(log)) return;
    const blocks = lastQuestion(log);
    const form = blocks.find((block) => block.type === 'form');
    const choices = blocks.find((block) => block.type === 'choices');
    const isAsked = log.some(
      ({ event }) => event.type === 'flow.started' && event.flow === 'refund_request',
    );
    const conversationId = id;
    if (form?.type === 'form' && form.secret) {
      const message = world.phone.messages(customer, 0).at(-1);
      // The phone forgot with its process: a new code is asked for by the first choice.
      if (message?.kind === 'code') {
        const { code } = message;
        await world.turns.submitSecret({ conversationId, cid: cid(), formId: form.id, code });
        continue;
      }
    }
    if (isAsked && choices?.type === 'choices') {
      const option = choices.options.find(({ value }) => value === 'yes') ?? choices.options[0];
      if (!option) throw new Error('a question without an answer');
      const choice = { id: choices.id, value: option.value };
      await world.turns.receive({ conversationId, cid: cid(), text: option.label, choice });
    } else {
      await world.turns.receive({ conversationId, cid: cid(), text: 'I want a refund' });
    }
  }
  throw new Error('no refund after twenty answers');
}

async function refunds(world: World, customerId: string): Promise<number> {
  const payments = await world.wallet.listTransactions({ customerId, kind: 'payment' });
  if (payments.kind !== 'ok') throw new Error('no payments');
  return payments.result.flatMap(({ id }) => world.wallet.refundsOf(id)).length;
}

/** Dies at the given call, comes back on the same folder, and goes on until the customer has the refund. */
async function dieAt(
  at: number,
  after: boolean,
): Promise<{ calls: number; refunds: number; balanced: boolean }> {
  const folder = await makeFolder();
  const death = new Death(at, after);
  const first = await openWorld({
    folder,
    loadCustomers: 1,
    wrap: (parts) => mortal(death, parts),
  });
  death.arm();
  const ended = await death.outlives(getRefund(first, 'load-0001').then(() => first.turns.drain()));
  await first.abandon();
  const second = await openWorld({ folder });
  if (ended === 'died') await getRefund(second, 'load-0001');
  const result = {
    calls: death.calls,
    refunds: await refunds(second, 'load-0001'),
    balanced: second.wallet.audit().balanced,
  };
  expect(second.errors).toEqual([]);
  await second.close();
  await rm(folder, { recursive: true, force: true });
  return result;
}

test('a process that dies before or after any one call around a refund leaves exactly one refund', async () => {
  const { calls, refunds } = await dieAt(Infinity, false);
  expect(refunds).toBe(1);
  expect(calls).toBeGreaterThan(20);
  for (const { at, after } of momentsOfDeath(calls)) {
    const result = await dieAt(at, after);
    expect(result, `died ${after ? 'after' : 'before'} call ${at}`).toMatchObject({
      refunds: 1,
      balanced: true,
    });
  }
}, 180_000);
