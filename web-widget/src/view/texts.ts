import type en from '../../../locales/en/widget.json';

type Key = keyof typeof en;
/** A key of `widget.json`; of `name_one`, `name_other` … the part before the plural's name. */
export type TextKey = Key extends infer K
  ? K extends `${infer Base}_${'zero' | 'one' | 'two' | 'few' | 'many' | 'other'}`
    ? Base
    : K
  : never;

export type Direction = 'ltr' | 'rtl';

/** One language's words. `t` fills `{{name}}` and picks the plural by `count`, as i18next does on the server. */
export interface Texts {
  readonly language: string;
  readonly direction: Direction;
  t(key: TextKey, values?: Readonly<Record<string, string | number>>): string;
  time(atMs: number): string;
  day(atMs: number, nowMs: number): string;
  /** A day with its time, for what is not today. */
  moment(atMs: number): string;
  /** Minutes, whole ones, at least one. */
  minutes(ms: number): string;
}

export function createTexts(
  language: string,
  words: Readonly<Record<string, string | undefined>>,
): Texts {
  const direction = directionOf(language);
  // Made when they are first asked for: each costs a slow phone milliseconds, and the first screen needs few.
  const plural = once(() => new Intl.PluralRules(language));
  const number = once(() => new Intl.NumberFormat(language));
  const relative = once(() => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
  const times = (how: Intl.DateTimeFormatOptions) => {
    const format = once(() => new Intl.DateTimeFormat(language, how));
    return (atMs: number) => format().format(atMs);
  };
  const date = times({ dateStyle: 'medium' });
  return {
    language,
    direction,
    t(key, values = {}) {
      const { count } = values;
      const form =
        typeof count === 'number' ? words[`${key}_${plural().select(count)}`] : undefined;
      const text = form ?? words[key] ?? words[`${key}_other`] ?? key;
      return text.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => {
        const value = values[name];
        if (typeof value === 'number') return number().format(value);
        return direction === 'rtl' ? isolated(value ?? '') : (value ?? '');
      });
    },
    time: times({ hour: 'numeric', minute: '2-digit' }),
    day(atMs, nowMs) {
      const days = dayNumber(nowMs) - dayNumber(atMs);
      return days === 0 || days === 1 ? relative().format(-days, 'day') : date(atMs);
    },
    moment: times({ dateStyle: 'medium', timeStyle: 'short' }),
    minutes: (ms) => {
      const how = { style: 'unit', unit: 'minute', unitDisplay: 'long' } as const;
      return new Intl.NumberFormat(language, how).format(Math.max(1, Math.round(ms / 60_000)));
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

export function directionOf(language: string): Direction {
  return /^(?:ar|fa|he|ps|ur|yi)\b/i.test(language) ? 'rtl' : 'ltr';
}

/** A name of any script, between signs that keep it and the words around it from turning each other. */
function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}

const rtlLetter = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/**
 * Which way a message runs: by its first letter, as `auto` does. Except that where everything runs from right to
 * left, what has a word of such a script in it does so too, also when it begins with a brand or a number.
 */
export function textDirection(text: string, around: Direction): 'rtl' | 'auto' {
  return around === 'rtl' && rtlLetter.test(text) ? 'rtl' : 'auto';
}

/** Days since 1970 in the reader's own time zone. */
export function dayNumber(atMs: number): number {
  const at = new Date(atMs);
  return Math.floor(Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / 86_400_000);
}

/** The offered language nearest to the first wish that has one: the same tag, else the same language. */
export function chooseLanguage(
  wishes: readonly (string | undefined)[],
  offered: readonly string[],
): string | undefined {
  for (const wish of wishes) {
    if (wish === undefined || wish === '') continue;
    const tag = wish.toLowerCase();
    const [base] = tag.split('-');
    const found =
      offered.find((language) => language.toLowerCase() === tag) ??
      offered.find((language) => language.toLowerCase().split('-')[0] === base);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first sign as a reader counts signs: an emoji or a letter with its accents is one. */
export function firstLetter(text: string): string {
  const [first] = new Intl.Segmenter().segment(text);
  return first?.segment ?? '';
}
