import { createInstance } from 'i18next';
import { useSyncExternalStore } from 'react';

export const languages = ['en', 'zh-CN', 'es', 'ar'] as const;
export type Language = (typeof languages)[number];

const i18next = createInstance();

/** One language at a time: each file is a chunk of its own. */
const files = import.meta.glob<{ default: Record<string, unknown> }>('../../locales/*/desk.json');

export function preferredLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const lower = tag.toLowerCase();
    const found =
      languages.find((each) => each.toLowerCase() === lower) ??
      languages.find((each) => primary(each) === primary(lower));
    if (found) return found;
  }
  return 'en';
}

export function primary(tag: string): string | undefined {
  return tag.split('-')[0];
}

export async function speak(language: Language): Promise<void> {
  const load = files[`../../locales/${language}/desk.json`];
  if (!load) throw new Error(`no words for ${language}`);
  const words = (await load()).default;
  if (!i18next.isInitialized) {
    await i18next.init({
      lng: language,
      resources: { [language]: { translation: words } },
      interpolation: { escapeValue: false },
      returnNull: false,
    });
  } else {
    i18next.addResourceBundle(language, 'translation', words);
    await i18next.changeLanguage(language);
  }
  document.documentElement.lang = language;
  document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
}

function subscribe(listener: () => void): () => void {
  i18next.on('languageChanged', listener);
  return () => i18next.off('languageChanged', listener);
}

export type Words = (key: string, values?: Record<string, string | number>) => string;

/** What has no values is looked up once a language: a conversation asks for hundreds of such words as it opens. */
const plain = new Map<string, string>();
let plainLanguage = '';

const words: Words = (key, values) => {
  if (values) return i18next.t(key, isolated(values));
  if (plainLanguage !== i18next.language) plain.clear();
  plainLanguage = i18next.language;
  const known = plain.get(key);
  if (known !== undefined) return known;
  const text = i18next.t(key);
  plain.set(key, text);
  return text;
};

const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;

/** What is put into a sentence that runs the other way keeps its own order, and leaves the sentence its own. */
function isolated(values: Readonly<Record<string, string | number>>) {
  const isRtl = document.documentElement.dir === 'rtl';
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isForeign = typeof value === 'string' && (isRtl || rightToLeft.test(value));
      return [name, isForeign && value !== '' ? `\u2068${value}\u2069` : value];
    }),
  );
}

/** The words of the desk's language; the component follows when it changes. */
export function useWords(): Words {
  useSyncExternalStore(subscribe, () => i18next.language);
  return words;
}

export const currentWords = words;
export const currentLanguage = (): string => i18next.language;

export type NameKind =
  | 'topic'
  | 'act'
  | 'channel'
  | 'why'
  | 'sign'
  | 'slot'
  | 'given'
  | 'method'
  | 'kind'
  | 'wallet_state'
  | 'outcome'
  | 'ticket_type'
  | 'arg'
  | 'approval'
  | 'failure'
  | 'undelivered'
  | 'instead';

export function hasName(kind: NameKind, id: string): boolean {
  return i18next.exists(`${kind}.${id}`);
}

/** A topic's or action's name; one that has none yet is shown by its id, readably. */
export function nameOf(kind: NameKind, id: string): string {
  if (hasName(kind, id)) return words(`${kind}.${id}`);
  const spaced = id.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replaceAll(/[_.-]+/g, ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
