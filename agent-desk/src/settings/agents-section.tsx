import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { asApiError } from '../api.ts';
import { errorText } from '../errors.ts';
import { queries } from '../lists.ts';
import { useMe } from '../me.ts';
import { Copyable } from '../panel/facts.tsx';
import type { DeskAgentAccount } from '../protocol.ts';
import { toast } from '../ui.ts';
import { useWords } from '../words.ts';
import { accountApi } from './account-api.ts';
import { Ask, textOf } from './ask.tsx';

const roles = ['agent', 'supervisor', 'admin'] as const;
type Role = (typeof roles)[number];

function roleOf(value: string): Role {
  return roles.find((each) => each === value) ?? 'agent';
}

/** A first or new password; it is nowhere to be read afterwards. */
interface Secret {
  readonly name: string;
  readonly password: string;
}

/** Everyone's accounts: added, given a role, stopped, helped back in. */
export function AgentsSection(): ReactElement {
  const words = useWords();
  const { data } = useQuery({ queryKey: ['agents'], queryFn: accountApi.agents });
  const [secret, setSecret] = useState<Secret | null>(null);
  async function change(act: Promise<unknown>): Promise<void> {
    try {
      await act;
    } catch (error) {
      toast('bad', errorText(asApiError(error)));
    }
    await queries.invalidateQueries({ queryKey: ['agents'] });
  }
  return (
    <section className="setting setting-wide">
      <h2>{words('agents.title')}</h2>
      {secret && (
        <p className="secret" role="alert">
          {words('agents.secret', { name: secret.name })} <Copyable text={secret.password} strong />
          <button type="button" className="button" onClick={() => setSecret(null)}>
            {words('totp.kept')}
          </button>
        </p>
      )}
      <div className="table-frame" tabIndex={0} role="region" aria-label={words('agents.title')}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{words('floor.agent')}</th>
              <th scope="col">{words('agents.role')}</th>
              <th scope="col">{words('totp.title')}</th>
              <th scope="col">{words('floor.status')}</th>
              <th scope="col">
                <span className="unseen">{words('agents.acts')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {(data?.agents ?? []).map((agent) => (
              <AgentRow key={agent.agentId} agent={agent} change={change} tell={setSecret} />
            ))}
          </tbody>
        </table>
      </div>
      <Add tell={setSecret} />
    </section>
  );
}

function AgentRow({
  agent,
  change,
  tell,
}: {
  readonly agent: DeskAgentAccount;
  readonly change: (act: Promise<unknown>) => Promise<void>;
  readonly tell: (secret: Secret) => void;
}) {
  const words = useWords();
  const isMe = useMe().agentId === agent.agentId;
  const { agentId, name, disabled } = agent;
  return (
    <tr>
      <th scope="row">
        {name} <small className="quiet">{agent.email}</small>
      </th>
      <td>
        <select
          aria-label={words('agents.roleOf', { name })}
          value={agent.role}
          disabled={isMe}
          onChange={(event) =>
            void change(accountApi.changeAgent(agentId, { role: roleOf(event.target.value) }))
          }
        >
          {roles.map((role) => (
            <option key={role} value={role}>
              {words(`role.${role}`)}
            </option>
          ))}
        </select>
      </td>
      <td>{words(agent.secondFactor ? 'totp.on' : 'totp.off')}</td>
      <td>{words(disabled ? 'agents.disabled' : 'agents.active')}</td>
      <td className="table-acts">
        <button
          type="button"
          className="button"
          disabled={isMe}
          onClick={() =>
            void change(
              accountApi.resetPassword(agentId).then(({ password }) => tell({ name, password })),
            )
          }
        >
          {words('agents.reset')}
        </button>
        <button
          type="button"
          className="button"
          disabled={isMe}
          onClick={() => void change(accountApi.changeAgent(agentId, { disabled: !disabled }))}
        >
          {words(disabled ? 'agents.enable' : 'agents.disable')}
        </button>
      </td>
    </tr>
  );
}

function Add({ tell }: { readonly tell: (secret: Secret) => void }) {
  const words = useWords();
  return (
    <details className="add-agent">
      <summary>{words('agents.add')}</summary>
      <Ask
        label={words('agents.add')}
        submit={async (fields) => {
          const { agent, password } = await accountApi.createAgent({
            name: textOf(fields, 'name').trim(),
            email: textOf(fields, 'email').trim(),
            role: roleOf(textOf(fields, 'role')),
          });
          tell({ name: agent.name, password });
          await queries.invalidateQueries({ queryKey: ['agents'] });
        }}
      >
        <label className="field">
          {words('agents.name')}
          <input name="name" maxLength={100} required />
        </label>
        <label className="field">
          {words('signin.email')}
          <input name="email" type="email" maxLength={254} required />
        </label>
        <label className="field">
          {words('agents.role')}
          <select name="role">
            {roles.map((role) => (
              <option key={role} value={role}>
                {words(`role.${role}`)}
              </option>
            ))}
          </select>
        </label>
      </Ask>
    </details>
  );
}
