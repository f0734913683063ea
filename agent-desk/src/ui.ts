import { create } from 'zustand';
import type { DeskListName } from './protocol.ts';

export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad' | 'plain';
  readonly text: string;
}

interface Ui {
  readonly link: 'connecting' | 'open' | 'lost';
  /** The service's clock minus ours: waiting times are counted on theirs. */
  readonly aheadMs: number;
  readonly nowMs: number;
  readonly toasts: readonly Toast[];
  readonly dialog: 'none' | 'keys' | 'close';
  /** The row that the keyboard stands on, by list. */
  readonly cursor: { readonly [list in DeskListName]?: string };
  /** When this agent last looked at a conversation, on the service's clock. */
  readonly seenMs: { readonly [conv: string]: number };
  readonly sessionEnded: boolean;
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
}));

const toastMs = 5000;
const toastsMax = 3;

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

export function setCursor(list: DeskListName, conv: string): void {
  useUi.setState(({ cursor }) => ({ cursor: { ...cursor, [list]: conv } }));
}

export function sawUntil(conv: string, atMs: number): void {
  useUi.setState(({ seenMs }) =>
    (seenMs[conv] ?? 0) >= atMs ? {} : { seenMs: { ...seenMs, [conv]: atMs } },
  );
}

/** One tick for every waiting time on the page. */
export function startTicking(): () => void {
  const tick = () => useUi.setState(({ aheadMs }) => ({ nowMs: Date.now() + aheadMs }));
  tick();
  const timer = setInterval(tick, 10_000);
  return () => clearInterval(timer);
}
