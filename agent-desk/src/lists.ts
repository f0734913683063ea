import { QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiError, api } from './api.ts';
import type { DeskListName, DeskRow } from './protocol.ts';
import { useUi } from './ui.ts';

export const listNames: readonly DeskListName[] = ['queue', 'mine', 'bot', 'closed'];

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

function usePollMs(): number | false {
  return useUi(({ link }) => link === 'open') ? false : pollMs;
}

export function useCounts() {
  return useQuery({ queryKey: ['counts'], queryFn: api.counts, refetchInterval: usePollMs() });
}

export function useList(list: DeskListName) {
  const query = useInfiniteQuery({
    queryKey: ['list', list],
    queryFn: ({ pageParam }) => api.list(list, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    refetchInterval: usePollMs(),
  });
  const rows = useMemo(
    () => distinct(query.data?.pages.flatMap((page) => page.rows) ?? []),
    [query.data],
  );
  return { ...query, rows };
}

/** A row that moved between two pages while they were fetched is in both. */
function distinct(rows: readonly DeskRow[]): readonly DeskRow[] {
  return [...new Map(rows.map((row) => [row.conv, row])).values()];
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
  void queries.invalidateQueries({ queryKey: ['list'] });
}
