import { describe, expect, test } from 'vitest';
import {
  clientFrameSchema,
  personChoice,
  protocolVersion,
  sessionRequestSchema,
} from '../../src/protocol/wire.ts';
import { holdsShape } from './wire-contract.ts';

const frame = { schema: clientFrameSchema };
const maxSeq = Number.MAX_SAFE_INTEGER;

describe('what a client may send', () => {
  holdsShape('hello', {
    ...frame,
    example: { t: 'hello', v: 1, token: 'xyz' },
    within: { token: [0, 4096] },
    whole: ['v'],
  });

  holdsShape('sub', {
    ...frame,
    example: { t: 'sub', conv: 'c-1', after: 4, epoch: 'e1' },
    within: { after: [0, maxSeq], epoch: [0, 64] },
    whole: ['after'],
    ids: ['conv'],
  });

  holdsShape('send', {
    ...frame,
    example: {
      t: 'send',
      conv: 'c-1',
      cid: 'm-1',
      text: 'Where is my money?',
      choice: { id: 'which', value: 'a' },
      form: { id: 'details', fields: { amount: '12' } },
      files: ['f-1'],
    },
    // What a form asks for is the flow's matter: any name, or none.
    optional: ['choice', 'form', 'form.fields.amount', 'files'],
    within: {
      text: [0, 4000],
      'choice.value': [0, 200],
      'form.fields.amount': [0, 500],
      files: [1, 5],
    },
    ids: ['conv', 'cid', 'choice.id', 'form.id', 'files[]'],
    openAt: ['form.fields'],
  });

  test('a field of a form has a name of 64 characters at most', () => {
    const named = (name: string) =>
      clientFrameSchema.safeParse({
        t: 'send',
        conv: 'c-1',
        cid: 'm-1',
        text: '',
        form: { id: 'f', fields: { [name]: 'x' } },
      }).success;
    expect(['', 'x', 'x'.repeat(64), 'x'.repeat(65)].map(named)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  holdsShape('rate', {
    ...frame,
    example: { t: 'rate', conv: 'c-1', cid: 'm-1', score: 5, comment: 'Quick' },
    optional: ['comment'],
    within: { score: [1, 5], comment: [0, 1000] },
    whole: ['score'],
    ids: ['conv', 'cid'],
  });

  holdsShape('read', {
    ...frame,
    example: { t: 'read', conv: 'c-1', seq: 9 },
    within: { seq: [0, maxSeq] },
    whole: ['seq'],
    ids: ['conv'],
  });

  holdsShape('secret', {
    ...frame,
    example: { t: 'secret', conv: 'c-1', cid: 'm-1', form: 'code', code: '123456' },
    within: { code: [0, 64] },
    ids: ['conv', 'cid', 'form'],
  });

  holdsShape('lang', {
    ...frame,
    example: { t: 'lang', conv: 'c-1', language: 'zh-CN' },
    within: { language: [0, 35] },
    ids: ['conv'],
  });

  holdsShape('typing', {
    ...frame,
    example: { t: 'typing', conv: 'c-1', on: true },
    ids: ['conv'],
  });
  holdsShape('ping', { ...frame, example: { t: 'ping', n: 1 }, whole: ['n'] });
  holdsShape('pong', { ...frame, example: { t: 'pong', n: 1 }, whole: ['n'] });
});

describe('what opens a session', () => {
  holdsShape('the request', {
    schema: sessionRequestSchema,
    example: { visitorToken: 'v', userToken: 'u', language: 'es', timeZone: 'Europe/Madrid' },
    optional: ['visitorToken', 'userToken', 'language', 'timeZone'],
    within: {
      visitorToken: [0, 4096],
      userToken: [0, 4096],
      language: [0, 35],
      timeZone: [0, 64],
    },
  });
});

test('pages in the field speak version 1, and ask for a person by a choice of this name', () => {
  expect(protocolVersion).toBe(1);
  expect(personChoice).toEqual({ id: 'person', value: 'talk_to_agent' });
});
