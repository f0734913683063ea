import { currentLanguage } from './words.ts';

const made = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat | Intl.DisplayNames>();

/** Making a formatter costs a hundred times what using it does. */
function once<T extends Intl.DateTimeFormat | Intl.NumberFormat | Intl.DisplayNames>(
  name: string,
  make: (language: string) => T,
): T {
  const language = currentLanguage();
  const key = `${language} ${name}`;
  const former = made.get(key);
  if (former) return former as T;
  const fresh = make(language);
  made.set(key, fresh);
  return fresh;
}

export function clockTime(atMs: number): string {
  return once(
    'time',
    (language) => new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }),
  ).format(atMs);
}

export function fullTime(atMs: number): string {
  return once(
    'full',
    (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }),
  ).format(atMs);
}

export function dayName(atMs: number): string {
  return once(
    'day',
    (language) =>
      new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' }),
  ).format(atMs);
}

export function dayOf(atMs: number): string {
  return new Date(atMs).toDateString();
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** The largest unit only: `4m`, `2h`, `3d`. */
export function shortSpan(spanMs: number): string {
  const span = Math.max(0, spanMs);
  const [unit, length] = units.find(([, size]) => span >= size) ?? units[3];
  return once(
    `span ${unit}`,
    (language) => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'narrow' }),
  ).format(Math.floor(span / length));
}

export function languageName(tag: string): string {
  try {
    return (
      once('language', (language) => new Intl.DisplayNames(language, { type: 'language' })).of(
        tag,
      ) ?? tag
    );
  } catch {
    return tag;
  }
}

/** First letter of a name, whole even where one letter is several code points. */
export function initialOf(name: string): string {
  const letter = /[\p{L}\p{N}]\p{M}*/u.exec(name);
  return (letter?.[0] ?? '·').toUpperCase();
}

/** `zh-CN` → `ZH`: enough to tell rows apart; the full name is beside it as a title. */
export function languageTag(tag: string): string {
  return (tag.split('-')[0] ?? tag).toUpperCase();
}
