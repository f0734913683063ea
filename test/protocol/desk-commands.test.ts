import { describe, expect, test } from 'vitest';
import { deskCommandSchema, deskPresenceRequestSchema } from '../../src/protocol/desk.ts';
import { priorities } from './samples.ts';
import { holdsShape } from './wire-contract.ts';

const command = { schema: deskCommandSchema };
const tags = { within: { 'tags[]': [1, 40], tags: [0, 20] } } as const;

describe('what an agent may order', () => {
  holdsShape('accept', {
    ...command,
    example: { type: 'accept', offerId: 'o-1' },
    optional: ['offerId'],
    ids: ['offerId'],
  });
  holdsShape('decline', {
    ...command,
    example: { type: 'decline', offerId: 'o-1' },
    ids: ['offerId'],
  });
  holdsShape('say', {
    ...command,
    example: { type: 'say', cid: 'm-1', text: 'Hello', files: ['f-1'] },
    optional: ['files'],
    within: { text: [0, 4000], files: [1, 5] },
    ids: ['cid', 'files[]'],
  });
  holdsShape('note', {
    ...command,
    example: { type: 'note', cid: 'm-1', text: 'Calm', whisper: true },
    optional: ['whisper'],
    within: { text: [1, 4000] },
    ids: ['cid'],
  });
  holdsShape('transfer to a colleague', {
    ...command,
    example: { type: 'transfer', to: { agentId: 'a-2' }, note: 'Knows the case' },
    optional: ['note'],
    within: { note: [0, 4000] },
    ids: ['to.agentId'],
  });
  holdsShape('transfer to a team', {
    ...command,
    example: { type: 'transfer', to: { queue: 'payments' } },
    ids: ['to.queue'],
  });
  holdsShape('snooze', {
    ...command,
    example: { type: 'snooze', untilMs: 9 },
    whole: ['untilMs'],
  });
  holdsShape('wake', { ...command, example: { type: 'wake' } });
  holdsShape('return to the bot', {
    ...command,
    example: { type: 'return_to_bot', flow: 'refund' },
    optional: ['flow'],
    ids: ['flow'],
  });
  for (const type of ['close', 'wrap_up'] as const) {
    holdsShape(type, {
      ...command,
      example: { type, disposition: 'solved', tags: ['refund'] },
      optional: ['disposition', 'tags'],
      within: { disposition: [0, 64], ...tags.within },
    });
  }
  holdsShape('take over', { ...command, example: { type: 'take_over' } });
  holdsShape('reroute', {
    ...command,
    example: { type: 'reroute', queue: 'payments', priority: 'money', agentId: 'a-2' },
    optional: ['queue', 'priority', 'agentId'],
    words: { priority: priorities },
    ids: ['queue', 'agentId'],
  });
  holdsShape('presence', {
    schema: deskPresenceRequestSchema,
    example: { status: 'away' },
    words: { status: ['available', 'away'] },
  });
});

test('a reply holds words or files; blanks around words are no words', () => {
  const say = (text: string, files?: readonly string[]) =>
    deskCommandSchema.safeParse({ type: 'say', cid: 'm-1', text, ...(files && { files }) });
  expect(say('').success).toBe(false);
  expect(say('   ').success).toBe(false);
  expect(say('', ['f-1']).success).toBe(true);
  expect(say(' Hello ').data).toMatchObject({ text: 'Hello' });
  expect(JSON.stringify(say('').error?.issues)).toContain('a text or files');
});

test('blanks around notes and tags are taken off before they are measured', () => {
  const parse = (value: unknown) => deskCommandSchema.safeParse(value);
  expect(parse({ type: 'note', cid: 'm-1', text: '  ' }).success).toBe(false);
  expect(parse({ type: 'note', cid: 'm-1', text: ' x ' }).data).toMatchObject({ text: 'x' });
  const to = { agentId: 'a-2' };
  expect(parse({ type: 'transfer', to, note: ' x ' }).data).toMatchObject({ note: 'x' });
  expect(parse({ type: 'close', tags: [' vip '] }).data).toMatchObject({ tags: ['vip'] });
  expect(parse({ type: 'close', tags: ['  '] }).success).toBe(false);
});
