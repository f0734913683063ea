import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { VList } from 'virtua';
import type { VListHandle } from 'virtua';
import { Blocks } from './blocks.tsx';
import { directionOf } from './direction.tsx';
import { clockTime, dayName, dayOf, fullTime } from './format.ts';
import { BotIcon, DownIcon, LockIcon, PersonIcon, TickIcon } from './icons.tsx';
import { Files } from './files.tsx';
import { OutgoingLine } from './outgoing.tsx';
import type { DeskEvent } from './protocol.ts';
import { isSmallTalk, statusLine } from './status.ts';
import type { StatusEvent } from './status.ts';
import { loadEarlier } from './threads.ts';
import type { Outgoing, Thread } from './threads.ts';
import { useWords } from './words.ts';

/** What the virtual list draws: events, status lines in a row as one block, days, and what is on its way. */
type Line =
  | { readonly kind: 'day'; readonly key: string; readonly atMs: number }
  | { readonly kind: 'top'; readonly key: string; readonly more: boolean }
  | { readonly kind: 'statuses'; readonly key: string; readonly events: StatusEvent[] }
  | {
      readonly kind: 'event';
      readonly key: string;
      readonly event: Spoken;
      readonly first: boolean;
      readonly answer: string | null;
    }
  | { readonly kind: 'mark'; readonly key: string; readonly seen: boolean }
  | { readonly kind: 'outgoing'; readonly key: string; readonly entry: Outgoing }
  | { readonly kind: 'typing'; readonly key: string };

type Spoken = Exclude<DeskEvent, StatusEvent>;

function linesOf(thread: Thread): readonly Line[] {
  const lines: Line[] = [{ kind: 'top', key: 'top', more: thread.from > 1 }];
  let day = '';
  let speaker = '';
  for (const [index, event] of thread.events.entries()) {
    if (event.type === 'status' && isSmallTalk(event)) continue;
    if (dayOf(event.atMs) !== day) {
      day = dayOf(event.atMs);
      speaker = '';
      lines.push({ kind: 'day', key: `day${day}`, atMs: event.atMs });
    }
    if (event.type === 'status') {
      addStatus(lines, event);
      continue;
    }
    const now = 'agentName' in event ? `${event.type} ${event.agentName}` : event.type;
    const lastIsSpoken = lines.at(-1)?.kind === 'event';
    const first = now !== speaker || !lastIsSpoken;
    speaker = now;
    const answer = event.type === 'bot' ? answerTo(thread.events, index) : null;
    lines.push({ kind: 'event', key: `e${event.pos}`, event, first, answer });
  }
  const mark = readMark(thread);
  if (mark) lines.push(mark);
  for (const entry of thread.outgoing) lines.push({ kind: 'outgoing', key: entry.cid, entry });
  if (thread.typing) lines.push({ kind: 'typing', key: 'typing' });
  return lines;
}

function addStatus(lines: Line[], event: StatusEvent): void {
  const last = lines.at(-1);
  if (last?.kind === 'statuses') last.events.push(event);
  else lines.push({ kind: 'statuses', key: `e${event.pos}`, events: [event] });
}

/** Under the last reply, until the customer answers: an answer says more than a mark. */
function readMark({ events, readSeq }: Thread): Line | null {
  const last = events.findLast(({ type }) => type === 'agent' || type === 'customer');
  if (last?.type !== 'agent' || last.seq === undefined) return null;
  return { kind: 'mark', key: 'mark', seen: last.seq <= readSeq };
}

/** The customer's next words, if nobody else spoke before. */
function answerTo(events: readonly DeskEvent[], index: number): string | null {
  for (let at = index + 1; at < events.length; at += 1) {
    const event = events[at];
    if (event?.type === 'customer') return event.text;
    if (event?.type === 'bot' || event?.type === 'agent') return null;
  }
  return null;
}

/** Follows the newest message while the reader is at the end, keeps its place otherwise. */
export function Transcript({
  thread,
  me,
}: {
  readonly thread: Thread;
  readonly me: string;
}): ReactElement {
  const words = useWords();
  const lines = useMemo(() => linesOf(thread), [thread]);
  const list = useRef<VListHandle>(null);
  const [atEnd, setAtEnd] = useState(true);
  const first = useRef(thread.from);
  // The page above came in: keep the place counted from the end. Only in that very render.
  const grewAbove = thread.from < first.current;
  useLayoutEffect(() => {
    first.current = thread.from;
  }, [thread.from]);
  /** Also when the composer grows and takes height away. */
  function follow(): void {
    if (atEnd) list.current?.scrollToIndex(lines.length - 1, { align: 'end' });
  }
  useLayoutEffect(follow, [lines, atEnd]);
  useEffect(() => {
    // A page shorter than the view cannot be scrolled: fetch what is above at once.
    const { current } = list;
    if (current && thread.from > 1 && current.scrollSize <= current.viewportSize) {
      void loadEarlier(thread.conv);
    }
  }, [thread]);
  function scrolled(offset: number): void {
    const { current } = list;
    if (!current) return;
    setAtEnd(current.scrollSize - offset - current.viewportSize < 40);
    if (offset < 200) void loadEarlier(thread.conv);
  }
  return (
    <div className="transcript">
      <VList
        ref={list}
        className="transcript-list"
        data={lines}
        shift={grewAbove}
        onScroll={scrolled}
        onResize={follow}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={words('conversation.transcript')}
      >
        {(line) => <OneLine key={line.key} line={line} conv={thread.conv} me={me} />}
      </VList>
      {!atEnd && (
        <button
          type="button"
          className="to-newest"
          onClick={() => setAtEnd(true)}
          aria-label={words('conversation.newest')}
        >
          <DownIcon />
        </button>
      )}
    </div>
  );
}

function OneLine({
  line,
  conv,
  me,
}: {
  readonly line: Line;
  readonly conv: string;
  readonly me: string;
}) {
  const words = useWords();
  switch (line.kind) {
    case 'top':
      return line.more ? (
        <div className="line line-top">
          <button type="button" className="link" onClick={() => void loadEarlier(conv)}>
            {words('conversation.earlier')}
          </button>
        </div>
      ) : (
        <div className="line line-top quiet">{words('conversation.start')}</div>
      );
    case 'day':
      return (
        <div className="line line-day">
          <span>{dayName(line.atMs)}</span>
        </div>
      );
    case 'statuses':
      return <Statuses events={line.events} />;
    case 'event':
      return <SpokenLine event={line.event} first={line.first} answer={line.answer} me={me} />;
    case 'mark':
      return (
        <p className={line.seen ? 'line line-mark line-seen' : 'line line-mark'}>
          <TickIcon />
          {words(line.seen ? 'conversation.seen' : 'conversation.sent')}
        </p>
      );
    case 'outgoing':
      return <OutgoingLine entry={line.entry} conv={conv} />;
    case 'typing':
      return (
        <div className="line line-customer">
          <div className="bubble bubble-typing">
            <i />
            <i />
            <i />
            <span className="unseen">{words('conversation.typing')}</span>
          </div>
        </div>
      );
  }
}

function Statuses({ events }: { readonly events: readonly StatusEvent[] }) {
  const words = useWords();
  return (
    <ul className="line statuses">
      {events.map((event) => {
        const [text, weight] = statusLine(event, words);
        return (
          <li key={event.pos} className={`status status-${weight}`}>
            <span className="status-dot" />
            <span>{text}</span>
            <time title={fullTime(event.atMs)}>{clockTime(event.atMs)}</time>
          </li>
        );
      })}
    </ul>
  );
}

function SpokenLine({
  event,
  first,
  answer,
  me,
}: {
  readonly event: Spoken;
  readonly first: boolean;
  readonly answer: string | null;
  readonly me: string;
}) {
  return (
    <article className={`line line-${event.type}${first ? ' line-first' : ''}${whispered(event)}`}>
      {first && <Speaker event={event} me={me} />}
      {event.type === 'bot' || event.type === 'notice' ? (
        <div className="bot-blocks">
          <Blocks blocks={event.blocks} answer={answer} />
        </div>
      ) : (
        <>
          {event.text !== '' && (
            <div className={`bubble bubble-${event.type}`} {...directionOf(event.text)}>
              {event.text}
            </div>
          )}
          {'files' in event && event.files && <Files files={event.files} />}
        </>
      )}
    </article>
  );
}

const whispered = (event: Spoken): string =>
  event.type === 'note' && event.whisper === true ? ' line-whisper' : '';

function Speaker({ event, me }: { readonly event: Spoken; readonly me: string }) {
  const words = useWords();
  return (
    <header className="speaker">
      {event.type === 'customer' && <PersonIcon />}
      {(event.type === 'bot' || event.type === 'notice') && <BotIcon />}
      {event.type === 'note' && <LockIcon />}
      <b>{speakerName(event, me, words)}</b>
      {event.type === 'note' && (
        <span className="note-only">
          {words(event.whisper === true ? 'who.whisperOnly' : 'who.noteOnly')}
        </span>
      )}
      <time title={fullTime(event.atMs)}>{clockTime(event.atMs)}</time>
    </header>
  );
}

function speakerName(event: Spoken, me: string, words: ReturnType<typeof useWords>): string {
  switch (event.type) {
    case 'customer':
      return words('who.customer');
    case 'bot':
      return words('who.bot');
    case 'agent':
      return event.agentName === me ? words('who.you', { name: me }) : event.agentName;
    case 'notice':
      return words('who.notice');
    case 'note':
      return words(event.whisper === true ? 'who.whisper' : 'who.note', { name: event.agentName });
  }
}
