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
    queryFn: () => api.list('mine', null, null),
    refetchInterval: usePollMs(),
  });
}

/**
 * The list on the screen. Rows are held as far as they were scrolled to, but only those in sight are fetched again when
 * something changes: a list of ten thousand costs one request, not a hundred.
 */
interface ListState {
  readonly list: DeskListName | null;
  readonly queue: string | null;
  readonly rows: readonly DeskRow[];
  readonly next: string | null;
  readonly loading: 'none' | 'first' | 'more';
  readonly error: ApiError | null;
}

const nothing: ListState = {
  list: null,
  queue: null,
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

function leave({ list, queue, rows }: ListState): void {
  if (list === null || rows.length === 0) return;
  const first = rows.slice(0, rowsPerPage);
  const next =
    rows.length > first.length ? (first.at(-1)?.cursor ?? null) : useListState.getState().next;
  left.set(`${list} ${queue ?? ''}`, { rows: first, next, atMs: Date.now() });
}

function recalled(list: DeskListName, queue: string | null): Partial<ListState> {
  const held = left.get(`${list} ${queue ?? ''}`);
  if (!held || Date.now() - held.atMs > leftTtlMs) return {};
  return { rows: held.rows, next: held.next, loading: 'none' };
}

/** First row in sight. */
let sightFrom = 0;
/** Rows above the first in sight that are fetched with it. */
const rowsAbove = 20;
/** Only the latest question may answer. */
let asked = 0;

export function useList(list: DeskListName, queue: string | null): ListState {
  const state = useListState();
  const poll = usePollMs();
  useEffect(() => {
    void showList(list, queue);
  }, [list, queue]);
  useEffect(() => {
    if (poll === false) return undefined;
    const timer = setInterval(refreshLists, poll);
    return () => clearInterval(timer);
  }, [poll]);
  return state.list === list && state.queue === queue ? state : { ...nothing, list, queue };
}

async function showList(list: DeskListName, queue: string | null): Promise<void> {
  const held = useListState.getState();
  if (held.list !== list || held.queue !== queue) {
    leave(held);
    sightFrom = 0;
    useListState.setState({ ...nothing, list, queue, ...recalled(list, queue) });
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
  const { list, queue, rows } = useListState.getState();
  if (list === null) return;
  asked += 1;
  const own = asked;
  const from = Math.max(0, Math.min(sightFrom, rows.length) - rowsAbove);
  try {
    const after = from === 0 ? null : (rows[from - 1]?.cursor ?? null);
    const page = await api.list(list, after, queue);
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
  const { list, queue, next, loading } = useListState.getState();
  if (list === null || next === null || loading !== 'none') return;
  useListState.setState({ loading: 'more' });
  try {
    const page = await api.list(list, next, queue);
    useListState.setState((held) => {
      if (held.list !== list || held.next !== next) return { loading: 'none' };
      return { ...extend(held, page), loading: 'none' };
    });
  } catch {
    useListState.setState({ loading: 'none' });
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
  const pause = document.hidden ? hiddenRefreshEveryMs : refreshEveryMs;
  const wait = Math.max(0, refreshedAtMs + pause - Date.now());
  refreshTimer = window.setTimeout(() => {
    refreshTimer = undefined;
    refreshLists();
  }, wait);
}

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
