import { describe } from 'vitest';
import {
  conversationsReplySchema,
  eventsReplySchema,
  fileReplySchema,
  serverFrameSchema,
  sessionReplySchema,
  ticketsReplySchema,
  widgetConfigSchema,
  wireEventSchema,
} from '../../src/protocol/wire.ts';
import { fileKinds, photo, textBlock } from './samples.ts';
import { holdsShape } from './wire-contract.ts';

const event = { schema: wireEventSchema, open: true } as const;
const frame = { schema: serverFrameSchema, open: true } as const;
const place = { seq: 3, atMs: 1_700_000_000_000 };
const maxSeq = Number.MAX_SAFE_INTEGER;
const seqs = { within: { seq: [0, maxSeq] }, whole: ['seq'] } as const;
const aMessage = { type: 'message', ...place, from: 'bot', language: 'en', blocks: [textBlock] };

describe('what the customer sees', () => {
  holdsShape('words of the customer', {
    ...event,
    ...seqs,
    example: {
      type: 'message',
      ...place,
      from: 'customer',
      cid: 'm-1',
      text: 'Hi',
      files: [photo],
    },
    optional: ['files'],
    ids: ['cid'],
  });
  holdsShape('words of the bot', { ...event, ...seqs, example: aMessage });
  holdsShape('words of an agent', {
    ...event,
    ...seqs,
    example: {
      type: 'message',
      ...place,
      from: 'agent',
      cid: 'm-1',
      agentName: 'Ann',
      text: 'Hello',
      files: [photo],
    },
    optional: ['files'],
    ids: ['cid'],
  });
  holdsShape('a notice', {
    ...event,
    ...seqs,
    example: { type: 'notice', ...place, about: 'ticket', language: 'en', blocks: [textBlock] },
    words: { about: ['ticket'] },
  });
  holdsShape('satisfaction', {
    ...event,
    example: { type: 'satisfaction', ...place, state: 'given', score: 4 },
    optional: ['score'],
    words: { state: ['asked', 'given'] },
    within: { seq: [0, maxSeq], score: [1, 5] },
    whole: ['seq', 'score'],
  });
  holdsShape('a change of language', {
    ...event,
    ...seqs,
    example: { type: 'language', ...place, language: 'ar' },
  });
  holdsShape('a change of identity', {
    ...event,
    ...seqs,
    example: { type: 'identity', ...place, customer: true },
  });
  holdsShape('what became of a code', {
    ...event,
    ...seqs,
    example: { type: 'code', ...place, result: 'wrong', attemptsLeft: 2 },
    words: { result: ['passed', 'wrong', 'expired', 'locked', 'not_sent'] },
  });
  holdsShape('a hand-off', {
    ...event,
    ...seqs,
    example: { type: 'handoff', ...place, state: 'accepted', agentName: 'Ann' },
    optional: ['agentName'],
    words: { state: ['queued', 'accepted', 'returned', 'closed'] },
  });
});

describe('what the service sends over the socket', () => {
  holdsShape('welcome', {
    ...frame,
    example: {
      t: 'welcome',
      v: 1,
      epoch: 'e1',
      nowMs: 5,
      heartbeatMs: 25_000,
      conv: 'c-1',
      customer: false,
    },
    whole: ['v'],
    ids: ['conv'],
  });
  holdsShape('ack', {
    ...frame,
    ...seqs,
    example: { t: 'ack', conv: 'c-1', cid: 'm-1', seq: 1, dup: false },
    ids: ['conv', 'cid'],
  });
  holdsShape('refused', {
    ...frame,
    example: {
      t: 'refused',
      conv: 'c-1',
      cid: 'm-1',
      code: 'overloaded',
      message: 'Later',
      again: true,
    },
    ids: ['conv', 'cid'],
  });
  holdsShape('events', {
    ...frame,
    example: { t: 'events', conv: 'c-1', events: [aMessage] },
    ids: ['conv'],
  });
  holdsShape('reset', {
    ...frame,
    example: { t: 'reset', conv: 'c-1', epoch: 'e2', from: 1, events: [aMessage] },
    within: { from: [0, maxSeq] },
    ids: ['conv'],
  });
  holdsShape('typing', {
    ...frame,
    example: { t: 'typing', conv: 'c-1', who: 'agent', name: 'Ann', on: true },
    optional: ['name'],
    words: { who: ['bot', 'agent'] },
    ids: ['conv'],
  });
  holdsShape('place', {
    ...frame,
    example: { t: 'place', conv: 'c-1', place: 2, waitMinMs: 60_000, waitMaxMs: 120_000 },
    optional: ['waitMinMs', 'waitMaxMs'],
    whole: ['place', 'waitMinMs', 'waitMaxMs'],
    ids: ['conv'],
  });
  holdsShape('read', {
    ...frame,
    ...seqs,
    example: { t: 'read', conv: 'c-1', seq: 4 },
    ids: ['conv'],
  });
  holdsShape('ping', { ...frame, example: { t: 'ping', n: 1 }, whole: ['n'] });
  holdsShape('pong', { ...frame, example: { t: 'pong', n: 1 }, whole: ['n'] });
  holdsShape('error', { ...frame, example: { t: 'error', code: 'bad_frame', message: 'What?' } });
});

describe('what the service answers over HTTP', () => {
  holdsShape('a session', {
    schema: sessionReplySchema,
    open: true,
    example: {
      sessionToken: 's',
      visitorToken: 'v',
      expiresAtMs: 9,
      conv: 'c-1',
      customer: true,
      language: 'en',
    },
    ids: ['conv'],
  });
  holdsShape('events', {
    schema: eventsReplySchema,
    open: true,
    example: { epoch: 'e1', reset: false, from: 1, events: [aMessage] },
    within: { from: [0, maxSeq] },
  });
  holdsShape('the widget’s settings', {
    schema: widgetConfigSchema,
    open: true,
    example: {
      brand: 'OKPay',
      color: '#123456',
      languages: [{ tag: 'ar', name: 'العربية', dir: 'rtl' }],
      defaultLanguage: 'en',
      files: { bytesMax: 1000, perMessageMax: 5, types: fileKinds },
      greeting: { en: 'Welcome' },
      topics: { en: ['Refunds'] },
      launcher: { position: 'left', icon: 'help' },
      support: {
        staffed: false,
        timeZone: 'Asia/Shanghai',
        hours: [{ days: [1, 2], from: '09:00', to: '18:00' }],
        opensAtMs: 99,
      },
    },
    // Texts by language: those of one more, or of none.
    optional: [
      'files',
      'greeting',
      'greeting.en',
      'launcher',
      'support',
      'support.opensAtMs',
      'topics',
      'topics.en',
    ],
    words: {
      'languages[].dir': ['ltr', 'rtl'],
      'files.types[]': fileKinds,
      'launcher.position': ['left', 'right'],
      'launcher.icon': ['chat', 'help', 'person'],
    },
    whole: ['files.bytesMax', 'files.perMessageMax', 'support.hours[].days[]'],
    openAt: ['greeting', 'topics'],
  });
  holdsShape('a file that was taken', {
    schema: fileReplySchema,
    open: true,
    example: { file: photo },
  });
  holdsShape('tickets', {
    schema: ticketsReplySchema,
    open: true,
    example: { tickets: [{ id: 'T1', state: 'open', openedAtMs: 1, card: textBlock }] },
  });
  holdsShape('conversations', {
    schema: conversationsReplySchema,
    open: true,
    example: {
      conversations: [
        {
          conv: 'c-1',
          current: true,
          closed: false,
          startedAtMs: 1,
          lastAtMs: 2,
          seq: 3,
          language: 'en',
          preview: 'Hello',
        },
      ],
    },
    within: { 'conversations[].seq': [0, maxSeq] },
    ids: ['conversations[].conv'],
  });
});
