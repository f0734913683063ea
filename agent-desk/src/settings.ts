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
  readonly panel: boolean;
}

/** What this browser's agent prefers; kept in this browser. */
export const useSettings = create<Settings>()(
  persist(
    (): Settings => ({
      theme: 'system',
      language: preferredLanguage(navigator.languages),
      singleKeys: true,
      panel: window.innerWidth > 1279,
    }),
    { name: 'kefu.desk.settings', version: 1 },
  ),
);

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
