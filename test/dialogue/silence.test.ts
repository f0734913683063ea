import { expect, test } from 'vitest';
import { append, happen, passTime, type StoryWorld } from '../../src/content/story-world.ts';
import { workspaceSchema, workspaceValues } from '../../src/workspace/index.ts';
import { flowFrom } from '../support/flows.ts';
import {
  contentOf,
  keysFrom,
  press,
  startMs,
  talkOver,
  tell,
  verify,
  wants,
} from '../support/plain-talk.ts';

const flow = flowFrom(
  'q',
  `slots: { size: { type: choice, options: [small, large] }, note: { type: text } }
steps:
  - choose: size
  - ask: note
  - say: done
`,
);

async function asked(): Promise<StoryWorld> {
  const world = talkOver(contentOf(flow));
  expect(await tell(world, 'go', wants('q'))).toEqual(['q.ask_size']);
  return world;
}

async function waits(world: StoryWorld, minutes: number): Promise<readonly string[]> {
  const from = world.log.length;
  await passTime(world, minutes);
  return keysFrom(world, from);
}

test('a question that stays open is put again once, and after a further while its request is put aside', async () => {
  const world = await asked();
  expect(await waits(world, 9)).toEqual([]);
  expect(await waits(world, 1)).toEqual(['silence.reminder', 'q.ask_size']);
  expect(await waits(world, 49)).toEqual([]);
  expect(await waits(world, 1)).toEqual(['silence.closed']);
  expect(world.state.stack).toEqual([]);
  expect(world.state.closed).toBe(false);
  expect(await waits(world, 600)).toEqual([]);
  expect(world.timers).toEqual([]);
});

test('the operator says how long a question may stand open', async () => {
  const settings = workspaceSchema.parse({ silence: { reminderMinutes: 3, closeMinutes: 4.5 } });
  const plain = talkOver(contentOf(flow));
  const world: StoryWorld = {
    ...plain,
    deps: { ...plain.deps, workspace: workspaceValues(settings) },
  };
  await tell(world, 'go', wants('q'));
  expect(await waits(world, 2.9)).toEqual([]);
  expect(await waits(world, 0.1)).toEqual(['silence.reminder', 'q.ask_size']);
  expect(await waits(world, 4.4)).toEqual([]);
  expect(await waits(world, 0.1)).toEqual(['silence.closed']);
});

test('an answer to the reminder goes on, and only silence after it counts', async () => {
  const world = await asked();
  await waits(world, 11);
  expect(await press(world, 'large')).toEqual(['q.ask_note']);
  expect(await waits(world, 9)).toEqual([]);
  expect(await tell(world, 'a note')).toEqual(['q.done']);
  expect(await waits(world, 200)).toEqual([]);
});

test('a timer that fires after the customer was heard says nothing and waits for the rest', async () => {
  const world = await asked();
  await waits(world, 9);
  expect(await press(world, 'small')).toEqual(['q.ask_note']);
  expect(await waits(world, 9)).toEqual([]);
  expect(await waits(world, 1)).toEqual(['silence.reminder', 'q.ask_note']);
});

test('after a long standstill the reminder comes before the close', async () => {
  const world = await asked();
  const [timer] = world.timers.splice(0);
  world.nowMs += 5 * 3_600_000;
  const from = world.log.length;
  if (timer) await happen(world, timer.event);
  expect(keysFrom(world, from)).toEqual(['silence.reminder', 'q.ask_size']);
});

test('at most one timer is under way, however often the customer answers', async () => {
  const world = await asked();
  for (let nth = 0; nth < 5; nth += 1) await tell(world, 'hm');
  expect(world.log.filter(({ event }) => event.type === 'timer.set')).toHaveLength(1);
});

test('nobody is reminded in a queue, while an agent has the word, or outside any request', async () => {
  const person = flowFrom(
    'talk_to_agent',
    'steps:\n  - handoff: asked\n    next: stay\n  - id: stay\n    ask: note\n'.replace(
      'steps',
      'slots: { note: { type: text } }\nsteps',
    ),
  );
  const queued = talkOver(contentOf(flow, person));
  await tell(queued, 'go', wants('q'));
  expect(await tell(queued, 'agent')).toEqual(['handoff.queued', 'talk_to_agent.ask_note']);
  expect(queued.state.owner.by).toBe('queue');
  expect(await waits(queued, 200)).toEqual([]);

  const taken = await asked();
  append(taken, { type: 'handoff.accepted', agentId: 'a', agentName: 'Ana' });
  expect(await waits(taken, 200)).toEqual([]);
  expect(taken.broken).toEqual([]);

  const idle = talkOver(contentOf(flow));
  await tell(idle, 'hello?');
  expect(await waits(idle, 200)).toEqual([]);
});

test('a reminder in front of a code field sends no further code', async () => {
  const world = talkOver(contentOf(flowFrom('v', 'steps:\n  - verify: verified\n  - say: done\n')));
  await happen(world, { type: 'identity.bound', customerId: 'anna' });
  expect(await tell(world, 'go', wants('v'))).toEqual(['code.sent']);
  expect(await waits(world, 10)).toEqual(['silence.reminder', 'code.waiting']);
  expect(world.log.filter(({ event }) => event.type === 'identity.challenged')).toHaveLength(1);
});

test('durations come from the context, else from the workspace', async () => {
  const world = await asked();
  const values = { silence: { reminderMinutes: 2, closeMinutes: 3 } };
  const quick = { ...talkOver(contentOf(flow)), deps: { ...world.deps, workspace: values } };
  await tell(quick, 'go', wants('q'));
  expect(await waits(quick, 2)).toEqual(['silence.reminder', 'q.ask_size']);
  expect(await waits(quick, 3)).toEqual(['silence.closed']);
  expect(quick.nowMs).toBe(startMs + 5 * 60_000);
});

test('what was asked for beside it is put aside as well', async () => {
  const world = talkOver(contentOf(flow, flowFrom('r', 'steps:\n  - say: r\n')));
  await verify(world);
  await tell(world, 'both', wants('q', 'r'));
  expect(world.state.waitingIntents).toEqual(['r']);
  await waits(world, 61);
  expect(world.state.waitingIntents).toEqual([]);
});
