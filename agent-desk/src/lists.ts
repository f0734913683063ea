import { QueryClient, useQuery } from '@tanstack/react-query';
import { create } from 'zustand';
import { useEffect } from 'react';
import { ApiError, api, asApiError, rowsPerPage } from './api.ts';
import { extend, splice } from './list-rows.ts';
import type { Held } from './list-rows.ts';
import type { DeskListName, DeskRow } from './protocol.ts';
import { useUi } from './ui.ts';

export const listNames: readonly DeskListName[] = [
  'queue',
  'mine',
  'team',
  'bot',
  'snoozed',
  'closed',
];

export function isListName(value: string | undefined): value is DeskListName {
  return listNames.some((name) => name === value);
}

/** Refusals are answers; only a missing answer is worth asking again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (tries, error) => tries < 2 && error instanceof ApiError && error.code === 'network',
      staleTime: 5000,
      refetchOnWindowFocus: 'always',
    },
  },
});

/** Without the socket nobody tells of changes: ask now and then. */
const pollMs = 10_000;
/** However often the service says that lists changed, they are fetched at most this often; in a hidden tab, where only its title shows, rarely. */
const refreshEveryMs = 1500;
const hiddenRefreshEveryMs = 10_000;
/** A narrowed list is looked through by the service: not for every word that somebody writes. */
const siftedRefreshEveryMs = 6000;

export function usePollMs(): number | false {
  return useUi(({ link }) => link === 'open') ? false : pollMs;
}

export function useCounts() {
  return useQuery({ queryKey: ['counts'], queryFn: api.counts, refetchInterval: usePollMs() });
}

/** The agent's own conversations, whichever list is on the screen: who wrote there must be noticed. */
export function useOwnRows() {
  return useQuery({
    queryKey: ['own'],
    queryFn: () => api.list('mine', null, everything),
    refetchInterval: usePollMs(),
  });
}

/** What a list is narrowed to; all that is named must fit. */
export type Narrowed = {
  readonly [part in 'queue' | 'language' | 'channel' | 'tag']?: string;
};
/** One object as long as nothing is chosen, so that nothing is drawn anew for it. */
export const everything: Narrowed = {};

/** The same choice, however it came about. */
const keyOf = ({ queue, language, channel, tag }: Narrowed): string =>
  JSON.stringify([queue, language, channel, tag]);
/** By anything that the service has to look through the list for. */
const isSifted = ({ language, channel, tag }: Narrowed): boolean =>
  (language ?? channel ?? tag) !== undefined;

/**
 * The list on the screen. Rows are held as far as they were scrolled to, but only those in sight are fetched again when
 * something changes: a list of ten thousand costs one request, not a hundred.
 */
interface ListState {
  readonly list: DeskListName | null;
  readonly narrowed: Narrowed;
  readonly rows: readonly DeskRow[];
  readonly next: string | null;
  readonly loading: 'none' | 'first' | 'more';
  readonly error: ApiError | null;
}

const nothing: ListState = {
  list: null,
  narrowed: everything,
  rows: [],
  next: null,
  loading: 'first',
  error: null,
};

const useListState = create<ListState>()(() => nothing);

/** First pages of the lists that were left: going back to one shows it at once, and then as it is now. */
const left = new Map<
  string,
  { readonly rows: readonly DeskRow[]; readonly next: string | null; readonly atMs: number }
>();
/** Older than this, rows would more mislead than help. */
const leftTtlMs = 60_000;
/** Lists and what they were narrowed to: more than anybody goes back and forth between. */
const leftMax = 40;

function leave({ list, narrowed, rows }: ListState): void {
  if (list === null || rows.length === 0) return;
  const first = rows.slice(0, rowsPerPage);
  const next =
    rows.length > first.length ? (first.at(-1)?.cursor ?? null) : useListState.getState().next;
  if (left.size >= leftMax) left.clear();
  left.set(`${list} ${keyOf(narrowed)}`, { rows: first, next, atMs: Date.now() });
}

function recalled(list: DeskListName, narrowed: Narrowed): Partial<ListState> {
  const held = left.get(`${list} ${keyOf(narrowed)}`);
  if (!held || Date.now() - held.atMs > leftTtlMs) return {};
  return { rows: held.rows, next: held.next, loading: 'none' };
}

/** First row in sight. */
let sightFrom = 0;
/** Rows above the first in sight that are fetched with it. */
const rowsAbove = 20;
/** Only the latest question may answer. */
let asked = 0;

export function useList(list: DeskListName, narrowed: Narrowed): ListState {
  const state = useListState();
  const poll = usePollMs();
  useEffect(() => {
    void showList(list, narrowed);
  }, [list, narrowed]);
  useEffect(() => {
    if (poll === false) return undefined;
    const timer = setInterval(refreshLists, poll);
    return () => clearInterval(timer);
  }, [poll]);
  const isShown = state.list === list && state.narrowed === narrowed;
  return isShown ? state : { ...nothing, list, narrowed };
}

async function showList(list: DeskListName, narrowed: Narrowed): Promise<void> {
  const held = useListState.getState();
  if (held.list !== list || held.narrowed !== narrowed) {
    leave(held);
    sightFrom = 0;
    useListState.setState({ ...nothing, list, narrowed, ...recalled(list, narrowed) });
  }
  await refreshRows();
}

/** Rows of the list that is shown, as they are now. */
export function currentRows(): readonly DeskRow[] {
  return useListState.getState().rows;
}

export function retryList(): void {
  useListState.setState({ loading: 'first', error: null });
  void refreshRows();
}

async function refreshRows(): Promise<void> {
  const { list, narrowed, rows } = useListState.getState();
  if (list === null) return;
  asked += 1;
  const own = asked;
  const from = Math.max(0, Math.min(sightFrom, rows.length) - rowsAbove);
  try {
    const after = from === 0 ? null : (rows[from - 1]?.cursor ?? null);
    const page = await api.list(list, after, narrowed);
    if (own !== asked) return;
    useListState.setState((held) => answered(held, splice(held, after === null ? 0 : from, page)));
  } catch (error) {
    if (own === asked) useListState.setState({ loading: 'none', error: asApiError(error) });
  }
}

/** The state itself when the answer changed nothing: then nothing is told and nothing drawn. */
function answered(held: ListState, { rows, next }: Held): ListState {
  const isSame = rows === held.rows && held.loading === 'none' && held.error === null;
  return isSame ? held : { ...held, rows, next, loading: 'none', error: null };
}

export async function loadMoreRows(): Promise<void> {
  const { list, narrowed, next, loading } = useListState.getState();
  if (list === null || next === null || loading !== 'none') return;
  useListState.setState({ loading: 'more' });
  try {
    const page = await api.list(list, next, narrowed);
    useListState.setState((held) => {
      if (held.list !== list || held.next !== next) return { loading: 'none' };
      return { ...extend(held, page), loading: 'none' };
    });
  } catch (error) {
    // Kept, so that nobody asks again and again; the next refresh that goes well takes it away.
    useListState.setState({ loading: 'none', error: asApiError(error) });
  }
}

/** Told by the list as it is scrolled; what comes into sight is fetched anew. */
export function sawRows(from: number): void {
  if (Math.abs(from - sightFrom) < rowsAbove) return;
  sightFrom = from;
  listsChanged();
}

let refreshTimer: number | undefined;
let refreshedAtMs = 0;

export function listsChanged(): void {
  if (refreshTimer !== undefined) return;
  const pause = document.hidden ? hiddenRefreshEveryMs : shownRefreshEveryMs();
  const wait = Math.max(0, refreshedAtMs + pause - Date.now());
  refreshTimer = window.setTimeout(() => {
    refreshTimer = undefined;
    refreshLists();
  }, wait);
}

const shownRefreshEveryMs = (): number =>
  isSifted(useListState.getState().narrowed) ? siftedRefreshEveryMs : refreshEveryMs;

/** At once: what the agent has done must show in the lists without a pause. */
export function refreshLists(): void {
  refreshedAtMs = Date.now();
  void queries.invalidateQueries({ queryKey: ['counts'] });
  void queries.invalidateQueries({ queryKey: ['own'] });
  void queries.invalidateQueries({ queryKey: ['floor'] });
  void refreshRows();
}

export function forgetLists(): void {
  asked += 1;
  left.clear();
  useListState.setState(nothing, true);
}
