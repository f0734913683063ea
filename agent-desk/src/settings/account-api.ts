import { call } from '../api.ts';
import type { DeskAccount, DeskAgentAccount } from '../protocol.ts';

type Role = DeskAgentAccount['role'];

/** An agent's own account, and for admins everyone's. */
export const accountApi = {
  account: () => call<DeskAccount>('GET', '/account'),
  changePassword: (password: string, next: string) =>
    call<object>('POST', '/account/password', { password, next }),
  endSession: (id: string) => call<object>('DELETE', `/account/sessions/${encodeURIComponent(id)}`),
  beginTotp: (password: string) =>
    call<{ secret: string; uri: string }>('POST', '/account/totp', { password }),
  confirmTotp: (code: string) =>
    call<{ recoveryCodes: string[] }>('POST', '/account/totp/confirm', { code }),
  removeTotp: (password: string, code: string) =>
    call<object>('POST', '/account/totp/remove', { password, code }),
  agents: () => call<{ agents: DeskAgentAccount[] }>('GET', '/agents'),
  createAgent: (agent: { email: string; name: string; role: Role }) =>
    call<{ agent: DeskAgentAccount; password: string }>('POST', '/agents', agent),
  changeAgent: (agentId: string, change: { role?: Role; disabled?: boolean }) =>
    call<object>('PATCH', `/agents/${encodeURIComponent(agentId)}`, change),
  resetPassword: (agentId: string) =>
    call<{ password: string }>('POST', `/agents/${encodeURIComponent(agentId)}/password`),
};
