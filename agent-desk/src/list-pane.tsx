import { memo, useEffect, useMemo, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { Virtualizer } from 'virtua';
import type { VirtualizerHandle } from 'virtua';
import { errorText } from './errors.ts';
import { Row } from './list-row.tsx';
import { Filter, FilterButton } from './list-filter.tsx';
import { everything, loadMoreRows, retryList, sawRows, useList } from './lists.ts';
import type { DeskListName } from './protocol.ts';
import { useUi } from './ui.ts';
import { useWords } from './words.ts';

const rowHeight = 76;
/** As many as the tallest screens show. */
const rowsInView = 24;

/** One list, live and virtual. The list itself has the focus; its active row is told by `aria-activedescendant`. */
export const ListPane = memo(function ListPane({
  list,
  open,
}: {
  readonly list: DeskListName;
  readonly open: string | null;
}): ReactElement {
  const words = useWords();
  const [narrowed, setNarrowed] = useState(everything);
  const { rows, next, loading, error } = useList(list, narrowed);
  // A narrowed list may come in short pages, or empty ones: on until the view is full or there is no more.
  useEffect(() => {
    if (rows.length < rowsInView && next !== null && loading === 'none' && !error) {
      void loadMoreRows();
    }
  }, [rows, next, loading, error]);
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
    if (!current) return;
    sawRows(current.findItemIndex(offset));
    if (current.scrollSize - offset - current.viewportSize < 10 * rowHeight) void loadMoreRows();
  }
  const isLooking = loading === 'first' || next !== null;
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
            {words('list.count', { shown: `${rows.length}${next === null ? '' : '+'}` })}
          </span>
        )}
        <FilterButton narrowed={narrowed} />
      </header>
      <Filter list={list} narrowed={narrowed} choose={setNarrowed} />
      <div id="rows" className="rows" tabIndex={0} {...filled}>
        {rows.length === 0 && error && <Failed text={errorText(error)} />}
        {rows.length === 0 && !error && isLooking && <Bones label={words('load.busy')} />}
        {rows.length === 0 && !error && !isLooking && (
          <Empty list={list} isNarrowed={narrowed !== everything} />
        )}
        {rows.length > 0 && (
          <Virtualizer
            ref={view}
            data={rows}
            itemSize={rowHeight}
            keepMounted={mounted}
            onScroll={scrolled}
          >
            {(row, index) => (
              <Row
                key={row.conv}
                row={row}
                list={list}
                place={index + 1}
                count={next === null ? rows.length : -1}
                active={index === active}
                open={row.conv === open}
              />
            )}
          </Virtualizer>
        )}
      </div>
    </section>
  );
});

function Empty({
  list,
  isNarrowed,
}: {
  readonly list: DeskListName;
  readonly isNarrowed: boolean;
}) {
  const words = useWords();
  if (isNarrowed) {
    return (
      <div className="blank" role="status">
        <h3>{words('filter.nothing')}</h3>
      </div>
    );
  }
  return (
    <div className="blank">
      <h3>{words(`list.empty.${list}`)}</h3>
      <p>{words(`list.hint.${list}`)}</p>
    </div>
  );
}

function Failed({ text }: { readonly text: string }) {
  const words = useWords();
  return (
    <div className="blank" role="alert">
      <h3>{words('load.failed')}</h3>
      <p>{text}</p>
      <button type="button" className="button" onClick={retryList}>
        {words('action.retry')}
      </button>
    </div>
  );
}

export function Bones({ label }: { readonly label: string }): ReactElement {
  return (
    <div className="row-bones" role="status" aria-label={label}>
      {Array.from({ length: 6 }, (_, index) => (
        <span key={index} className="bone" />
      ))}
    </div>
  );
}
