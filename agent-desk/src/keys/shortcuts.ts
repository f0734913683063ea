import { useEffect } from 'react';
import { goTo } from '../conversation-acts.ts';
import { focusList, focusTranscript } from '../focus.ts';
import { isPanelOver, showPanel } from '../panel/panel-open.ts';
import { useSettings } from '../settings.ts';
import { useUi } from '../ui.ts';
import { canRun, commands } from './commands.ts';
import type { Command, Place } from './commands.ts';

/** How long after `g` the second key may come. */
const sequenceMs = 1500;

const byKeys: ReadonlyMap<string, Command> = new Map(commands.map((one) => [one.keys, one]));

/**
 * Single keys outside of fields and dialogs, and a few with Ctrl or ⌘ anywhere. Never with Alt or AltGr: on many keyboards
 * those write letters. Keys are taken by what they write, so that they follow the layout; on a keyboard of another script
 * by their place.
 */
export function useShortcuts(place: Place): void {
  useEffect(() => {
    let before = '';
    let untilMs = 0;
    function pressed(event: KeyboardEvent): void {
      if (isReserved(event)) return;
      if (event.ctrlKey || event.metaKey) {
        withModifier(event, place);
        return;
      }
      if (event.key === 'Escape') {
        escape(event, place);
        return;
      }
      if (isWriting(event.target) || isInDialog()) return;
      const key = keyOf(event);
      const sequence = untilMs > event.timeStamp ? `${before} ${key}` : '';
      untilMs = 0;
      if (useSettings.getState().singleKeys && key === 'g') {
        before = key;
        untilMs = event.timeStamp + sequenceMs;
      } else if (!single(sequence, key, event, place)) {
        return;
      }
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
    event.altKey ||
    event.getModifierState('AltGraph')
  );
}

/** What it writes; of another script's letters, what stands at the place. */
export function keyOf({ key, code }: Pick<KeyboardEvent, 'key' | 'code'>): string {
  if (key.length > 1) return key;
  const isOtherScript = /\p{L}/u.test(key) && !/\p{Script=Latin}/u.test(key);
  return isOtherScript && code.startsWith('Key') ? code.slice(3).toLowerCase() : key.toLowerCase();
}

function withModifier(event: KeyboardEvent, place: Place): void {
  const keys = `mod+${event.shiftKey ? 'shift+' : ''}${keyOf(event).toLowerCase()}`;
  const command = byKeys.get(keys);
  if (!command || !canRun(command, place)) return;
  event.preventDefault();
  command.run(place);
}

/** True when the key meant something here. */
function single(sequence: string, key: string, event: KeyboardEvent, place: Place): boolean {
  if (key === 'Enter') return openCursor(event, place);
  const isArrow = key === 'ArrowDown' || key === 'ArrowUp';
  if (isArrow && !isOnRows(event.target)) return false;
  if (!isArrow && !useSettings.getState().singleKeys) return false;
  const alias = key === 'ArrowDown' ? 'j' : key === 'ArrowUp' ? 'k' : key;
  const command = byKeys.get(sequence) ?? byKeys.get(alias);
  if (!command || !canRun(command, place)) return false;
  command.run(place);
  return true;
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('textarea, select, input:not([type=radio], [type=checkbox])'))
  );
}

function isInDialog(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"]') !== null;
}

/** Out of the field first, from under the details, then out of the conversation. Dialogs and menus close by themselves. */
function escape(event: KeyboardEvent, { list, conv }: Place): void {
  if (isInDialog()) return;
  if (isWriting(event.target)) {
    if (conv === null) focusList();
    else focusTranscript();
    return;
  }
  if (conv === null) return;
  if (isPanelOver(conv)) {
    showPanel(conv, false);
    focusTranscript();
    return;
  }
  goTo(list);
  focusList();
}

function isOnRows(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.id === 'rows';
}

/** A focused button keeps its Enter. */
function openCursor(event: KeyboardEvent, { list, conv, rows }: Place): boolean {
  if (event.target instanceof HTMLElement && event.target.matches('button, a, input, summary')) {
    return false;
  }
  const cursor = useUi.getState().cursor[list] ?? conv;
  if (cursor === null || !rows().some((row) => row.conv === cursor)) return false;
  goTo(list, cursor);
  return true;
}
