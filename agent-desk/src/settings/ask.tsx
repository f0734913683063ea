import { useState } from 'react';
import type { FormEvent, ReactElement, ReactNode } from 'react';
import { asApiError } from '../api.ts';
import { errorText } from '../errors.ts';

/** A small form whose refusal stands below its fields. */
export function Ask({
  label,
  submit,
  danger = false,
  wrong,
  children,
}: {
  readonly label: string;
  readonly submit: (fields: FormData) => Promise<void>;
  readonly danger?: boolean;
  /** What to say when a password or code that was asked for is not right. */
  readonly wrong?: string;
  readonly children?: ReactNode;
}): ReactElement {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  async function asked(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    setError('');
    try {
      await submit(new FormData(form));
      form.reset();
    } catch (failure) {
      const refused = asApiError(failure);
      const isWrong = wrong !== undefined && refused.code === 'bad_credentials';
      setError(isWrong ? wrong : errorText(refused));
    } finally {
      setBusy(false);
    }
  }
  return (
    <form className="ask" onSubmit={(event) => void asked(event)}>
      {children}
      {error !== '' && (
        <p className="dialog-error" role="alert">
          {error}
        </p>
      )}
      <button type="submit" className={danger ? 'button button-danger' : 'button'} disabled={busy}>
        {label}
      </button>
    </form>
  );
}

export function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}
