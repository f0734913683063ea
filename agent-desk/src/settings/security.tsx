import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { asApiError } from '../api.ts';
import { errorText } from '../errors.ts';
import { fullTime, shortSpan } from '../format.ts';
import { queries } from '../lists.ts';
import type { DeskAccount } from '../protocol.ts';
import { toast, useUi } from '../ui.ts';
import { useWords } from '../words.ts';
import { accountApi } from './account-api.ts';
import { Ask, textOf } from './ask.tsx';

export function useAccount(): DeskAccount | undefined {
  return useQuery({ queryKey: ['account'], queryFn: accountApi.account }).data;
}

export function PasswordSection(): ReactElement {
  const words = useWords();
  return (
    <section className="setting">
      <h2>{words('signin.password')}</h2>
      <Ask
        label={words('settings.changePassword')}
        wrong={words('settings.wrongPassword')}
        submit={async (fields) => {
          await accountApi.changePassword(textOf(fields, 'password'), textOf(fields, 'next'));
          toast('good', words('settings.passwordChanged'));
          void queries.invalidateQueries({ queryKey: ['account'] });
        }}
      >
        <label className="field">
          {words('settings.currentPassword')}
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <label className="field">
          {words('settings.newPassword')}
          <input
            name="next"
            type="password"
            autoComplete="new-password"
            minLength={12}
            maxLength={1024}
            required
          />
          <small className="quiet">{words('settings.passwordHint')}</small>
        </label>
      </Ask>
    </section>
  );
}

const browsers = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iOS'],
  ['iPad', 'iPadOS'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const;

/** `Chrome, Linux`: browser and system, as far as the program says; anything else as it calls itself. */
function clientName(client: string): string | undefined {
  if (client === '') return undefined;
  const browser = browsers.find(([sign]) => client.includes(sign))?.[1];
  const system = systems.find(([sign]) => client.includes(sign))?.[1];
  return [browser, system].filter(Boolean).join(', ') || client;
}

/** Where this account is signed in; any of it can be ended from here. */
export function SessionsSection(): ReactElement {
  const words = useWords();
  const account = useAccount();
  const nowMs = useUi((ui) => ui.nowMs);
  async function end(id: string): Promise<void> {
    try {
      await accountApi.endSession(id);
    } catch (error) {
      toast('bad', errorText(asApiError(error)));
    }
    await queries.invalidateQueries({ queryKey: ['account'] });
  }
  return (
    <section className="setting setting-wide">
      <h2>{words('settings.sessions')}</h2>
      <ul className="sessions">
        {(account?.sessions ?? []).map((session) => (
          <li key={session.id}>
            <div>
              <b title={session.client}>
                {clientName(session.client) ?? words('settings.unknownClient')}
              </b>
              <p className="quiet">
                {session.address} ·{' '}
                <time title={fullTime(session.lastSeenAtMs)}>
                  {words('settings.seen', { time: shortSpan(nowMs - session.lastSeenAtMs) })}
                </time>
              </p>
            </div>
            {session.current ? (
              <span className="pill pill-good">{words('settings.thisSession')}</span>
            ) : (
              <button type="button" className="button" onClick={() => void end(session.id)}>
                {words('settings.endSession')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
