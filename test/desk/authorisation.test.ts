import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiRoutes } from '../../src/desk/index.ts';
import { deskScopes } from '../../src/protocol/index.ts';
import { deskService, type DeskService } from '../support/desk-service.ts';
import { deskClient } from '../support/desk-world.ts';

/** Every route × every role, a stranger, a token and a foreign page: made from the table that the routes are mounted from. */
let service: DeskService;
type Client = ReturnType<typeof deskClient>;
const clients: Record<string, Client> = {};

beforeAll(async () => {
  service = await deskService();
  clients['agent'] = await service.agent('Ann');
  clients['supervisor'] = await service.agent('Sue', 'supervisor');
  clients['admin'] = await service.agent('Ada', 'admin');
  clients['stranger'] = deskClient(service.origin);
}, 120_000);

afterAll(() => service.stop());

type Route = (typeof apiRoutes)[number];
const name = ({ method, path }: Route) => `${method.toUpperCase()} ${path}`;
const guarded = apiRoutes.filter(({ roles }) => roles !== 'anyone');

/** Addresses of nothing and bodies of nothing: whoever may ask is told so, and nothing is changed. */
async function statusOf(client: Client | undefined, route: Route, headers = {}) {
  const path = route.path.replace(/:\w+/g, 'none');
  const body = route.method === 'get' ? undefined : {};
  const answer = await client?.call(route.method.toUpperCase(), path, body, headers);
  return answer?.status ?? 0;
}

test('the table holds every route that is mounted', () => {
  const folder = join(import.meta.dirname, '../../src/desk');
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  const mounted = [...text.matchAll(/router\.(get|post|patch|delete|put)\(\s*'([^']+)'/g)];
  expect(mounted.length).toBeGreaterThan(8);
  const told = new Set(apiRoutes.map(({ method, path }) => `${method} ${path}`));
  expect(
    mounted.map(([, method, path]) => `${method} ${path}`).filter((one) => !told.has(one)),
  ).toEqual([]);
  expect(new Set(apiRoutes.map(name)).size).toBe(apiRoutes.length);
  expect(guarded.length).toBeGreaterThan(30);
});

test('a stranger is let into no guarded route', async () => {
  const got = await Promise.all(
    guarded.map(async (route) => [name(route), await statusOf(clients['stranger'], route)]),
  );
  expect(got.filter(([, status]) => status !== 401)).toEqual([]);
});

for (const role of ['agent', 'supervisor', 'admin'] as const) {
  test(`the role ${role} reaches what the table says and nothing else`, async () => {
    for (const route of guarded) {
      const status = await statusOf(clients[role], route);
      expect([name(route), status < 500]).toEqual([name(route), true]);
      const may = route.roles !== 'anyone' && route.roles.includes(role);
      expect([name(route), may ? 'in' : 'out']).toEqual([
        name(route),
        status === 401 || status === 403 ? 'out' : 'in',
      ]);
    }
  });
}

test('nothing can be changed from a foreign page, or by a request that does not say where it comes from', async () => {
  const changing = apiRoutes.filter(({ method }) => method !== 'get');
  for (const route of changing) {
    const foreign = await statusOf(clients['admin'], route, { origin: 'https://evil.example' });
    expect([name(route), foreign]).toEqual([name(route), 403]);
  }
});

async function tokenOf(role: string, scopes: readonly string[]): Promise<string> {
  const made = await clients[role]?.post('/tokens', { name: 'test', scopes });
  return made ? (made.body as unknown as { token: string }).token : '';
}

test('a token reaches the routes of its scopes, and no route without one', async () => {
  const token = await tokenOf('admin', deskScopes);
  const all = { authorization: `Bearer ${token}` };
  for (const route of guarded) {
    const status = await statusOf(deskClient(service.origin), route, all);
    const isIn = status !== 401 && status !== 403;
    expect([name(route), isIn]).toEqual([name(route), route.scope !== null]);
  }
  for (const scope of deskScopes) {
    const scopes = deskScopes.filter((one) => one !== scope);
    const authorization = `Bearer ${await tokenOf('admin', scopes)}`;
    for (const route of guarded.filter((one) => one.scope === scope)) {
      const status = await statusOf(deskClient(service.origin), route, { authorization });
      expect([name(route), status]).toEqual([name(route), 403]);
    }
  }
});

test('a token of an agent does not reach what is an admin’s', async () => {
  const scopes = ['webhooks', 'agents:read'];
  const authorization = `Bearer ${await tokenOf('agent', scopes)}`;
  const client = deskClient(service.origin);
  expect((await client.call('GET', '/webhooks', undefined, { authorization })).status).toBe(403);
  expect((await client.call('GET', '/agents', undefined, { authorization })).status).toBe(403);
  const wrong = { authorization: `Bearer kefu_pat_${'x'.repeat(43)}` };
  expect((await client.call('GET', '/me', undefined, wrong)).status).toBe(401);
});

test('whoever is disabled or signed out elsewhere is out at the next request', async () => {
  const bo = await service.agent('Bo');
  expect((await bo.get('/me')).status).toBe(200);
  const socket = bo.socket();
  await socket.until('welcome');
  await service.admin.call('PATCH', `/agents/${bo.agentId}`, { disabled: true });
  expect((await bo.get('/me')).status).toBe(401);
  expect(await socket.closed).toMatchObject({ code: 4001 });
});

test('the reference tells of every route, for programs and for people', async () => {
  const document = (await (await fetch(`${service.origin}/api/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, Record<string, object>>;
  };
  expect(document.openapi).toBe('3.1.0');
  for (const { method, path } of apiRoutes) {
    const told = document.paths[`/api/desk${path.replace(/:(\w+)/g, '{$1}')}`]?.[method];
    expect([method, path, told !== undefined]).toEqual([method, path, true]);
  }
  const page = await fetch(`${service.origin}/api/docs`);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const html = await page.text();
  expect(html).not.toContain('<script');
  expect(html.match(/<section /g)?.length).toBe(apiRoutes.length);
});
