import { afterAll, beforeAll, expect, test } from 'vitest';
import { deskRules } from '../../src/audit/index.ts';
import { run } from '../../src/cli/audit.ts';
import { apiRoutes } from '../../src/desk/index.ts';
import { deskService, known, type DeskService } from '../support/desk-service.ts';
import { vi } from 'vitest';

let service: DeskService;
beforeAll(async () => {
  service = await deskService();
}, 120_000);
afterAll(() => service.stop());

const entries = async (kind?: string) => {
  const query = kind === undefined ? '' : `&kind=${kind}`;
  const { body } = await service.admin.get(`/audit?limit=500${query}`);
  return (body as unknown as { entries: Record<string, string>[] }).entries;
};

test('every route of the desk has its line in the rules of the chain', () => {
  const routes = apiRoutes.map(({ method, path }) => `${method} ${path}`);
  expect(routes.filter((route) => !Object.hasOwn(deskRules, route))).toEqual([]);
  const known = new Set([...routes, 'watch /conversations/:conv']);
  expect(Object.keys(deskRules).filter((route) => !known.has(route))).toEqual([]);
});

test('sign-ins stand in the chain, good and bad, and no password or address of a failed one', async () => {
  await service.admin.post('/sign-in', { email: 'who@example.com', password: 'oops-my-password' });
  const failed = await entries('sign_in.failed');
  expect(failed.at(-1)).toMatchObject({ actor: 'anyone', subject: 'desk' });
  const agent = await service.agent('Ada');
  const ok = await entries('sign_in.ok');
  expect(ok.at(-1)).toMatchObject({ actor: `agent:${agent.agentId}` });
  expect(JSON.stringify(await entries())).not.toMatch(/who@example|oops-my-password/);
});

test('who reads a conversation, a customer, a search or a list is in the chain before the answer', async () => {
  const agent = await service.agent('Bea');
  const conv = await service.conversation('lin-wei');
  const actor = `agent:${agent.agentId}`;
  await agent.get(`/conversations/${conv}`);
  await agent.get(`/conversations/${conv}/customer`);
  await agent.get('/search?q=very%20private%20words');
  await agent.get('/conversations?list=bot');
  const own = (await entries('read.')).filter((one) => one['actor'] === actor);
  expect(own.map(({ kind, subject }) => [kind, subject])).toEqual([
    ['read.conversation', `conversation:${conv}`],
    ['read.customer', `conversation:${conv}`],
    ['read.search', 'search'],
    ['read.list', 'list:bot'],
  ]);
  expect(JSON.stringify(own)).not.toContain('private');
});

test('a refused request leaves no entry of a change', async () => {
  const agent = await service.agent('Cy');
  const person = { email: 'x@example.com', name: 'X', role: 'admin' };
  expect((await agent.post('/agents', person)).status).toBe(403);
  expect((await service.admin.post('/agents', { ...person, email: 'no' })).status).toBe(400);
  expect(JSON.stringify(await entries('agent.'))).not.toContain(
    agent.agentId + '","kind":"agent.created',
  );
});

test('accounts, tokens and webhooks: who made and changed them', async () => {
  const agent = await service.agent('Di');
  await service.admin.call('PATCH', `/agents/${agent.agentId}`, JSON.stringify({ disabled: true }));
  const changed = (await entries('agent.')).filter(
    ({ subject }) => subject === `agent:${agent.agentId}`,
  );
  expect(changed.map(({ kind }) => kind)).toEqual(['agent.created', 'agent.changed']);
  expect(changed[1]?.['details']).toBe('{"changed":["disabled"],"disabled":true}');
  const made = await service.admin.post('/tokens', {
    name: 'report',
    scopes: ['agents:read'],
    expiresInDays: 1,
  });
  const { token, record } = made.body as unknown as { token: string; record: { id: string } };
  const tokens = await entries('token.');
  expect(tokens.at(-1)).toMatchObject({ kind: 'token.created', subject: `token:${record.id}` });
  expect(JSON.stringify(tokens)).not.toContain(token);
});

test('account actions follow from the log: who, consent, identity level, flow version, outcome', async () => {
  const conv = await service.conversation('lin-wei');
  await service.log(
    conv,
    {
      type: 'action.requested',
      effectId: 'e-1',
      action: 'requestRefund',
      args: { note: 'very private words' },
      consent: 'digest-of-consent',
      level: 'verified',
      flow: 'refund_request',
      flowVersion: 'v7',
      step: 'send',
    },
    { type: 'action.ended', effectId: 'e-1', outcome: { kind: 'refused', reason: 'too_late' } },
  );
  await expect
    .poll(async () => (await entries('account_action.ended')).length, { timeout: 60_000 })
    .toBe(1);
  const [asked] = await entries('account_action.requested');
  expect(asked).toMatchObject({ actor: 'customer:lin-wei', subject: `conversation:${conv}` });
  expect(JSON.parse(known(asked?.['details']))).toMatchObject({
    action: 'requestRefund',
    consent: 'digest-of-consent',
    level: 'verified',
    flow: 'refund_request',
    flowVersion: 'v7',
  });
  expect(JSON.stringify(asked)).not.toContain('private');
});

test('a change of settings is an entry that names what changed', async () => {
  await service.core.workspace.change((draft) => {
    draft.brand = 'Other';
  });
  await expect
    .poll(async () => (await entries('settings.changed')).at(-1)?.['details'])
    .toContain('"changed":["brand"]');
});

test('the chain is for admins; its head is told and the whole verifies, through the service', async () => {
  const agent = await service.agent('Ed', 'supervisor');
  expect((await agent.get('/audit')).status).toBe(403);
  expect((await agent.get('/audit/head')).status).toBe(403);
  const { body } = await service.admin.get('/audit/head');
  const head = body as unknown as { n: number; hash: string };
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  const where = ['--data', service.folder, '--url', service.origin];
  expect(await run(['verify', '--head', `${head.n}:${head.hash}`, ...where])).toBe(0);
  expect(printed.join('\n')).toMatch(/whole/);
  expect(await run(['verify', '--head', `${head.n}:${'0'.repeat(64)}`, ...where])).toBe(1);
  printed.length = 0;
  expect(await run(['list', '--kind', 'sign_in.', '--limit', '2', ...where])).toBe(0);
  expect(printed).toHaveLength(2);
  vi.restoreAllMocks();
});
