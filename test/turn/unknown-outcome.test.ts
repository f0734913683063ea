import { expect, test } from 'vitest';
import type { LoggedEvent } from '../../src/dialogue/index.ts';
import { cid, level, logOf, openAs, openWorld, say, until } from '../support/world.ts';

const keysSaid = (log: readonly LoggedEvent[]): string[] =>
  log.flatMap(({ event }) =>
    event.type === 'bot.said'
      ? event.says.flatMap((one) => (one.type === 'text' ? [one.key] : []))
      : [],
  );

test('an answer of the wallet that is lost is said to be pending, asked for again, and told when it is known', async () => {
  let nowMs = Date.now();
  let lost = 0;
  const world = await openWorld({
    clock: () => nowMs,
    walletFaults: {
      // The reset is done; its answer is lost twice.
      after: async (operation) => {
        if (operation !== 'freezeAccount' || lost === 2) return 'go';
        lost += 1;
        return 'lose';
      },
    },
  });
  const id = await openAs(world, 'sofia');
  await until(world, id, level);
  await say(world, id, 'I was scammed, someone tricked me into sending money');
  // Yes to whatever is offered until the freeze has been asked for.
  for (;;) {
    const log = await until(world, id, (all) =>
      (level(all) ?? all.some(({ event }) => event.type === 'action.pended')) ? all : undefined,
    );
    if (log.some(({ event }) => event.type === 'action.pended')) break;
    const said = log.findLast(({ event }) => event.type === 'bot.said')?.event;
    const choices =
      said?.type === 'bot.said' ? said.blocks.find((block) => block.type === 'choices') : undefined;
    if (choices?.type !== 'choices')
      throw new Error(`the bot asked nothing: ${keysSaid(log).at(-1)}`);
    const option = choices.options.find(({ value }) => value === 'yes') ?? choices.options[0];
    if (!option) throw new Error('a question without an answer');
    await world.turns.receive({
      conversationId: id,
      cid: cid(),
      text: option.label,
      choice: { id: choices.id, value: option.value },
    });
  }
  const before = await logOf(world, id);
  expect(
    before.some(({ event }) => event.type === 'action.ended' && event.effectId.length === 0),
  ).toBe(false);
  const pended = before.find(({ event }) => event.type === 'action.pended')?.event;
  const effectId = pended?.type === 'action.pended' ? pended.effectId : '';
  expect(
    before.some(({ event }) => event.type === 'action.ended' && event.effectId === effectId),
  ).toBe(false);
  // Time passes; the pump asks again with the same key until the wallet's answer arrives.
  const ticking = setInterval(() => (nowMs += 2000), 50);
  const ended = await until(world, id, (log) =>
    log.find(({ event }) => event.type === 'action.ended' && event.effectId === effectId),
  );
  clearInterval(ticking);
  expect(ended.event).toMatchObject({ outcome: { kind: 'ok' } });
  await until(world, id, level);
  const after = await logOf(world, id);
  const told = after.filter(({ pos, event }) => pos > ended.pos && event.type === 'bot.said');
  expect(told.length).toBeGreaterThan(0);
  expect(lost).toBe(2);
  const account = await world.wallet.getAccount({ customerId: 'sofia' });
  expect(account).toMatchObject({ result: { status: 'frozen' } });
  expect(world.errors).toEqual([]);
  await world.close();
});
