import type { ReactElement } from 'react';
import { languageTag, shortSpan } from '../format.ts';
import type { DeskPresence } from '../protocol.ts';
import { useUi } from '../ui.ts';
import { teamName, usePresences, useWorkspace } from '../workspace.ts';
import { useWords } from '../words.ts';

const order = { available: 0, away: 1, offline: 2 } as const;

/** Who is there, since when, with how much on their hands. */
export function Agents(): ReactElement {
  const words = useWords();
  const { data } = usePresences();
  const agents = (data?.agents ?? []).toSorted((a, b) => order[a.status] - order[b.status]);
  return (
    <section className="floor-agents" aria-label={words('floor.agents')}>
      <h2>{words('floor.agents')}</h2>
      <div className="table-frame" tabIndex={0} role="region" aria-label={words('floor.agents')}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{words('floor.agent')}</th>
              <th scope="col">{words('floor.status')}</th>
              <th scope="col">{words('floor.load')}</th>
              <th scope="col">{words('floor.can')}</th>
            </tr>
          </thead>
          <tbody>
            {agents.map((agent) => (
              <Agent key={agent.agentId} agent={agent} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Agent({ agent }: { readonly agent: DeskPresence }) {
  const words = useWords();
  const workspace = useWorkspace();
  const nowMs = useUi((ui) => ui.nowMs);
  const { status, why, load, capacity } = agent;
  const can = [
    ...agent.languages.map(languageTag),
    ...agent.skills,
    ...agent.queues.map((queue) => teamName(workspace, queue)),
  ];
  return (
    <tr>
      <th scope="row">
        {agent.name}
        {agent.role !== 'agent' && <small className="quiet"> {words(`role.${agent.role}`)}</small>}
      </th>
      <td>
        <span className={`presence-dot presence-${status}`} aria-hidden="true" />{' '}
        {words(
          status === 'away' && why === 'missed_offers' ? 'presence.missed' : `presence.${status}`,
        )}
        {status !== 'offline' && (
          <small className="quiet"> {shortSpan(nowMs - agent.sinceMs)}</small>
        )}
      </td>
      <td>
        <span className={load >= capacity ? 'meter meter-full' : 'meter'}>
          {load}/{capacity}
        </span>
      </td>
      <td className="quiet">{can.length === 0 ? words('floor.everything') : can.join(', ')}</td>
    </tr>
  );
}
