import { describe, expect, test } from 'vitest';
import * as audit from '../../src/protocol/desk-audit.ts';
import { deskChannelsSchema } from '../../src/protocol/desk-channels.ts';
import { holdsShape } from './wire-contract.ts';

describe('the audit chain', () => {
  holdsShape('its head', {
    schema: audit.deskAuditHeadSchema,
    open: true,
    example: { n: 3, hash: 'abc' },
    whole: ['n'],
  });
  holdsShape('a page of it', {
    schema: audit.deskAuditSchema,
    open: true,
    example: {
      entries: [
        {
          n: 3,
          atMs: 1,
          kind: 'sign_in.failed',
          actor: 'agent:a-1',
          subject: 'agent:a-1',
          details: '{}',
          previous: 'abb',
          hash: 'abc',
        },
      ],
    },
    whole: ['entries[].n', 'entries[].atMs'],
  });
  test('is asked for from its begin, a hundred at a time, up to five hundred', () => {
    const asked = (query: Record<string, string>) =>
      audit.deskAuditQuerySchema.safeParse(query).data;
    expect(asked({})).toEqual({ after: 0, limit: 100 });
    const whole = { kind: 'sign_in.', actor: 'agent:a-1', subject: 'u-1' };
    expect(asked({ after: '7', limit: '500', ...whole })).toEqual({
      after: 7,
      limit: 500,
      ...whole,
    });
    expect(asked({ limit: '1' })?.limit).toBe(1);
    for (const wrong of [{ after: '-1' }, { after: '1.5' }, { limit: '0' }, { limit: '501' }]) {
      expect([wrong, asked(wrong)]).toEqual([wrong, undefined]);
    }
    expect(asked({ limit: '2.5' })).toBeUndefined();
  });
  test('is narrowed by kind, actor and subject of bounded length', () => {
    const isTaken = (query: Record<string, string>) =>
      audit.deskAuditQuerySchema.safeParse(query).success;
    for (const kind of ['a', 'a_b.c-d', 'x'.repeat(64)]) {
      expect([kind, isTaken({ kind })]).toEqual([kind, true]);
    }
    for (const kind of ['', 'A', 'a b', ' a', 'a ', 'a%', 'x'.repeat(65)]) {
      expect([kind, isTaken({ kind })]).toEqual([kind, false]);
    }
    for (const member of ['actor', 'subject']) {
      expect(isTaken({ [member]: 'x'.repeat(160) })).toBe(true);
      expect(isTaken({ [member]: 'x'.repeat(161) })).toBe(false);
    }
  });
});

holdsShape('how the platforms do', {
  schema: deskChannelsSchema,
  open: true,
  example: {
    channels: [
      {
        channel: 'telegram',
        state: 'failing',
        received: 1,
        refused: 2,
        sent: 3,
        delayed: 4,
        failed: 5,
        lastReceivedMs: 6,
        lastSentMs: 7,
        lastFault: 'refused',
        lastFaultMs: 8,
      },
    ],
  },
  nullable: ['lastReceivedMs', 'lastSentMs', 'lastFault', 'lastFaultMs'].map(
    (name) => `channels[].${name}`,
  ),
  words: { 'channels[].state': ['quiet', 'working', 'failing'] },
  whole: ['received', 'refused', 'sent', 'delayed', 'failed', 'lastReceivedMs', 'lastSentMs']
    .concat('lastFaultMs')
    .map((name) => `channels[].${name}`),
});
