import { useEffect, useMemo, useRef } from 'react';
import type { ReactElement } from 'react';
import { Virtualizer } from 'virtua';
import type { VirtualizerHandle } from 'virtua';
import { asApiError } from './api.ts';
import { errorText } from './commands.ts';
import { goTo } from './conversation-acts.ts';
import { clockTime, initialOf, languageName, languageTag, shortSpan } from './format.ts';
import { CoinIcon, ShieldIcon } from './icons.tsx';
import { useList } from './lists.ts';
import type { DeskListName, DeskRow } from './protocol.ts';
import { useUi } from './ui.ts';
import { nameOf, useWords } from './words.ts';

/** Waiting longer than this is shown as late, then as very late. */
const lateMs = 5 * 60_000;
const veryLateMs = 15 * 60_000;

/** One list, live and virtual. The list itself has the focus; its active row is told by `aria-activedescendant`. */
export function ListPane({
  list,
  open,
}: {
  readonly list: DeskListName;
  readonly open: string | null;
}): ReactElement {
  const words = useWords();
  const { rows, isPending, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useList(list);
  const cursor = useUi((ui) => ui.cursor[list]) ?? open;
  const active = rows.findIndex((row) => row.conv === cursor);
  const view = useRef<VirtualizerHandle>(null);
  useEffect(() => {
    if (active >= 0) view.current?.scrollToIndex(active, { align: 'nearest' });
    // Only when the cursor moves; rows that come and go must not make the list jump.
  }, [cursor]);
  const mounted = useMemo(() => (active >= 0 ? [active] : []), [active]);
  function scrolled(offset: number): void {
    const { current } = view;
    if (!current || !hasNextPage || isFetchingNextPage) return;
    if (current.scrollSize - offset - current.viewportSize < 800) void fetchNextPage();
  }
  const failure = error && rows.length === 0 ? errorText(asApiError(error)) : null;
  // One element through all states, so that whoever stands on it with the keyboard stays there.
  const filled = rows.length > 0 && {
    role: 'listbox',
    'aria-label': words('list.rows', { list: words(`list.${list}`) }),
    ...(active >= 0 && { 'aria-activedescendant': `row-${rows[active]?.conv ?? ''}` }),
  };
  return (
    <section className="list-pane" aria-label={words(`list.${list}`)}>
      <header className="list-head">
        <h2>{words(`list.${list}`)}</h2>
        {rows.length > 0 && (
          <span className="quiet">
            {words('list.count', { shown: `${rows.length}${hasNextPage ? '+' : ''}` })}
          </span>
        )}
      </header>
      <div id="rows" className="rows" tabIndex={0} {...filled}>
        {failure !== null && <Failed text={failure} retry={() => void refetch()} />}
        {failure === null && isPending && <Bones label={words('load.busy')} />}
        {failure === null && !isPending && rows.length === 0 && <Empty list={list} />}
        {rows.length > 0 && (
          <Virtualizer
            ref={view}
            data={rows}
            itemSize={68}
            keepMounted={mounted}
            onScroll={scrolled}
          >
            {(row, index) => (
              <Row
                key={row.conv}
                row={row}
                list={list}
                place={index + 1}
                count={hasNextPage ? -1 : rows.length}
                active={index === active}
                open={row.conv === open}
              />
            )}
          </Virtualizer>
        )}
      </div>
    </section>
  );
}

interface RowProps {
  readonly row: DeskRow;
  readonly list: DeskListName;
  readonly place: number;
  readonly count: number;
  readonly active: boolean;
  readonly open: boolean;
}

function Row({ row, list, place, count, active, open }: RowProps) {
  const words = useWords();
  const seenMs = useUi((ui) => ui.seenMs[row.conv]) ?? row.sinceMs;
  const unread = list === 'mine' && !open && row.lastAtMs > seenMs;
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
          <span className="row-name">{row.customerId ?? words('row.visitor')}</span>
          <RowTime row={row} list={list} />
        </div>
        <div className="row-bottom">
          <span className="row-reason">
            {row.reason === null ? nameOf('channel', row.channel) : nameOf('topic', row.reason)}
          </span>
          <span className="tag" title={languageName(row.language)}>
            {languageTag(row.language)}
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
}

function PriorityMark({ row }: { readonly row: DeskRow }) {
  const words = useWords();
  const priority = row.priority ?? 'normal';
  const name = row.customerId ?? words('row.visitor');
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
        <span aria-hidden="true">{initialOf(name)}</span>
      )}
      {row.priority !== null && <span className="unseen">{words(`priority.${priority}`)}</span>}
    </span>
  );
}

function RowTime({ row, list }: { readonly row: DeskRow; readonly list: DeskListName }) {
  const words = useWords();
  const nowMs = useUi((ui) => ui.nowMs);
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

function Empty({ list }: { readonly list: DeskListName }) {
  const words = useWords();
  return (
    <div className="blank">
      <h3>{words(`list.empty.${list}`)}</h3>
      <p>{words(`list.hint.${list}`)}</p>
    </div>
  );
}

function Failed({ text, retry }: { readonly text: string; readonly retry: () => void }) {
  const words = useWords();
  return (
    <div className="blank" role="alert">
      <h3>{words('load.failed')}</h3>
      <p>{text}</p>
      <button type="button" className="button" onClick={retry}>
        {words('action.retry')}
      </button>
    </div>
  );
}

function Bones({ label }: { readonly label: string }) {
  return (
    <div className="row-bones" role="status" aria-label={label}>
      {Array.from({ length: 6 }, (_, index) => (
        <span key={index} className="bone" />
      ))}
    </div>
  );
}
