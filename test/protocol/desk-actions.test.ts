import { describe, expect, test } from 'vitest';
import * as desk from '../../src/protocol/desk-actions.ts';
import { money } from './samples.ts';
import { holdsShape } from './wire-contract.ts';

const record = {
  requestId: 'r-1',
  conv: 'c-1',
  action: 'refund',
  args: { transaction: 'tx-1' },
  reason: 'Sent twice',
  amount: money,
  agentId: 'a-1',
  agentName: 'Ann',
  customerId: 'u-1',
  atMs: 1,
  state: 'requested',
  approvalFor: ['amount'],
  expiresAtMs: 2,
  decidedBy: 'Sue',
  decidedReason: 'Right',
  receipt: 'rc-1',
  refusal: 'frozen',
};
const nulls = ['amount', 'expiresAtMs', 'decidedBy', 'decidedReason', 'receipt', 'refusal'];
const under = (path: string, names: readonly string[]) => names.map((name) => `${path}.${name}`);

describe('account actions', () => {
  holdsShape('what may be done and was', {
    schema: desk.deskActionsSchema,
    open: true,
    example: {
      barred: 'closed',
      offered: [
        {
          action: 'refund',
          fields: [{ name: 'amount', kind: 'amount', required: true, options: ['a'] }],
        },
      ],
      records: [record],
    },
    optional: ['records[].args.transaction'],
    nullable: ['barred', ...under('records[]', nulls)],
    words: {
      barred: ['not_owner', 'anonymous', 'own_account', 'closed'],
      'offered[].fields[].kind': ['transaction', 'withdrawal', 'amount', 'choice', 'line', 'text'],
      'records[].state': [
        'awaits_approval',
        'declined',
        'expired',
        'requested',
        'pending',
        'ok',
        'refused',
      ],
    },
    ids: ['records[].requestId', 'records[].conv'],
    openAt: ['records[].args'],
  });
  holdsShape('the wish to see one first', {
    schema: desk.deskActionPreviewRequestSchema,
    example: { action: 'refund', args: { amount: money } },
    optional: ['args.amount'],
    within: {
      action: [0, 64],
      'args.amount.amount': [0, 20],
      'args.amount.currency': [0, 3],
    },
    openAt: ['args'],
  });
  test('arguments are texts of 4000 characters at most, by names of 64 at most', () => {
    const taken = (args: unknown) =>
      desk.deskActionPreviewRequestSchema.safeParse({ action: 'refund', args }).success;
    expect(taken({ ['x'.repeat(64)]: 'y'.repeat(4000) })).toBe(true);
    expect(taken({ ['x'.repeat(65)]: 'y' })).toBe(false);
    expect(taken({ x: 'y'.repeat(4001) })).toBe(false);
    expect(taken({ x: 7 })).toBe(false);
  });
  holdsShape('one as it would be done', {
    schema: desk.deskActionPreviewSchema,
    open: true,
    example: {
      action: 'refund',
      args: { transaction: 'tx-1' },
      amount: money,
      approvalFor: ['amount'],
      confirm: 'k',
    },
    optional: ['args.transaction'],
    nullable: ['amount'],
    openAt: ['args'],
  });
  holdsShape('the order to do it', {
    schema: desk.deskActionRequestSchema,
    example: {
      requestId: 'r-1',
      action: 'refund',
      args: { transaction: 'tx-1' },
      confirm: 'k',
      reason: 'Sent twice',
    },
    optional: ['args.transaction'],
    within: {
      action: [0, 64],
      confirm: [0, 128],
      reason: [3, 500],
      'args.transaction': [0, 4000],
    },
    ids: ['requestId'],
    openAt: ['args'],
  });
  holdsShape('the answer', {
    schema: desk.deskActionReplySchema,
    open: true,
    example: { record, duplicate: true },
    optional: ['record.args.transaction'],
    nullable: under('record', nulls),
    openAt: ['record.args'],
  });
  holdsShape('those that wait for a second person', {
    schema: desk.deskApprovalsSchema,
    open: true,
    example: { waiting: [record] },
    optional: ['waiting[].args.transaction'],
    nullable: under('waiting[]', nulls),
    openAt: ['waiting[].args'],
  });
  holdsShape('a decision', {
    schema: desk.deskActionDecisionSchema,
    example: { approve: true, reason: 'Right' },
    within: { reason: [3, 500] },
  });
  test('three blanks are no reason', () => {
    const decide = (reason: string) =>
      desk.deskActionDecisionSchema.safeParse({ approve: false, reason });
    expect(decide('     ').success).toBe(false);
    expect(decide('  why ').data?.reason).toBe('why');
  });
});
