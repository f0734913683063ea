import type { NextFunction, Request, Response } from 'express';
import { expect, test } from 'vitest';
import { Fault } from '../../src/core/index.ts';
import { deskBorder, OwnedByOther, refusalTexts, WordsRefused } from '../../src/desk/border.ts';
import { publicAgent } from '../../src/desk/public-agent.ts';
import { testAgent } from '../support/desk-world.ts';

/** What the border makes of an error: the answer, the log, and what it hands on. */
function bordered(error: unknown, headersSent = false) {
  const seen = { status: 0, body: {} as unknown, logged: [] as unknown[], next: [] as unknown[] };
  const locals: Record<string, unknown> = {};
  const response = {
    headersSent,
    locals,
    status: (status: number) => {
      seen.status = status;
      return response;
    },
    json: (body: unknown) => {
      seen.body = body;
    },
  };
  const note = (level: string) => (fields: object, message: string) =>
    seen.logged.push([level, fields, message]);
  const next = (given: unknown) => seen.next.push(given);
  deskBorder({ warn: note('warn'), error: note('error') })(
    error,
    { path: '/me', method: 'GET' } as Request,
    response as unknown as Response,
    next as NextFunction,
  );
  return { ...seen, locals };
}

test('who has the conversation is told by name; when nobody has, what to do', () => {
  const taken = bordered(new OwnedByOther('already_taken', 'Ann'));
  expect([taken.status, taken.body]).toEqual([
    409,
    { error: { code: 'already_taken', message: 'Ann has already taken it.', by: 'Ann' } },
  ]);
  expect(bordered(new OwnedByOther('not_owner', 'Ann')).body).toEqual({
    error: { code: 'not_owner', message: 'Ann has the conversation.', by: 'Ann' },
  });
  expect(bordered(new OwnedByOther('not_owner', '')).body).toEqual({
    error: { code: 'not_owner', message: 'Accept the conversation before doing this.' },
  });
});

test('words that ask for a secret are refused with which', () => {
  expect(bordered(new WordsRefused('pin')).body).toEqual({
    error: {
      code: 'words_refused',
      message: 'Staff never ask for passwords, codes, PINs, seed phrases or card secrets.',
      reason: 'pin',
    },
  });
});

test('a refusal of ours is told as it is and is nothing for the log', () => {
  const { status, body, logged, locals, next } = bordered(new Fault('not_found', 'Nothing.'));
  expect([status, body]).toEqual([404, { error: { code: 'not_found', message: 'Nothing.' } }]);
  expect([logged, next]).toEqual([[], []]);
  expect(locals).toEqual({ refused: 'not_found' });
});

test('what was not foreseen says nothing of itself, and is logged whole', () => {
  const error = new Error('the table agent has no column x');
  const { status, body, logged } = bordered(error);
  expect([status, body]).toEqual([
    500,
    { error: { code: 'internal', message: 'Something went wrong here. Try again.' } },
  ]);
  expect(logged).toEqual([
    ['error', { code: 'internal', path: '/me', method: 'GET', err: error }, 'desk request failed'],
  ]);
});

test('what failed behind us is a warning', () => {
  const fault = new Fault('wallet_failed', 'The wallet gives no answer.');
  expect(bordered(fault).logged).toEqual([
    [
      'warn',
      { code: 'wallet_failed', path: '/me', method: 'GET', err: fault },
      'desk request failed',
    ],
  ]);
});

test('what the readers of bodies refuse is the peer’s, by the status that they give it', () => {
  const told = (error: unknown) => {
    const { status, body } = bordered(error);
    return [status, (body as { error: { code: string; message: string } }).error];
  };
  expect(told({ status: 413 })).toEqual([
    413,
    { code: 'too_large', message: 'The body is too large.' },
  ]);
  const unread = { code: 'bad_request', message: 'The request cannot be read.' };
  expect(told({ status: 400 })).toEqual([400, unread]);
  expect(told({ status: 499 })).toEqual([400, unread]);
  for (const odd of [{ status: 399 }, { status: 500 }, { status: '400' }, {}, null, 'status', 7]) {
    expect([odd, told(odd)[0]]).toEqual([odd, 500]);
  }
});

test('after the first byte of an answer the error goes on to Express, which ends it', () => {
  const error = new Error('late');
  const { status, next } = bordered(error, true);
  expect([status, next]).toEqual([0, [error]]);
});

test('each refusal of a command is told in words of its own', () => {
  const texts = Object.values(refusalTexts);
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts.filter((text) => !/^[A-Z].{20,}\.$/.test(text))).toEqual([]);
});

test('colleagues see what an agent can do, and never their own wallet account', () => {
  const ann = { ...testAgent('Ann'), customerId: 'u-1', capacity: 3 };
  const plain = { agentId: 'agent-ann', email: 'ann@example.com', name: 'Ann', role: 'agent' };
  expect(publicAgent(ann)).toEqual(plain);
  const able = { languages: ['en'], skills: ['disputes'], queues: ['payments'] };
  expect(publicAgent({ ...ann, ...able })).toEqual({ ...plain, ...able });
});
