import { z } from 'zod';
import { Fault } from '../../core/index.ts';
import { limitHere } from '../../http/index.ts';
import {
  deskAccountSchema,
  deskAgentSchema,
  deskPasswordChangeSchema,
  deskScopes,
  deskSignInSchema,
  deskTokenCreatedSchema,
  deskTokenCreateSchema,
  deskTokensSchema,
  deskTotpBeginSchema,
  deskTotpBegunSchema,
  deskTotpConfirmedSchema,
  deskTotpConfirmSchema,
  deskTotpRemoveSchema,
} from '../../protocol/index.ts';
import type { DeskAccount, DeskScope, DeskToken } from '../../protocol/index.ts';
import type { TokenRecord } from '../../identity/index.ts';
import { publicAgent } from '../public-agent.ts';
import { checkOrigin, setSessionCookie } from '../session.ts';
import type { ApiRoute } from './route.ts';
import { anyAgent, emptyReply, paramOf, parse, route } from './route.ts';

/** An address that tries more passwords than this a minute waits; the account's own lockout is the identity room's. */
const signInsPerMinute = 30;
const dayMs = 24 * 60 * 60_000;

/** With the second factor, and with where the session comes from. */
const signIn: ApiRoute = {
  method: 'post',
  path: '/sign-in',
  tells:
    'Opens a session, which comes as a cookie. `code_required` (401): send the code of the second factor too.',
  roles: 'anyone',
  scope: null,
  body: deskSignInSchema,
  reply: z.object({ agent: deskAgentSchema }),
  handle: (deps) => {
    // Over all nodes identity counts once more; this one spares it the work.
    const tries = limitHere({ name: 'sign-in', points: signInsPerMinute, windowMs: 60_000 });
    return async (request, response) => {
      checkOrigin(request, deps);
      const source = request.ip ?? '';
      if (!(await tries.take(source)))
        throw new Fault('rate_limited', 'Too many requests. Wait a minute.');
      const { email, password, code } = parse(deskSignInSchema, request.body);
      const client = request.headers['user-agent'] ?? '';
      const options = { source, client, ...(code !== undefined && { code }) };
      const session = await deps.api.accounts.signIn(email, password, options);
      setSessionCookie(response, session.token, session.expiresAtMs - deps.clock());
      response.json({ agent: publicAgent(session.agent) });
    };
  },
};

const ownSessions = [
  route({
    method: 'get',
    path: '/account',
    tells: 'One’s own account, with its sessions.',
    roles: anyAgent,
    scope: null,
    reply: deskAccountSchema,
    run: async ({ api }, { agent, token }): Promise<DeskAccount> => {
      const { sessions, secondFactor, recoveryCodesLeft } = await api.accounts.account(
        agent.agentId,
        token,
      );
      const { agentId, email, name, role } = agent;
      return {
        agentId,
        email,
        name,
        role,
        secondFactor,
        recoveryCodesLeft,
        sessions: [...sessions],
      };
    },
  }),
  route({
    method: 'delete',
    path: '/account/sessions/:id',
    tells: 'Ends one of one’s own sessions.',
    roles: anyAgent,
    scope: null,
    reply: emptyReply,
    run: async ({ api, recheck }, { agent, request }) => {
      const isEnded = await api.accounts.endSession(agent.agentId, paramOf(request, 'id'));
      if (!isEnded) throw new Fault('not_found', 'There is no such session.');
      await recheck();
      return {};
    },
  }),
  route({
    method: 'post',
    path: '/account/password',
    tells: 'A new password; every other session ends.',
    roles: anyAgent,
    scope: null,
    body: deskPasswordChangeSchema,
    reply: emptyReply,
    run: async ({ api, recheck }, { agent, token, body }) => {
      await api.accounts.changePassword(agent.agentId, token, body);
      await recheck();
      return {};
    },
  }),
];

const secondFactor = [
  route({
    method: 'post',
    path: '/account/totp',
    tells: 'A secret for an authenticator app; in force only after the confirmation.',
    roles: anyAgent,
    scope: null,
    body: deskTotpBeginSchema,
    reply: deskTotpBegunSchema,
    run: ({ api }, { agent, body }) => api.accounts.beginTotp(agent.agentId, body.password),
  }),
  route({
    method: 'post',
    path: '/account/totp/confirm',
    tells: 'Puts the second factor in force; gives recovery codes, once.',
    roles: anyAgent,
    scope: null,
    body: deskTotpConfirmSchema,
    reply: deskTotpConfirmedSchema,
    run: async ({ api }, { agent, body }) => ({
      recoveryCodes: [...(await api.accounts.confirmTotp(agent.agentId, body.code))],
    }),
  }),
  route({
    method: 'post',
    path: '/account/totp/remove',
    tells: 'Removes the second factor.',
    roles: anyAgent,
    scope: null,
    body: deskTotpRemoveSchema,
    reply: emptyReply,
    run: async ({ api }, { agent, body }) => {
      await api.accounts.removeTotp(agent.agentId, body.password, body.code);
      return {};
    },
  }),
];

const tokens = [
  route({
    method: 'get',
    path: '/tokens',
    tells: 'One’s own personal access tokens.',
    roles: anyAgent,
    scope: null,
    reply: deskTokensSchema,
    run: async ({ api }, { agent }) => ({
      tokens: (await api.accounts.tokens(agent.agentId)).map(toToken),
    }),
  }),
  route({
    method: 'post',
    path: '/tokens',
    tells: 'A new personal access token, shown once.',
    roles: anyAgent,
    scope: null,
    body: deskTokenCreateSchema,
    reply: deskTokenCreatedSchema,
    run: async ({ api, clock }, { agent, body }) => {
      const { name, scopes, expiresInDays } = body;
      const expiresAtMs = clock() + expiresInDays * dayMs;
      const made = await api.accounts.createToken(agent.agentId, { name, scopes, expiresAtMs });
      return { token: made.token, record: toToken(made.record) };
    },
  }),
  route({
    method: 'delete',
    path: '/tokens/:id',
    tells: 'Revokes one of one’s own tokens.',
    roles: anyAgent,
    scope: null,
    reply: emptyReply,
    run: async ({ api }, { agent, request }) => {
      const isRevoked = await api.accounts.revokeToken(agent.agentId, paramOf(request, 'id'));
      if (!isRevoked) throw new Fault('not_found', 'There is no such token.');
      return {};
    },
  }),
];

export const accountRoutes = [signIn, ...ownSessions, ...secondFactor, ...tokens];

function toToken(record: TokenRecord): DeskToken {
  const { id, name, scopes, createdAtMs, expiresAtMs, lastUsedAtMs } = record;
  const known = scopes.filter((scope): scope is DeskScope =>
    deskScopes.some((one) => one === scope),
  );
  return { id, name, scopes: known, createdAtMs, expiresAtMs, lastUsedAtMs };
}
