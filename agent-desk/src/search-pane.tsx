import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import { api, asApiError } from './api.ts';
import { goTo } from './conversation-acts.ts';
import { CustomerText } from './customer-name.tsx';
import { directionOf } from './direction.tsx';
import { errorText } from './errors.ts';
import { clockTime, languageName, languageTag, shortSpan } from './format.ts';
import { SearchIcon } from './icons.tsx';
import { Bones } from './list-pane.tsx';
import type { DeskSearchHit } from './protocol.ts';
import { eachOnce } from './search-hits.ts';
import { useUi } from './ui.ts';
import { useWords } from './words.ts';

/** Typing is given this long to go on before the service is asked. */
const pauseMs = 200;

/** Hits on the screen, for the keys that move through them. */
let shownHits: readonly DeskSearchHit[] = [];
export const currentHits = (): readonly DeskSearchHit[] => shownHits;

/** Finds conversations by words, customers, ids and tags. */
export function SearchPane({ open }: { readonly open: string | null }): ReactElement {
  const words = useWords();
  const search = useUi((ui) => ui.search);
  const q = useDeferredValue(usePaused(search.trim()));
  const found = useInfiniteQuery({
    queryKey: ['search', q],
    queryFn: ({ pageParam }) => api.search(q, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    enabled: q !== '',
    staleTime: 30_000,
  });
  const hits = useMemo(() => eachOnce(found.data?.pages ?? []), [found.data]);
  useEffect(() => {
    shownHits = hits;
  }, [hits]);
  const cursor = useUi((ui) => ui.cursor.search) ?? open;
  const active = hits.findIndex((hit) => hit.conv === cursor);
  useEffect(() => {
    document.querySelector('.row-active')?.scrollIntoView({ block: 'nearest' });
  }, [cursor]);
  const filled = hits.length > 0 && {
    role: 'listbox',
    'aria-label': words('list.rows', { list: words('list.search') }),
    ...(active >= 0 && { 'aria-activedescendant': `row-${hits[active]?.conv ?? ''}` }),
  };
  return (
    <section className="list-pane" aria-label={words('list.search')}>
      <header className="list-head search-head" role="search">
        <SearchIcon />
        <input
          id="search"
          type="search"
          autoFocus={open === null}
          maxLength={200}
          value={search}
          placeholder={words('search.hint')}
          aria-label={words('search.label')}
          onChange={(event) => useUi.setState({ search: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
            event.preventDefault();
            document.querySelector<HTMLElement>('#rows')?.focus();
          }}
        />
      </header>
      <div id="rows" className="rows" tabIndex={0} {...filled}>
        {found.error && <p className="blank">{errorText(asApiError(found.error))}</p>}
        {q === '' && <Hint />}
        {q !== '' && found.isPending && <Bones label={words('load.busy')} />}
        {found.data && hits.length === 0 && (
          <div className="blank" role="status">
            <h3>{words('search.nothing')}</h3>
          </div>
        )}
        {hits.map((hit, index) => (
          <Hit
            key={hit.conv}
            hit={hit}
            place={index + 1}
            count={found.hasNextPage ? -1 : hits.length}
            active={index === active}
            open={hit.conv === open}
          />
        ))}
      </div>
      {found.hasNextPage && (
        <button type="button" className="button more" onClick={() => void found.fetchNextPage()}>
          {words('search.more')}
        </button>
      )}
    </section>
  );
}

function usePaused(value: string): string {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value]);
  return paused;
}

function Hint() {
  const words = useWords();
  return (
    <div className="blank">
      <h3>{words('search.title')}</h3>
      <p>{words('search.what')}</p>
    </div>
  );
}

interface HitProps {
  readonly hit: DeskSearchHit;
  readonly place: number;
  readonly count: number;
  readonly active: boolean;
  readonly open: boolean;
}

function Hit({ hit, place, count, active, open }: HitProps) {
  const words = useWords();
  const nowMs = useUi((ui) => ui.nowMs);
  const age = nowMs - hit.lastAtMs;
  return (
    <div
      id={`row-${hit.conv}`}
      className={`row row-hit${active ? ' row-active' : ''}${open ? ' row-open' : ''}`}
      role="option"
      aria-selected={open}
      aria-setsize={count}
      aria-posinset={place}
      data-conv={hit.conv}
      onClick={() => goTo('search', hit.conv)}
    >
      <div className="row-main">
        <div className="row-top">
          <CustomerText row={hit} />
          <time className="row-time">
            {age < 12 * 3_600_000 ? clockTime(hit.lastAtMs) : shortSpan(age)}
          </time>
        </div>
        <p className="hit-excerpt" {...directionOf(hit.excerpt)}>
          <Excerpt hit={hit} />
        </p>
        <div className="row-bottom">
          <span className="quiet">{words(`search.found.${hit.found}`)}</span>
          <span className="row-tags">
            {hit.tags.slice(0, 3).map((tag) => (
              <span key={tag} className="tag">
                {tag}
              </span>
            ))}
          </span>
          <span className="tag" title={languageName(hit.language)}>
            {languageTag(hit.language)}
          </span>
        </div>
      </div>
    </div>
  );
}

function Excerpt({ hit: { excerpt, marks } }: { readonly hit: DeskSearchHit }) {
  const parts: ReactElement[] = [];
  let at = 0;
  for (const [from, to] of marks) {
    parts.push(<span key={`t${from}`}>{excerpt.slice(at, from)}</span>);
    parts.push(<mark key={`m${from}`}>{excerpt.slice(from, to)}</mark>);
    at = to;
  }
  return (
    <>
      {parts}
      {excerpt.slice(at)}
    </>
  );
}
