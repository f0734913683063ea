import { expect, test } from 'vitest';
import type { FileRef } from '../../src/core/index.ts';
import { happen, type StoryWorld } from '../../src/content/story-world.ts';
import {
  contentOf,
  heard,
  keysFrom,
  press,
  talkOver,
  tell,
  verify,
  wants,
} from '../support/plain-talk.ts';
import { flowFrom } from '../support/flows.ts';

const photo = (name: string): FileRef => ({ id: `f_${name}`, name, type: 'image/png', bytes: 9 });

function flowWith(step: string) {
  return flowFrom(
    'complain',
    `
slots:
  details: { type: text }
  evidence: { type: files }
  wish: { type: text }
  ticket: { type: record }
steps:
  - verify: identified
  - ask: details
  - ${step}
  - ticket: complaint
    details: { details: $details, evidence: $evidence }
    save: ticket
  - say: filed
`,
  );
}

async function sends(
  world: StoryWorld,
  files: readonly string[],
  text = '',
): Promise<readonly string[]> {
  const from = world.log.length;
  const event = { type: 'message.received', cid: 'm', text, files: files.map(photo) } as const;
  await happen(world, event, text === '' ? undefined : heard(text));
  return keysFrom(world, from);
}

async function atEvidence(step = 'files: evidence'): Promise<StoryWorld> {
  const world = talkOver(contentOf(flowWith(step)), () => ({
    kind: 'ok',
    result: { id: 'T-1' },
    receipt: 'r',
  }));
  await verify(world);
  await tell(world, 'I want to complain', wants('complain'));
  expect(await tell(world, 'it came broken')).toEqual(['complain.ask_evidence']);
  return world;
}

/** Of each ticket asked for, the files in it. */
const namesInTicket = (world: StoryWorld) =>
  world.log.flatMap(({ event }) =>
    event.type === 'action.requested'
      ? [[...JSON.stringify(event.args['details']).matchAll(/f_\w+/g)].map(([name]) => name)]
      : [],
  );

test('files that were asked for go into the ticket, and the flow goes on', async () => {
  const world = await atEvidence();
  expect(world.state.pending).toMatchObject({ kind: 'files' });
  expect(await sends(world, ['a', 'b'])).toEqual(['complain.filed']);
  expect(namesInTicket(world)).toEqual([['f_a', 'f_b']]);
});

test.each([['skip'], ['no'], ['none']])('"%s" goes on without files', async (words) => {
  const world = await atEvidence();
  expect(await tell(world, words)).toEqual(['complain.filed']);
  expect(namesInTicket(world)).toEqual([[]]);
});

test('so does the button below the question', async () => {
  const world = await atEvidence();
  expect(await press(world, '_skip')).toEqual(['complain.filed']);
});

test('"yes" is a promise of files, not an answer: they are waited for', async () => {
  const world = await atEvidence();
  expect(await tell(world, 'yes')).toEqual(['again.files']);
  expect(await sends(world, ['a'])).toEqual(['complain.filed']);
});

test('words that are no answer are asked about so often, and then the flow goes on without', async () => {
  const world = await atEvidence();
  expect(await tell(world, 'it was blue')).toEqual(['again.files']);
  expect(await tell(world, 'very blue')).toEqual(['complain.filed']);
});

test('where files are needed, a no or the button does not get by, and a person is the way out', async () => {
  const world = await atEvidence('{ files: evidence, optional: false, failed: agent }');
  expect(await press(world, '_skip')).toEqual(['common.stale_choice', 'complain.ask_evidence']);
  await tell(world, 'no');
  await tell(world, 'no');
  expect(world.state.owner.by).toBe('queue');
});

test('files that come before they are asked for are kept, the open question stands, and they are not asked for again', async () => {
  const world = talkOver(contentOf(flowWith('files: evidence')), () => ({
    kind: 'ok',
    result: { id: 'T-1' },
    receipt: 'r',
  }));
  await verify(world);
  await tell(world, 'I want to complain', wants('complain'));
  expect(await sends(world, ['early'])).toEqual(['files.kept', 'complain.ask_details']);
  expect(await tell(world, 'it came broken')).toEqual(['complain.filed']);
  expect(namesInTicket(world)).toEqual([['f_early']]);
});

test('files with words: the words are the answer to the open question, the files are kept', async () => {
  const world = talkOver(contentOf(flowWith('files: evidence')), () => ({
    kind: 'ok',
    result: { id: 'T-1' },
    receipt: 'r',
  }));
  await verify(world);
  await tell(world, 'I want to complain', wants('complain'));
  expect(await sends(world, ['a'], 'it came broken')).toEqual(['complain.filed']);
  expect(namesInTicket(world)).toEqual([['f_a']]);
});

test('a file out of the blue is not passed over in silence', async () => {
  const world = talkOver(contentOf(flowWith('files: evidence')));
  expect(await sends(world, ['a'])).toEqual(['files.received']);
});

test('"go back" after the files leads to them, and what was sent is not sent twice', async () => {
  const world = await atEvidence('files: evidence\n  - ask: wish');
  expect(await sends(world, ['a'])).toEqual(['complain.ask_wish']);
  expect(await tell(world, 'back')).toEqual(['complain.ask_evidence']);
  expect(await sends(world, ['b'])).toEqual(['complain.ask_wish']);
  expect(await tell(world, 'money')).toEqual(['complain.filed']);
  expect(namesInTicket(world)).toEqual([['f_b']]);
});
