import { Suspense, lazy, useState } from 'react';
import type { ReactElement } from 'react';
import { queries } from '../lists.ts';
import { Copyable } from '../panel/facts.tsx';
import { toast } from '../ui.ts';
import { useWords } from '../words.ts';
import { accountApi } from './account-api.ts';
import { Ask, textOf } from './ask.tsx';
import { useAccount } from './security.tsx';

/** Only who turns it on needs it. */
const QrCode = lazy(() => import('./qr-code.tsx'));

/** Turning the second factor on in three steps: the password, the secret for the app with a code from it, the recovery codes. */
export function SecondFactorSection(): ReactElement {
  const words = useWords();
  const account = useAccount();
  const [begun, setBegun] = useState<{ secret: string; uri: string } | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  return (
    <section className="setting">
      <h2>
        {words('totp.title')}{' '}
        {account && (
          <span className={`pill pill-${account.secondFactor ? 'good' : 'wait'}`}>
            {words(account.secondFactor ? 'totp.on' : 'totp.off')}
          </span>
        )}
      </h2>
      {codes ? (
        <RecoveryCodes codes={codes} done={() => setCodes(null)} />
      ) : begun ? (
        <Confirm
          begun={begun}
          confirmed={(fresh) => {
            setBegun(null);
            setCodes(fresh);
          }}
        />
      ) : account?.secondFactor === true ? (
        <Remove left={account.recoveryCodesLeft} />
      ) : (
        <Ask
          label={words('totp.begin')}
          wrong={words('settings.wrongPassword')}
          submit={async (fields) => {
            setBegun(await accountApi.beginTotp(textOf(fields, 'password')));
          }}
        >
          <p className="quiet">{words('totp.hint')}</p>
          <label className="field">
            {words('settings.currentPassword')}
            <input name="password" type="password" autoComplete="current-password" required />
          </label>
        </Ask>
      )}
    </section>
  );
}

function Confirm({
  begun: { secret, uri },
  confirmed,
}: {
  readonly begun: { readonly secret: string; readonly uri: string };
  readonly confirmed: (codes: readonly string[]) => void;
}) {
  const words = useWords();
  return (
    <Ask
      label={words('totp.confirm')}
      wrong={words('totp.wrongCode')}
      submit={async (fields) => {
        const code = textOf(fields, 'code').replaceAll(' ', '');
        const { recoveryCodes } = await accountApi.confirmTotp(code);
        void queries.invalidateQueries({ queryKey: ['account'] });
        confirmed(recoveryCodes);
      }}
    >
      <p>{words('totp.enter')}</p>
      <div className="totp-secret">
        <Suspense fallback={<span className="qr-code bone" />}>
          <QrCode text={uri} label={words('totp.qr')} />
        </Suspense>
        <div>
          <p className="quiet">{words('totp.byHand')}</p>
          <Copyable text={secret} strong />
          <a className="link" href={uri}>
            {words('totp.open')}
          </a>
        </div>
      </div>
      <label className="field">
        {words('signin.code')}
        <input name="code" inputMode="numeric" autoComplete="one-time-code" autoFocus required />
      </label>
    </Ask>
  );
}

function RecoveryCodes({
  codes,
  done,
}: {
  readonly codes: readonly string[];
  readonly done: () => void;
}) {
  const words = useWords();
  return (
    <div role="alert">
      <p>{words('totp.codes')}</p>
      <ul className="recovery">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <button type="button" className="button button-primary" onClick={done}>
        {words('totp.kept')}
      </button>
    </div>
  );
}

function Remove({ left }: { readonly left: number }) {
  const words = useWords();
  return (
    <Ask
      label={words('totp.remove')}
      danger
      wrong={words('totp.wrongEither')}
      submit={async (fields) => {
        const code = textOf(fields, 'code').replaceAll(' ', '');
        await accountApi.removeTotp(textOf(fields, 'password'), code);
        toast('plain', words('totp.removed'));
        void queries.invalidateQueries({ queryKey: ['account'] });
      }}
    >
      <p className="quiet">{words('totp.left', { count: left })}</p>
      <label className="field">
        {words('settings.currentPassword')}
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <label className="field">
        {words('signin.code')}
        <input name="code" autoComplete="one-time-code" required />
      </label>
    </Ask>
  );
}
