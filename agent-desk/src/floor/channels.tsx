import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { api } from '../api.ts';
import { fullTime, shortSpan } from '../format.ts';
import type { DeskChannel } from '../protocol.ts';
import { useUi } from '../ui.ts';
import { nameOf, useWords } from '../words.ts';

const refreshMs = 15_000;
const tones = { quiet: 'plain', working: 'good', failing: 'bad' } as const;

/** How the messaging platforms do, on the node that answers; nothing where none is connected. */
export function Channels(): ReactElement | null {
  const words = useWords();
  const { data } = useQuery({
    queryKey: ['channels'],
    queryFn: api.channels,
    refetchInterval: refreshMs,
  });
  const channels = data?.channels ?? [];
  if (channels.length === 0) return null;
  return (
    <section className="floor-channels" aria-label={words('floor.channels')}>
      <h2>{words('floor.channels')}</h2>
      <div className="table-frame" tabIndex={0} role="region" aria-label={words('floor.channels')}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{words('floor.platform')}</th>
              <th scope="col">{words('floor.state')}</th>
              <th scope="col">{words('floor.received')}</th>
              <th scope="col">{words('floor.sent')}</th>
              <th scope="col">{words('floor.delayed')}</th>
              <th scope="col">{words('floor.failed')}</th>
            </tr>
          </thead>
          <tbody>
            {channels.map((channel) => (
              <Channel key={channel.channel} channel={channel} />
            ))}
          </tbody>
        </table>
      </div>
      <p className="quiet">{words('floor.channelsHint')}</p>
    </section>
  );
}

function Channel({ channel }: { readonly channel: DeskChannel }) {
  const words = useWords();
  const { state, received, refused, sent, delayed, failed, lastFault, lastFaultMs } = channel;
  return (
    <tr>
      <th scope="row">{nameOf('channel', channel.channel)}</th>
      <td>
        <span className={`pill pill-${tones[state]}`}>{words(`floor.channel.${state}`)}</span>
        {lastFault !== null && lastFaultMs !== null && (
          <p className="channel-fault">
            <Ago atMs={lastFaultMs} /> <bdi>{lastFault}</bdi>
          </p>
        )}
      </td>
      <td>
        <Counted count={received} atMs={channel.lastReceivedMs} />
        {refused > 0 && (
          <small className="late"> {words('floor.refused', { count: refused })}</small>
        )}
      </td>
      <td>
        <Counted count={sent} atMs={channel.lastSentMs} />
      </td>
      <td>{delayed}</td>
      <td>{failed > 0 ? <b className="late">{failed}</b> : failed}</td>
    </tr>
  );
}

function Counted({ count, atMs }: { readonly count: number; readonly atMs: number | null }) {
  return (
    <>
      {count}{' '}
      {atMs !== null && (
        <small className="quiet">
          <Ago atMs={atMs} />
        </small>
      )}
    </>
  );
}

function Ago({ atMs }: { readonly atMs: number }) {
  const words = useWords();
  const nowMs = useUi((ui) => ui.nowMs);
  return (
    <time title={fullTime(atMs)}>{words('floor.ago', { time: shortSpan(nowMs - atMs) })}</time>
  );
}
