import { Fault } from '../../core/index.ts';
import { makePassword } from '../../identity/index.ts';
import type { AgentChange, AgentRecord } from '../../identity/index.ts';
import {
  deskAgentAccountSchema,
  deskAgentChangeSchema,
  deskAgentCreatedSchema,
  deskAgentCreateSchema,
  deskAgentsSchema,
  deskPasswordResetSchema,
} from '../../protocol/index.ts';
import type { DeskAgentAccount } from '../../protocol/index.ts';
import { admins, leads, paramOf, route } from './route.ts';

/** Accounts of agents. Everything that changes one is an admin's and asks for a session. */
export const agentRoutes = [
  route({
    method: 'get',
    path: '/agents',
    tells: 'All accounts of agents.',
    roles: leads,
    scope: 'agents:read',
    reply: deskAgentsSchema,
    run: async ({ api }) => ({ agents: (await api.accounts.list()).map(toAccount) }),
  }),
  route({
    method: 'post',
    path: '/agents',
    tells: 'A new agent; gives the first password, once.',
    roles: admins,
    scope: null,
    body: deskAgentCreateSchema,
    reply: deskAgentCreatedSchema,
    run: async ({ api }, { body }) => {
      const password = makePassword();
      const { customerId, ...agent } = body;
      const made = await api.accounts.create({
        ...agent,
        password,
        ...(customerId !== undefined && { customerId }),
      });
      return { agent: toAccount({ ...made, disabled: false, secondFactor: false }), password };
    },
  }),
  route({
    method: 'patch',
    path: '/agents/:agentId',
    tells: 'Changes an account; disabling it ends its sessions and tokens at once.',
    roles: admins,
    scope: null,
    body: deskAgentChangeSchema,
    reply: deskAgentAccountSchema,
    run: async ({ api, recheck }, { body, request }) => {
      const change: AgentChange = body;
      const changed = await api.accounts.change(paramOf(request, 'agentId'), change);
      if (!changed) throw noAgent();
      await recheck();
      return toAccount(changed);
    },
  }),
  route({
    method: 'post',
    path: '/agents/:agentId/password',
    tells: 'A new password, shown once; sessions, tokens and the second factor of the account end.',
    roles: admins,
    scope: null,
    reply: deskPasswordResetSchema,
    run: async ({ api, recheck }, { request }) => {
      const password = await api.accounts.resetPassword(paramOf(request, 'agentId'));
      if (password === undefined) throw noAgent();
      await recheck();
      return { password };
    },
  }),
];

const noAgent = (): Fault => new Fault('not_found', 'There is no such agent.');

function toAccount(record: AgentRecord): DeskAgentAccount {
  const { agentId, email, name, role, disabled, secondFactor, customerId } = record;
  const { languages = [], skills = [], queues = [], capacity } = record;
  return {
    agentId,
    email,
    name,
    role,
    disabled,
    secondFactor,
    customerId: customerId ?? null,
    languages: [...languages],
    skills: [...skills],
    queues: [...queues],
    capacity: capacity ?? null,
  };
}
