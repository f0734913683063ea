import { describe, expect, test } from 'vitest';
import * as desk from '../../src/protocol/desk-customer.ts';
import { levels, money, owners, priorities } from './samples.ts';
import { holdsShape } from './wire-contract.ts';

const transaction = {
  id: 'tx-1',
  kind: 'payment',
  state: 'completed',
  amount: money,
  counterparty: 'Shop',
  method: 'card',
  atMs: 1,
  failureReason: 'limit',
  refundable: true,
};
const withdrawal = {
  id: 'wd-1',
  state: 'processing',
  amount: money,
  bank: 'Bank',
  accountTail: '1234',
  requestedAtMs: 1,
  overdue: false,
  failureReason: 'returned',
};
const card = {
  masked: false,
  customerId: 'u-1',
  name: 'Li Wei',
  phone: '+86 1',
  email: 'l@example.com',
  status: 'active',
  statusReason: 'checked',
  kycLevel: 2,
  balances: [{ available: money, held: money }],
  transactions: [transaction],
  withdrawals: [withdrawal],
  tickets: [{ id: 'T1', type: 'dispute', state: 'open', openedAtMs: 1 }],
};
const summary = {
  language: 'zh-CN',
  reason: 'asked',
  priority: 'money',
  lastAsked: 'My money?',
  mood: 'uneasy',
  moodSigns: ['loud'],
  flows: [{ flow: 'refund', outcome: 'handed_off', step: 'which' }],
  slots: [{ flow: 'refund', name: 'amount', value: '12.50' }],
  actions: [
    {
      action: 'refund',
      by: 'bot',
      atMs: 1,
      state: 'ok',
      detail: '12.50',
      looksUp: false,
      receipt: 'rc-1',
      reason: 'asked',
    },
  ],
  level: 'verified',
};
const past = {
  conv: 'c-0',
  channel: 'web',
  language: 'en',
  lastAtMs: 1,
  owner: 'bot',
  reason: 'asked',
  closed: true,
  tags: ['vip'],
  satisfaction: 5,
};

describe('the customer beside a conversation', () => {
  holdsShape('the wallet card', {
    schema: desk.deskWalletSchema,
    open: true,
    example: { kind: 'card', card },
    nullable: [
      'card.statusReason',
      'card.balances',
      'card.transactions[].amount',
      'card.transactions[].failureReason',
      'card.withdrawals[].amount',
      'card.withdrawals[].failureReason',
    ],
    words: {
      'card.status': ['active', 'locked', 'restricted', 'frozen', 'closed'],
      'card.transactions[].kind': ['payment', 'transfer_out', 'transfer_in', 'top_up'],
      'card.transactions[].state': [
        'pending',
        'completed',
        'failed',
        'cancelled',
        'refunded',
        'disputed',
      ],
      'card.transactions[].method': ['balance', 'card', 'bank'],
      'card.withdrawals[].state': ['processing', 'arrived', 'failed', 'returned'],
      'card.tickets[].state': ['open', 'in_progress', 'solved'],
    },
    whole: ['card.kycLevel'],
  });
  for (const kind of ['anonymous', 'not_found', 'unavailable']) {
    holdsShape(`no card: ${kind}`, {
      schema: desk.deskWalletSchema,
      open: true,
      example: { kind },
    });
  }
  holdsShape('the panel', {
    schema: desk.deskCustomerSchema,
    open: true,
    example: {
      conv: 'c-1',
      wallet: { kind: 'anonymous' },
      summary,
      tags: ['vip'],
      satisfaction: { score: 4, comment: 'Quick' },
      past: [past],
    },
    nullable: [
      'satisfaction',
      'satisfaction.comment',
      'past[].reason',
      'past[].satisfaction',
      ...['reason', 'priority', 'lastAsked'].map((name) => `summary.${name}`),
      'summary.flows[].outcome',
      'summary.flows[].step',
      'summary.actions[].receipt',
      'summary.actions[].reason',
    ],
    words: {
      'summary.priority': priorities,
      'summary.mood': ['calm', 'uneasy', 'upset'],
      'summary.level': levels,
      'summary.actions[].by': ['bot', 'agent'],
      'summary.actions[].state': [
        'requested',
        'pending',
        'ok',
        'refused',
        'awaits_approval',
        'declined',
        'expired',
      ],
      'past[].owner': owners,
    },
    whole: ['satisfaction.score', 'past[].satisfaction'],
    ids: ['conv', 'past[].conv'],
  });
});

describe('tags', () => {
  const change = (value: unknown) => desk.deskTagRequestSchema.safeParse(value);
  const isTag = (tag: string) => change({ add: [tag] }).success;

  holdsShape('a change', {
    schema: desk.deskTagRequestSchema,
    example: { add: ['vip'], remove: ['new'] },
    optional: ['add', 'remove'],
    within: { add: [0, 20], remove: [0, 20], 'add[]': [1, 40], 'remove[]': [1, 40] },
  });
  holdsShape('those there are', {
    schema: desk.deskTagReplySchema,
    open: true,
    example: { tags: ['vip'] },
  });
  test('what is not named is not changed', () => {
    expect(change({}).data).toEqual({ add: [], remove: [] });
  });
  test('a tag is one word of letters, digits, - and _ in small letters, and blanks around it are taken off', () => {
    expect(change({ add: [' VIP '] }).data?.add).toEqual(['vip']);
    expect(['vip', '7', '退款', 'a-b_c'].filter((tag) => !isTag(tag))).toEqual([]);
    expect(['-a', '_a', 'a b', 'a!', '!a', '!', '  '].filter(isTag)).toEqual([]);
    expect(JSON.stringify(change({ add: ['a b'] }).error?.issues)).toContain(
      'must be letters, digits, - and _, 40 at most',
    );
  });
  test('a conversation has twenty at most', () => {
    expect(desk.deskTagsMax).toBe(20);
  });
});

describe('search', () => {
  const asked = (query: Record<string, string>) => desk.deskSearchQuerySchema.safeParse(query).data;

  test('looks for some words, twenty hits at a time, fifty at most', () => {
    expect(asked({ q: ' refund ' })).toEqual({ q: 'refund', limit: 20 });
    const whole = { q: 'x'.repeat(200), after: 'y'.repeat(64), limit: '50' };
    expect(asked(whole)).toEqual({ ...whole, limit: 50 });
    expect(asked({ q: 'x', limit: '1' })?.limit).toBe(1);
    const wrong = [
      {},
      { q: '   ' },
      { q: 'x'.repeat(201) },
      { q: 'x', after: 'y'.repeat(65) },
      { q: 'x', limit: '0' },
      { q: 'x', limit: '51' },
      { q: 'x', limit: '1.5' },
    ] as Record<string, string>[];
    expect(wrong.filter((query) => asked(query) !== undefined)).toEqual([]);
  });
  holdsShape('a page of hits', {
    schema: desk.deskSearchReplySchema,
    open: true,
    example: {
      hits: [
        {
          conv: 'c-1',
          customerId: 'u-1',
          channel: 'web',
          language: 'en',
          owner: 'agent',
          agentId: 'a-1',
          closed: false,
          lastAtMs: 1,
          tags: ['vip'],
          found: 'text',
          pos: 4,
          atMs: 2,
          excerpt: 'the refund',
          marks: [[4, 10]],
        },
      ],
      next: 'k',
    },
    nullable: ['next', 'hits[].customerId', 'hits[].agentId', 'hits[].pos'],
    words: {
      'hits[].owner': owners,
      'hits[].found': ['conversation', 'customer', 'reference', 'tag', 'text'],
    },
    whole: ['hits[].pos', 'hits[].marks[][]'],
    ids: ['hits[].conv'],
  });
  test('a mark has a begin and an end', () => {
    const { marks } = desk.deskSearchHitSchema.shape;
    expect(marks.safeParse([[1, 2]]).success).toBe(true);
    expect(marks.safeParse([[1]]).success).toBe(false);
    expect(marks.safeParse([[1, 2, 3]]).success).toBe(false);
  });
});

describe('what the operator has set', () => {
  holdsShape('the workspace', {
    schema: desk.deskWorkspaceSchema,
    open: true,
    example: {
      brand: 'OKPay',
      timeZone: 'Asia/Shanghai',
      languages: ['en'],
      queues: [{ id: 'payments', name: 'Payments' }],
      dispositions: [{ id: 'solved', labels: { en: 'Solved' } }],
      tags: ['vip'],
    },
    optional: ['dispositions[].labels.en'],
    openAt: ['dispositions[].labels'],
  });
  holdsShape('flows to return with', {
    schema: desk.deskFlowsSchema,
    open: true,
    example: { language: 'en', flows: [{ id: 'refund', topic: 'Money', title: 'Refunds' }] },
    ids: ['flows[].id'],
  });
  test('titles are asked for in a language or in none', () => {
    const { deskFlowsQuerySchema: query } = desk;
    expect(query.parse({})).toEqual({});
    expect(query.parse({ language: 'x'.repeat(35) })).toEqual({ language: 'x'.repeat(35) });
    expect(query.safeParse({ language: 'x'.repeat(36) }).success).toBe(false);
  });
  holdsShape('canned replies', {
    schema: desk.deskCannedSchema,
    open: true,
    example: {
      replies: [
        { id: 'hello', title: 'Hello', language: 'en', text: 'Hello {{name}}', missing: ['name'] },
      ],
    },
  });
});
