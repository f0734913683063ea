import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Commanded } from '../../src/turn/index.ts';
import {
  cid,
  level,
  logOf,
  openAs,
  openWorld,
  say,
  stateOf,
  until,
  type World,
} from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  expect(world.errors).toEqual([]);
  await world.close();
});

const agent = (n: number) => ({ agentId: `agent-${n}`, agentName: `Agent ${n}` });

async function queued() {
  const id = await openAs(world, 'lin-wei');
  await say(world, id, 'I want to talk to a person please');
  await until(world, id, (log) => log.find(({ event }) => event.type === 'handoff.requested'));
  await until(world, id, level);
  return id;
}

test('of fifty agents who accept at once one has it, and forty-nine are told who', async () => {
  const id = await queued();
  const agents = Array.from({ length: 50 }, (_, n) => agent(n));
  const answers = await Promise.all(
    agents.map((one) => world.turns.command(id, one, { type: 'accept' })),
  );
  const winners = answers.filter(({ kind }) => kind === 'done');
  const owner = (await stateOf(world, id)).owner;
  expect(winners).toHaveLength(1);
  expect(owner).toMatchObject({ by: 'agent' });
  const name = owner.by === 'agent' ? owner.agentName : '';
  const losers = answers.filter((one): one is Extract<Commanded, { by: string }> => 'by' in one);
  expect(losers).toHaveLength(49);
  for (const { code, by } of losers)
    expect({ code, by }).toEqual({ code: 'already_taken', by: name });
  const accepted = (await logOf(world, id)).filter(
    ({ event }) => event.type === 'handoff.accepted',
  );
  expect(accepted).toHaveLength(1);
});

test('only the owner may speak; a repeat of the same reply is said once', async () => {
  const id = await queued();
  await world.turns.command(id, agent(1), { type: 'accept' });
  const reply = { type: 'say', cid: cid(), text: 'Hello, I am looking into it.' } as const;
  expect(await world.turns.command(id, agent(2), reply)).toEqual({
    kind: 'refused',
    code: 'not_owner',
    by: 'Agent 1',
  });
  const both = await Promise.all([
    world.turns.command(id, agent(1), reply),
    world.turns.command(id, agent(1), reply),
  ]);
  expect(both.map((one) => one.kind)).toEqual(['done', 'done']);
  const other = { ...reply, text: 'Another text under the same id' };
  expect(await world.turns.command(id, agent(1), other)).toMatchObject({ code: 'cid_conflict' });
  const said = (await logOf(world, id)).filter(({ event }) => event.type === 'agent.said');
  expect(said).toHaveLength(1);
  // Sent again after the conversation was given back: it was said, so it is not refused.
  await world.turns.command(id, agent(1), { type: 'return_to_bot' });
  expect(await world.turns.command(id, agent(1), reply)).toMatchObject({
    kind: 'done',
    duplicate: true,
  });
});

test('while an agent owns the conversation the bot is silent, and answers nothing of it afterwards', async () => {
  const id = await queued();
  await world.turns.command(id, agent(1), { type: 'accept' });
  await say(world, id, 'I want my money back');
  await say(world, id, 'hello?');
  await world.turns.command(id, agent(1), { type: 'return_to_bot' });
  await until(world, id, level);
  const log = await logOf(world, id);
  const acceptedAt = log.find(({ event }) => event.type === 'handoff.accepted')?.pos ?? 0;
  const returnedAt = log.find(({ event }) => event.type === 'handoff.released')?.pos ?? 0;
  const botSaid = log.filter(({ event }) => event.type === 'bot.said').map(({ pos }) => pos);
  expect(botSaid.filter((pos) => pos > acceptedAt && pos < returnedAt)).toEqual([]);
  // One short word that it is back; no late answer to what was said to the agent.
  expect(botSaid.filter((pos) => pos > returnedAt)).toHaveLength(1);
});

test('a closed conversation goes on with the bot when the customer writes again', async () => {
  const id = await queued();
  await world.turns.command(id, agent(1), { type: 'accept' });
  await world.turns.command(id, agent(1), { type: 'close', disposition: 'solved' });
  expect(await stateOf(world, id)).toMatchObject({ closed: true, owner: { by: 'bot' } });
  await say(world, id, 'hello');
  await until(world, id, level);
  const state = await stateOf(world, id);
  expect(state).toMatchObject({ closed: false, owner: { by: 'bot' } });
  expect((await logOf(world, id)).at(-1)?.event.type).not.toBe('message.received');
});
