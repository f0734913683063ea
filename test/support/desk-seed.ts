import type { Priority } from '../../src/core/index.ts';
import type { ConversationEvent } from '../../src/dialogue/index.ts';

/** Logs as the turn leaves them, for tests of the desk's page; times are minutes before `nowMs`. */
export interface Seed {
  readonly conv: string;
  readonly atMs: number;
  readonly events: readonly ConversationEvent[];
}

const minute = 60_000;

function started(language: string): ConversationEvent {
  return { type: 'conversation.started', channel: 'web', language, visitorId: 'v1' };
}

const said = (cid: string, text: string): ConversationEvent => ({
  type: 'message.received',
  cid,
  text,
});

function asked(reason: string, priority: Priority): ConversationEvent {
  return { type: 'handoff.requested', reason, priority, queue: 'default', by: 'bot' };
}

function bot(...blocks: Extract<ConversationEvent, { type: 'bot.said' }>['blocks']) {
  return { type: 'bot.said', language: 'en', says: [], blocks } as const;
}

/** A refund in full: choice, code, consent, the wallet's receipt, then a person is asked for. */
export function refundStory(conv: string, nowMs: number): readonly Seed[] {
  const at = (minutesAgo: number) => nowMs - minutesAgo * minute;
  const action = { effectId: `${conv}:1`, action: 'requestRefund' } as const;
  return [
    {
      conv,
      atMs: at(14),
      events: [
        started('en'),
        bot({ type: 'text', text: 'Hello! I am the OKPay assistant. What can I do for you?' }),
        { type: 'identity.bound', customerId: 'cus_mei_lin' },
      ],
    },
    {
      conv,
      atMs: at(12),
      events: [
        said('m1', 'I paid twice at Harbour Books, I want one of them back'),
        { type: 'flow.started', flow: 'refund_request', version: 'v1', slots: {} },
        bot(
          { type: 'text', text: 'I can help with that. **Which payment** is it about?' },
          {
            type: 'choices',
            id: 'c1',
            options: [
              { value: 't1', label: '¥128.00 Harbour Books', detail: '21 Nov, completed' },
              { value: 't2', label: '¥128.00 Harbour Books (second)', detail: '21 Nov, completed' },
              { value: 't3', label: '¥35.50 Blue Tram', detail: '20 Nov, completed' },
            ],
          },
        ),
      ],
    },
    {
      conv,
      atMs: at(11),
      events: [
        said('m2', '¥128.00 Harbour Books (second)'),
        { type: 'identity.challenged', challengeId: 'ch1', expiresAtMs: nowMs, tail: '···5678' },
        bot(
          { type: 'text', text: 'To protect your money I sent a code to ···5678.' },
          {
            type: 'form',
            id: 'f1',
            secret: true,
            submit: 'Check',
            fields: [{ name: 'code', label: 'One-time code', kind: 'code', required: true }],
          },
        ),
        {
          type: 'identity.checked',
          challengeId: 'ch1',
          result: 'passed',
          attemptsLeft: 3,
          verifiedUntilMs: nowMs + 10 * minute,
        },
        {
          type: 'consent.asked',
          choiceId: 'c2',
          step: 's5',
          digest: 'd',
          shown: { amount: { minor: 12800n, currency: 'CNY' }, transactionId: 'T-20261121-0042' },
        },
        bot(
          {
            type: 'card',
            kind: 'consent',
            title: 'Ask for this refund?',
            rows: [
              { label: 'Amount', value: '¥128.00' },
              { label: 'From', value: 'Harbour Books' },
              { label: 'Payment', value: 'T-20261121-0042' },
            ],
            state: { label: 'needs your yes', tone: 'wait' },
          },
          {
            type: 'choices',
            id: 'c2',
            options: [
              { value: 'yes', label: 'Yes, ask for it' },
              { value: 'no', label: 'No' },
            ],
          },
        ),
      ],
    },
    {
      conv,
      atMs: at(9),
      events: [
        said('m3', 'Yes, ask for it'),
        { type: 'consent.answered', digest: 'd', answer: 'yes' },
        {
          type: 'action.requested',
          ...action,
          args: { amount: { minor: 12800n, currency: 'CNY' }, transactionId: 'T-20261121-0042' },
          level: 'verified',
          flow: 'refund_request',
          flowVersion: 'v1',
          step: 's6',
        },
        {
          type: 'action.ended',
          effectId: action.effectId,
          outcome: { kind: 'ok', result: null, receipt: 'RF-7731' },
        },
        bot(
          {
            type: 'text',
            text: 'Done. What happens next:\n1. The seller reviews it in 1 to 5 working days.\n2. The money goes back to the account that paid.\n3. You get a message either way.',
          },
          {
            type: 'card',
            kind: 'refund',
            title: 'Refund RF-7731',
            rows: [
              { label: 'Amount', value: '¥128.00' },
              { label: 'Expected by', value: '27 Nov' },
            ],
            state: { label: 'In review', tone: 'wait' },
          },
        ),
        { type: 'flow.ended', flow: 'refund_request', outcome: 'done' },
      ],
    },
    {
      conv,
      atMs: at(7),
      events: [
        said('m4', 'The seller told me they never refund. Can a person look at this please?'),
        asked('talk_to_agent', 'money'),
        bot({
          type: 'text',
          text: 'Of course. A colleague will read everything above, so you need not repeat it.',
        }),
      ],
    },
  ];
}

const crowd: readonly [string, string, string, Priority, number, string][] = [
  [
    'cus_wang_fang',
    'zh-CN',
    'report_fraud',
    'security',
    2,
    '有人冒充客服让我转账，我已经付了 3000 元',
  ],
  [
    'cus_tom_baker',
    'en',
    'account_compromised',
    'security',
    1,
    'Someone signed in from another country',
  ],
  ['cus_li_wei', 'zh-CN', 'withdrawal_delayed', 'money', 21, '提现三天了还没到账'],
  [
    'cus_ana_silva',
    'en',
    'payment_failed',
    'money',
    6,
    'My card payment failed but the money is gone',
  ],
  ['', 'en', 'talk_to_agent', 'normal', 17, 'hello? can I speak to someone'],
  ['cus_zhou_min', 'zh-CN', 'refund_request', 'money', 4, '想退掉昨天的订单'],
  ['', 'zh-CN', 'talk_to_agent', 'normal', 3, '转人工'],
];

/** A busy desk: a queue of every priority in two languages, bot conversations, a closed one. */
export function busyDesk(nowMs: number): readonly Seed[] {
  const queue = crowd.map(([customer, language, reason, priority, minutesAgo, text], index) => ({
    conv: `conv-q${index}`,
    atMs: nowMs - minutesAgo * minute,
    events: [
      started(language),
      ...(customer === '' ? [] : [{ type: 'identity.bound', customerId: customer } as const]),
      said('m1', text),
      { type: 'flow.started', flow: reason, version: 'v1', slots: {} } as const,
      asked(reason, priority),
    ],
  }));
  const withBot = ['cus_noor', 'cus_jonas_weber'].map((customerId, index) => ({
    conv: `conv-b${index}`,
    atMs: nowMs - (index + 1) * minute,
    events: [
      started('en'),
      { type: 'identity.bound', customerId } as const,
      said('m1', 'What is the fee for sending 200 EUR abroad?'),
      bot({ type: 'text', text: 'That depends on the country. **Where** does it go?' }),
    ],
  }));
  return [...queue, ...withBot, ...refundStory('conv-refund', nowMs)];
}
