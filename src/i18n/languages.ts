/** A language as people choose it: its BCP 47 tag, its name in itself, and which way it runs. */
export interface Language {
  readonly tag: string;
  readonly name: string;
  readonly dir: 'ltr' | 'rtl';
}

/** Own names as a chooser shows them; the ones of CLDR are too long ("中文（中国）") or in lower case. */
const ownNames: { readonly [tag: string]: string } = {
  ar: 'العربية',
  de: 'Deutsch',
  en: 'English',
  es: 'Español',
  fa: 'فارسی',
  fr: 'Français',
  he: 'עברית',
  hi: 'हिन्दी',
  id: 'Bahasa Indonesia',
  it: 'Italiano',
  ja: '日本語',
  ko: '한국어',
  ms: 'Bahasa Melayu',
  nl: 'Nederlands',
  pl: 'Polski',
  'pt-BR': 'Português (Brasil)',
  pt: 'Português',
  ru: 'Русский',
  th: 'ไทย',
  tr: 'Türkçe',
  uk: 'Українська',
  ur: 'اردو',
  vi: 'Tiếng Việt',
  'zh-CN': '简体中文',
  'zh-TW': '繁體中文',
};

const rtlScripts = new Set(['Arab', 'Hebr', 'Thaa', 'Syrc', 'Nkoo', 'Adlm']);
/** Longest tag that is looked at (RFC 5646 asks for at least 35). */
const tagLengthMax = 35;

/** Whether a language is written from right to left. */
export function isRtl(tag: string): boolean {
  return rtlScripts.has(parseLocale(tag)?.maximize().script ?? '');
}

/** Name and direction of a tag. Undefined when it is not a language tag. */
export function languageOf(tag: string): Language | undefined {
  const locale = parseLocale(tag);
  if (!locale) return undefined;
  const name =
    ownNames[tag] ??
    new Intl.DisplayNames([tag], { type: 'language', fallback: 'code' }).of(tag) ??
    tag;
  return { tag, name, dir: isRtl(tag) ? 'rtl' : 'ltr' };
}

/**
 * The offered language that serves `wanted` best: the very tag, else one of the same language and
 * script (`zh-SG` → `zh-CN`), else one of the same language (`zh-TW` → `zh-CN`). Undefined when there is
 * none or `wanted` is no tag: anything may be passed in.
 */
export function matchLanguage(wanted: string, offered: readonly string[]): string | undefined {
  const exact = offered.find((tag) => tag.toLowerCase() === wanted.toLowerCase());
  if (exact !== undefined) return exact;
  const locale = parseLocale(wanted)?.maximize();
  if (!locale) return undefined;
  const sameLanguage = offered.filter(
    (tag) => parseLocale(tag)?.maximize().language === locale.language,
  );
  const sameScript = sameLanguage.find(
    (tag) => parseLocale(tag)?.maximize().script === locale.script,
  );
  return sameScript ?? sameLanguage[0];
}

function parseLocale(tag: string): Intl.Locale | undefined {
  if (tag.length === 0 || tag.length > tagLengthMax) return undefined;
  try {
    return new Intl.Locale(tag);
  } catch {
    return undefined; // the only way that Intl offers to ask whether a text is a tag
  }
}
