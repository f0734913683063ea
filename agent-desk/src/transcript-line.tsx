import { memo } from 'react';
import type { ReactElement } from 'react';
import { Blocks } from './blocks.tsx';
import { directionOf } from './direction.tsx';
import { clockTime, dayName, fullTime } from './format.ts';
import { BotIcon, LockIcon, PersonIcon, TickIcon } from './icons.tsx';
import { Files } from './files.tsx';
import { OutgoingLine } from './outgoing.tsx';
import { statusLine } from './status.ts';
import type { StatusEvent } from './status.ts';
import type { Line, Spoken } from './transcript-lines.ts';
import { useWords } from './words.ts';

interface LineProps {
  readonly line: Line;
  readonly conv: string;
  readonly me: string;
}

/** One line; drawn again only when something in it has changed, however often the lines are put together anew. */
export const OneLine = memo(function OneLine({ line, conv, me }: LineProps): ReactElement {
  const words = useWords();
  switch (line.kind) {
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
}, isSameLine);

function isSameLine(a: LineProps, b: LineProps): boolean {
  return a.conv === b.conv && a.me === b.me && isSame(a.line, b.line);
}

/** Events are never changed: it is enough to look whether they are the very same. */
function isSame(a: Line, b: Line): boolean {
  if (a.kind === 'statuses' && b.kind === 'statuses') {
    return a.events.length === b.events.length && a.events.every((each, i) => each === b.events[i]);
  }
  const values = new Map<string, unknown>(Object.entries(b));
  return Object.entries(a).every(([name, value]) => values.get(name) === value);
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
