import { create } from 'zustand';
import type { DeskListName, DeskOffered, DeskPresence } from './protocol.ts';

export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad' | 'plain';
  readonly text: string;
}

/** The lists that the page shows: those of the service, and what was searched for. */
export type ListName = DeskListName | 'search';

/** A conversation that is open, and the list that it was opened from. */
export interface OpenAt {
  readonly list: ListName;
  readonly conv: string;
}

export type DialogName =
  | 'none'
  | 'keys'
  | 'palette'
  | 'close'
  | 'transfer'
  | 'snooze'
  | 'return'
  | 'reroute'
  | 'whisper'
  | 'account_action';

interface Ui {
  readonly link: 'connecting' | 'open' | 'lost';
  /** The service's clock minus ours: waiting times are counted on theirs. */
  readonly aheadMs: number;
  readonly nowMs: number;
  readonly toasts: readonly Toast[];
  readonly dialog: DialogName;
  /** The row that the keyboard stands on, by list. */
  readonly cursor: { readonly [list in ListName]?: string };
  /** When this agent last looked at a conversation, on the service's clock. */
  readonly seenMs: { readonly [conv: string]: number };
  readonly sessionEnded: boolean;
  readonly offers: readonly DeskOffered[];
  readonly presence: DeskPresence | null;
  /** Words searched for. */
  readonly search: string;
  /** The conversation over which a narrow page shows its details. */
  readonly panelOver: string | null;
  /** What lists are narrowed to can be chosen. */
  readonly filterOpen: boolean;
}

export const useUi = create<Ui>()(() => ({
  link: 'connecting',
  aheadMs: 0,
  nowMs: Date.now(),
  toasts: [],
  dialog: 'none',
  cursor: {},
  seenMs: {},
  sessionEnded: false,
  offers: [],
  presence: null,
  search: '',
  panelOver: null,
  filterOpen: false,
}));

const toastMs = 5000;
const toastsMax = 3;
/** Conversations whose last look is remembered; beyond, the oldest are forgotten. */
const seenMax = 2000;

export function toast(tone: Toast['tone'], text: string): void {
  const id = Math.random();
  useUi.setState(({ toasts }) => ({
    toasts: [...toasts, { id, tone, text }].slice(-toastsMax),
  }));
  setTimeout(() => dismiss(id), toastMs);
}

export function dismiss(id: number): void {
  useUi.setState(({ toasts }) => ({ toasts: toasts.filter((each) => each.id !== id) }));
}

export function setCursor(list: ListName, conv: string): void {
  useUi.setState(({ cursor }) => ({ cursor: { ...cursor, [list]: conv } }));
}

export function sawUntil(conv: string, atMs: number): void {
  useUi.setState(({ seenMs }) => {
    const { [conv]: former = 0, ...others } = seenMs;
    if (former >= atMs) return {};
    const kept = Object.entries(others).slice(-(seenMax - 1));
    return { seenMs: { ...Object.fromEntries(kept), [conv]: atMs } };
  });
}

export function openDialog(dialog: DialogName): void {
  useUi.setState({ dialog });
}

/** The service's time now. */
export function serviceNowMs(): number {
  return Date.now() + useUi.getState().aheadMs;
}

/** One tick for every waiting time on the page. */
export function startTicking(): () => void {
  const tick = () => useUi.setState(({ aheadMs }) => ({ nowMs: Date.now() + aheadMs }));
  tick();
  const timer = setInterval(tick, 10_000);
  return () => clearInterval(timer);
}
