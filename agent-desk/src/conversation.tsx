import { useEffect } from 'react';
import type { ReactElement } from 'react';
import { errorText } from './commands.ts';
import { Composer } from './composer.tsx';
import {
  accept,
  focusList,
  goTo,
  openDialog,
  owns,
  returnToBot,
  write,
} from './conversation-acts.ts';
import { shortSpan } from './format.ts';
import { BackIcon, CloseIcon, NoteIcon, PanelIcon, PersonIcon, ReturnIcon } from './icons.tsx';
import type { DeskAgent, DeskHead, DeskListName } from './protocol.ts';
import { useSettings } from './settings.ts';
import { closeThread, loadFirst, openThread, useThreads } from './threads.ts';
import type { Thread } from './threads.ts';
import { Transcript } from './transcript.tsx';
import { sawUntil, useUi } from './ui.ts';
import { useWords } from './words.ts';

interface Shown {
  readonly list: DeskListName;
  readonly conv: string;
  readonly agent: DeskAgent;
}

/** One conversation: who has it and what can be done, the transcript, and where to write. */
export function Conversation({ list, conv, agent }: Shown): ReactElement {
  const words = useWords();
  const thread = useThreads(({ threads }) => threads[conv]);
  useEffect(() => {
    openThread(conv);
    return closeThread;
  }, [conv]);
  const lastAtMs = thread?.events.at(-1)?.atMs ?? 0;
  useEffect(() => sawUntil(conv, lastAtMs), [conv, lastAtMs]);
  return (
    <main className="conversation" id="conversation" aria-label={words('panel.conversation')}>
      {thread?.head ? (
        <Loaded thread={thread} head={thread.head} list={list} agent={agent} />
      ) : (
        <Unloaded thread={thread} list={list} />
      )}
    </main>
  );
}

function Loaded({
  thread,
  head,
  list,
  agent,
}: {
  readonly thread: Thread;
  readonly head: DeskHead;
  readonly list: DeskListName;
  readonly agent: DeskAgent;
}) {
  const { conv } = thread;
  return (
    <>
      <Header head={head} list={list} conv={conv} agent={agent} />
      <Transcript key={conv} thread={thread} me={agent.name} />
      <Composer
        conv={conv}
        owns={owns(head, agent.agentId)}
        gate={<Gate head={head} conv={conv} />}
      />
    </>
  );
}

function Header({ head, list, conv, agent }: Shown & { readonly head: DeskHead }) {
  const words = useWords();
  const mine = owns(head, agent.agentId);
  return (
    <header className="conversation-head">
      <button
        type="button"
        className="icon-button back"
        aria-label={words('conversation.back')}
        onClick={() => {
          goTo(list);
          focusList();
        }}
      >
        <BackIcon />
      </button>
      <div className="conversation-title">
        <h1>{head.customerId ?? words('row.visitor')}</h1>
        <OwnerPill head={head} mine={mine} />
      </div>
      <div className="conversation-acts">
        {mine && (
          <>
            <button type="button" className="button" onClick={() => void returnToBot(list, conv)}>
              <ReturnIcon />
              <span className="wide">{words('action.return')}</span>
              <kbd>B</kbd>
            </button>
            <button type="button" className="button" onClick={() => openDialog('close')}>
              <CloseIcon />
              <span className="wide">{words('action.close')}</span>
              <kbd>E</kbd>
            </button>
          </>
        )}
        <PanelButton />
      </div>
    </header>
  );
}

function PanelButton() {
  const words = useWords();
  const panel = useSettings((settings) => settings.panel);
  return (
    <button
      type="button"
      className="icon-button"
      aria-pressed={panel}
      aria-label={words('conversation.details')}
      title={words('conversation.details')}
      onClick={() => useSettings.setState({ panel: !panel })}
    >
      <PanelIcon />
    </button>
  );
}

function OwnerPill({ head, mine }: { readonly head: DeskHead; readonly mine: boolean }) {
  const words = useWords();
  const kind = head.closed ? 'closed' : mine ? 'me' : head.owner;
  return (
    <span className={`pill owner-${kind}`}>
      {words(`owner.${kind}`, { name: head.agentName ?? '' })}
    </span>
  );
}

/** What stands in place of the reply field for those who cannot reply. */
function Gate({ head, conv }: { readonly head: DeskHead; readonly conv: string }) {
  const words = useWords();
  const nowMs = useUi((ui) => ui.nowMs);
  const kind = head.closed ? 'closed' : head.owner;
  const label = { queue: 'accept', bot: 'takeOver', agent: null, closed: 'reopen' }[kind];
  const time = head.sinceMs === null ? '' : shortSpan(nowMs - head.sinceMs);
  return (
    <>
      <p>{words(`gate.${kind}`, { name: head.agentName ?? '', time })}</p>
      <div className="gate-acts">
        <button type="button" className="button" onClick={() => write(conv, 'note')}>
          <NoteIcon />
          {words('action.note')}
          <kbd>N</kbd>
        </button>
        {label !== null && (
          <button type="button" className="button button-primary" onClick={() => void accept(conv)}>
            <PersonIcon />
            {words(`action.${label}`)}
            <kbd>A</kbd>
          </button>
        )}
      </div>
    </>
  );
}

function Unloaded({
  thread,
  list,
}: {
  readonly thread: Thread | undefined;
  readonly list: DeskListName;
}) {
  const words = useWords();
  const error = thread?.error;
  if (!thread || !error) return <Skeleton label={words('conversation.loading')} />;
  const missing = error.code === 'not_found';
  return (
    <div className="blank" role="alert">
      <h2>{words(missing ? 'conversation.missing' : 'conversation.failed')}</h2>
      {!missing && <p>{errorText(error)}</p>}
      <button
        type="button"
        className="button"
        onClick={() => (missing ? goTo(list) : void loadFirst(thread.conv))}
      >
        {words(missing ? 'conversation.back' : 'action.retry')}
      </button>
    </div>
  );
}

function Skeleton({ label }: { readonly label: string }) {
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {['short', 'long right', 'mid', 'mid right', 'short'].map((width, index) => (
        <span key={index} className={`bone ${width}`} />
      ))}
    </div>
  );
}
