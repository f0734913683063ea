import { expect, test } from 'vitest';
import type { ConversationId } from '../../src/core/index.ts';
import type { LoggedEvent } from '../../src/dialogue/index.ts';
import { cid, level, openAs, openWorld, say, until, type World } from '../support/world.ts';

const customer = 'load-0001';

/** What the bot asked after that position, once it has. */
const asked = (after: number) => (log: readonly LoggedEvent[]) => {
  const last = log.findLast(({ event }) => event.type === 'bot.said');
  if (last?.event.type !== 'bot.said' || last.pos <= after || !level(log)) return undefined;
  return { pos: last.pos, blocks: last.event.blocks };
};

/** Goes on with a refund, by the first answer to each question, until the code is asked for; gives its form. */
async function untilCode(world: World, id: ConversationId): Promise<string> {
  let { pos } = await until(world, id, asked(0));
  await say(world, id, 'I want a refund');
  for (let answers = 0; answers < 10; answers += 1) {
    const question = await until(world, id, asked(pos));
    const { blocks } = question;
    const form = blocks.find((block) => block.type === 'form');
    if (form?.type === 'form' && form.secret) return form.id;
    const choices = blocks.find((block) => block.type === 'choices');
    const [option] = choices?.type === 'choices' ? choices.options : [];
    if (choices?.type !== 'choices' || !option) throw new Error('a question without an answer');
    pos = question.pos;
    const choice = { id: choices.id, value: option.value };
    await world.turns.receive({ conversationId: id, cid: cid(), text: option.label, choice });
  }
  throw new Error('no code was asked for');
}

function onThePhone(world: World): string {
  const message = world.phone.messages(customer, 0).at(-1);
  if (message?.kind !== 'code') throw new Error('no code came');
  return message.code;
}

const passed = (log: readonly LoggedEvent[]) =>
  log.find(({ event }) => event.type === 'identity.checked' && event.result === 'passed');

test.each([
  ['full-width', 0xff10],
  ['Arabic', 0x0660],
])(
  'a code in %s digits counts, in the field and as a message, and is nowhere in the log',
  async (_name, zero) => {
    const inField = await openWorld({ loadCustomers: 1 });
    const asMessage = await openWorld({ loadCustomers: 1 });
    const typed = (world: World) =>
      onThePhone(world).replace(/\d/g, (d) => String.fromCharCode(Number(d) + zero));
    for (const world of [inField, asMessage]) {
      const id = await openAs(world, customer);
      const formId = await untilCode(world, id);
      const code = typed(world);
      if (world === asMessage) await say(world, id, code);
      else await world.turns.submitSecret({ conversationId: id, cid: cid(), formId, code });
      const log = await until(world, id, (all) => (passed(all) ? all : undefined));
      const kept = JSON.stringify(log, (_key, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      expect(kept).not.toContain(code);
      expect(kept).not.toContain(`"${onThePhone(world)}"`);
      await world.close();
    }
  },
);
