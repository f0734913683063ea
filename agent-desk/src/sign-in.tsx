import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import { api, asApiError } from './api.ts';
import { errorText } from './errors.ts';
import type { DeskAgent } from './protocol.ts';
import { useSettings } from './settings.ts';
import { useUi } from './ui.ts';
import { languages, useWords } from './words.ts';

/** The way in. The reason of a refusal stands beside the fields and is read out. */
export function SignIn({ done }: { readonly done: (agent: DeskAgent) => void }): ReactElement {
  const words = useWords();
  const ended = useUi((ui) => ui.sessionEnded);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const [second, setSecond] = useState(false);
  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    setError('');
    try {
      const code = text(fields, 'code').replaceAll(' ', '');
      done(
        await api.signIn(
          text(fields, 'email'),
          text(fields, 'password'),
          code === '' ? undefined : code,
        ),
      );
    } catch (failure) {
      const refused = asApiError(failure);
      if (refused.code === 'code_required') setSecond(true);
      else if (second && refused.code === 'bad_credentials') setError(words('totp.wrongEither'));
      else setError(errorText(refused));
      setBusy(false);
    }
  }
  return (
    <main className="sign-in">
      <form className="sign-in-card" onSubmit={(event) => void submit(event)}>
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="44" height="44" />
        <h1>{words('signin.title')}</h1>
        {ended && <p className="sign-in-note">{words('signin.ended')}</p>}
        <label>
          {words('signin.email')}
          <input name="email" type="email" autoComplete="username" required autoFocus />
        </label>
        <label>
          {words('signin.password')}
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        {second && (
          <label>
            {words('signin.code')}
            <input name="code" autoComplete="one-time-code" maxLength={32} required autoFocus />
            <small className="quiet">{words('signin.codeHint')}</small>
          </label>
        )}
        <p className="sign-in-error" role="alert">
          {error}
        </p>
        <button type="submit" className="button button-primary" disabled={busy}>
          {words(busy ? 'signin.busy' : 'signin.submit')}
        </button>
      </form>
      <LanguageChoice />
    </main>
  );
}

function text(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}

function LanguageChoice() {
  const words = useWords();
  const language = useSettings((settings) => settings.language);
  return (
    <div className="sign-in-languages" role="group" aria-label={words('language.name')}>
      {languages.map((each) => (
        <button
          key={each}
          type="button"
          lang={each}
          className="link"
          aria-pressed={each === language}
          onClick={() => useSettings.setState({ language: each })}
        >
          {words(`language.${each}`)}
        </button>
      ))}
    </div>
  );
}
