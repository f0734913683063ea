import { useEffect } from 'react';
import type { ReactElement } from 'react';
import { Composer } from './compose/composer.tsx';
import {
  accept,
  goTo,
  isFree,
  owns,
  supervises,
  takeOver,
  wrapsUp,
  write,
} from './conversation-acts.ts';
import { command } from './commands.ts';
import { Due } from './due.tsx';
import { errorText } from './errors.ts';
import { focusList } from './focus.ts';
import { fullTime, shortSpan, shortWhen } from './format.ts';
import {
  BackIcon,
  CloseIcon,
  EyeIcon,
  NoteIcon,
  PanelIcon,
  PersonIcon,
  ReturnIcon,
  SnoozeIcon,
  TransferIcon,
} from './icons.tsx';
import { Instead } from './instead.tsx';
import { useMe } from './me.ts';
import { togglePanel, usePanelOpen } from './panel/panel-open.ts';
import { Summary } from './panel/summary.tsx';
import { nameOfCustomer, useCustomer, useCustomerNews } from './panel/use-customer.ts';
import type { DeskHead } from './protocol.ts';
import { closeThread, loadFirst, openThread, useThreads } from './threads.ts';
import type { Thread } from './threads.ts';
import { Transcript } from './transcript.tsx';
import { openDialog, sawUntil, serviceNowMs, useUi } from './ui.ts';
import type { DialogName, ListName, OpenAt } from './ui.ts';
import { useWords } from './words.ts';
import { WrapUp } from './wrap-up.tsx';

/** One conversation: who has it and what can be done, the bot's summary, the transcript, and where to write. */
export function Conversation({ list, conv }: OpenAt): ReactElement {
  const words = useWords();
  const thread = useThreads(({ threads }) => threads[conv]);
  useEffect(() => {
    openThread(conv);
    return () => closeThread(conv);
  }, [conv]);
  useCustomerNews(conv);
  const lastAtMs = thread?.events.at(-1)?.atMs ?? 0;
  // Looked at is what is there now; a list's row may already be newer than the last line.
  useEffect(() => sawUntil(conv, Math.max(lastAtMs, serviceNowMs())), [conv, lastAtMs]);
  return (
    <main className="conversation" id="conversation" aria-label={words('panel.conversation')}>
      {thread?.head ? (
        <Loaded thread={thread} head={thread.head} list={list} />
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
}: {
  readonly thread: Thread;
  readonly head: DeskHead;
  readonly list: ListName;
}) {
  const { conv } = thread;
  const agent = useMe();
  const { agentId, name } = agent;
  return (
    <>
      <Header head={head} list={list} thread={thread} />
      <Summary conv={conv} epoch={head.epoch} />
      <Transcript key={`said ${conv}`} thread={thread} me={name} />
      <Instead thread={thread} head={head} may={owns(head, agentId) || supervises(agent)} />
      {wrapsUp(head, agentId) ? (
        <WrapUp key={`wrap ${conv}`} list={list} conv={conv} untilMs={head.wrapUpUntilMs} />
      ) : (
        <Composer
          key={`write ${conv}`}
          thread={thread}
          owns={owns(head, agentId)}
          gate={<Gate head={head} conv={conv} />}
        />
      )}
    </>
  );
}

interface HeaderProps {
  readonly head: DeskHead;
  readonly list: ListName;
  readonly thread: Thread;
}

function Header({ head, list, thread }: HeaderProps) {
  const words = useWords();
  const agent = useMe();
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
        <CustomerName conv={thread.conv} customerId={head.customerId} />
        <OwnerPill head={head} mine={mine} />
        {head.due && <Due due={head.due} />}
        <Viewers viewers={thread.viewers} />
      </div>
      <div className={mine ? 'conversation-acts conversation-acts-own' : 'conversation-acts'}>
        {mine && <OwnActs head={head} conv={thread.conv} />}
        <PanelButton conv={thread.conv} />
      </div>
    </header>
  );
}

/** By name as soon as the wallet has told it. */
function CustomerName({
  conv,
  customerId,
}: {
  readonly conv: string;
  readonly customerId: string | null;
}) {
  const words = useWords();
  const name = nameOfCustomer(useCustomer(conv).data);
  return (
    <h1 title={customerId ?? undefined}>
      <bdi>{name === '' ? (customerId ?? words('row.visitor')) : name}</bdi>
    </h1>
  );
}

function OwnActs({ head, conv }: { readonly head: DeskHead; readonly conv: string }) {
  const words = useWords();
  const snoozed = head.state === 'snoozed';
  return (
    <>
      {snoozed ? (
        <button
          type="button"
          className="button"
          onClick={() => void command(conv, { type: 'wake' })}
        >
          <SnoozeIcon />
          <span className="wide">{words('action.wake')}</span>
          <kbd>Z</kbd>
        </button>
      ) : (
        <ActButton dialog="snooze" keys="Z" />
      )}
      <ActButton dialog="transfer" keys="T" />
      <ActButton dialog="return" keys="B" />
      <button type="button" className="button" onClick={() => openDialog('close')}>
        <CloseIcon />
        <span className="wide">{words('action.close')}</span>
        <kbd>E</kbd>
      </button>
    </>
  );
}

const actIcons = { snooze: SnoozeIcon, transfer: TransferIcon, return: ReturnIcon } as const;

function ActButton({
  dialog,
  keys,
}: {
  readonly dialog: Extract<DialogName, keyof typeof actIcons>;
  readonly keys: string;
}) {
  const words = useWords();
  const Icon = actIcons[dialog];
  const name = words(`action.${dialog}`);
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={name}
      title={`${name} (${keys})`}
      onClick={() => openDialog(dialog)}
    >
      <Icon />
    </button>
  );
}

/** Colleagues who look at the same conversation now. */
function Viewers({ viewers }: Pick<Thread, 'viewers'>) {
  const words = useWords();
  if (viewers.length === 0) return null;
  const typing = viewers.filter((viewer) => viewer.typing);
  const shown = typing.length > 0 ? typing : viewers;
  const names = shown.map(({ name }) => name).join(', ');
  const key = typing.length > 0 ? 'conversation.agentTyping' : 'conversation.viewing';
  return (
    <span className={typing.length > 0 ? 'viewers viewers-typing' : 'viewers'} role="status">
      <EyeIcon />
      <span>{words(key, { names })}</span>
    </span>
  );
}

function PanelButton({ conv }: { readonly conv: string }) {
  const words = useWords();
  const open = usePanelOpen(conv);
  return (
    <button
      type="button"
      className="icon-button"
      aria-pressed={open}
      aria-label={words('conversation.details')}
      title={`${words('conversation.details')} (I)`}
      onClick={() => togglePanel(conv)}
    >
      <PanelIcon />
    </button>
  );
}

function OwnerPill({ head, mine }: { readonly head: DeskHead; readonly mine: boolean }) {
  const words = useWords();
  const nowMs = useUi((ui) => ui.nowMs);
  if (head.state === 'snoozed' && head.snoozedUntilMs !== null) {
    return (
      <span className="pill owner-snoozed" title={fullTime(head.snoozedUntilMs)}>
        {words('owner.snoozed', { time: shortWhen(head.snoozedUntilMs, nowMs) })}
      </span>
    );
  }
  const kind = head.closed
    ? head.state === 'wrap_up'
      ? 'wrapUp'
      : 'closed'
    : mine
      ? 'me'
      : head.owner;
  return (
    <span className={`pill owner-${kind}`}>
      {words(`owner.${kind}`, { name: head.agentName ?? '' })}
    </span>
  );
}

const takeLabels = {
  queue: 'accept',
  bot: 'takeOver',
  agent: 'takeOver',
  closed: 'reopen',
} as const;

/** What stands in place of the reply field for those who cannot reply. */
function Gate({ head, conv }: { readonly head: DeskHead; readonly conv: string }) {
  const words = useWords();
  const agent = useMe();
  const nowMs = useUi((ui) => ui.nowMs);
  const kind = head.closed ? 'closed' : head.owner;
  const leads = supervises(agent);
  const free = isFree(head);
  const time = head.sinceMs === null ? '' : shortSpan(nowMs - head.sinceMs);
  return (
    <>
      <p>{words(`gate.${kind}`, { name: head.agentName ?? '', time })}</p>
      <div className="gate-acts">
        {leads && kind === 'queue' && (
          <button type="button" className="button" onClick={() => openDialog('reroute')}>
            {words('action.reroute')}
            <kbd>M</kbd>
          </button>
        )}
        {leads && kind === 'agent' && (
          <button type="button" className="button" onClick={() => openDialog('whisper')}>
            {words('action.whisper')}
            <kbd>W</kbd>
          </button>
        )}
        <button type="button" className="button" onClick={() => write(conv, 'note')}>
          <NoteIcon />
          {words('action.note')}
          <kbd>N</kbd>
        </button>
        {(free || leads) && (
          <button
            type="button"
            className="button button-primary"
            onClick={() => void (free ? accept(conv) : takeOver(conv))}
          >
            <PersonIcon />
            {words(`action.${takeLabels[kind]}`)}
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
  readonly list: ListName;
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
