import { describe } from 'vitest';
import { deskClientFrameSchema, deskServerFrameSchema } from '../../src/protocol/desk.ts';
import { agent, head, headNulls, presence, said } from './desk-shapes.ts';
import { priorities, roles } from './samples.ts';
import { holdsShape } from './wire-contract.ts';

describe('what the desk’s page sends over its socket', () => {
  const frame = { schema: deskClientFrameSchema };
  holdsShape('watch', {
    ...frame,
    example: { t: 'watch', conv: 'c-1', after: 3 },
    within: { after: [0, Number.MAX_SAFE_INTEGER] },
    whole: ['after'],
    ids: ['conv'],
  });
  holdsShape('unwatch', { ...frame, example: { t: 'unwatch' } });
  holdsShape('typing', {
    ...frame,
    example: { t: 'typing', conv: 'c-1', on: true },
    ids: ['conv'],
  });
  holdsShape('pong', { ...frame, example: { t: 'pong', n: 1 }, whole: ['n'] });
});

describe('what the desk’s page is sent', () => {
  const frame = { schema: deskServerFrameSchema, open: true } as const;
  holdsShape('welcome', {
    ...frame,
    example: { t: 'welcome', agent, nowMs: 1 },
    optional: ['agent.languages', 'agent.skills', 'agent.queues'],
    words: { 'agent.role': roles },
  });
  holdsShape('lists', { ...frame, example: { t: 'lists' } });
  holdsShape('events', {
    ...frame,
    example: { t: 'events', conv: 'c-1', ...head, events: [said] },
    optional: ['due', 'events[].seq', 'events[].files'],
    nullable: headNulls,
    ids: ['conv'],
  });
  holdsShape('typing', {
    ...frame,
    example: { t: 'typing', conv: 'c-1', on: true, who: 'customer', name: 'Ann' },
    optional: ['who', 'name'],
    words: { who: ['customer', 'agent'] },
    ids: ['conv'],
  });
  holdsShape('read', {
    ...frame,
    example: { t: 'read', conv: 'c-1', seq: 4 },
    whole: ['seq'],
    ids: ['conv'],
  });
  holdsShape('viewers', {
    ...frame,
    example: {
      t: 'viewers',
      conv: 'c-1',
      viewers: [{ agentId: 'a-1', name: 'Ann', typing: true }],
    },
    ids: ['conv'],
  });
  holdsShape('offers', {
    ...frame,
    example: {
      t: 'offers',
      offers: [
        {
          conv: 'c-1',
          offerId: 'o-1',
          untilMs: 9,
          priority: 'money',
          reason: 'asked',
          queue: 'payments',
          language: 'es',
          channel: 'web',
          customerId: 'u-1',
          sinceMs: 2,
          preview: 'Hola',
        },
      ],
    },
    nullable: ['offers[].customerId', 'offers[].preview'],
    words: { 'offers[].priority': priorities },
    ids: ['offers[].conv', 'offers[].offerId'],
  });
  holdsShape('presence', { ...frame, example: { t: 'presence', me: presence } });
  holdsShape('presences', { ...frame, example: { t: 'presences' } });
  holdsShape('ping', { ...frame, example: { t: 'ping', n: 1 }, whole: ['n'] });
  holdsShape('error', { ...frame, example: { t: 'error', code: 'x', message: 'What?' } });
});
