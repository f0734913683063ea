import { Fragment } from 'react';
import type { ReactElement } from 'react';
import { Isolated, directionOf } from '../direction.tsx';
import { shortWhen } from '../format.ts';
import { BotIcon, DownIcon } from '../icons.tsx';
import type { DeskSummary } from '../protocol.ts';
import { useSettings } from '../settings.ts';
import { serviceNowMs } from '../ui.ts';
import { smallTalk } from '../status.ts';
import { hasName, nameOf, useWords } from '../words.ts';
import { useCustomer } from './use-customer.ts';

/** What the bot knows: why it was handed over, what was asked and given, what was tried and how it went. */
export function Summary({
  conv,
}: {
  readonly conv: string;
  readonly epoch: number;
}): ReactElement | null {
  const words = useWords();
  const open = useSettings((settings) => settings.summary);
  const { data } = useCustomer(conv);
  const summary = data?.summary;
  if (!summary || isEmpty(summary)) return null;
  return (
    <section className="summary" aria-label={words('summary.title')}>
      <button
        type="button"
        className="summary-top"
        aria-expanded={open}
        onClick={() => useSettings.setState({ summary: !open })}
      >
        <BotIcon />
        <b>{words('summary.title')}</b>
        <span className={`mood mood-${summary.mood}`}>{words(`summary.mood.${summary.mood}`)}</span>
        <span className="summary-line" {...directionOf(summary.lastAsked ?? '')}>
          {summary.lastAsked ?? ''}
        </span>
        <DownIcon />
      </button>
      {open && <Told summary={summary} />}
    </section>
  );
}

function isEmpty({ lastAsked, reason, slots, actions }: DeskSummary): boolean {
  return lastAsked === null && reason === null && slots.length === 0 && actions.length === 0;
}

function Told({ summary }: { readonly summary: DeskSummary }) {
  const words = useWords();
  const { reason, moodSigns } = summary;
  // What has no name for people is the flow's own bookkeeping.
  const slots = summary.slots.filter(({ name }) => hasName('slot', name));
  const actions = summary.actions.filter((action) => !isLookUp(action));
  const flows = summary.flows.filter(({ flow }) => !smallTalk.has(flow));
  const last = flows.at(-1);
  return (
    <dl className="summary-told">
      {reason !== null && (
        <div>
          <dt>{words('panel.reason')}</dt>
          <dd>
            {nameOf('topic', reason)}
            {moodSigns.length > 0 && (
              <span className="quiet">
                {' '}
                · {moodSigns.map((sign) => nameOf('sign', sign)).join(', ')}
              </span>
            )}
          </dd>
        </div>
      )}
      {last && (
        <div>
          <dt>{words('summary.topic')}</dt>
          <dd>
            {eachOnce(flows).map((flow, index) => (
              <Fragment key={flow}>
                {index > 0 && <span aria-hidden="true"> → </span>}
                <bdi>{nameOf('topic', flow)}</bdi>
              </Fragment>
            ))}
            {last.outcome !== null && (
              <span className="quiet"> · {nameOf('outcome', last.outcome)}</span>
            )}
          </dd>
        </div>
      )}
      {slots.length > 0 && (
        <div>
          <dt>{words('summary.given')}</dt>
          <dd className="summary-slots">
            {slots.map(({ flow, name, value }) => (
              <span key={`${flow} ${name}`} className="tag">
                {nameOf('slot', name)}:{' '}
                <Isolated text={hasName('given', value) ? nameOf('given', value) : value} />
              </span>
            ))}
          </dd>
        </div>
      )}
      {actions.length > 0 && (
        <div>
          <dt>{words('summary.tried')}</dt>
          <dd>
            <ul>
              {actions.map((action, index) => (
                <li key={index}>
                  <TriedAction action={action} />
                </li>
              ))}
            </ul>
          </dd>
        </div>
      )}
    </dl>
  );
}

/** In the order of their latest turn: what was come back to is what it is about now. */
function eachOnce(flows: DeskSummary['flows']): readonly string[] {
  return [...new Set(flows.map(({ flow }) => flow).toReversed())].toReversed();
}

/** That something was looked up and found tells an agent nothing; that it could not be does. */
function isLookUp({ state, looksUp }: DeskSummary['actions'][number]): boolean {
  return state === 'ok' && looksUp;
}

/** Amounts and ids as they are, kinds by their names. */
function inWords(detail: string): string {
  const parts = detail.split(' · ');
  return parts
    .map((part) => (hasName('ticket_type', part) ? nameOf('ticket_type', part) : part))
    .join(' · ');
}

function TriedAction({ action }: { readonly action: DeskSummary['actions'][number] }) {
  const words = useWords();
  const tone = { ok: 'good', refused: 'bad', declined: 'bad', expired: 'bad' }[
    action.state as string
  ];
  return (
    <>
      <b>{nameOf('act', action.action)}</b>{' '}
      <span className={`tried-${tone ?? 'wait'}`}>{words(`state.${action.state}`)}</span>
      <span className="quiet">
        {action.detail !== '' && (
          <>
            {' · '}
            <Isolated text={inWords(action.detail)} />
          </>
        )}
        {action.reason !== null && ` · ${nameOf('why', action.reason)}`}
        {action.receipt !== null && (
          <>
            {' · '}
            <bdi>{action.receipt}</bdi>
          </>
        )}
        {' · '}
        <bdi>{shortWhen(action.atMs, serviceNowMs())}</bdi>
      </span>
    </>
  );
}
