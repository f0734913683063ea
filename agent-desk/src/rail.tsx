import {
  Menu,
  MenuButton,
  MenuGroup,
  MenuGroupLabel,
  MenuItem,
  MenuItemCheckbox,
  MenuItemRadio,
  MenuProvider,
  MenuSeparator,
} from '@ariakit/react/menu';
import { memo } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { useUnread } from './alerts.ts';
import { goToPage, supervises } from './conversation-acts.ts';
import { initialOf } from './format.ts';
import {
  BotIcon,
  DoneIcon,
  FloorIcon,
  GearIcon,
  KeysIcon,
  PersonIcon,
  QueueIcon,
  SearchIcon,
  SnoozeIcon,
  TeamIcon,
  TickIcon,
} from './icons.tsx';
import { listNames, useCounts } from './lists.ts';
import { useMe } from './me.ts';
import { PresenceMenu } from './presence-menu.tsx';
import { useSettings } from './settings.ts';
import type { Theme } from './settings.ts';
import { openDialog, useUi } from './ui.ts';
import { languages, useWords } from './words.ts';

/** As the service counts: this many or more. */
const countMax = 100;

const icons = {
  queue: QueueIcon,
  mine: PersonIcon,
  team: TeamIcon,
  bot: BotIcon,
  snoozed: SnoozeIcon,
  closed: DoneIcon,
} as const;
const goKeys = {
  queue: 'G Q',
  mine: 'G M',
  team: 'G T',
  bot: 'G B',
  snoozed: 'G Z',
  closed: 'G C',
} as const;
const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** Left edge: the lists with their counts, the pages beside them, the link's state, the agent's own menu. */
export const Rail = memo(function Rail({
  at,
  signOut,
}: {
  /** Name of the list or page that is shown. */
  readonly at: string;
  readonly signOut: () => void;
}): ReactElement {
  const words = useWords();
  const agent = useMe();
  const { data: counts } = useCounts();
  const unread = useUnread().length;
  return (
    <aside className="rail">
      <div className="brand">
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="26" height="26" />
        <span className="wide">{words('app.name')}</span>
      </div>
      <nav aria-label={words('list.label')}>
        <Place at={at} to="search" keys="/" name={words('list.search')}>
          <SearchIcon />
        </Place>
        {listNames.map((name) => {
          const Icon = icons[name];
          const count = name === 'closed' ? 0 : (counts?.[name] ?? 0);
          return (
            <Place
              key={name}
              at={at}
              to={name}
              keys={goKeys[name]}
              name={words(`list.${name}`)}
              count={count}
              unread={name === 'mine' && unread > 0}
            >
              <Icon />
            </Place>
          );
        })}
        {supervises(agent) && (
          <>
            <hr className="rail-line" />
            <Place at={at} to="floor" keys="G F" name={words('floor.title')}>
              <FloorIcon />
            </Place>
          </>
        )}
      </nav>
      <div className="rail-foot">
        <LinkState />
        <PresenceMenu />
        <button
          type="button"
          className="rail-link"
          onClick={() => openDialog('keys')}
          title={words('menu.help')}
        >
          <KeysIcon />
          <span className="wide">{words('menu.help')}</span>
          <kbd className="wide">?</kbd>
        </button>
        <OwnMenu signOut={signOut} />
      </div>
    </aside>
  );
});

function Place({
  at,
  to,
  keys,
  name,
  count = 0,
  unread = false,
  children,
}: {
  readonly at: string;
  readonly to: string;
  readonly keys: string;
  readonly name: string;
  readonly count?: number;
  readonly unread?: boolean;
  readonly children: ReactNode;
}) {
  const words = useWords();
  return (
    <Link
      href={`/${to}`}
      className={`rail-link${to === at ? ' rail-on' : ''}`}
      aria-current={to === at ? 'page' : undefined}
      title={`${name} (${keys})`}
    >
      {children}
      <span className="wide">{name}</span>
      {count > 0 && (
        <span className={`badge badge-${to}${unread ? ' badge-unread' : ''}`}>
          {count < countMax ? count : words('list.more', { count: countMax - 1 })}
          {unread && <span className="unseen">{words('list.unread')}</span>}
        </span>
      )}
    </Link>
  );
}

function LinkState() {
  const words = useWords();
  const link = useUi((ui) => ui.link);
  return (
    <p className={`link-state link-${link}`} role="status" title={words(`link.${link}`)}>
      <span className="link-dot" />
      <span className="wide">{words(`link.${link}`)}</span>
    </p>
  );
}

function OwnMenu({ signOut }: { readonly signOut: () => void }) {
  const words = useWords();
  const agent = useMe();
  const { theme, language, singleKeys, sound } = useSettings();
  return (
    <MenuProvider
      placement={language === 'ar' ? 'left-end' : 'right-end'}
      values={{ theme, language, keys: singleKeys, sound }}
      setValues={(values) => {
        useSettings.setState({
          theme: values.theme,
          language: values.language,
          singleKeys: values.keys,
          sound: values.sound,
        });
      }}
    >
      <MenuButton className="rail-link own">
        <span className="avatar avatar-me" aria-hidden="true">
          {initialOf(agent.name)}
        </span>
        <span className="wide own-name">
          {agent.name} <small>{words(`role.${agent.role}`)}</small>
        </span>
        <span className="unseen">{words('menu.open')}</span>
      </MenuButton>
      <Menu className="menu" gutter={8} portal unmountOnHide>
        <div className="menu-who">
          <b>{agent.name}</b>
          <span className="quiet">{agent.email}</span>
        </div>
        <Choices name="theme" label={words('menu.theme')} chosen={theme} all={themes} />
        <MenuSeparator className="menu-line" />
        <Choices name="language" label={words('language.name')} chosen={language} all={languages} />
        <MenuSeparator className="menu-line" />
        <Switch name="sound" on={sound} label={words('menu.sound')} />
        <Switch name="keys" on={singleKeys} label={words('menu.keys')} />
        <MenuSeparator className="menu-line" />
        <MenuItem className="menu-item" onClick={() => goToPage('settings')}>
          <span className="menu-tick">
            <GearIcon />
          </span>
          {words('settings.title')}
        </MenuItem>
        <MenuItem className="menu-item" onClick={signOut}>
          <span className="menu-tick" />
          {words('menu.signOut')}
        </MenuItem>
      </Menu>
    </MenuProvider>
  );
}

function Choices({
  name,
  label,
  chosen,
  all,
}: {
  readonly name: 'theme' | 'language';
  readonly label: string;
  readonly chosen: string;
  readonly all: readonly string[];
}) {
  const words = useWords();
  return (
    <MenuGroup>
      <MenuGroupLabel className="menu-label">{label}</MenuGroupLabel>
      {all.map((each) => (
        <MenuItemRadio
          key={each}
          name={name}
          value={each}
          className="menu-item"
          hideOnClick={false}
        >
          <span className="menu-tick">{chosen === each && <TickIcon />}</span>
          <span {...(name === 'language' && { lang: each })}>
            {words(`${name === 'theme' ? 'menu' : 'language'}.${each}`)}
          </span>
        </MenuItemRadio>
      ))}
    </MenuGroup>
  );
}

function Switch({
  name,
  on,
  label,
}: {
  readonly name: string;
  readonly on: boolean;
  readonly label: string;
}) {
  return (
    <MenuItemCheckbox name={name} className="menu-item" hideOnClick={false}>
      <span className="menu-tick">{on && <TickIcon />}</span>
      {label}
    </MenuItemCheckbox>
  );
}
