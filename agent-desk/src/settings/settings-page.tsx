import type { ReactElement } from 'react';
import { chooseNotifications } from '../alerts.ts';
import { useMe } from '../me.ts';
import { undoChoices, useSettings } from '../settings.ts';
import type { Theme } from '../settings.ts';
import { languages, useWords } from '../words.ts';
import type { Language } from '../words.ts';
import { AgentsSection } from './agents-section.tsx';
import { PasswordSection, SessionsSection } from './security.tsx';
import { SecondFactorSection } from './second-factor.tsx';

const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** What an agent can set: the page's looks and sounds, the own account, and for admins everyone's. */
export default function SettingsPage(): ReactElement {
  const words = useWords();
  const me = useMe();
  return (
    <main className="settings" id="conversation" aria-label={words('settings.title')}>
      <header className="page-head">
        <h1>{words('settings.title')}</h1>
        <span className="quiet">
          {me.name} · {me.email}
        </span>
      </header>
      <div className="settings-grid">
        <Looks />
        <Alerts />
        <Writing />
        <PasswordSection />
        <SecondFactorSection />
        <SessionsSection />
        {me.role === 'admin' && <AgentsSection />}
      </div>
    </main>
  );
}

function Looks() {
  const words = useWords();
  const { theme, language } = useSettings();
  return (
    <section className="setting">
      <h2>{words('settings.looks')}</h2>
      <label className="field">
        {words('menu.theme')}
        <select
          value={theme}
          onChange={(event) => {
            const chosen = themes.find((each) => each === event.target.value);
            if (chosen) useSettings.setState({ theme: chosen });
          }}
        >
          {themes.map((each) => (
            <option key={each} value={each}>
              {words(`menu.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        {words('language.name')}
        <select
          value={language}
          onChange={(event) => {
            const chosen = languages.find((each): each is Language => each === event.target.value);
            if (chosen) useSettings.setState({ language: chosen });
          }}
        >
          {languages.map((each) => (
            <option key={each} value={each} lang={each}>
              {words(`language.${each}`)}
            </option>
          ))}
        </select>
      </label>
    </section>
  );
}

function Alerts() {
  const words = useWords();
  const { sound, notifications } = useSettings();
  return (
    <section className="setting">
      <h2>{words('settings.alerts')}</h2>
      <Check
        on={sound}
        label={words('menu.sound')}
        change={(on) => useSettings.setState({ sound: on })}
      />
      <Check
        on={notifications}
        label={words('settings.notifications')}
        change={(on) => void chooseNotifications(on)}
      />
      <p className="quiet">{words('settings.notificationsHint')}</p>
    </section>
  );
}

function Writing() {
  const words = useWords();
  const { enterSends, singleKeys, undoSeconds } = useSettings();
  return (
    <section className="setting">
      <h2>{words('settings.writing')}</h2>
      <Check
        on={enterSends}
        label={words('settings.enterSends')}
        change={(on) => useSettings.setState({ enterSends: on })}
      />
      <Check
        on={singleKeys}
        label={words('menu.keys')}
        change={(on) => useSettings.setState({ singleKeys: on })}
      />
      <label className="field">
        {words('settings.undo')}
        <select
          value={undoSeconds}
          onChange={(event) => useSettings.setState({ undoSeconds: Number(event.target.value) })}
        >
          {undoChoices.map((seconds) => (
            <option key={seconds} value={seconds}>
              {seconds === 0 ? words('settings.undoOff') : words('settings.seconds', { seconds })}
            </option>
          ))}
        </select>
      </label>
    </section>
  );
}

function Check({
  on,
  label,
  change,
}: {
  readonly on: boolean;
  readonly label: string;
  readonly change: (on: boolean) => void;
}) {
  return (
    <label className="check">
      <input type="checkbox" checked={on} onChange={(event) => change(event.target.checked)} />
      {label}
    </label>
  );
}
