import { describe, expect, test } from 'vitest';
import * as desk from '../../src/protocol/desk.ts';
import { head, headNulls, presence, row, said } from './desk-shapes.ts';
import { levels, owners, photo, priorities, roles, states, textBlock } from './samples.ts';
import { holdsShape } from './wire-contract.ts';

const dues = ['first_reply', 'next_reply', 'resolution'];
const presences = ['available', 'away', 'offline'];
const whys = ['chosen', 'missed_offers', 'disconnected'];
const wholesOfHead = ['risk', 'epoch', 'version'];
const wordsOfHead = {
  'due.kind': dues,
  state: states,
  level: levels,
  owner: owners,
  priority: priorities,
};

test('the lists and states of the desk have these names, in the order of its tabs', () => {
  expect(desk.deskListNames).toEqual(['queue', 'mine', 'team', 'bot', 'snoozed', 'closed']);
  expect(desk.deskStates).toEqual(states);
  expect(desk.presenceStatuses).toEqual(presences);
});

test('counts stop at a hundred, and nothing is put aside for more than 31 days', () => {
  expect(desk.deskCountMax).toBe(100);
  expect(new Date(desk.deskSnoozeMaxMs).toISOString()).toBe('1970-02-01T00:00:00.000Z');
});

describe('lists', () => {
  holdsShape('a page of a list', {
    schema: desk.deskListReplySchema,
    open: true,
    example: { rows: [row], next: 'k' },
    optional: ['rows[].due'],
    nullable: [
      'next',
      ...[
        'agentId',
        'agentName',
        'customerId',
        'offer',
        'preview',
        'previewBy',
        'priority',
        'queue',
        'reason',
        'snoozedUntilMs',
        'wrapUpUntilMs',
      ].map((name) => `rows[].${name}`),
    ],
    words: {
      'rows[].due.kind': dues,
      'rows[].state': states,
      'rows[].owner': owners,
      'rows[].priority': priorities,
      'rows[].previewBy': ['customer', 'agent'],
    },
    whole: ['rows[].risk'],
    ids: ['rows[].conv', 'rows[].offer.offerId'],
  });
  holdsShape('counts', {
    schema: desk.deskCountsSchema,
    open: true,
    example: { queue: 1, mine: 2, team: 3, bot: 4, snoozed: 5 },
    whole: ['queue', 'mine', 'team', 'bot', 'snoozed'],
  });
});

describe('a conversation as agents see it', () => {
  const event = { schema: desk.deskEventSchema, open: true } as const;

  holdsShape('its page', {
    schema: desk.deskConversationSchema,
    open: true,
    example: { conv: 'c-1', ...head, from: 1, readSeq: 3, events: [said] },
    optional: ['due', 'readSeq', 'events[].seq', 'events[].files'],
    nullable: headNulls,
    words: wordsOfHead,
    whole: [...wholesOfHead, 'from', 'readSeq'],
    ids: ['conv', 'offer.offerId'],
  });
  holdsShape('its head alone', {
    schema: desk.deskHeadSchema,
    open: true,
    example: head,
    optional: ['due'],
    nullable: headNulls,
    words: wordsOfHead,
    whole: wholesOfHead,
  });
  holdsShape('words of the customer', {
    ...event,
    example: said,
    optional: ['seq', 'files'],
    whole: ['pos', 'seq'],
  });
  holdsShape('words of the bot', {
    ...event,
    example: { type: 'bot', pos: 2, seq: 2, atMs: 1, blocks: [textBlock] },
    optional: ['seq'],
    whole: ['pos', 'seq'],
  });
  holdsShape('words of an agent', {
    ...event,
    example: {
      type: 'agent',
      pos: 3,
      seq: 3,
      atMs: 1,
      cid: 'm-1',
      agentName: 'Ann',
      text: 'Hello',
      files: [photo],
    },
    optional: ['seq', 'files'],
    whole: ['pos', 'seq'],
    ids: ['cid'],
  });
  holdsShape('a notice', {
    ...event,
    example: { type: 'notice', pos: 4, seq: 4, atMs: 1, blocks: [textBlock] },
    optional: ['seq'],
    whole: ['pos', 'seq'],
  });
  holdsShape('a note', {
    ...event,
    example: {
      type: 'note',
      pos: 5,
      atMs: 1,
      cid: 'm-2',
      agentName: 'Sue',
      text: 'Ask for the date',
      whisper: true,
    },
    optional: ['whisper'],
    whole: ['pos'],
    ids: ['cid'],
  });
  holdsShape('a status', {
    ...event,
    example: { type: 'status', pos: 6, atMs: 1, what: 'accepted', values: { agent: 'Ann' } },
    optional: ['values.agent'],
    whole: ['pos'],
    openAt: ['values'],
  });
  holdsShape('what a command added', {
    schema: desk.deskCommandReplySchema,
    open: true,
    example: { events: [{ type: 'bot', pos: 2, atMs: 1, blocks: [textBlock] }], duplicate: false },
  });
});

describe('people and teams', () => {
  holdsShape('presence', {
    schema: desk.deskPresenceReplySchema,
    open: true,
    example: { agents: [presence] },
    words: { 'agents[].role': roles, 'agents[].status': presences, 'agents[].why': whys },
    whole: ['agents[].load', 'agents[].capacity'],
  });
  holdsShape('teams', {
    schema: desk.deskQueuesReplySchema,
    open: true,
    example: {
      queues: [
        {
          queue: 'payments',
          name: 'Payments',
          waiting: 3,
          offered: 1,
          oldestSinceMs: 5,
          security: 1,
          money: 1,
          normal: 1,
          available: 2,
          away: 1,
          freeCapacity: 4,
        },
      ],
      staffed: true,
      nextOpeningMs: 7,
    },
    nullable: ['queues[].oldestSinceMs', 'nextOpeningMs'],
    whole: ['waiting', 'offered', 'security', 'money', 'normal', 'available', 'away']
      .concat('freeCapacity')
      .map((name) => `queues[].${name}`),
  });
});
