import type { ReactElement } from 'react';
import { draftOf, setDraft, useDrafts } from '../drafts.ts';
import type { Mode } from '../drafts.ts';
import { focusComposer } from '../focus.ts';
import { LockIcon } from '../icons.tsx';
import type { Thread } from '../threads.ts';
import { useWords } from '../words.ts';
import { Field } from './field.tsx';

/** Where replies and notes are written. A reply is possible only for the owner; a note always. */
export function Composer({
  thread,
  owns,
  gate,
}: {
  readonly thread: Thread;
  readonly owns: boolean;
  /** Shown instead of the reply field to those who do not own the conversation. */
  readonly gate: ReactElement;
}): ReactElement {
  const words = useWords();
  const { conv } = thread;
  const draft = useDrafts(({ drafts }) => draftOf(drafts, conv));
  const mode: Mode = owns ? draft.mode : 'note';
  const gated = !owns && draft.mode === 'reply';
  if (gated) return <div className="composer composer-gate">{gate}</div>;
  return (
    <div className={`composer composer-${mode}`}>
      <div className="composer-top">
        <fieldset className="modes">
          <legend className="unseen">{words('composer.mode')}</legend>
          <ModeButton conv={conv} mode="reply" on={mode === 'reply'} />
          <ModeButton conv={conv} mode="note" on={mode === 'note'} />
        </fieldset>
        {mode === 'note' && (
          <span className="composer-warning">
            <LockIcon />
            {words('who.noteOnly')}
          </span>
        )}
      </div>
      <Field thread={thread} mode={mode} draft={draft} />
    </div>
  );
}

function ModeButton({
  conv,
  mode,
  on,
}: {
  readonly conv: string;
  readonly mode: Mode;
  readonly on: boolean;
}) {
  const words = useWords();
  return (
    <button
      type="button"
      className={`mode mode-${mode}`}
      aria-pressed={on}
      onClick={() => {
        focusComposer(conv);
        setDraft(conv, { mode });
      }}
    >
      {words(`composer.${mode}`)}
      <kbd>{mode === 'reply' ? 'R' : 'N'}</kbd>
    </button>
  );
}
