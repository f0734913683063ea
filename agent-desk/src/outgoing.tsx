import { useEffect, useState } from 'react';
import type { ReactElement } from 'react';
import { write } from './conversation-acts.ts';
import { directionOf } from './direction.tsx';
import { Files } from './files.tsx';
import { WarnIcon } from './icons.tsx';
import { discard, retrySend, takeBack, undoReply } from './outbox.ts';
import type { Outgoing } from './threads.ts';
import { useWords } from './words.ts';

interface Props {
  readonly entry: Outgoing;
  readonly conv: string;
}

/** Words that are not in the log yet: still to be taken back, on their way, or refused and why. */
export function OutgoingLine({ entry, conv }: Props): ReactElement {
  const words = useWords();
  const kind = entry.mode === 'reply' ? 'agent' : 'note';
  return (
    <article className={`line line-${kind} line-${entry.state}`}>
      {entry.text !== '' && (
        <div className={`bubble bubble-${kind}`} {...directionOf(entry.text)}>
          {entry.text}
        </div>
      )}
      {entry.files.length > 0 && <Files files={entry.files} />}
      {entry.state === 'held' && <Held entry={entry} conv={conv} />}
      {entry.state === 'sending' && <p className="send-state">{words('composer.sending')}</p>}
      {entry.state === 'failed' && <Failed entry={entry} conv={conv} />}
    </article>
  );
}

function Held({ entry, conv }: Props) {
  const words = useWords();
  const [seconds, setSeconds] = useState(() => secondsTo(entry.untilMs));
  useEffect(() => {
    const timer = setInterval(() => setSeconds(secondsTo(entry.untilMs)), 250);
    return () => clearInterval(timer);
  }, [entry.untilMs]);
  return (
    <p className="send-state send-held">
      {words('composer.held', { seconds })}
      <button
        type="button"
        className="link"
        onClick={() => {
          if (undoReply(conv)) write(conv, 'reply');
        }}
      >
        {words('action.undo')}
        <kbd>U</kbd>
      </button>
    </p>
  );
}

function secondsTo(untilMs: number): number {
  return Math.max(0, Math.ceil((untilMs - Date.now()) / 1000));
}

function Failed({ entry, conv }: Props) {
  const words = useWords();
  return (
    <p className="send-state send-failed" role="alert">
      <WarnIcon />
      <span>
        <b>{words('composer.notSent')}</b> {entry.reason}
      </span>
      {!entry.refused && (
        <button type="button" className="link" onClick={() => retrySend(conv, entry)}>
          {words('action.retry')}
        </button>
      )}
      <button
        type="button"
        className="link"
        onClick={() => {
          takeBack(conv, entry);
          write(conv, entry.mode);
        }}
      >
        {words('action.edit')}
      </button>
      <button type="button" className="link" onClick={() => discard(conv, entry.cid)}>
        {words('action.discard')}
      </button>
    </p>
  );
}
