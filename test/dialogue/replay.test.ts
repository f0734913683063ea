import { expect, test } from 'vitest';
import { append, happen, type StoryWorld } from '../../src/content/story-world.ts';
import { replay, type Content, type Replayed } from '../../src/dialogue/index.ts';
import { flowFrom, specs } from '../support/flows.ts';
import { sha256 } from '../support/story-deps.ts';
import {
  contentOf,
  keysOnly,
  ok,
  press,
  startMs,
  talkOver,
  tell,
  wants,
} from '../support/plain-talk.ts';

const source = `slots:
  sum: { type: amount }
  size: { type: choice, options: [small, large] }
  paid: { type: record }
steps:
  - choose: size
  - verify: verified
  - confirm: pay
    shows: { size: $size }
  - id: pay
    act: payOut
    args: { amount: 5, note: $size }
    save: paid
  - say: done
`;

function again(world: StoryWorld, content: Content): Replayed {
  return replay(world.log, {
    conversationId: 'another',
    content,
    phrasebook: keysOnly,
    actions: specs,
    workspace: {},
    staffed: () => true,
    digest: sha256,
  });
}

/** A payment with everything that can come from outside: buttons, a code, the wallet, an agent, a channel. */
async function payment(): Promise<StoryWorld> {
  const world = talkOver(contentOf(flowFrom('pay', source)), ok({ id: 'x' }));
  await happen(world, {
    type: 'conversation.started',
    channel: 'web',
    language: 'en',
    visitorId: 'v',
  });
  await happen(world, { type: 'identity.bound', customerId: 'anna' });
  await tell(world, 'go', wants('pay'));
  await press(world, 'large');
  await happen(world, {
    type: 'identity.checked',
    challengeId: world.state.challenge?.challengeId ?? '',
    result: 'passed',
    attemptsLeft: 0,
    verifiedUntilMs: startMs + 600_000,
  });
  await press(world, 'yes');
  await tell(world, 'agent');
  append(world, { type: 'turn.taken', upTo: world.log.length });
  append(world, { type: 'handoff.accepted', agentId: 'a', agentName: 'Ana' });
  await happen(world, { type: 'handoff.released', to: 'bot', by: 'a' });
  await tell(world, 'thanks');
  return world;
}

test('the same content says the same words again, whatever ids it makes', async () => {
  const world = await payment();
  expect(world.log.some(({ event }) => event.type === 'action.ended')).toBe(true);
  const replayed = again(world, contentOf(flowFrom('pay', source)));
  expect(replayed.differences).toEqual([]);
  expect(replayed.turns).toBeGreaterThan(8);
});

test('a changed text and a changed step are named where they first matter, with the words of then and now', async () => {
  const world = await payment();
  const changed = source
    .replace('say: done', 'say: paid_out')
    .replace('choose: size', 'choose: size\n    key: how_big');
  const { differences } = again(world, contentOf(flowFrom('pay', changed)));
  expect(differences.map(({ input, was, now }) => [input, was[0], now[0]])).toEqual([
    ['go', 'pay.ask_size#0', 'pay.how_big#0'],
    ['action.ended', 'pay.done#0', 'pay.paid_out#0'],
  ]);
  expect(differences[0]?.pos).toBe(
    world.log.find(({ event }) => event.type === 'message.received')?.pos,
  );
});

test('messages can be read anew', async () => {
  const world = await payment();
  const content = contentOf(flowFrom('pay', source));
  const { differences } = replay(world.log, {
    conversationId: 'another',
    content,
    phrasebook: keysOnly,
    actions: specs,
    workspace: {},
    staffed: () => true,
    digest: sha256,
    understand: (text) => ({
      text,
      language: 'en',
      languageConfidence: 0.5,
      intents: [],
      verdict: 'refuse',
      entities: [],
    }),
  });
  expect(differences[0]?.input).toBe('go');
});
