import { createInstance } from 'i18next';
import type { FormatterModule, i18n, Resource, ResourceLanguage } from 'i18next';
import { Fault } from '../core/index.ts';
import type { Values } from '../core/index.ts';

/** Language → the parsed `locales/<lang>/bot.json`. */
export type Locales = { readonly [language: string]: unknown };

/** Turns a value that a text names (`{{path}}`, `{{path, how}}`) into words; marks are already harmless. */
export type WriteValue = (
  value: unknown,
  path: string,
  language: string,
  how: string | undefined,
) => string;

/** Texts by language and key, each with its wordings, on one i18next instance. */
export interface Wordings {
  has(language: string, key: string): boolean;
  /** Wording `turn` of the key, counted round. Throws `bad_content` when the language has no such key. */
  say(language: string, key: string, values: Values, turn: number): string;
}

/** Parts a wording's number from its key; no key has it, as the check of key names below sees to. */
const mark = '#';
const plural = /_(?:zero|one|two|few|many|other)$/;
const depthMax = 4;

/**
 * Loads all languages at once and is synchronous afterwards. A text is a string or an array of wordings;
 * `key_one`, `key_other` … are the plural forms of `key`, chosen by `count`; `key_other` must be among them.
 */
export function createWordings(locales: Locales, write: WriteValue): Wordings {
  const counts = new Map<string, ReadonlyMap<string, number>>();
  const resources: Resource = {};
  for (const [language, texts] of Object.entries(locales)) {
    const flat = readTexts(texts, language);
    const { numbered, count } = numberWordings(flat, language);
    counts.set(language, count);
    resources[language] = { bot: numbered };
  }
  const instance = startI18next(resources, write);
  return {
    has: (language, key) => counts.get(language)?.has(key) ?? false,
    say: (language, key, values, turn) => {
      const count = counts.get(language)?.get(key);
      if (count === undefined) {
        throw new Fault('bad_content', `locales/${language}/bot.json has no text "${key}"`);
      }
      const numbered = `${key}${mark}${wordingAt(turn, count)}`;
      const number = values['count'];
      return instance.t(numbered, {
        lng: language,
        // Values go in as `replace`, so that a slot named `lng` or `defaultValue` cannot pass for an option.
        replace: values,
        nest: false,
        ...(typeof number === 'number' ? { count: number } : {}),
      });
    },
  };
}

function wordingAt(turn: number, count: number): number {
  return Number.isSafeInteger(turn) ? ((turn % count) + count) % count : 0;
}

function startI18next(resources: Resource, write: WriteValue): i18n {
  const instance = createInstance();
  // In place of i18next's own formatter, so that every value passes through ours.
  instance.use<FormatterModule>({
    type: 'formatter',
    init: () => undefined,
    add: () => undefined,
    addCached: () => undefined,
    format: (value: unknown, how, language, options) =>
      write(value, String(options?.['interpolationkey'] ?? ''), language ?? '', how),
  });
  void instance.init({
    resources,
    ns: ['bot'],
    defaultNS: 'bot',
    fallbackLng: false,
    load: 'currentOnly',
    initAsync: false,
    keySeparator: '.',
    nsSeparator: false,
    interpolation: { escapeValue: false, alwaysFormat: true },
  });
  return instance;
}

type FlatTexts = ReadonlyMap<string, readonly string[]>;

function readTexts(texts: unknown, language: string): FlatTexts {
  const flat = new Map<string, readonly string[]>();
  const visit = (node: unknown, path: readonly string[]): void => {
    const key = path.join('.');
    const wordings = typeof node === 'string' ? [node] : node;
    if (isWordings(wordings)) {
      flat.set(key, wordings);
      return;
    }
    if (typeof node !== 'object' || node === null || Array.isArray(node) || path.length > depthMax)
      throw badText(language, key, 'must be a text, a list of texts or an object of these');
    for (const [name, child] of Object.entries(node)) {
      if (!/^[A-Za-z0-9_-]+$/.test(name))
        throw badText(
          language,
          `${key}.${name}`,
          'has a name with other than letters, digits, _ -',
        );
      visit(child, [...path, name]);
    }
  };
  visit(texts, []);
  return flat;
}

function isWordings(node: unknown): node is readonly string[] {
  return Array.isArray(node) && node.length > 0 && node.every((item) => typeof item === 'string');
}

function badText(language: string, key: string, what: string): Fault {
  return new Fault('bad_content', `locales/${language}/bot.json: "${key}" ${what}`);
}

/**
 * `code.wrong_one: [a, b]` → `code.wrong#0_one: a`, `code.wrong#1_one: b`, where i18next looks for them, beside
 * `code.wrong_one#0` …: a key such as `too_many` only looks like a plural form.
 */
function numberWordings(flat: FlatTexts, language: string) {
  const numbered: ResourceLanguage = {};
  const count = new Map<string, number>();
  for (const [key, wordings] of flat) {
    count.set(key, wordings.length);
    for (const [index, text] of wordings.entries())
      place(numbered, `${key}${mark}${index}`.split('.'), text);
  }
  for (const [key, wordings] of flat) {
    const suffix = plural.exec(key)?.[0] ?? '';
    const base = key.slice(0, key.length - suffix.length);
    const other = flat.get(`${base}_other`);
    if (suffix === '' || other === undefined) continue;
    if (other.length !== wordings.length)
      throw badText(
        language,
        key,
        `has ${wordings.length} wordings, ${base}_other ${other.length}`,
      );
    count.set(base, wordings.length);
    for (const [index, text] of wordings.entries())
      place(numbered, `${base}${mark}${index}${suffix}`.split('.'), text);
  }
  return { numbered, count };
}

/** i18next reads nested resources; flat ones with dots would fail at the first missing plural form. */
function place(
  resources: { [name: string]: unknown },
  path: readonly string[],
  text: string,
): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    resources[name] = text;
    return;
  }
  const child = resources[name];
  const folder = isFolder(child) ? child : {};
  resources[name] = folder;
  place(folder, rest, text);
}

function isFolder(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}
