import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { api } from '../api.ts';
import { fullTime, moneyText, shortWhen } from '../format.ts';
import { BoltIcon } from '../icons.tsx';
import { queries } from '../lists.ts';
import type { DeskActionRecord, DeskActions } from '../protocol.ts';
import { useThreads } from '../threads.ts';
import { openDialog, serviceNowMs } from '../ui.ts';
import { nameOf, useWords } from '../words.ts';
import { Decide } from './decide.tsx';

export function useActions(conv: string) {
  const version = useThreads(({ threads }) => threads[conv]?.head?.version ?? 0);
  // Whatever is asked for, approved or answered by the wallet is an event: the list follows the log.
  useEffect(() => {
    if (version > 0) void queries.invalidateQueries({ queryKey: ['actions', conv] });
  }, [conv, version]);
  return useQuery({
    queryKey: ['actions', conv],
    queryFn: () => api.actions(conv),
    staleTime: 10_000,
    refetchOnWindowFocus: false,
  });
}

/** What agents did or may do with the account here. */
export function AccountActions({
  conv,
  mine,
}: {
  readonly conv: string;
  readonly mine: boolean;
}): ReactElement | null {
  const words = useWords();
  const { data } = useActions(conv);
  if (!data || (data.records.length === 0 && !mine)) return null;
  return (
    <section>
      <h3>{words('act_panel.title')}</h3>
      {mine && <Begin data={data} />}
      <ul className="records">
        {data.records.map((record) => (
          <Record key={record.requestId} record={record} />
        ))}
      </ul>
    </section>
  );
}

function Begin({ data }: { readonly data: DeskActions }) {
  const words = useWords();
  if (data.barred !== null)
    return <p className="quiet">{words(`act_panel.barred.${data.barred}`)}</p>;
  if (data.offered.length === 0) return null;
  return (
    <button
      type="button"
      className="button act-button"
      onClick={() => openDialog('account_action')}
    >
      <BoltIcon />
      {words('act_panel.begin')}
      <kbd>D</kbd>
    </button>
  );
}

const tones: { readonly [state in DeskActionRecord['state']]: string } = {
  awaits_approval: 'wait',
  declined: 'bad',
  expired: 'bad',
  requested: 'wait',
  pending: 'wait',
  ok: 'good',
  refused: 'bad',
};

/** One account action: what, how much, who and why, and how it stands. */
export function Record({
  record,
  children,
}: {
  readonly record: DeskActionRecord;
  readonly children?: ReactNode;
}): ReactElement {
  const words = useWords();
  const { action, amount, state, refusal, receipt, decidedBy, decidedReason } = record;
  return (
    <li className="record">
      <div className="record-top">
        <b>{nameOf('act', action)}</b>
        {amount && <bdi className="amount">{moneyText(amount)}</bdi>}
        <span className={`pill pill-${tones[state]}`}>{words(`state.${state}`)}</span>
      </div>
      <p className="quiet">
        {record.agentName} ·{' '}
        <time title={fullTime(record.atMs)}>{shortWhen(record.atMs, serviceNowMs())}</time>
        {receipt !== null && ` · ${receipt}`}
        {refusal !== null && ` · ${nameOf('why', refusal)}`}
      </p>
      <p dir="auto">“{record.reason}”</p>
      {decidedBy !== null && (
        <p className="quiet" dir="auto">
          {words('act_panel.decided', { name: decidedBy })}
          {decidedReason !== null && ` “${decidedReason}”`}
        </p>
      )}
      {children}
      {state === 'awaits_approval' && <Decide record={record} />}
    </li>
  );
}
