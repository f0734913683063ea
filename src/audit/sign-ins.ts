import { createHash } from 'node:crypto';
import { Fault } from '../core/index.ts';
import type { AgentAccounts } from '../identity/index.ts';
import type { Audit } from './audit.ts';

const kinds: { readonly [code: string]: string } = {
  bad_credentials: 'sign_in.failed',
  code_required: 'sign_in.code_asked',
  locked_out: 'sign_in.locked',
};

/** The same accounts, with each sign-in, good or bad, in the chain before the answer is given. */
export function auditedAccounts<A extends Pick<AgentAccounts, 'signIn' | 'signOut' | 'read'>>(
  accounts: A,
  audit: Pick<Audit, 'record'>,
): A {
  return {
    ...accounts,
    signIn: async (email, password, options = {}) => {
      const { source = '', client = '' } =
        typeof options === 'string' ? { source: options } : options;
      // Whoever types a password into the wrong field must not find it in the chain.
      const address = createHash('sha256').update(email.trim().toLowerCase()).digest('hex');
      const facts = { source, client: client.slice(0, 200), address };
      try {
        const session = await accounts.signIn(email, password, options);
        const actor = `agent:${session.agent.agentId}`;
        await audit.record({ kind: 'sign_in.ok', actor, subject: actor, details: facts });
        return session;
      } catch (error) {
        const kind = error instanceof Fault ? kinds[error.code] : undefined;
        if (kind !== undefined) {
          await audit.record({ kind, actor: 'anyone', subject: 'desk', details: facts });
        }
        throw error;
      }
    },
    signOut: async (token) => {
      const agent = await accounts.read(token);
      await accounts.signOut(token);
      if (!agent) return;
      const actor = `agent:${agent.agentId}`;
      await audit.record({ kind: 'sign_out', actor, subject: actor, details: {} });
    },
  };
}
