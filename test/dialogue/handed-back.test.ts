import { expect, test } from 'vitest';
import { append, happen } from '../../src/content/story-world.ts';
import { evolve, initialState } from '../../src/dialogue/index.ts';
import type { ConversationEvent, ConversationState } from '../../src/dialogue/index.ts';
import { flowFrom } from '../support/flows.ts';
import { contentOf, keysFrom, press, talkOver, tell, wants } from '../support/plain-talk.ts';

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

async function takenOver() {
  const world = talkOver(contentOf(choosing, person));
  await tell(world, 'go', wants('q'));
  await press(world, 'large');
  await tell(world, 'a person', wants('talk_to_agent'));
  append(world, { type: 'handoff.accepted', agentId: 'a', agentName: 'Ana' });
  return world;
}

async function givenBack(world: Awaited<ReturnType<typeof takenOver>>, flow?: string) {
  const from = world.log.length;
  await happen(world, {
    type: 'handoff.released',
    to: 'bot',
    by: 'a',
    ...(flow !== undefined && { flow }),
  });
  return keysFrom(world, from);
}

test('an agent gives the customer back to a flow, which goes on with what had been given before', async () => {
  const world = await takenOver();
  expect(await givenBack(world, 'q')).toEqual(['handoff.goes_on', 'q.ask_colour']);
  expect(world.state.stack[0]).toMatchObject({ flow: 'q', slots: { size: 'large' } });
  await press(world, 'red');
  expect(world.state.stack).toEqual([]);
});

test('without a flow, or with one that is not there, the bot asks what else it can do', async () => {
  expect(await givenBack(await takenOver())).toEqual(['handoff.returned']);
  expect(await givenBack(await takenOver(), 'nothing')).toEqual(['handoff.returned']);
});

test('what was given is forgotten with another customer and with the close', async () => {
  const other = await takenOver();
  append(other, { type: 'identity.bound', customerId: 'anna' });
  append(other, { type: 'identity.bound', customerId: 'ben' });
  expect(await givenBack(other, 'q')).toEqual(['handoff.goes_on', 'q.ask_size']);
  const closed = await takenOver();
  append(closed, { type: 'handoff.released', to: 'closed', by: 'a' });
  expect(closed.state.handedOff).toBeUndefined();
});

function after(...events: readonly ConversationEvent[]): ConversationState {
  return events.reduce(
    (state, event, index) => evolve(state, { pos: index + 1, atMs: (index + 1) * 10, event }),
    initialState,
  );
}

const asked = {
  type: 'handoff.requested',
  reason: 'r',
  priority: 'money',
  queue: 'q',
  by: 'bot',
} as const;
const ana = { agentId: 'a', agentName: 'Ana' };
const offer = { offerId: 'o1', ...ana };
const offered = { type: 'handoff.offered', ...offer, untilMs: 99 } as const;
const accepted = { type: 'handoff.accepted', ...ana } as const;
const dropped = { type: 'handoff.dropped', ...ana, why: 'disconnected' } as const;

test('each change of who has it has an epoch of its own', () => {
  const ended = {
    type: 'handoff.offer_ended',
    ...offer,
    why: 'declined',
    passUntilMs: 50,
  } as const;
  const steps: readonly ConversationEvent[] = [
    asked,
    offered,
    ended,
    accepted,
    { type: 'handoff.snoozed', agentId: 'a', untilMs: 90 },
    { type: 'handoff.woken', why: 'time' },
    { type: 'handoff.transferred', ...ana, to: { kind: 'queue', queue: 'vip' } },
    { type: 'handoff.rerouted', by: 's', byName: 'Sue', queue: 'q' },
    accepted,
    dropped,
    accepted,
    { type: 'handoff.released', to: 'bot', by: 'a' },
  ];
  const epochs = steps.map((_, index) => after(...steps.slice(0, index + 1)).owner.epoch);
  expect(epochs).toEqual(steps.map((_, index) => index + 1));
});

test('whoever is dropped, declined or transferred waits since they first asked', () => {
  expect(after(asked, accepted, dropped).owner).toMatchObject({ by: 'queue', sinceMs: 10 });
  const again = { ...asked, priority: 'security' } as const;
  expect(after(asked, offered, again).owner).toMatchObject({
    sinceMs: 10,
    priority: 'security',
    offer: { offerId: 'o1' },
  });
  const passed = {
    type: 'handoff.transferred',
    ...ana,
    to: { kind: 'agent', agentId: 'b', agentName: 'Bo' },
  } as const;
  expect(after(asked, accepted, passed).owner).toMatchObject({ sinceMs: 10, wantedId: 'b' });
});

test('risk rises with misunderstandings, anger and grave matters, falls when served, and a person ends it', () => {
  const understood = (intent: string, verdict: 'answer' | 'refuse' = 'answer') =>
    ({
      type: 'message.understood',
      of: 1,
      understanding: {
        text: '',
        language: 'en',
        languageConfidence: 1,
        intents: [{ intent, confidence: 1 }],
        verdict,
        entities: [],
      },
    }) as const;
  const started = { type: 'flow.started', flow: 'report_fraud', version: '1', slots: {} } as const;
  const risk = (...events: readonly ConversationEvent[]) => after(...events).risk ?? 0;
  expect(risk(understood('fees'))).toBe(0);
  expect(risk(understood('x', 'refuse'))).toBeGreaterThan(0);
  expect(risk(understood('frustrated'))).toBeGreaterThan(risk(understood('x', 'refuse')));
  expect(risk(started)).toBeGreaterThan(risk(understood('frustrated')));
  expect(risk(started, started, started, started)).toBe(100);
  const done = { type: 'flow.ended', flow: 'report_fraud', outcome: 'done' } as const;
  expect(risk(started, done)).toBeLessThan(risk(started));
  expect(risk(started, accepted)).toBe(0);
});
