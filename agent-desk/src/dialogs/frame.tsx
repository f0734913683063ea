import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react/dialog';
import { useState } from 'react';
import type { FormEvent, ReactElement, ReactNode } from 'react';
import { openDialog, useUi } from '../ui.ts';
import type { DialogName } from '../ui.ts';
import { useWords } from '../words.ts';

/** A question in the middle of the page. Escape and Cancel leave it, Enter answers it; focus goes back to where it was. */
export function AskDialog({
  name,
  title,
  submit,
  submitLabel,
  danger = false,
  disabled = false,
  wide = false,
  children,
}: {
  readonly name: DialogName;
  readonly title: string;
  /** False: it was not done, and the dialog stays. */
  readonly submit: () => Promise<boolean>;
  readonly submitLabel: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly wide?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  const words = useWords();
  const open = useUi((ui) => ui.dialog === name);
  const [busy, setBusy] = useState(false);
  async function answered(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (busy || disabled) return;
    setBusy(true);
    const done = await submit().finally(() => setBusy(false));
    if (done && useUi.getState().dialog === name) openDialog('none');
  }
  return (
    <Dialog
      open={open}
      onClose={() => openDialog('none')}
      className={wide ? 'dialog dialog-wide' : 'dialog'}
      backdrop={<div className="backdrop" />}
      unmountOnHide
    >
      <form onSubmit={(event) => void answered(event)}>
        <DialogHeading className="dialog-title">{title}</DialogHeading>
        {children}
        <div className="dialog-acts">
          <DialogDismiss className="button">{words('action.cancel')}</DialogDismiss>
          <button
            type="submit"
            className={danger ? 'button button-danger' : 'button button-primary'}
            disabled={disabled || busy}
          >
            {submitLabel}
            <kbd>Enter</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}
