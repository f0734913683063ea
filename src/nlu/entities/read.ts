import { limits, type Entity } from '../../core/index.ts';
import { findAmounts, hasMoneyWord } from './amounts.ts';
import { zoneCalendar, type ZoneCalendar } from './calendar.ts';
import { findEmails, findPhones } from './contacts.ts';
import { dateContext, findNumericDates } from './dates.ts';
import { findEnglishDates } from './dates-en.ts';
import { createDateReader } from './dates-words.ts';
import { findChineseDates } from './dates-zh.ts';
import { findBanks } from './banks.ts';
import { findCardTails } from './cards.ts';
import { findCodes } from './codes.ts';
import { joinPeriods } from './periods.ts';
import type { Found } from './found.ts';
import { findIds } from './ids.ts';
import { arabicLexicon, spanishLexicon } from './lexicon.ts';
import { shadowOf, sourceSpan, type Shadow, type Span } from './shadow.ts';

interface EntityContext {
  readonly nowMs: number;
  readonly timeZone: string;
  /** In Spanish and Arabic `3/11/2026` is in November. */
  readonly language?: string;
  /** In place of the reader's own. */
  readonly phoneCountries?: readonly string[];
}

export interface EntityReader {
  /** Everything of value in the text, in order, not overlapping. Offsets count in `text`. */
  read(text: string, context: EntityContext): readonly Entity[];
  /** The text with ids, amounts, contacts, links and numbers each as one character that no keyboard has: intents must not hang on them. */
  mask(text: string, phoneCountries?: readonly string[]): string;
}

export interface EntityOptions {
  /** ISO 3166 countries as which a phone number without its code is read, in order. */
  readonly phoneCountries: readonly string[];
}

export const entityDefaults: EntityOptions = { phoneCountries: ['CN', 'US'] };

/** Zones a process meets are few; the cap only bounds what a stranger's setting could add. */
const zonesMax = 64;

export function createEntityReader(options: EntityOptions = entityDefaults): EntityReader {
  const zones = new Map<string, ZoneCalendar>();
  const findSpanishDates = createDateReader(spanishLexicon);
  const findArabicDates = createDateReader(arabicLexicon);
  const zoneOf = (name: string): ZoneCalendar => {
    const known = zones.get(name);
    if (known) return known;
    const made = zoneCalendar(name);
    if (zones.size < zonesMax) zones.set(name, made);
    return made;
  };
  return {
    read: (text, { nowMs, timeZone, language, phoneCountries = options.phoneCountries }) => {
      const shadow = shadowOf(text);
      const taken = new Taken();
      taken.addAll(findLinks(shadow.text));
      taken.addAll(findEmails(shadow.text));
      taken.addAll(findIds(shadow.text));
      taken.addAll(findCodes(shadow.text));
      taken.addAll(findCardTails(shadow.text));
      taken.addAll(findBanks(shadow.text));
      const dates = dateContext(zoneOf(timeZone), nowMs);
      if (/\d/.test(shadow.text))
        taken.addAll(findNumericDates(shadow.text, dates, dayFirst.test(language ?? '')));
      const amounts = findAmounts(shadow.text);
      taken.addAll(amounts.filter(hasCurrency));
      taken.addAll(findPhones(shadow.text, phoneCountries));
      if (/\p{Script=Han}/u.test(shadow.text)) taken.addAll(findChineseDates(shadow.text, dates));
      if (/[\u0600-\u06ff]/.test(shadow.text)) taken.addAll(findArabicDates(shadow.text, dates));
      if (/[a-z]/.test(shadow.text)) {
        taken.addAll(findSpanishDates(shadow.text, dates));
        taken.addAll(findEnglishDates(shadow.text, dates));
      }
      taken.addAll(amounts);
      taken.addAll(findNumbers(shadow.text));
      return joinPeriods(shadow.text, taken.list(), dates).flatMap((found) =>
        entityOf(shadow, found),
      );
    },
    mask: (text, phoneCountries = options.phoneCountries) =>
      maskText(shadowOf(text), phoneCountries),
  };
}

/** Languages that write the day before the month. */
const dayFirst = /^(?:es|ar|fr|pt|it|de|id|vi|th|hi|ru|tr|nl|pl)\b/;

function hasCurrency({ value }: Found): boolean {
  return (
    typeof value === 'object' && value !== null && 'currency' in value && value.currency !== ''
  );
}

/** Spans that are spoken for; the first finder to claim a place has it. */
class Taken {
  private readonly found: Found[] = [];

  addAll(more: readonly Found[]): void {
    for (const one of more) {
      const free = this.found.every(({ start, end }) => one.end <= start || one.start >= end);
      if (free && this.found.length < entitiesMax) this.found.push(one);
    }
  }

  list(): readonly Found[] {
    return this.found.sort((a, b) => a.start - b.start);
  }
}

/** More in one message is a table, not a request; keeps overlap checks cheap. */
const entitiesMax = 50;

const plainNumber = /(?<![\p{L}\d.,:-])(\d{1,15})(?:\.(\d{1,6}))?(?![\d.,:-]*\d)(?![a-z])/gu;

function findNumbers(text: string): readonly Found[] {
  return Array.from(text.matchAll(plainNumber), (match) => ({
    type: 'number' as const,
    start: match.index,
    end: match.index + match[0].length,
    value: Number(match[0]),
  }));
}

/** Where one-time codes stand in a text that names them as such, in order: what must not be stored. */
export function codeSpans(text: string): readonly Span[] {
  const shadow = shadowOf(text.slice(0, limits.textLengthMax));
  const taken = new Taken();
  taken.addAll(findIds(shadow.text));
  taken.addAll(findCodes(shadow.text));
  return taken
    .list()
    .filter(({ type }) => type === 'one_time_code')
    .map(({ start, end }) => sourceSpan(shadow, start, end));
}

function entityOf(shadow: Shadow, { type, start, end, value }: Found): readonly Entity[] {
  if (type === 'link') return [];
  const span = sourceSpan(shadow, start, end);
  return [{ type, ...span, text: shadow.source.slice(span.start, span.end), value }];
}

const masks = {
  id: '\ue001',
  amount: '\ue002',
  email: '\ue003',
  phone: '\ue004',
  number: '\ue005',
  link: '\ue006',
};
const link = /(?:https?:\/\/|www\.)[^\s\u3000-\u303f\uff00-\uffef]{1,2000}/g;
function findLinks(text: string): readonly Found[] {
  if (!text.includes('://') && !text.includes('www.')) return [];
  return Array.from(text.matchAll(link), (match) => ({
    type: 'link' as const,
    start: match.index,
    end: match.index + match[0].length,
    value: null,
  }));
}

/** What may be left of ids and numbers: digits with their signs, not glued to a Latin letter as in `2fa`. */
const digits = /(?<![a-z\d])[#№]?\d(?:[\d.,:/-]{0,30}\d)?(?![a-z\d])/g;

function maskText(shadow: Shadow, phoneCountries: readonly string[]): string {
  if (!/[\d@]|www|:\/\/|[百千万块元]/.test(shadow.text) && !hasMoneyWord(shadow.text))
    return shadow.source;
  const taken = new Taken();
  taken.addAll(findLinks(shadow.text));
  taken.addAll(findEmails(shadow.text));
  taken.addAll(findIds(shadow.text));
  taken.addAll(findAmounts(shadow.text).filter(hasCurrency));
  taken.addAll(findPhones(shadow.text, phoneCountries));
  let masked = '';
  let from = 0;
  for (const { type, start, end } of taken.list()) {
    masked += `${shadow.text.slice(from, start).replace(digits, masks.number)} ${maskOf(type)} `;
    from = end;
  }
  return masked + shadow.text.slice(from).replace(digits, masks.number);
}

function maskOf(type: Found['type']): string {
  if (type === 'link') return masks.link;
  if (type === 'amount') return masks.amount;
  if (type === 'email') return masks.email;
  if (type === 'phone') return masks.phone;
  return masks.id;
}
