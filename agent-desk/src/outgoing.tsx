import type { ReactElement } from 'react';
import { asApiError } from './api.ts';
import { errorText } from './commands.ts';
import { WarnIcon } from './icons.tsx';
import { discardSend, retrySend } from './threads.ts';
import type { Outgoing } from './threads.ts';
import { toast } from './ui.ts';
import { useWords } from './words.ts';

/** Words that are not in the log yet, or could not be sent. */
export function OutgoingLine({
  entry,
  conv,
}: {
  readonly entry: Outgoing;
  readonly conv: string;
}): ReactElement {
  const words = useWords();
  const kind = entry.mode === 'reply' ? 'agent' : 'note';
  const retry = () => {
    retrySend(conv, entry).catch((error: unknown) => toast('bad', errorText(asApiError(error))));
  };
  return (
    <article className={`line line-${kind} line-${entry.state}`}>
      <div className={`bubble bubble-${kind}`} dir="auto">
        {entry.text}
      </div>
      {entry.state === 'sending' ? (
        <p className="send-state">{words('composer.sending')}</p>
      ) : (
        <p className="send-state send-failed">
          <WarnIcon />
          {words('composer.notSent')}
          <button type="button" className="link" onClick={retry}>
            {words('action.retry')}
          </button>
          <button type="button" className="link" onClick={() => discardSend(conv, entry.cid)}>
            {words('action.discard')}
          </button>
        </p>
      )}
    </article>
  );
}
