import { memo } from 'react';
import type { ReactElement } from 'react';
import { goTo } from './conversation-acts.ts';
import { CustomerText, customerText } from './customer-name.tsx';
import { Due } from './due.tsx';
import { directionOf } from './direction.tsx';
import { clockTime, initialOf, languageName, languageTag, shortSpan, shortWhen } from './format.ts';
import { CoinIcon, ShieldIcon, SnoozeIcon } from './icons.tsx';
import type { DeskListName, DeskRow } from './protocol.ts';
import { useUi } from './ui.ts';
import { nameOf, useWords } from './words.ts';

/** Waiting longer than this is shown as late, then as very late. */
const lateMs = 5 * 60_000;
const veryLateMs = 15 * 60_000;
/** From here on a bot's conversation is marked as likely to need a person. */
const riskMarked = 40;

interface RowProps {
  readonly row: DeskRow;
  readonly list: DeskListName;
  readonly place: number;
  readonly count: number;
  readonly active: boolean;
  readonly open: boolean;
}

/** One conversation in a list: who, what about, the last words, and what is pressing about it. */
export const Row = memo(function Row({
  row,
  list,
  place,
  count,
  active,
  open,
}: RowProps): ReactElement {
  const words = useWords();
  const seenMs = useUi((ui) => ui.seenMs[row.conv]) ?? row.sinceMs;
  const unread = list === 'mine' && !open && row.lastAtMs > seenMs && row.previewBy === 'customer';
  const names = ['row'];
  if (active) names.push('row-active');
  if (open) names.push('row-open');
  if (unread) names.push('row-unread');
  return (
    // Keys are handled once for the whole list; the option itself never has the focus.
    <div
      id={`row-${row.conv}`}
      className={names.join(' ')}
      role="option"
      aria-selected={open}
      aria-setsize={count}
      aria-posinset={place}
      data-conv={row.conv}
      onClick={() => goTo(list, row.conv)}
    >
      <PriorityMark row={row} />
      <div className="row-main">
        <div className="row-top">
          <CustomerText row={row} />
          {row.due && <Due due={row.due} />}
          <RowTime row={row} list={list} />
        </div>
        <div className="row-middle">
          <span className="row-reason">
            {row.reason === null ? nameOf('channel', row.channel) : nameOf('topic', row.reason)}
          </span>
          <RowMarks row={row} list={list} />
        </div>
        <div className="row-bottom">
          <span className="row-preview" {...directionOf(row.preview ?? '')}>
            {row.previewBy === 'agent' && <b>{words('row.us')} </b>}
            {row.preview}
          </span>
          {unread && (
            <span className="unread-dot">
              <span className="unseen">{words('list.unread')}</span>
            </span>
          )}
        </div>
      </div>
    </div>
  );
});

function RowMarks({ row, list }: { readonly row: DeskRow; readonly list: DeskListName }) {
  const words = useWords();
  return (
    <>
      {row.offer && list === 'queue' && (
        <span className="mark mark-offer">
          {words('row.offered', { name: row.offer.agentName })}
        </span>
      )}
      {row.state === 'wrap_up' && <span className="mark mark-wrap-up">{words('row.wrapUp')}</span>}
      {row.agentName !== null && list !== 'mine' && list !== 'queue' && (
        <span className="mark">{row.agentName}</span>
      )}
      {row.risk >= riskMarked && (
        <span className={`mark risk-${row.risk >= 70 ? 'high' : 'middle'}`}>
          {words('row.risk', { risk: row.risk })}
        </span>
      )}
      <span className="tag" title={languageName(row.language)}>
        {languageTag(row.language)}
      </span>
    </>
  );
}

function PriorityMark({ row }: { readonly row: DeskRow }) {
  const words = useWords();
  const priority = row.priority ?? 'normal';
  return (
    <span
      className={`avatar avatar-${priority}`}
      title={row.priority === null ? undefined : words(`priority.${priority}`)}
    >
      {priority === 'security' ? (
        <ShieldIcon />
      ) : priority === 'money' ? (
        <CoinIcon />
      ) : (
        <span aria-hidden="true">{initialOf(customerText(row, words))}</span>
      )}
      {row.priority !== null && <span className="unseen">{words(`priority.${priority}`)}</span>}
    </span>
  );
}

function RowTime({ row, list }: { readonly row: DeskRow; readonly list: DeskListName }) {
  const words = useWords();
  const nowMs = useUi((ui) => ui.nowMs);
  if (list === 'snoozed' && row.snoozedUntilMs !== null) {
    return (
      <time className="row-time row-snooze" title={words('row.until')}>
        <SnoozeIcon />
        {shortWhen(row.snoozedUntilMs, nowMs)}
      </time>
    );
  }
  if (list !== 'queue') {
    const age = nowMs - row.lastAtMs;
    return (
      <time className="row-time">
        {age < 12 * 3_600_000 ? clockTime(row.lastAtMs) : shortSpan(age)}
      </time>
    );
  }
  const wait = nowMs - row.sinceMs;
  const late = wait > veryLateMs ? ' very-late' : wait > lateMs ? ' late' : '';
  const span = shortSpan(wait);
  return (
    <time className={`row-time${late}`} title={words('list.waiting', { time: span })}>
      {span}
    </time>
  );
}
