import { useEffect } from 'react';
import {
  accept,
  focusList,
  goTo,
  openDialog,
  owns,
  returnToBot,
  write,
} from './conversation-acts.ts';
import type { DeskAgent, DeskListName, DeskRow } from './protocol.ts';
import { useSettings } from './settings.ts';
import { useThreads } from './threads.ts';
import { setCursor, useUi } from './ui.ts';

export interface Place {
  readonly list: DeskListName;
  readonly conv: string | null;
  readonly agent: DeskAgent;
  readonly rows: () => readonly DeskRow[];
}

/** How long after `g` the second key may come. */
const sequenceMs = 1500;
const goKeys: { readonly [key: string]: DeskListName } = {
  q: 'queue',
  m: 'mine',
  b: 'bot',
  c: 'closed',
};

/**
 * Single keys, outside of fields and dialogs only. Never with Alt or AltGr: on many keyboards those write letters.
 * Keys are taken by what they write (`key`), so that they follow the layout.
 */
export function useShortcuts(place: Place): void {
  useEffect(() => {
    let goUntilMs = 0;
    function pressed(event: KeyboardEvent): void {
      if (isReserved(event)) return;
      if (event.key === 'Escape') {
        escape(event, place);
        return;
      }
      if (isWriting(event.target) || isInDialog()) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const wasGo = goUntilMs > event.timeStamp;
      goUntilMs = 0;
      if (!useSettings.getState().singleKeys && !event.key.startsWith('Arrow') && key !== 'Enter') {
        return;
      }
      const goList = wasGo ? goKeys[key] : undefined;
      if (key === 'g') goUntilMs = event.timeStamp + sequenceMs;
      else if (goList) go(goList);
      else if (!act(key, event, place)) return;
      event.preventDefault();
    }
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [place]);
}

function isReserved(event: KeyboardEvent): boolean {
  return (
    event.defaultPrevented ||
    event.isComposing ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.getModifierState('AltGraph')
  );
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select'))
  );
}

function isInDialog(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"]') !== null;
}

/** Out of the field first, then out of the conversation. Dialogs and menus close by themselves. */
function escape(event: KeyboardEvent, { list, conv }: Place): void {
  if (isInDialog()) return;
  if (isWriting(event.target)) {
    document.querySelector<HTMLElement>('.transcript-list')?.focus();
    return;
  }
  if (conv === null) return;
  goTo(list);
  focusList();
}

function go(list: DeskListName): void {
  goTo(list);
  focusList();
}

/** True when the key meant something here. */
function act(key: string, event: KeyboardEvent, place: Place): boolean {
  switch (key) {
    case 'j':
      return move(place, 1);
    case 'k':
      return move(place, -1);
    case 'ArrowDown':
      return isOnRows(event.target) && move(place, 1);
    case 'ArrowUp':
      return isOnRows(event.target) && move(place, -1);
    case 'Enter':
      return openCursor(event, place);
    case '?':
      openDialog('keys');
      return true;
    case 'i':
      useSettings.setState(({ panel }) => ({ panel: !panel }));
      return true;
    default:
      return place.conv !== null && actOn(key, place, place.conv);
  }
}

function isOnRows(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.id === 'rows';
}

function move({ list, conv, rows }: Place, by: 1 | -1): boolean {
  const all = rows();
  const from = useUi.getState().cursor[list] ?? conv;
  const at = all.findIndex((row) => row.conv === from);
  const next = at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by));
  const row = all[next];
  if (row) setCursor(list, row.conv);
  return row !== undefined;
}

/** A focused button keeps its Enter. */
function openCursor(event: KeyboardEvent, { list, conv, rows }: Place): boolean {
  if (event.target instanceof HTMLElement && event.target.matches('button, a')) return false;
  const cursor = useUi.getState().cursor[list] ?? conv;
  if (cursor === null || !rows().some((row) => row.conv === cursor)) return false;
  goTo(list, cursor);
  return true;
}

function actOn(key: string, { list, agent }: Place, conv: string): boolean {
  const head = useThreads.getState().threads[conv]?.head ?? null;
  const mine = owns(head, agent.agentId);
  if (key === 'n') write(conv, 'note');
  else if (key === 'r' && head) write(conv, 'reply');
  else if (key === 'a' && head && !mine) void accept(conv);
  else if (key === 'e' && mine) openDialog('close');
  else if (key === 'b' && mine) void returnToBot(list, conv);
  else return false;
  return true;
}
