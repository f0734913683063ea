import { expect, test } from 'vitest';
import type { Value } from '../../src/core/index.ts';
import {
  erased,
  erasedMark,
  evolve,
  initialState,
  type ConversationEvent,
} from '../../src/dialogue/index.ts';

const record = {
  id: 'P-secret',
  amount: { minor: 1234n, currency: 'EUR' },
  counterparty: 'secret shop',
};
const args: { readonly [name: string]: Value } = { transactionId: 'P-secret', list: [record] };

const events: readonly ConversationEvent[] = [
  {
    type: 'conversation.started',
    channel: 'web',
    language: 'en',
    visitorId: 'v-secret',
    timeZone: 'Secret/Zone',
  },
  { type: 'identity.bound', customerId: 'secret-customer' },
  {
    type: 'message.received',
    cid: 'm1',
    text: 'secret words',
    form: { id: 'f1', fields: { phone: 'secret phone' } },
    files: [{ id: 'f_secret', name: 'secret.png', type: 'image/png', bytes: 1 }],
  },
  {
    type: 'message.understood',
    of: 3,
    understanding: {
      text: 'secret words',
      language: 'en',
      languageConfidence: 1,
      intents: [{ intent: 'refund_request', confidence: 0.9 }],
      verdict: 'answer',
      entities: [{ type: 'phone', start: 0, end: 6, text: 'secret', value: 'secret' }],
    },
  },
  {
    type: 'flow.started',
    flow: 'refund_request',
    version: '1',
    slots: { transaction: record, list: [record], name: 'secret' },
  },
  { type: 'flow.moved', step: 's1' },
  {
    type: 'bot.said',
    language: 'en',
    says: [
      { type: 'text', key: 'refund_request.pick', params: { name: 'secret' } },
      { type: 'choices', id: 'c1', options: [{ value: 'P-secret', item: record }] },
    ],
    blocks: [{ type: 'text', text: 'secret text' }],
  },
  {
    type: 'bot.awaits',
    pending: {
      kind: 'choose',
      step: 's1',
      choiceId: 'c1',
      options: [
        { value: 'P-secret', item: record },
        { value: '_none', key: 'common.none_of_these' },
      ],
    },
  },
  { type: 'consent.asked', choiceId: 'c2', step: 's2', digest: 'd', shown: { payee: 'secret' } },
  {
    type: 'action.requested',
    effectId: 'c:a1',
    action: 'requestRefund',
    args,
    level: 'verified',
    flow: 'refund_request',
    flowVersion: '1',
    step: 's3',
  },
  {
    type: 'action.ended',
    effectId: 'c:a1',
    outcome: { kind: 'ok', result: record, receipt: 'secret receipt' },
  },
  { type: 'agent.said', cid: 'x', agentId: 'a1', agentName: 'Ana', text: 'secret answer' },
  { type: 'agent.noted', cid: 'y', agentId: 'a1', agentName: 'Ana', text: 'secret note' },
  { type: 'satisfaction.given', cid: 'z', score: 5, comment: 'secret comment' },
];

const text = (value: unknown) =>
  JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one));

test('nothing personal is left of an erased log, which folds as far as before', () => {
  const bare = events.map((event) => erased(event, 'erased-1'));
  expect(text(bare)).not.toMatch(/secret|1234/i);
  expect(bare.map(({ type }) => type)).toEqual(events.map(({ type }) => type));
  const fold = (all: readonly ConversationEvent[]) =>
    all.reduce((state, event, at) => evolve(state, { pos: at + 1, atMs: 1, event }), initialState);
  const [before, after] = [fold(events), fold(bare)];
  expect(text(after)).not.toMatch(/secret|1234/i);
  expect(after.visitorId).toBe('erased-1');
  expect(after.customerId).toBeNull();
  expect(after.stack.map(({ flow, step }) => [flow, step])).toEqual(
    before.stack.map(({ flow, step }) => [flow, step]),
  );
  expect(Object.keys(after.actions)).toEqual(Object.keys(before.actions));
});

test('the mark stands where words stood, and holds no letter that a search could find', () => {
  const [, , said] = events;
  if (!said) throw new Error('no event');
  expect(erased(said, 'v')).toMatchObject({ text: erasedMark });
  expect(erasedMark).not.toMatch(/[\p{L}\p{N}]/u);
});

test('erasing what is erased changes nothing', () => {
  const once = events.map((event) => erased(event, 'erased-1'));
  expect(once.map((event) => erased(event, 'erased-1'))).toEqual(once);
});
