import { expect, test } from 'vitest';
import { toWireEvent } from '../../src/channels/index.ts';
import type { FileRef } from '../../src/core/index.ts';
import { isVisible } from '../../src/dialogue/index.ts';
import type { ConversationEvent } from '../../src/dialogue/index.ts';
import { parseServerFrame } from '../support/wire-schemas.ts';

const agent = { cid: 'm1', agentId: 'a1', agentName: 'Ana' };
const offer = { offerId: 'o1', agentId: 'a1', agentName: 'Ana' };
const photo: FileRef = {
  id: 'f_1',
  name: 'a.png',
  type: 'image/png',
  bytes: 9,
  width: 4,
  height: 3,
};
const ask = { reason: 'asked', priority: 'normal', queue: 'main', by: 'customer' } as const;

/** One of each kind: the type makes this list complete. */
const samples: { readonly [type in ConversationEvent['type']]: readonly ConversationEvent[] } = {
  'conversation.started': [
    { type: 'conversation.started', channel: 'web', language: 'en', visitorId: 'v' },
  ],
  'message.received': [
    { type: 'message.received', cid: 'm1', text: 'hi', choice: { id: 'q', value: 'yes' } },
    { type: 'message.received', cid: 'm2', text: '', files: [photo] },
  ],
  'message.understood': [
    {
      type: 'message.understood',
      of: 1,
      understanding: {
        text: 'hi',
        language: 'en',
        languageConfidence: 1,
        intents: [],
        verdict: 'refuse',
        entities: [],
      },
    },
  ],
  'bot.said': [
    {
      type: 'bot.said',
      language: 'en',
      says: [{ type: 'text', key: 'greet' }],
      blocks: [
        { type: 'text', text: 'Hello' },
        { type: 'choices', id: 'q', options: [{ value: 'a', label: 'A', detail: 'first' }] },
        {
          type: 'card',
          kind: 'refund',
          title: 'R1',
          rows: [{ label: 'Amount', value: '¥12.50' }],
          state: { label: 'paid', tone: 'good' },
        },
        {
          type: 'form',
          id: 'f',
          secret: true,
          submit: 'OK',
          fields: [{ name: 'code', label: 'Code', kind: 'code', required: true }],
        },
        { type: 'steps', title: 'How', items: ['One', 'Two'] },
        {
          type: 'quote',
          title: 'Fee',
          rows: [],
          total: { label: 'Total', value: '¥1' },
          note: 'n',
        },
        {
          type: 'file_request',
          id: 'fr',
          hint: 'PDF',
          filesMax: 3,
          types: ['image/png'],
          skip: 'No',
        },
      ],
    },
  ],
  'language.changed': [{ type: 'language.changed', language: 'zh-CN', by: 'request' }],
  'identity.bound': [
    { type: 'identity.bound', customerId: 'lin-wei' },
    { type: 'identity.bound', customerId: null },
  ],
  'identity.challenged': [
    { type: 'identity.challenged', challengeId: 'ch', expiresAtMs: 1, tail: '5678' },
  ],
  'identity.checked': [
    { type: 'identity.checked', challengeId: 'ch', result: 'wrong', attemptsLeft: 2 },
  ],
  'flow.started': [{ type: 'flow.started', flow: 'f', version: '1', slots: {} }],
  'flow.moved': [{ type: 'flow.moved', step: 's' }],
  'flow.ended': [{ type: 'flow.ended', flow: 'f', outcome: 'done' }],
  'slots.set': [{ type: 'slots.set', slots: {} }],
  'attempt.missed': [{ type: 'attempt.missed', at: 'step' }],
  'timer.set': [{ type: 'timer.set', effectId: 't', purpose: 'reminder', dueAtMs: 1 }],
  'timer.fired': [{ type: 'timer.fired', effectId: 't', purpose: 'close' }],
  'turn.taken': [{ type: 'turn.taken', upTo: 1 }],
  'bot.awaits': [{ type: 'bot.awaits', pending: null }],
  'intents.parked': [{ type: 'intents.parked', intents: [] }],
  'consent.asked': [{ type: 'consent.asked', choiceId: 'q', step: 's', digest: 'd', shown: {} }],
  'consent.answered': [{ type: 'consent.answered', digest: 'd', answer: 'yes' }],
  'action.requested': [
    {
      type: 'action.requested',
      effectId: 'e',
      action: 'requestRefund',
      args: {},
      level: 'verified',
      flow: 'f',
      flowVersion: '1',
      step: 's',
    },
  ],
  'action.pended': [{ type: 'action.pended', effectId: 'e' }],
  'action.ended': [
    { type: 'action.ended', effectId: 'e', outcome: { kind: 'refused', reason: 'too_old' } },
  ],
  'conversation.tagged': [
    { type: 'conversation.tagged', agentId: 'a1', agentName: 'Ana', tags: ['vip'] },
  ],
  'agent_action.requested': [
    {
      type: 'agent_action.requested',
      effectId: 'aa',
      requestId: 'r1',
      action: 'freezeAccount',
      args: {},
      confirmed: 'd',
      reason: 'asked on the phone',
      agentId: 'a1',
      agentName: 'Ana',
      customerId: 'lin-wei',
      level: 'identified',
      amount: null,
      approvalFor: [],
      expiresAtMs: null,
    },
  ],
  'agent_action.decided': [
    {
      type: 'agent_action.decided',
      effectId: 'aa',
      approved: true,
      agentId: 'a2',
      agentName: 'Bo',
      reason: 'checked',
    },
  ],
  'agent_action.pended': [{ type: 'agent_action.pended', effectId: 'aa' }],
  'agent_action.ended': [
    { type: 'agent_action.ended', effectId: 'aa', outcome: { kind: 'refused', reason: 'too_old' } },
  ],
  'handoff.requested': [{ type: 'handoff.requested', ...ask }],
  'handoff.accepted': [{ type: 'handoff.accepted', agentId: 'a1', agentName: 'Ana' }],
  'handoff.released': [
    { type: 'handoff.released', to: 'bot', by: 'a1' },
    { type: 'handoff.released', to: 'closed', by: 'a1', disposition: 'solved' },
    { type: 'handoff.released', to: 'queue', by: 'a1' },
  ],
  'handoff.offered': [{ type: 'handoff.offered', ...offer, untilMs: 1 }],
  'handoff.offer_ended': [
    { type: 'handoff.offer_ended', ...offer, why: 'declined', passUntilMs: 1 },
  ],
  'handoff.transferred': [
    {
      type: 'handoff.transferred',
      agentId: 'a1',
      agentName: 'Ana',
      to: { kind: 'agent', agentId: 'a2', agentName: 'Bo' },
    },
  ],
  'handoff.rerouted': [{ type: 'handoff.rerouted', by: 'a1', byName: 'Ana', priority: 'security' }],
  'handoff.dropped': [
    { type: 'handoff.dropped', agentId: 'a1', agentName: 'Ana', why: 'disconnected' },
  ],
  'handoff.snoozed': [{ type: 'handoff.snoozed', agentId: 'a1', untilMs: 1 }],
  'handoff.woken': [{ type: 'handoff.woken', why: 'time' }],
  'handoff.wrapped_up': [{ type: 'handoff.wrapped_up', agentId: 'a1', why: 'done' }],
  'ticket.changed': [
    {
      type: 'ticket.changed',
      ticketId: 'T-1',
      state: 'solved',
      language: 'en',
      blocks: [
        { type: 'text', text: 'Solved' },
        {
          type: 'card',
          kind: 'ticket',
          title: 'T-1',
          rows: [],
          timeline: [{ label: 'Open', time: 'today', tone: 'wait' }],
        },
      ],
    },
  ],
  'satisfaction.asked': [{ type: 'satisfaction.asked' }],
  'satisfaction.given': [{ type: 'satisfaction.given', cid: 'r1', score: 4, comment: 'secret' }],
  'agent.said': [
    { type: 'agent.said', ...agent, text: 'Hi' },
    { type: 'agent.said', ...agent, text: '', files: [{ ...photo, type: 'application/pdf' }] },
  ],
  'delivery.failed': [
    { type: 'delivery.failed', of: 1, channel: 'telegram', reason: 'blocked', offers: [] },
  ],
  'delivery.resent': [{ type: 'delivery.resent', of: 1, channel: 'whatsapp' }],
  'delivery.offered': [
    { type: 'delivery.offered', channel: 'whatsapp', way: 'template', ...agent },
  ],
  'message.withdrawn': [{ type: 'message.withdrawn', cid: 'tg:1' }],
  'agent.noted': [{ type: 'agent.noted', ...agent, text: 'rude' }],
};

test.each(Object.values(samples).flat())(
  '$type is shown exactly when it is visible, as documented',
  (event) => {
    const shown = toWireEvent({ pos: 9, seq: 4, atMs: 5, event });
    expect(shown !== undefined).toBe(isVisible(event));
    if (!shown) return;
    expect(shown).toMatchObject({ seq: 4, atMs: 5 });
    const events = [structuredClone(shown)];
    expect(parseServerFrame({ t: 'events', conv: 'c', events })).toBeDefined();
    expect(JSON.stringify(shown)).not.toContain('"a1"');
  },
);

test('an event without a number is never shown, whatever it is', () => {
  for (const event of Object.values(samples).flat()) {
    expect(toWireEvent({ pos: 9, atMs: 5, event })).toBeUndefined();
  }
});

test.each([
  ['bot', 'returned'],
  ['closed', 'closed'],
  ['queue', 'queued'],
] as const)('released to %s reads as %s', (to, state) => {
  const event = { type: 'handoff.released', to, by: 'a1' } as const;
  expect(toWireEvent({ pos: 1, seq: 1, atMs: 1, event })).toMatchObject({ type: 'handoff', state });
});
