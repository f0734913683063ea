import { Fault } from '../core/index.ts';
import type { OwnAccount, PasswordChange } from './agent-ports.ts';
import {
  badCredentials,
  editAgent,
  readById,
  replaceAgent,
  toAgent,
  type AgentDeps,
  type StoredAgent,
} from './agent-records.ts';
import { carryOver, endSession, listSessions } from './agent-sessions.ts';
import { proved, takeBack } from './agent-sign-in.ts';
import { keyUri, makeRecoveryCodes, newSecret, useCode } from './agent-totp.ts';

/** What agents do with their own account. Whoever is signed in still shows the password before anything that would lock them out. */
export function createOwnAccount(deps: AgentDeps): OwnAccount {
  return {
    account: async (agentId, token) => {
      const { totp, ...stored } = await known(deps, agentId);
      return {
        agent: toAgent(stored),
        secondFactor: totp?.confirmed === true,
        recoveryCodesLeft: totp?.confirmed === true ? totp.recovery.length : 0,
        sessions: await listSessions(deps, agentId, token),
      };
    },
    endSession: (agentId, id) => endSession(deps, agentId, id),
    changePassword: (agentId, token, change) => changePassword(deps, agentId, token, change),
    beginTotp: (agentId, password) => beginTotp(deps, agentId, password),
    confirmTotp: (agentId, code) => confirmTotp(deps, agentId, code),
    removeTotp: async (agentId, password, code) => {
      const { email } = await known(deps, agentId);
      await proved(deps, { email, password, code });
      await editAgent(deps, agentId, withoutTotp);
    },
  };
}

async function changePassword(
  deps: AgentDeps,
  agentId: string,
  token: string,
  { password, next }: PasswordChange,
): Promise<void> {
  await provePassword(deps, agentId, password);
  const hash = await deps.passwords.hash(next);
  const stored = await editAgent(deps, agentId, (agent) => ({
    ...agent,
    password: hash,
    sessionGeneration: agent.sessionGeneration + 1,
  }));
  if (stored) await carryOver(deps, token, stored);
}

async function beginTotp(deps: AgentDeps, agentId: string, password: string) {
  await provePassword(deps, agentId, password);
  const secret = newSecret();
  const stored = await editAgent(deps, agentId, (agent) => {
    if (agent.totp?.confirmed === true) {
      throw new Fault('conflict', 'There is a second factor already: remove it first.');
    }
    const sealed = deps.seal.close(secret, agentId);
    return { ...agent, totp: { secret: sealed, confirmed: false, usedStep: 0, recovery: [] } };
  });
  return { secret, uri: keyUri(secret, stored?.email ?? '') };
}

async function confirmTotp(
  deps: AgentDeps,
  agentId: string,
  code: string,
): Promise<readonly string[]> {
  const kept = await readById(deps, agentId);
  const totp = kept?.stored.totp;
  if (!kept || !totp || totp.confirmed) {
    throw new Fault('conflict', 'No second factor was begun.');
  }
  const used = useCode(totp, deps.seal.open(totp.secret, agentId), code, deps.clock());
  if (!used) throw badCredentials();
  const { codes, digests } = makeRecoveryCodes();
  const next = { ...kept.stored, totp: { ...used, confirmed: true, recovery: digests } };
  if (!(await replaceAgent(deps, kept, next))) {
    throw new Fault('conflict', 'The account changed meanwhile. Try again.');
  }
  return codes;
}

/** The password alone: for what is done within a session that the second factor opened. */
async function provePassword(deps: AgentDeps, agentId: string, password: string): Promise<void> {
  const { email } = await known(deps, agentId);
  try {
    await proved(deps, { email, password });
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'code_required')) throw error;
    await takeBack(deps, email);
  }
}

async function known(deps: AgentDeps, agentId: string): Promise<StoredAgent> {
  const kept = await readById(deps, agentId);
  if (!kept) throw new Fault('not_signed_in', 'The account is gone.');
  return kept.stored;
}

export function withoutTotp(stored: StoredAgent): StoredAgent {
  const { totp: _, ...rest } = stored;
  return rest;
}
