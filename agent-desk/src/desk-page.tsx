import { useEffect, useMemo, useRef } from 'react';
import type { ReactElement } from 'react';
import { Redirect, useParams } from 'wouter';
import { Conversation } from './conversation.tsx';
import { focusList, owns } from './conversation-acts.ts';
import { CustomerPanel } from './customer-panel.tsx';
import { CloseDialog, KeysDialog } from './dialogs.tsx';
import { Link } from './link.ts';
import { ListPane } from './list-pane.tsx';
import { isListName, listsChanged, useCounts, useList } from './lists.ts';
import type { DeskAgent, DeskListName } from './protocol.ts';
import { Rail } from './rail.tsx';
import { useSettings } from './settings.ts';
import { useShortcuts } from './shortcuts.ts';
import type { Place } from './shortcuts.ts';
import { heardFrame, threadsSpeakBy, useThreads, watchAgain } from './threads.ts';
import { Toasts } from './toasts.tsx';
import { startTicking, toast, useUi } from './ui.ts';
import { currentWords, useWords } from './words.ts';

interface DeskProps {
  readonly agent: DeskAgent;
  readonly signOut: () => void;
  readonly sessionEnded: () => void;
}

/** The desk: /desk/<list> and /desk/<list>/<conversation>. */
export function DeskPage(props: DeskProps): ReactElement {
  const params = useParams();
  const list = params[0];
  const conv = params[1];
  useDeskLink(props.sessionEnded);
  useEffect(startTicking, []);
  if (!isListName(list)) return <Redirect to="/queue" />;
  return (
    <Panes
      agent={props.agent}
      signOut={props.signOut}
      list={list}
      conv={conv === undefined || conv === '' ? null : decodeURIComponent(conv)}
    />
  );
}

function Panes({
  agent,
  signOut,
  list,
  conv,
}: {
  readonly agent: DeskAgent;
  readonly signOut: () => void;
  readonly list: DeskListName;
  readonly conv: string | null;
}) {
  const words = useWords();
  const { rows } = useList(list);
  const newest = useRef(rows);
  newest.current = rows;
  const place = useMemo<Place>(
    () => ({ list, conv, agent, rows: () => newest.current }),
    [list, conv, agent],
  );
  const panel = useSettings((settings) => settings.panel);
  useShortcuts(place);
  useTitle();
  useSomeFocus(list, conv);
  useTakenNews(conv, agent);
  return (
    <div
      className={`desk${conv === null ? '' : ' desk-open'}${panel && conv !== null ? ' desk-panel' : ''}`}
    >
      <a className="skip" href="#conversation">
        {words('app.skip')}
      </a>
      <Rail list={list} agent={agent} signOut={signOut} />
      <ListPane key={list} list={list} open={conv} />
      {conv === null ? (
        <Nothing />
      ) : (
        <>
          <Conversation key={conv} list={list} conv={conv} agent={agent} />
          <CustomerPanel conv={conv} agent={agent} />
          <CloseDialog key={`close ${conv}`} list={list} conv={conv} />
        </>
      )}
      <KeysDialog />
      <Toasts />
    </div>
  );
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
      onFrame(frame) {
        if (frame.t === 'welcome') {
          useUi.setState({ aheadMs: frame.nowMs - Date.now(), nowMs: frame.nowMs });
          watchAgain();
          listsChanged();
        } else if (frame.t === 'lists') {
          listsChanged();
        } else {
          heardFrame(frame);
        }
      },
    });
    threadsSpeakBy((frame) => link.send(frame));
    link.start();
    return () => link.end();
  }, [sessionEnded]);
}

/** Whoever works by keyboard always stands somewhere: if nowhere else, on the list. */
function useSomeFocus(list: DeskListName, conv: string | null): void {
  useEffect(() => {
    if (document.activeElement === document.body) focusList();
  }, [list, conv]);
}

/** The tab says how many wait. */
function useTitle(): void {
  const words = useWords();
  const { data: counts } = useCounts();
  const waiting = counts?.queue ?? 0;
  const name = words('app.name');
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) ${name}` : name;
  }, [waiting, name]);
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
