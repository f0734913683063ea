import { Menu, MenuButton, MenuItemRadio, MenuProvider } from '@ariakit/react/menu';
import type { ReactElement } from 'react';
import { TickIcon } from './icons.tsx';
import { choosePresence } from './presence.ts';
import { useSettings } from './settings.ts';
import { useUi } from './ui.ts';
import { useWords } from './words.ts';

const choices = ['available', 'away'] as const;

/** Whether this agent is given new conversations, and by which choice. */
export function PresenceMenu(): ReactElement | null {
  const words = useWords();
  const language = useSettings((settings) => settings.language);
  const presence = useUi((ui) => ui.presence);
  if (!presence) return null;
  const { status, why } = presence;
  const shown = status === 'away' && why === 'missed_offers' ? 'missed' : status;
  return (
    <MenuProvider
      placement={language === 'ar' ? 'left-end' : 'right-end'}
      values={{ status }}
      setValues={(values) => void choosePresence(values.status === 'away' ? 'away' : 'available')}
    >
      <MenuButton className={`rail-link presence presence-${status}`}>
        <span className="presence-dot" aria-hidden="true" />
        <span className="wide">
          {words(`presence.${shown}`)}{' '}
          <small>
            {words('presence.load', { load: presence.load, capacity: presence.capacity })}
          </small>
        </span>
        <span className="unseen">{words('presence.open')}</span>
      </MenuButton>
      <Menu className="menu" gutter={8} portal unmountOnHide>
        {choices.map((choice) => (
          <MenuItemRadio key={choice} name="status" value={choice} className="menu-item">
            <span className="menu-tick">{status === choice && <TickIcon />}</span>
            <span className={`presence-dot presence-${choice}`} aria-hidden="true" />
            <span className="menu-two">
              {words(`presence.${choice}`)}
              <small>{words(`presence.${choice}Hint`)}</small>
            </span>
          </MenuItemRadio>
        ))}
      </Menu>
    </MenuProvider>
  );
}
