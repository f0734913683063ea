import { useEffect, useId, useLayoutEffect, useState } from 'react';
import type { ClipboardEvent, DragEvent, KeyboardEvent, ReactElement } from 'react';
import { setDraft } from '../drafts.ts';
import type { Draft, Mode } from '../drafts.ts';
import { directionOf } from '../direction.tsx';
import { takeFocus } from '../focus.ts';
import { LockIcon, SendIcon, WarnIcon } from '../icons.tsx';
import { sendNote, sendReply, undoReply } from '../outbox.ts';
import { useSettings } from '../settings.ts';
import { heardPosOf, tellTyping } from '../threads.ts';
import type { Thread } from '../threads.ts';
import { useWords } from '../words.ts';
import { AttachButton, Attached, attach } from './attachments.tsx';
import { CannedMenu, useCanned } from './canned.tsx';

/** As the protocol has it. */
const textLengthMax = 4000;

interface FieldProps {
  readonly thread: Thread;
  readonly mode: Mode;
  readonly draft: Draft;
}

export function Field({ thread, mode, draft }: FieldProps): ReactElement {
  const words = useWords();
  const { conv } = thread;
  const text = draft[mode];
  const hints = useId();
  const heardPos = heardPosOf(thread);
  const [warned, setWarned] = useState(0);
  const canned = useCanned(conv, mode, text);
  const over = text.length - textLengthMax;
  const files = mode === 'reply' ? draft.files : [];
  const sendable = (text.trim() !== '' || files.length > 0) && over <= 0;
  useLayoutEffect(() => takeFocus(conv), [conv, mode]);
  // Leaving ends typing; the service also ends it when the watch moves on.
  useEffect(() => () => tellTyping(conv, false), [conv]);

  function wrote(next: string): void {
    setDraft(conv, { [mode]: next, mode, ...(mode === 'reply' && { heardPos }) });
    if (mode === 'reply') tellTyping(conv, next !== '');
  }

  /** The mode stays: a field that turned from note to reply by itself would one day send a note to the customer. */
  function send(): void {
    if (!sendable) return;
    // What the customer wrote since may have changed what should be said: the second Enter sends.
    if (mode === 'reply' && heardPos > draft.heardPos && warned !== heardPos && text !== '') {
      setWarned(heardPos);
      return;
    }
    tellTyping(conv, false);
    setDraft(conv, { [mode]: '', ...(mode === 'reply' && { files: [] }) });
    if (mode === 'reply') sendReply(conv, text.trim(), files);
    else void sendNote(conv, text.trim());
  }

  const stale =
    mode === 'reply' && warned !== 0 && warned === heardPos && draft.heardPos < heardPos;
  return (
    <form
      className="composer-form"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => dropped(event, conv, mode)}
    >
      <CannedMenu canned={canned} choose={wrote} />
      {stale && (
        <p className="composer-stale" role="alert">
          <WarnIcon />
          {words('composer.stale')}
        </p>
      )}
      <TextField
        thread={thread}
        mode={mode}
        text={text}
        hints={hints}
        canned={canned}
        wrote={wrote}
        send={send}
      />
      {mode === 'reply' && <Attached conv={conv} files={files} />}
      <div className="composer-foot">
        {mode === 'reply' && <AttachButton conv={conv} />}
        <Hints id={hints} mode={mode} over={over} />
        <button type="submit" className={`button button-${mode}`} disabled={!sendable}>
          {mode === 'reply' ? <SendIcon /> : <LockIcon />}
          {words(mode === 'reply' ? 'composer.sendReply' : 'composer.sendNote')}
        </button>
      </div>
    </form>
  );
}

function dropped(event: DragEvent, conv: string, mode: Mode): void {
  if (mode !== 'reply' || event.dataTransfer.files.length === 0) return;
  event.preventDefault();
  attach(conv, event.dataTransfer.files);
}

interface TextFieldProps {
  readonly thread: Thread;
  readonly mode: Mode;
  readonly text: string;
  readonly hints: string;
  readonly canned: ReturnType<typeof useCanned>;
  readonly wrote: (text: string) => void;
  readonly send: () => void;
}

function TextField({ thread: { conv }, mode, text, hints, canned, wrote, send }: TextFieldProps) {
  const words = useWords();
  const enterSends = useSettings((settings) => settings.enterSends);
  function pressed(event: KeyboardEvent): void {
    // An input method uses Enter and arrows to choose a word.
    if (event.nativeEvent.isComposing || event.altKey) return;
    if (canned.pressed(event, wrote)) return;
    const withModifier = event.ctrlKey || event.metaKey;
    if (withModifier && event.key.toLowerCase() === 'z' && text === '' && undoReply(conv)) {
      event.preventDefault();
      return;
    }
    if (event.key !== 'Enter' || event.shiftKey || !(enterSends || withModifier)) return;
    event.preventDefault();
    send();
  }
  function pasted(event: ClipboardEvent): void {
    if (mode !== 'reply' || event.clipboardData.files.length === 0) return;
    event.preventDefault();
    attach(conv, event.clipboardData.files);
  }
  return (
    <textarea
      id="composer-text"
      rows={3}
      {...directionOf(text)}
      value={text}
      aria-label={words(mode === 'reply' ? 'composer.replyTo' : 'composer.noteTo')}
      aria-describedby={hints}
      aria-autocomplete="list"
      {...(canned.active && {
        'aria-controls': 'canned',
        'aria-activedescendant': `canned-${canned.active.id}`,
      })}
      placeholder={words(mode === 'reply' ? 'composer.replyHint' : 'composer.noteHint')}
      onChange={(event) => wrote(event.target.value)}
      onKeyDown={pressed}
      onPaste={pasted}
    />
  );
}

function Hints({
  id,
  mode,
  over,
}: {
  readonly id: string;
  readonly mode: Mode;
  readonly over: number;
}) {
  const words = useWords();
  const enterSends = useSettings((settings) => settings.enterSends);
  return (
    <span className="keys-hint" id={id}>
      {over > 0 ? (
        <b className="too-long">{words('composer.tooLong', { over })}</b>
      ) : (
        <>
          <kbd>{enterSends ? 'Enter' : 'Ctrl Enter'}</kbd>{' '}
          {words(mode === 'reply' ? 'composer.keys' : 'composer.keysNote')}
          {mode === 'reply' && (
            <>
              {' '}
              · <kbd>/</kbd> {words('composer.canned')}
            </>
          )}
        </>
      )}
    </span>
  );
}
