import {
  accept,
  decline,
  goTo,
  goToPage,
  isFree,
  owns,
  supervises,
  takeOver,
  wrapsUp,
  write,
} from '../conversation-acts.ts';
import { command } from '../commands.ts';
import { focusList, focusSoon } from '../focus.ts';
import { toggleFilter } from '../list-filter.tsx';
import { undoReply } from '../outbox.ts';
import { showPanel, togglePanel } from '../panel/panel-open.ts';
import { togglePresence } from '../presence.ts';
import type { DeskAgent, DeskHead, DeskRow } from '../protocol.ts';
import { useSettings } from '../settings.ts';
import { openDialog, setCursor, useUi } from '../ui.ts';
import type { ListName } from '../ui.ts';

/** Where the agent stands when a key is pressed. */
export interface Place {
  readonly list: ListName;
  readonly conv: string | null;
  readonly agent: DeskAgent;
  readonly head: DeskHead | null;
  readonly rows: () => readonly Pick<DeskRow, 'conv'>[];
}

export const groups = ['lists', 'conversation', 'writing', 'offers', 'anywhere'] as const;

/** One thing that can be done: by its key, from the palette, and told on the cheat sheet, all from here. */
export interface Command {
  /** Its name is the text `keys.<id>`. */
  readonly id: string;
  readonly group: (typeof groups)[number];
  /** A key as it writes, `g q` one after the other, `mod+k` with Ctrl or ⌘. */
  readonly keys: string;
  /** Also from within fields; only with `mod`. */
  readonly inFields?: true;
  /** Not in the palette: moving about makes no sense there. */
  readonly keysOnly?: true;
  readonly can?: (place: Place) => boolean;
  readonly run: (place: Place) => void;
}

const mine = ({ head, agent }: Place): boolean => owns(head, agent.agentId);
const isOpen = ({ conv, head }: Place): boolean => conv !== null && head !== null;
const onOpen = (act: (conv: string, place: Place) => void) => (place: Place) => {
  if (place.conv !== null) act(place.conv, place);
};

export function goToList(list: ListName): void {
  goTo(list);
  focusList();
}

function move({ list, conv, rows }: Place, by: 1 | -1): void {
  const all = rows();
  const from = useUi.getState().cursor[list] ?? conv;
  const at = all.findIndex((row) => row.conv === from);
  const row = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))];
  if (row) setCursor(list, row.conv);
}

function openNext(place: Place, by: 1 | -1): void {
  move(place, by);
  const next = useUi.getState().cursor[place.list];
  if (next !== undefined) goTo(place.list, next);
}

const lists: readonly Command[] = [
  { id: 'down', group: 'lists', keys: 'j', keysOnly: true, run: (place) => move(place, 1) },
  { id: 'up', group: 'lists', keys: 'k', keysOnly: true, run: (place) => move(place, -1) },
  { id: 'nextOpen', group: 'lists', keys: ']', run: (place) => openNext(place, 1) },
  { id: 'formerOpen', group: 'lists', keys: '[', run: (place) => openNext(place, -1) },
  {
    id: 'filter',
    group: 'lists',
    keys: 'v',
    can: ({ list }) => list !== 'search',
    run: toggleFilter,
  },
  { id: 'goQueue', group: 'lists', keys: 'g q', run: () => goToList('queue') },
  { id: 'goMine', group: 'lists', keys: 'g m', run: () => goToList('mine') },
  { id: 'goTeam', group: 'lists', keys: 'g t', run: () => goToList('team') },
  { id: 'goBot', group: 'lists', keys: 'g b', run: () => goToList('bot') },
  { id: 'goSnoozed', group: 'lists', keys: 'g z', run: () => goToList('snoozed') },
  { id: 'goClosed', group: 'lists', keys: 'g c', run: () => goToList('closed') },
  {
    id: 'goFloor',
    group: 'lists',
    keys: 'g f',
    can: ({ agent }) => supervises(agent),
    run: () => goToPage('floor'),
  },
  { id: 'goSettings', group: 'lists', keys: 'g s', run: () => goToPage('settings') },
];

const conversation: readonly Command[] = [
  {
    id: 'accept',
    group: 'conversation',
    keys: 'a',
    can: (place) => place.head !== null && !mine(place),
    run: onOpen((conv, { head, agent }) => {
      // A supervisor's only way to what an agent has is to take it over, which is said so.
      const isOthers = head !== null && !isFree(head) && supervises(agent);
      void (isOthers ? takeOver(conv) : accept(conv));
    }),
  },
  {
    id: 'reply',
    group: 'conversation',
    keys: 'r',
    can: isOpen,
    run: onOpen((conv) => write(conv, 'reply')),
  },
  {
    id: 'note',
    group: 'conversation',
    keys: 'n',
    // Also while it is still loading: the field is waited for.
    can: ({ conv }) => conv !== null,
    run: onOpen((conv) => write(conv, 'note')),
  },
  {
    id: 'transfer',
    group: 'conversation',
    keys: 't',
    can: mine,
    run: () => openDialog('transfer'),
  },
  {
    id: 'snooze',
    group: 'conversation',
    keys: 'z',
    can: mine,
    run: onOpen((conv, { head }) => {
      if (head?.state === 'snoozed') void command(conv, { type: 'wake' });
      else openDialog('snooze');
    }),
  },
  { id: 'return', group: 'conversation', keys: 'b', can: mine, run: () => openDialog('return') },
  {
    id: 'close',
    group: 'conversation',
    keys: 'e',
    can: (place) => mine(place) || wrapsUp(place.head, place.agent.agentId),
    run: (place) => {
      if (mine(place)) openDialog('close');
      else focusSoon('.wrap-up input');
    },
  },
  {
    id: 'accountAction',
    group: 'conversation',
    keys: 'd',
    can: mine,
    run: () => openDialog('account_action'),
  },
  {
    id: 'tags',
    group: 'conversation',
    keys: 'l',
    can: isOpen,
    run: onOpen((conv) => {
      showPanel(conv, true);
      focusSoon('#tag-input');
    }),
  },
  {
    id: 'reroute',
    group: 'conversation',
    keys: 'm',
    can: ({ head, agent }) => supervises(agent) && head?.owner === 'queue' && !head.closed,
    run: () => openDialog('reroute'),
  },
  {
    id: 'whisper',
    group: 'conversation',
    keys: 'w',
    can: ({ head, agent }) =>
      supervises(agent) &&
      head?.owner === 'agent' &&
      head.agentId !== agent.agentId &&
      !head.closed,
    run: () => openDialog('whisper'),
  },
  { id: 'panel', group: 'conversation', keys: 'i', can: isOpen, run: onOpen(togglePanel) },
  { id: 'summary', group: 'conversation', keys: 's', can: isOpen, run: () => toggle('summary') },
];

const writing: readonly Command[] = [
  {
    id: 'undo',
    group: 'writing',
    keys: 'u',
    can: isOpen,
    run: onOpen((conv) => {
      if (undoReply(conv)) write(conv, 'reply');
    }),
  },
  {
    id: 'attach',
    group: 'writing',
    keys: 'f',
    can: mine,
    run: onOpen((conv) => {
      write(conv, 'reply');
      document.querySelector<HTMLInputElement>('#composer-files')?.click();
    }),
  },
];

const offers: readonly Command[] = [
  ...(['y', 'mod+shift+enter'] as const).map((keys): Command => ({
    id: keys === 'y' ? 'acceptOffer' : 'acceptOfferAnywhere',
    group: 'offers',
    keys,
    ...(keys !== 'y' && { inFields: true, keysOnly: true }),
    can: hasOffer,
    run: () => onOffer((offer) => void accept(offer.conv)),
  })),
  ...(['x', 'mod+shift+backspace'] as const).map((keys): Command => ({
    id: keys === 'x' ? 'declineOffer' : 'declineOfferAnywhere',
    group: 'offers',
    keys,
    ...(keys !== 'x' && { inFields: true, keysOnly: true }),
    can: hasOffer,
    run: () => onOffer((offer) => void decline(offer)),
  })),
  { id: 'presence', group: 'offers', keys: 'p', run: () => void togglePresence() },
];

function hasOffer(): boolean {
  return useUi.getState().offers.length > 0;
}

function onOffer(act: (offer: ReturnType<typeof firstOffer> & object) => void): void {
  const offer = firstOffer();
  if (offer) act(offer);
}

/** The one that runs out first. */
function firstOffer() {
  return useUi.getState().offers.toSorted((a, b) => a.untilMs - b.untilMs)[0];
}

function toggle(what: 'summary' | 'sound'): void {
  useSettings.setState((settings) => ({ [what]: !settings[what] }));
}

const anywhere: readonly Command[] = [
  {
    id: 'search',
    group: 'anywhere',
    keys: '/',
    run: () => {
      goTo('search');
      focusSoon('#search');
    },
  },
  {
    id: 'palette',
    group: 'anywhere',
    keys: 'mod+k',
    inFields: true,
    keysOnly: true,
    run: () => openDialog('palette'),
  },
  { id: 'help', group: 'anywhere', keys: '?', run: () => openDialog('keys') },
  { id: 'sound', group: 'anywhere', keys: 'g a', run: () => toggle('sound') },
];

export const commands: readonly Command[] = [
  ...lists,
  ...conversation,
  ...writing,
  ...offers,
  ...anywhere,
];

export function canRun(command: Command, place: Place): boolean {
  return command.can?.(place) ?? true;
}
