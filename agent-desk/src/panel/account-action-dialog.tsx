import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react/dialog';
import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import { api, asApiError } from '../api.ts';
import type { ActionArgs } from '../api.ts';
import { errorText } from '../errors.ts';
import { moneyText } from '../format.ts';
import { WarnIcon } from '../icons.tsx';
import { queries } from '../lists.ts';
import type { DeskActionPreview, DeskActions } from '../protocol.ts';
import { openDialog, toast } from '../ui.ts';
import { nameOf, useWords } from '../words.ts';
import { ArgumentField, argsOf } from './argument-field.tsx';
import { useActions } from './account-actions.tsx';

interface Shown {
  readonly preview: DeskActionPreview;
  readonly args: ActionArgs;
}

/** Two steps: what is to be done, then exactly that shown again with its amount, confirmed with a reason. */
export default function AccountActionDialog({ conv }: { readonly conv: string }): ReactElement {
  const words = useWords();
  const { data } = useActions(conv);
  const [shown, setShown] = useState<Shown | null>(null);
  const close = () => openDialog('none');
  return (
    <Dialog
      open
      onClose={close}
      className="dialog"
      backdrop={<div className="backdrop" />}
      aria-busy={!data}
    >
      <DialogHeading className="dialog-title">{words('act_panel.begin')}</DialogHeading>
      {data && data.barred !== null && (
        <p className="dialog-part">{words(`act_panel.barred.${data.barred}`)}</p>
      )}
      {data && data.barred === null && !shown && (
        <Choose conv={conv} offered={data.offered} next={setShown} />
      )}
      {shown && <Confirm conv={conv} shown={shown} back={() => setShown(null)} done={close} />}
    </Dialog>
  );
}

function Choose({
  conv,
  offered,
  next,
}: {
  readonly conv: string;
  readonly offered: DeskActions['offered'];
  readonly next: (shown: Shown) => void;
}) {
  const words = useWords();
  const [action, setAction] = useState(offered[0]?.action ?? '');
  const [values, setValues] = useState<{ readonly [name: string]: string }>({});
  const [error, setError] = useState('');
  const fields = offered.find((each) => each.action === action)?.fields ?? [];
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setError('');
    const args = argsOf(fields, values);
    try {
      next({ preview: await api.previewAction(conv, action, args), args });
    } catch (failure) {
      setError(errorText(asApiError(failure)));
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <label className="field">
        {words('act_panel.what')}
        <select
          autoFocus
          value={action}
          onChange={(event) => {
            setAction(event.target.value);
            setValues({});
          }}
        >
          {offered.map((each) => (
            <option key={each.action} value={each.action}>
              {nameOf('act', each.action)}
            </option>
          ))}
        </select>
      </label>
      {fields.map((field) => (
        <ArgumentField
          key={`${action} ${field.name}`}
          conv={conv}
          field={field}
          values={values}
          change={(name, value) => setValues((held) => ({ ...held, [name]: value }))}
        />
      ))}
      {error !== '' && (
        <p className="dialog-error" role="alert">
          {error}
        </p>
      )}
      <div className="dialog-acts">
        <DialogDismiss className="button">{words('action.cancel')}</DialogDismiss>
        <button type="submit" className="button button-primary">
          {words('act_panel.next')}
        </button>
      </div>
    </form>
  );
}

function Confirm({
  conv,
  shown: { preview, args },
  back,
  done,
}: {
  readonly conv: string;
  readonly shown: Shown;
  readonly back: () => void;
  readonly done: () => void;
}) {
  const words = useWords();
  // One id for all tries of this very request: a repeat is harmless.
  const [requestId] = useState(() => crypto.randomUUID());
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const needsSecond = preview.approvalFor.length > 0;
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      const request = { requestId, action: preview.action, args, confirm: preview.confirm };
      const { record } = await api.requestAction(conv, { ...request, reason: reason.trim() });
      toast('plain', `${nameOf('act', record.action)}: ${words(`state.${record.state}`)}`);
      void queries.invalidateQueries({ queryKey: ['actions', conv] });
      done();
    } catch (failure) {
      setError(errorText(asApiError(failure)));
      setBusy(false);
    }
  }
  return (
    <form className="confirm" onSubmit={(event) => void submit(event)}>
      <p className="confirm-what">{nameOf('act', preview.action)}</p>
      {preview.amount && <p className="confirm-amount">{moneyText(preview.amount)}</p>}
      <dl className="facts">
        {Object.entries(preview.args).map(([name, value]) => (
          <div key={name}>
            <dt>{nameOf('arg', name)}</dt>
            <dd>
              <bdi>{name === 'field' ? nameOf('arg', value) : value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {needsSecond && (
        <p className="confirm-second">
          <WarnIcon />
          {words('act_panel.second', {
            why: preview.approvalFor.map((each) => words(`approval.${each}`)).join(', '),
          })}
        </p>
      )}
      <label className="field">
        {words('act_panel.reason')}
        <input
          autoFocus
          value={reason}
          minLength={3}
          maxLength={500}
          required
          placeholder={words('act_panel.reasonHint')}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      {error !== '' && (
        <p className="dialog-error" role="alert">
          {error}
        </p>
      )}
      <div className="dialog-acts">
        <button type="button" className="button" onClick={back}>
          {words('act_panel.back')}
        </button>
        <button
          type="submit"
          className="button button-danger"
          disabled={busy || reason.trim().length < 3}
        >
          {words(needsSecond ? 'act_panel.ask' : 'act_panel.do')}
        </button>
      </div>
    </form>
  );
}
