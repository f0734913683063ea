import {
  Menu,
  MenuButton,
  MenuItem,
  MenuItemCheckbox,
  MenuItemRadio,
  MenuProvider,
  MenuSeparator,
  MenuGroup,
  MenuGroupLabel,
} from '@ariakit/react/menu';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { openDialog } from './conversation-acts.ts';
import { initialOf } from './format.ts';
import { BotIcon, DoneIcon, KeysIcon, PersonIcon, QueueIcon, TickIcon } from './icons.tsx';
import { listNames, useCounts } from './lists.ts';
import type { DeskAgent, DeskListName } from './protocol.ts';
import { useSettings } from './settings.ts';
import type { Theme } from './settings.ts';
import { useUi } from './ui.ts';
import { languages, useWords } from './words.ts';

/** As the service counts: this many or more. */
const countMax = 100;

const icons = {
  queue: QueueIcon,
  mine: PersonIcon,
  team: PersonIcon,
  bot: BotIcon,
  snoozed: TickIcon,
  closed: DoneIcon,
} as const;
const goKeys = {
  queue: 'G Q',
  mine: 'G M',
  team: 'G T',
  bot: 'G B',
  snoozed: 'G S',
  closed: 'G C',
} as const;
const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** Left edge: the lists with their counts, the link's state, the agent's own menu. */
export function Rail({
  list,
  agent,
  signOut,
}: {
  readonly list: DeskListName;
  readonly agent: DeskAgent;
  readonly signOut: () => void;
}): ReactElement {
  const words = useWords();
  const { data: counts } = useCounts();
  return (
    <aside className="rail">
      <div className="brand">
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="26" height="26" />
        <span className="wide">{words('app.name')}</span>
      </div>
      <nav aria-label={words('list.label')}>
        {listNames.map((name) => {
          const Icon = icons[name];
          const count = name === 'closed' ? undefined : counts?.[name];
          return (
            <Link
              key={name}
              href={`/${name}`}
              className={`rail-link${name === list ? ' rail-on' : ''}`}
              aria-current={name === list ? 'page' : undefined}
              title={`${words(`list.${name}`)} (${goKeys[name]})`}
            >
              <Icon />
              <span className="wide">{words(`list.${name}`)}</span>
              {count !== undefined && count > 0 && (
                <span className={`badge badge-${name}`}>
                  {count < countMax ? count : words('list.more', { count: countMax - 1 })}
                </span>
              )}
            </Link>
          );
        })}
      </nav>
      <div className="rail-foot">
        <LinkState />
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
        <OwnMenu agent={agent} signOut={signOut} />
      </div>
    </aside>
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

function OwnMenu({ agent, signOut }: { readonly agent: DeskAgent; readonly signOut: () => void }) {
  const words = useWords();
  const { theme, language, singleKeys } = useSettings();
  return (
    <MenuProvider
      placement={language === 'ar' ? 'left-end' : 'right-end'}
      values={{ theme, language, keys: singleKeys }}
      setValues={(values) => {
        useSettings.setState({
          theme: values.theme,
          language: values.language,
          singleKeys: values.keys,
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
        <MenuGroup>
          <MenuGroupLabel className="menu-label">{words('menu.theme')}</MenuGroupLabel>
          {themes.map((each) => (
            <MenuItemRadio
              key={each}
              name="theme"
              value={each}
              className="menu-item"
              hideOnClick={false}
            >
              <span className="menu-tick">{theme === each && <TickIcon />}</span>
              {words(`menu.${each}`)}
            </MenuItemRadio>
          ))}
        </MenuGroup>
        <MenuSeparator className="menu-line" />
        <MenuGroup>
          <MenuGroupLabel className="menu-label">{words('language.name')}</MenuGroupLabel>
          {languages.map((each) => (
            <MenuItemRadio
              key={each}
              name="language"
              value={each}
              className="menu-item"
              hideOnClick={false}
            >
              <span className="menu-tick">{language === each && <TickIcon />}</span>
              <span lang={each}>{words(`language.${each}`)}</span>
            </MenuItemRadio>
          ))}
        </MenuGroup>
        <MenuSeparator className="menu-line" />
        <MenuItemCheckbox name="keys" className="menu-item" hideOnClick={false}>
          <span className="menu-tick">{singleKeys && <TickIcon />}</span>
          {words('menu.keys')}
        </MenuItemCheckbox>
        <MenuSeparator className="menu-line" />
        <MenuItem className="menu-item" onClick={signOut}>
          <span className="menu-tick" />
          {words('menu.signOut')}
        </MenuItem>
      </Menu>
    </MenuProvider>
  );
}
