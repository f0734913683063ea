import { expect, test } from 'vitest';
import { append, happen, type StoryWorld } from '../../src/content/story-world.ts';
import { flowFrom } from '../support/flows.ts';
import {
  contentOf,
  keysFrom,
  ok,
  press,
  requested,
  talkOver,
  tell,
  verify,
  wants,
} from '../support/plain-talk.ts';

const choosing = flowFrom(
  'q',
  `slots: { size: { type: choice, options: [small, large] }, colour: { type: choice, options: [red, blue] } }
steps:
  - choose: size
  - choose: colour
  - say: done
`,
);
const person = flowFrom('talk_to_agent', 'steps:\n  - handoff: asked\n');

function openId({ state: { pending } }: StoryWorld): string {
  return pending && 'choiceId' in pending ? (pending.choiceId ?? '') : '';
}

async function pressOn(world: StoryWorld, id: string, value: string): Promise<readonly string[]> {
  const from = world.log.length;
  await happen(world, { type: 'message.received', cid: 'm', text: '', choice: { id, value } });
  return keysFrom(world, from);
}

test('an older button of the very question that is open is taken as its answer', async () => {
  const world = talkOver(contentOf(choosing));
  await tell(world, 'go', wants('q'));
  const first = openId(world);
  expect(await tell(world, 'hm')).toEqual(['common.again']);
  expect(openId(world)).not.toBe(first);
  expect(await pressOn(world, first, 'large')).toEqual(['q.ask_colour']);
  expect(world.state.stack[0]?.slots).toEqual({ size: 'large' });
});

test('a button of another question, or a value that is not offered, is no answer', async () => {
  const world = talkOver(contentOf(choosing));
  await tell(world, 'go', wants('q'));
  const size = openId(world);
  await press(world, 'small');
  expect(await pressOn(world, size, 'large')).toEqual(['common.stale_choice', 'q.ask_colour']);
  expect(await pressOn(world, openId(world), 'green')).toEqual([
    'common.stale_choice',
    'q.ask_colour',
  ]);
  expect(world.state.stack[0]?.slots).toEqual({ size: 'small' });
});

const paying = flowFrom(
  'pay',
  `slots: { sum: { type: amount }, paid: { type: record } }
steps:
  - ask: sum
  - confirm: pay
    shows: { sum: $sum }
  - id: pay
    act: payOut
    args: { amount: $sum }
    save: paid
  - say: done
`,
);
const euros = (minor: bigint) =>
  ({ type: 'amount', start: 0, end: 1, text: '', value: { minor, currency: 'EUR' } }) as const;

test('a yes below an older card counts only when that card showed the same', async () => {
  const world = talkOver(contentOf(paying), ok({ id: 'x' }));
  await verify(world);
  await tell(world, 'go', { ...wants('pay'), entities: [euros(900n)] });
  const nine = openId(world);
  await tell(world, 'no, 5', { entities: [euros(500n)] });
  const five = openId(world);
  expect(await pressOn(world, nine, 'yes')).toEqual(['common.stale_choice', 'pay.confirm']);
  expect(requested(world)).toEqual([]);
  expect(await pressOn(world, five, 'yes')).toEqual(['pay.done']);
  expect(requested(world)).toEqual(['payOut']);
});

test('a client that is always one button behind is given to a person, not answered for ever', async () => {
  const world = talkOver(contentOf(choosing, person));
  await tell(world, 'go', wants('q'));
  const size = openId(world);
  await press(world, 'small');
  let answered = 0;
  for (let nth = 0; nth < 300; nth += 1) {
    answered += (await pressOn(world, size, 'large')).length > 0 ? 1 : 0;
  }
  expect(world.state.owner.by).toBe('queue');
  expect(answered).toBeLessThan(15);
});

test('outside any request the bound is the same', async () => {
  const world = talkOver(contentOf(choosing, person));
  let answered = 0;
  for (let nth = 0; nth < 300; nth += 1) {
    answered += (await pressOn(world, 'c-none', 'large')).length > 0 ? 1 : 0;
  }
  expect(world.state.owner.by).toBe('queue');
  expect(answered).toBeLessThan(15);
});

test('while the wallet is asked, old buttons are answered so often and then in silence', async () => {
  const world = talkOver(contentOf(paying, person), () => ({ kind: 'unknown' }));
  await verify(world);
  await tell(world, 'go', { ...wants('pay'), entities: [euros(900n)] });
  const id = openId(world);
  await press(world, 'yes');
  let answered = 0;
  for (let nth = 0; nth < 100; nth += 1) {
    answered += (await pressOn(world, id, 'yes')).length > 0 ? 1 : 0;
  }
  expect(answered).toBeLessThan(15);
  expect(requested(world)).toEqual(['payOut']);
  expect(world.state.owner.by).toBe('bot');
});

const outcome = { kind: 'ok', result: { id: 'x' }, receipt: 'r' } as const;

/** A payment whose outcome is unknown, with its effect id. */
async function unsettled(): Promise<{ readonly world: StoryWorld; readonly effectId: string }> {
  const world = talkOver(contentOf(paying, person), () => ({ kind: 'unknown' }));
  await verify(world);
  await tell(world, 'go', { ...wants('pay'), entities: [euros(900n)] });
  expect(await press(world, 'yes')).toEqual(['action.pending']);
  return { world, effectId: Object.keys(world.state.actions)[0] ?? '' };
}

async function heardWhen(
  world: StoryWorld,
  does: () => Promise<unknown>,
): Promise<readonly string[]> {
  const from = world.log.length;
  await does();
  return keysFrom(world, from);
}

test('an outcome that arrives while an agent has the word is told once the bot speaks again, once', async () => {
  const { world, effectId } = await unsettled();
  append(world, { type: 'handoff.accepted', agentId: 'a', agentName: 'Ana' });
  expect(
    await heardWhen(world, () => happen(world, { type: 'action.ended', effectId, outcome })),
  ).toEqual([]);
  const back = () => happen(world, { type: 'handoff.released', to: 'bot', by: 'a' });
  expect(await heardWhen(world, back)).toEqual(['handoff.returned', 'action.done_later']);
  expect(await tell(world, 'yes')).toEqual(['common.idle_yes']);
  expect(world.broken).toEqual([]);
});

test('when the agent closes, it is told as soon as the customer writes again', async () => {
  const { world, effectId } = await unsettled();
  append(world, { type: 'handoff.accepted', agentId: 'a', agentName: 'Ana' });
  await happen(world, { type: 'action.ended', effectId, outcome });
  const close = () => happen(world, { type: 'handoff.released', to: 'closed', by: 'a' });
  expect(await heardWhen(world, close)).toEqual([]);
  expect(await tell(world, 'yes')).toEqual(['action.done_later', 'common.idle_yes']);
  expect(await tell(world, 'yes')).toEqual(['common.idle_yes']);
});

test('an outcome that was not yet dealt with when an agent took over is not lost', async () => {
  const { world, effectId } = await unsettled();
  append(world, { type: 'action.ended', effectId, outcome });
  append(world, { type: 'turn.taken', upTo: world.log.length });
  append(world, { type: 'handoff.accepted', agentId: 'a', agentName: 'Ana' });
  const back = () => happen(world, { type: 'handoff.released', to: 'bot', by: 'a' });
  expect(await heardWhen(world, back)).toEqual(['handoff.returned', 'action.done_later']);
});

test('an outcome after the flow was left is told by itself, and not again', async () => {
  const { world, effectId } = await unsettled();
  await tell(world, 'fresh', wants('q'));
  await happen(world, { type: 'identity.bound', customerId: 'anna' });
  await tell(world, 'agent');
  const arrives = () => happen(world, { type: 'action.ended', effectId, outcome });
  expect(await heardWhen(world, arrives)).toEqual(['action.done_later']);
  append(world, { type: 'handoff.accepted', agentId: 'a', agentName: 'Ana' });
  const back = () => happen(world, { type: 'handoff.released', to: 'bot', by: 'a' });
  expect(await heardWhen(world, back)).toEqual(['handoff.returned']);
});

test('another customer in the same conversation is told nothing of it', async () => {
  const { world, effectId } = await unsettled();
  append(world, { type: 'handoff.accepted', agentId: 'a', agentName: 'Ana' });
  await happen(world, { type: 'action.ended', effectId, outcome });
  append(world, { type: 'identity.bound', customerId: 'ben' });
  const back = () => happen(world, { type: 'handoff.released', to: 'bot', by: 'a' });
  expect(await heardWhen(world, back)).toEqual(['handoff.returned']);
});
