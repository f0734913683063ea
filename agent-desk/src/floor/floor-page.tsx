import { useQuery } from '@tanstack/react-query';
import { Suspense, lazy } from 'react';
import type { ReactElement } from 'react';
import { api } from '../api.ts';
import { shortSpan, shortWhen } from '../format.ts';
import { goTo } from '../conversation-acts.ts';
import { usePollMs } from '../lists.ts';
import { Record } from '../panel/account-actions.tsx';
import type { DeskQueue, DeskQueuesReply } from '../protocol.ts';
import { useUi } from '../ui.ts';
import { usePresences } from '../workspace.ts';
import { useWords } from '../words.ts';
import { Agents } from './agents-table.tsx';
import { Board } from './board.tsx';
import { Channels } from './channels.tsx';
import { useSamples } from './samples.ts';

const WaitChart = lazy(() => import('./wait-chart.tsx'));

/** How long the figures stand before they are asked for again, whether or not anything was told. */
const refreshMs = 5000;

/** Supervision: how the teams are doing, who is there, what waits for a second person, and what is likely to need one. */
export default function FloorPage(): ReactElement {
  const words = useWords();
  const poll = usePollMs();
  const { data } = useQuery({
    queryKey: ['floor', 'queues'],
    queryFn: api.queues,
    refetchInterval: poll === false ? refreshMs : poll,
  });
  const samples = useSamples(data, usePresences().data?.agents);
  return (
    <main className="floor" id="conversation" aria-label={words('floor.title')}>
      <header className="page-head">
        <h1>{words('floor.title')}</h1>
        {data && <Duty duty={data} />}
      </header>
      <div className="floor-grid">
        <div className="floor-column">
          <section className="floor-teams" aria-label={words('floor.teams')}>
            <h2>{words('floor.teams')}</h2>
            {data && <Teams queues={data.queues} />}
            {samples.length > 1 && (
              <Suspense fallback={<span className="bone floor-bone" />}>
                <WaitChart samples={samples} />
              </Suspense>
            )}
          </section>
          <Board />
          <Channels />
        </div>
        <div className="floor-column">
          <Approvals />
          <Agents />
        </div>
      </div>
    </main>
  );
}

function Duty({ duty }: { readonly duty: DeskQueuesReply }) {
  const words = useWords();
  const nowMs = useUi((ui) => ui.nowMs);
  if (duty.staffed) return <span className="pill pill-good">{words('floor.staffed')}</span>;
  return (
    <span className="pill pill-wait">
      {duty.nextOpeningMs === null
        ? words('floor.unstaffed')
        : words('floor.opens', { time: shortWhen(duty.nextOpeningMs, nowMs) })}
    </span>
  );
}

function Teams({ queues }: { readonly queues: readonly DeskQueue[] }) {
  const words = useWords();
  const nowMs = useUi((ui) => ui.nowMs);
  return (
    <div className="table-frame" tabIndex={0} role="region" aria-label={words('floor.teams')}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{words('floor.team')}</th>
            <th scope="col">{words('floor.waiting')}</th>
            <th scope="col">{words('floor.oldest')}</th>
            <th scope="col">{words('floor.by_priority')}</th>
            <th scope="col">{words('floor.there')}</th>
            <th scope="col">{words('floor.free')}</th>
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => (
            <tr key={queue.queue}>
              <th scope="row">{queue.name}</th>
              <td>
                <b className={queue.waiting + queue.offered > queue.freeCapacity ? 'late' : ''}>
                  {queue.waiting + queue.offered}
                </b>
              </td>
              <td>{queue.oldestSinceMs === null ? '–' : shortSpan(nowMs - queue.oldestSinceMs)}</td>
              <td>
                <Priorities queue={queue} />
              </td>
              <td>
                {queue.available}
                {queue.away > 0 && (
                  <small className="quiet"> {words('floor.away', { away: queue.away })}</small>
                )}
              </td>
              <td>{queue.freeCapacity}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Priorities({ queue }: { readonly queue: DeskQueue }) {
  const words = useWords();
  const all = ['security', 'money', 'normal'] as const;
  return (
    <span className="priorities">
      {all.map((priority) =>
        queue[priority] === 0 ? null : (
          <span key={priority} className={`pill priority-${priority}`}>
            {words(`priority.${priority}`)} {queue[priority]}
          </span>
        ),
      )}
    </span>
  );
}

/** Requests that wait for a second person, the one that runs out first on top. */
function Approvals() {
  const words = useWords();
  const { data } = useQuery({
    queryKey: ['approvals'],
    queryFn: api.approvals,
    refetchInterval: refreshMs,
  });
  const waiting = data?.waiting ?? [];
  return (
    <section className="floor-approvals" aria-label={words('floor.approvals')}>
      <h2>{words('floor.approvals')}</h2>
      {waiting.length === 0 && <p className="quiet">{words('floor.noApprovals')}</p>}
      <ul className="records">
        {waiting.map((record) => (
          <Record key={record.requestId} record={record}>
            <button type="button" className="link" onClick={() => goTo('team', record.conv)}>
              {record.customerId}
            </button>
          </Record>
        ))}
      </ul>
    </section>
  );
}
