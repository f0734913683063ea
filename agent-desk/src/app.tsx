import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import type { ReactElement } from 'react';
import { Route, Router } from 'wouter';
import { api, asApiError } from './api.ts';
import { errorText } from './errors.ts';
import { DeskPage } from './desk-page.tsx';
import { dropDrafts } from './drafts.ts';
import { forgetLists, queries } from './lists.ts';
import type { DeskAgent } from './protocol.ts';
import { applyTheme, useSettings } from './settings.ts';
import { SignIn } from './sign-in.tsx';
import { forgetThreads } from './threads.ts';
import { useUi } from './ui.ts';
import { speak, useWords } from './words.ts';

export function App(): ReactElement {
  const { theme, language } = useSettings();
  useEffect(() => applyTheme(theme), [theme]);
  useEffect(() => void speak(language), [language]);
  return (
    <QueryClientProvider client={queries}>
      <Router base="/desk">
        <Door />
      </Router>
    </QueryClientProvider>
  );
}

/** Signed in or not; what was read is forgotten when the session ends. */
function Door() {
  const words = useWords();
  const {
    data: agent,
    error,
    isPending,
    refetch,
  } = useQuery<DeskAgent | null>({
    queryKey: ['me'],
    queryFn: knownAgent,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const ended = useCallback(() => {
    useUi.setState({ sessionEnded: true });
    forget();
  }, []);
  const signOut = useCallback(() => {
    void leave();
  }, []);
  if (isPending) return <div className="blank" role="status" aria-label={words('load.busy')} />;
  if (error) {
    return (
      <div className="blank" role="alert">
        <h2>{errorText(asApiError(error))}</h2>
        <button type="button" className="button" onClick={() => void refetch()}>
          {words('action.retry')}
        </button>
      </div>
    );
  }
  if (!agent) {
    return (
      <SignIn
        done={(signedIn) => {
          useUi.setState({ sessionEnded: false });
          queries.setQueryData(['me'], signedIn);
        }}
      />
    );
  }
  return (
    <Route path={/^\/?([a-z]*)\/?([^/]*)$/}>
      <DeskPage agent={agent} signOut={signOut} sessionEnded={ended} />
    </Route>
  );
}

/** Also when the service cannot be told: then the session ends there by itself. */
async function leave(): Promise<void> {
  await api.signOut().catch(() => undefined);
  dropDrafts();
  useUi.setState({ sessionEnded: false, offers: [], presence: null, search: '', dialog: 'none' });
  forget();
}

/** Customers' words must not outlive the session in this page's memory. */
function forget(): void {
  forgetThreads();
  forgetLists();
  queries.setQueryData(['me'], null);
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' });
}

/** Null when nobody is signed in here. */
async function knownAgent(): Promise<DeskAgent | null> {
  try {
    return await api.me();
  } catch (error) {
    if (asApiError(error).code === 'not_signed_in') return null;
    throw error;
  }
}
