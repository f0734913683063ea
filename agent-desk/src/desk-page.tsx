import { Suspense, lazy, useCallback, useEffect, useMemo } from 'react';
import type { ReactElement } from 'react';
import { Redirect, useParams } from 'wouter';
import { useMessageSound, useOfferAlerts, useTitle } from './alerts.ts';
import { Conversation } from './conversation.tsx';
import { owns, supervises } from './conversation-acts.ts';
import { CustomerPanel } from './panel/customer-panel.tsx';
import { usePanelOpen } from './panel/panel-open.ts';
import { Dialogs } from './dialogs/dialogs.tsx';
import { focusList } from './focus.ts';
import { useShortcuts } from './keys/shortcuts.ts';
import type { Place } from './keys/commands.ts';
import { Link } from './link.ts';
import { ListPane } from './list-pane.tsx';
import { currentRows, isListName, listsChanged, queries } from './lists.ts';
import { Me, useMe } from './me.ts';
import { Offers } from './offers.tsx';
import { flushOnLeave } from './outbox.ts';
import type { DeskAgent, DeskServerFrame } from './protocol.ts';
import { Rail } from './rail.tsx';
import { SearchPane, currentHits } from './search-pane.tsx';
import { heardFrame, threadsSpeakBy, useThreads, watchAgain, watchInSight } from './threads.ts';
import { Toasts } from './toasts.tsx';
import { startTicking, toast, useUi } from './ui.ts';
import type { ListName } from './ui.ts';
import { currentWords, useWords } from './words.ts';

const FloorPage = lazy(() => import('./floor/floor-page.tsx'));
const SettingsPage = lazy(() => import('./settings/settings-page.tsx'));

interface DeskProps {
  readonly agent: DeskAgent;
  readonly signOut: () => void;
  readonly sessionEnded: () => void;
}

/** The desk: /desk/<list>, /desk/<list>/<conversation>, /desk/floor and /desk/settings. */
export function DeskPage({ agent, signOut, sessionEnded }: DeskProps): ReactElement {
  const params = useParams();
  const at = params[0] ?? '';
  const conv = params[1] === undefined || params[1] === '' ? null : decodeURIComponent(params[1]);
  useDeskLink(sessionEnded);
  useEffect(startTicking, []);
  useEffect(flushOnLeave, []);
  useEffect(watchInSight, []);
  useOfferAlerts();
  useMessageSound(conv);
  useTitle();
  const isPage = at === 'settings' || (at === 'floor' && supervises(agent));
  const list = isListName(at) || at === 'search' ? at : null;
  if (!isPage && list === null) return <Redirect to="/queue" />;
  return (
    <Me value={agent}>
      {list === null ? (
        <Page at={at} signOut={signOut} />
      ) : (
        <Panes list={list} conv={conv} signOut={signOut} />
      )}
      <Offers />
      <Toasts />
    </Me>
  );
}

function Page({ at, signOut }: { readonly at: string; readonly signOut: () => void }) {
  const words = useWords();
  const place = usePlace('queue', null);
  useShortcuts(place);
  return (
    <div className="desk desk-page">
      <Rail at={at} signOut={signOut} />
      <Suspense
        fallback={<main className="blank" aria-busy="true" aria-label={words('load.busy')} />}
      >
        {at === 'floor' ? <FloorPage /> : <SettingsPage />}
      </Suspense>
      <Dialogs place={place} />
    </div>
  );
}

function Panes({
  list,
  conv,
  signOut,
}: {
  readonly list: ListName;
  readonly conv: string | null;
  readonly signOut: () => void;
}) {
  const words = useWords();
  const agent = useMe();
  const place = usePlace(list, conv);
  const panel = usePanelOpen(conv);
  useShortcuts(place);
  useSomeFocus(list, conv);
  useTakenNews(conv, agent);
  return (
    <div className={`desk${conv === null ? '' : ' desk-open'}${panel ? ' desk-panel' : ''}`}>
      <a className="skip" href="#conversation">
        {words('app.skip')}
      </a>
      <Rail at={list} signOut={signOut} />
      {list === 'search' ? (
        <SearchPane open={conv} />
      ) : (
        <ListPane key={list} list={list} open={conv} />
      )}
      {conv === null ? (
        <Nothing />
      ) : (
        <>
          <Conversation list={list} conv={conv} />
          <CustomerPanel conv={conv} />
        </>
      )}
      <Dialogs place={place} />
    </div>
  );
}

function usePlace(list: ListName, conv: string | null): Place {
  const agent = useMe();
  const head = useThreads(({ threads }) => (conv === null ? null : (threads[conv]?.head ?? null)));
  const rows = useCallback(() => (list === 'search' ? currentHits() : currentRows()), [list]);
  return useMemo(() => ({ list, conv, agent, head, rows }), [list, conv, agent, head, rows]);
}

function Nothing() {
  const words = useWords();
  const hint = words('conversation.noneHint', {
    down: '[J]',
    up: '[K]',
    enter: '[Enter]',
    help: '[?]',
  });
  return (
    <main className="conversation nothing" id="conversation">
      <h2>{words('conversation.none')}</h2>
      <p>
        {hint
          .split(/\[(.+?)\]/)
          .map((part, index) => (index % 2 === 1 ? <kbd key={index}>{part}</kbd> : part))}
      </p>
    </main>
  );
}

/** One socket while the agent is signed in. */
function useDeskLink(sessionEnded: () => void): void {
  useEffect(() => {
    const link = new Link({
      onState: (state) => useUi.setState({ link: state }),
      onSignedOut: sessionEnded,
      onFrame: heard,
    });
    threadsSpeakBy((frame) => link.send(frame));
    link.start();
    return () => link.end();
  }, [sessionEnded]);
}

function heard(frame: DeskServerFrame): void {
  switch (frame.t) {
    case 'welcome':
      useUi.setState({ aheadMs: frame.nowMs - Date.now(), nowMs: frame.nowMs });
      watchAgain();
      listsChanged();
      void queries.invalidateQueries({ queryKey: ['presence'] });
      return;
    case 'lists':
      listsChanged();
      return;
    case 'offers':
      useUi.setState({ offers: frame.offers });
      return;
    case 'presence':
      useUi.setState({ presence: frame.me });
      return;
    case 'presences':
      void queries.invalidateQueries({ queryKey: ['presence'] });
      return;
    default:
      heardFrame(frame);
  }
}

/** Whoever works by keyboard always stands somewhere: if nowhere else, on the list. */
function useSomeFocus(list: ListName, conv: string | null): void {
  useEffect(() => {
    if (document.activeElement === document.body) focusList();
  }, [list, conv]);
}

/** Someone else took what this agent was looking at or had: told by name. */
function useTakenNews(conv: string | null, agent: DeskAgent): void {
  useEffect(
    () =>
      useThreads.subscribe(({ threads }, former) => {
        if (conv === null) return;
        const now = threads[conv]?.head ?? null;
        const before = former.threads[conv]?.head ?? null;
        if (!now || !before || now === before) return;
        const other = now.owner === 'agent' && now.agentId !== agent.agentId && !now.closed;
        const changed = before.owner !== 'agent' || before.agentId !== now.agentId;
        if (!other || !changed) return;
        const name = now.agentName ?? '';
        const key = owns(before, agent.agentId) ? 'told.notOwner' : 'told.taken';
        toast('plain', currentWords(key, { name }));
      }),
    [conv, agent],
  );
}
