import { useEffect, useId, useLayoutEffect } from 'react';
import type { KeyboardEvent, ReactElement } from 'react';
import { asApiError } from './api.ts';
import { errorText } from './commands.ts';
import { draftOf, setDraft, useDrafts } from './drafts.ts';
import type { Mode } from './drafts.ts';
import { LockIcon, SendIcon } from './icons.tsx';
import { sendText, tellTyping } from './threads.ts';
import { toast } from './ui.ts';
import { useWords } from './words.ts';

/** As the protocol has it. */
const textLengthMax = 4000;

/** Where replies and notes are written. A reply is possible only for the owner; a note always. */
export function Composer({
  conv,
  owns,
  gate,
}: {
  readonly conv: string;
  readonly owns: boolean;
  /** Shown instead of the reply field to those who do not own the conversation. */
  readonly gate: ReactElement;
}): ReactElement {
  const words = useWords();
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
      <Field conv={conv} mode={mode} text={draft[mode]} />
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

/** Whose field is to have the cursor as soon as it is there. */
let wished: string | null = null;

/**
 * Moves the cursor into the conversation's text field, now or as soon as it is drawn: after accepting, that takes a
 * moment. Never a frame later than it could: until then the next letter would be taken for a shortcut.
 */
export function focusComposer(conv: string): void {
  wished = conv;
  takeFocus(conv);
}

/** As soon as the field is drawn anew; null when it will not come after all. */
export function wishFocus(conv: string | null): void {
  wished = conv;
}

function takeFocus(conv: string): void {
  const field = document.querySelector<HTMLTextAreaElement>('#composer-text');
  if (wished !== conv || !field) return;
  wished = null;
  field.focus();
}

function Field({
  conv,
  mode,
  text,
}: {
  readonly conv: string;
  readonly mode: Mode;
  readonly text: string;
}) {
  const words = useWords();
  const hints = useId();
  const over = text.length - textLengthMax;
  const sendable = text.trim() !== '' && over <= 0;
  useLayoutEffect(() => takeFocus(conv), [conv, mode]);
  // Leaving ends typing; the service also ends it when the watch moves on.
  useEffect(() => () => tellTyping(conv, false), [conv]);

  /** The mode stays: a field that turned from note to reply by itself would one day send a note to the customer. */
  function send(): void {
    if (!sendable) return;
    setDraft(conv, { [mode]: '' });
    tellTyping(conv, false);
    sendText(conv, mode, text.trim()).catch((error: unknown) => {
      toast('bad', errorText(asApiError(error)));
    });
  }

  function pressed(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.altKey) return;
    // An input method uses Enter to choose a word.
    if (event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      className="composer-form"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        id="composer-text"
        rows={3}
        dir="auto"
        value={text}
        aria-label={words(mode === 'reply' ? 'composer.replyTo' : 'composer.noteTo')}
        aria-describedby={hints}
        placeholder={words(mode === 'reply' ? 'composer.replyHint' : 'composer.noteHint')}
        onChange={(event) => {
          setDraft(conv, { [mode]: event.target.value, mode });
          if (mode === 'reply') tellTyping(conv, event.target.value !== '');
        }}
        onKeyDown={pressed}
      />
      <div className="composer-foot">
        <span className="keys-hint" id={hints}>
          {over > 0 ? (
            <b className="too-long">{words('composer.tooLong', { over })}</b>
          ) : (
            <>
              <kbd>Enter</kbd> {words(mode === 'reply' ? 'composer.keys' : 'composer.keysNote')} ·{' '}
              <kbd>Shift Enter</kbd> {words('composer.newline')}
            </>
          )}
        </span>
        <button type="submit" className={`button button-${mode}`} disabled={!sendable}>
          {mode === 'reply' ? <SendIcon /> : <LockIcon />}
          {words(mode === 'reply' ? 'composer.sendReply' : 'composer.sendNote')}
        </button>
      </div>
    </form>
  );
}
