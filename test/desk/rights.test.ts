import { expect, test } from 'vitest';
import { apiRoutes } from '../../src/desk/index.ts';
import { admins, anyAgent, leads } from '../../src/desk/api/route.ts';

/**
 * Who may call what, written down a second time: the other tests of rights take the table's word for it, so that a slip in the
 * table would pass them. A new route, a role more or a scope more has to be said here too.
 */
const everyone = 'agent supervisor admin';
const leading = 'supervisor admin';

const rights: Readonly<Record<string, readonly [roles: string, scope: string | null]>> = {
  'POST /sign-in': ['anyone', null],
  'POST /sign-out': ['anyone', null],
  'GET /me': [everyone, 'conversations:read'],
  'GET /counts': [everyone, 'conversations:read'],
  'GET /conversations': [everyone, 'conversations:read'],
  'GET /conversations/:conv': [everyone, 'conversations:read'],
  'POST /conversations/:conv/commands': [everyone, 'conversations:write'],
  'POST /conversations/:conv/tags': [everyone, 'conversations:write'],
  'GET /conversations/:conv/canned': [everyone, 'conversations:read'],
  'GET /conversations/:conv/instead': [everyone, 'conversations:read'],
  'POST /conversations/:conv/instead': [everyone, 'conversations:write'],
  'GET /conversations/:conv/customer': [everyone, 'customers:read'],
  'GET /search': [everyone, 'conversations:read'],
  'GET /workspace': [everyone, 'conversations:read'],
  'GET /flows': [everyone, 'conversations:read'],
  'GET /presence': [everyone, 'agents:read'],
  'POST /presence': [everyone, null],
  'GET /queues': [everyone, 'agents:read'],
  'GET /files/:id': [everyone, null],
  'POST /files': [everyone, null],
  // One's own account: never by a token.
  'GET /account': [everyone, null],
  'DELETE /account/sessions/:id': [everyone, null],
  'POST /account/password': [everyone, null],
  'POST /account/totp': [everyone, null],
  'POST /account/totp/confirm': [everyone, null],
  'POST /account/totp/remove': [everyone, null],
  'GET /tokens': [everyone, null],
  'POST /tokens': [everyone, null],
  'DELETE /tokens/:id': [everyone, null],
  // Money: never by a token; the second person leads.
  'GET /conversations/:conv/actions': [everyone, null],
  'POST /conversations/:conv/actions/preview': [everyone, null],
  'POST /conversations/:conv/actions': [everyone, null],
  'GET /approvals': [leading, null],
  'POST /conversations/:conv/actions/:requestId/decision': [leading, null],
  'GET /agents': [leading, 'agents:read'],
  'GET /channels': [leading, 'agents:read'],
  'POST /agents': ['admin', null],
  'PATCH /agents/:agentId': ['admin', null],
  'POST /agents/:agentId/password': ['admin', null],
  'GET /webhooks': ['admin', 'webhooks'],
  'POST /webhooks': ['admin', 'webhooks'],
  'PATCH /webhooks/:id': ['admin', 'webhooks'],
  'DELETE /webhooks/:id': ['admin', 'webhooks'],
  'GET /webhooks/:id/deliveries': ['admin', 'webhooks'],
  'POST /webhooks/:id/replay': ['admin', 'webhooks'],
  'GET /audit/head': ['admin', null],
  'GET /audit': ['admin', null],
};

test('each route is for these roles and these scopes, and there is no other route', () => {
  const told = apiRoutes.map(({ method, path, roles, scope }) => [
    `${method.toUpperCase()} ${path}`,
    [roles === 'anyone' ? roles : roles.join(' '), scope],
  ]);
  expect(Object.fromEntries(told)).toEqual(rights);
});

test('the groups of roles hold whom their names say', () => {
  expect(anyAgent.join(' ')).toBe(everyone);
  expect(leads.join(' ')).toBe(leading);
  expect(admins).toEqual(['admin']);
});
