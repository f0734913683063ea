import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { preferredLanguage } from './words.ts';
import type { Language } from './words.ts';

export type Theme = 'system' | 'light' | 'dark';

interface Settings {
  readonly theme: Theme;
  readonly language: Language;
  /** Single keys can be switched off: speech input and switch users press them by accident. */
  readonly singleKeys: boolean;
  /** Details beside the conversation, where there is room for them. */
  readonly panel: boolean;
  readonly summary: boolean;
  /** A tone for offers, a softer one for customers' messages. */
  readonly sound: boolean;
  /** Notifications of the system while the page is out of sight; the browser asks for leave once. */
  readonly notifications: boolean;
  /** Enter sends; otherwise only with Ctrl or ⌘, and Enter alone begins a line. */
  readonly enterSends: boolean;
  /** How long a sent reply can be taken back; 0: not at all. */
  readonly undoSeconds: number;
}

export const undoChoices = [0, 3, 5, 10] as const;

/** What this browser's agent prefers; kept in this browser. */
export const useSettings = create<Settings>()(
  persist(
    (): Settings => ({
      theme: 'system',
      language: preferredLanguage(navigator.languages),
      singleKeys: true,
      panel: true,
      summary: true,
      sound: true,
      notifications: false,
      enterSends: true,
      undoSeconds: 3,
    }),
    { name: 'kefu.desk.settings', version: 1 },
  ),
);

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
