import { describe, expect, test } from 'vitest';
import * as desk from '../../src/protocol/desk-account.ts';
import { roles } from './samples.ts';
import { holdsShape } from './wire-contract.ts';

const topics = [
  'conversation.started',
  'conversation.queued',
  'conversation.assigned',
  'conversation.returned',
  'conversation.closed',
  'conversation.tagged',
  'message.customer',
  'message.bot',
  'message.agent',
  'ticket.opened',
];
const scopes = [
  'conversations:read',
  'conversations:write',
  'customers:read',
  'agents:read',
  'webhooks',
];

const account = {
  agentId: 'a-1',
  email: 'ann@example.com',
  name: 'Ann',
  role: 'agent',
  disabled: false,
  secondFactor: true,
  customerId: 'u-1',
  languages: ['en'],
  skills: ['disputes'],
  queues: ['payments'],
  capacity: 4,
};

test('webhooks and tokens are asked for by these names', () => {
  expect(desk.deskWebhookTopics).toEqual(topics);
  expect(desk.deskScopes).toEqual(scopes);
});

describe('one’s own account', () => {
  holdsShape('sign-in', {
    schema: desk.deskSignInSchema,
    example: { email: 'ann@example.com', password: 'secret', code: '123456' },
    optional: ['code'],
    within: { email: [0, 254], password: [0, 1024], code: [0, 32] },
  });
  test('blanks around a code are taken off', () => {
    const request = { email: 'a', password: 'b', code: ` ${'1'.repeat(32)} ` };
    expect(desk.deskSignInSchema.parse(request).code).toBe('1'.repeat(32));
  });
  holdsShape('the account', {
    schema: desk.deskAccountSchema,
    open: true,
    example: {
      agentId: 'a-1',
      email: 'ann@example.com',
      name: 'Ann',
      role: 'agent',
      secondFactor: false,
      recoveryCodesLeft: 8,
      sessions: [
        {
          id: 's-1',
          current: true,
          createdAtMs: 1,
          lastSeenAtMs: 2,
          expiresAtMs: 3,
          address: '192.0.2.1',
          client: 'Firefox',
        },
      ],
    },
    words: { role: roles },
    whole: ['recoveryCodesLeft'],
  });
  holdsShape('a change of password', {
    schema: desk.deskPasswordChangeSchema,
    example: { password: 'old', next: 'a longer password' },
    within: { password: [0, 1024], next: [12, 1024] },
  });
  holdsShape('the begin of a second factor', {
    schema: desk.deskTotpBeginSchema,
    example: { password: 'old' },
    within: { password: [0, 1024] },
  });
  holdsShape('a second factor that was begun', {
    schema: desk.deskTotpBegunSchema,
    open: true,
    example: { secret: 'ABC', uri: 'otpauth://totp/x' },
  });
  holdsShape('the proof of a second factor', {
    schema: desk.deskTotpConfirmSchema,
    example: { code: '123456' },
    within: { code: [0, 32] },
  });
  holdsShape('recovery codes', {
    schema: desk.deskTotpConfirmedSchema,
    open: true,
    example: { recoveryCodes: ['aaaa-bbbb'] },
  });
  holdsShape('the end of a second factor', {
    schema: desk.deskTotpRemoveSchema,
    example: { password: 'old', code: '123456' },
    within: { password: [0, 1024], code: [0, 32] },
  });
});

describe('accounts of others', () => {
  holdsShape('the list', {
    schema: desk.deskAgentsSchema,
    open: true,
    example: { agents: [account] },
    nullable: ['agents[].customerId', 'agents[].capacity'],
    words: { 'agents[].role': roles },
    whole: ['agents[].capacity'],
  });
  holdsShape('a new one', {
    schema: desk.deskAgentCreateSchema,
    example: { email: 'ann@example.com', name: 'Ann', role: 'agent', customerId: 'u-1' },
    optional: ['customerId'],
    words: { role: roles },
    within: { name: [1, 100] },
    ids: ['customerId'],
  });
  test('an account has an email address, 254 characters at most, and a name that is not blank', () => {
    const create = (email: string, name = 'Ann') =>
      desk.deskAgentCreateSchema.safeParse({ email, name, role: 'agent' });
    const long = `${'a'.repeat(50)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}`;
    expect(create(`${long}.${'e'.repeat(254 - long.length - 1)}`).success).toBe(true);
    expect(create(`${long}.${'e'.repeat(255 - long.length - 1)}`).success).toBe(false);
    expect(create('ann').success).toBe(false);
    expect(create('ann@example.com', '   ').success).toBe(false);
    expect(create('ann@example.com', ' Ann ').data?.name).toBe('Ann');
  });
  holdsShape('one that was made', {
    schema: desk.deskAgentCreatedSchema,
    open: true,
    example: { agent: account, password: 'first' },
    nullable: ['agent.customerId', 'agent.capacity'],
  });
  holdsShape('a change', {
    schema: desk.deskAgentChangeSchema,
    example: {
      name: 'Ann',
      role: 'admin',
      disabled: true,
      customerId: 'u-1',
      languages: ['en'],
      skills: ['disputes'],
      queues: ['payments'],
      capacity: 4,
    },
    optional: ['name', 'role', 'disabled', 'customerId', 'languages', 'skills', 'queues'].concat(
      'capacity',
    ),
    nullable: ['customerId', 'capacity'],
    words: { role: roles },
    within: {
      name: [1, 100],
      capacity: [1, 100],
      languages: [0, 100],
      'languages[]': [1, 64],
      skills: [0, 100],
      queues: [0, 100],
    },
    whole: ['capacity'],
    ids: ['customerId'],
  });
  test('blanks around names are taken off before they are measured', () => {
    const change = (value: unknown) => desk.deskAgentChangeSchema.safeParse(value);
    expect(change({ name: '  ' }).success).toBe(false);
    expect(change({ skills: ['  '] }).success).toBe(false);
    expect(change({ name: ' Ann ', skills: [' x '] }).data).toEqual({ name: 'Ann', skills: ['x'] });
  });
  holdsShape('a password that was reset', {
    schema: desk.deskPasswordResetSchema,
    open: true,
    example: { password: 'new' },
  });
});

describe('personal tokens', () => {
  const token = {
    id: 't-1',
    name: 'reports',
    scopes: ['webhooks'],
    createdAtMs: 1,
    expiresAtMs: 2,
    lastUsedAtMs: 3,
  };
  holdsShape('the list', {
    schema: desk.deskTokensSchema,
    open: true,
    example: { tokens: [token] },
    nullable: ['tokens[].lastUsedAtMs'],
    words: { 'tokens[].scopes[]': scopes },
    ids: ['tokens[].id'],
  });
  holdsShape('a new one', {
    schema: desk.deskTokenCreateSchema,
    example: { name: 'reports', scopes: ['webhooks'], expiresInDays: 30 },
    optional: ['expiresInDays'],
    words: { 'scopes[]': scopes },
    within: { name: [1, 80], scopes: [1, 5], expiresInDays: [1, 365] },
    whole: ['expiresInDays'],
  });
  test('a token lasts 90 days unless another time is asked for; its name is not blank', () => {
    const create = (name: string) =>
      desk.deskTokenCreateSchema.safeParse({ name, scopes: ['webhooks'] });
    expect(create(' reports ').data).toMatchObject({ name: 'reports', expiresInDays: 90 });
    expect(create('  ').success).toBe(false);
  });
  holdsShape('one that was made', {
    schema: desk.deskTokenCreatedSchema,
    open: true,
    example: { token: 'kefu_pat_x', record: token },
    nullable: ['record.lastUsedAtMs'],
  });
});

describe('webhooks', () => {
  const webhook = {
    id: 'w-1',
    url: 'https://example.com/hook',
    topics: ['message.bot'],
    enabled: true,
    createdAtMs: 1,
    waiting: 2,
    dead: 3,
    lastError: 'refused',
  };
  holdsShape('the list', {
    schema: desk.deskWebhooksSchema,
    open: true,
    example: { webhooks: [webhook] },
    nullable: ['webhooks[].lastError'],
    words: { 'webhooks[].topics[]': topics },
    whole: ['webhooks[].waiting', 'webhooks[].dead'],
    ids: ['webhooks[].id'],
  });
  holdsShape('a new one', {
    schema: desk.deskWebhookCreateSchema,
    example: { url: 'https://example.com/hook', topics: ['message.bot'] },
    words: { 'topics[]': topics },
    within: { topics: [1, 10] },
  });
  test('a webhook has an address of 2000 characters at most', () => {
    const create = (url: string) =>
      desk.deskWebhookCreateSchema.safeParse({ url, topics: ['message.bot'] }).success;
    const base = 'https://example.com/';
    expect(create(base + 'x'.repeat(2000 - base.length))).toBe(true);
    expect(create(base + 'x'.repeat(2001 - base.length))).toBe(false);
    expect(create('example')).toBe(false);
  });
  holdsShape('one that was made', {
    schema: desk.deskWebhookCreatedSchema,
    open: true,
    example: { webhook, secret: 'whsec' },
    nullable: ['webhook.lastError'],
  });
  holdsShape('a change', { schema: desk.deskWebhookChangeSchema, example: { enabled: false } });
  holdsShape('deliveries', {
    schema: desk.deskDeliveriesSchema,
    open: true,
    example: {
      deliveries: [
        {
          id: 'd-1',
          topic: 'message.bot',
          conv: 'c-1',
          state: 'dead',
          attempts: 8,
          dueAtMs: 1,
          error: 'refused',
        },
      ],
    },
    nullable: ['deliveries[].error'],
    words: { 'deliveries[].topic': topics, 'deliveries[].state': ['waiting', 'done', 'dead'] },
    whole: ['deliveries[].attempts'],
    ids: ['deliveries[].id', 'deliveries[].conv'],
  });
  holdsShape('a replay', {
    schema: desk.deskReplaySchema,
    example: { deliveries: ['d-1'] },
    optional: ['deliveries'],
    within: { deliveries: [0, 1000] },
    ids: ['deliveries[]'],
  });
  holdsShape('what was replayed', {
    schema: desk.deskReplayedSchema,
    open: true,
    example: { replayed: 3 },
    whole: ['replayed'],
  });
});
