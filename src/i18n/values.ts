import { isMoney } from '../core/index.ts';
import type { Instant, Money, Value } from '../core/index.ts';
import { nothing } from './formats.ts';
import type { Formats } from './formats.ts';
import { formatTerm } from './terms.ts';

/** Characters of one value in a text: a story someone typed into a slot must not fill the screen. */
const valueLengthMax = 500;
/** Records' fields whose values are codes of the wallet; said by the texts `codes.<field>.<value>`. */
const coded: ReadonlySet<string> = new Set([
  'kind',
  'method',
  'reason',
  'failureReason',
  'statusReason',
  'state',
  'status',
  'type',
]);

/** What writing a value takes from its surroundings: one language. */
export interface ValueContext {
  /** The value goes into a sentence that runs from right to left. */
  readonly isolates?: boolean;
  readonly formats: Formats;
  /** The text of a key, or undefined when there is none. */
  readonly find: (
    key: string,
    values: { readonly [name: string]: string | number },
  ) => string | undefined;
}

/**
 * A value in plain words, by its shape and by the name of the field that holds it: Money, times
 * (`Instant`, and numbers in fields that end in `Ms`), the operator's terms, codes, numbers, lists.
 * `how` is `date` or `datetime` for a time that should not be shown in its usual way.
 */
export function writeValue(
  value: unknown,
  field: string,
  context: ValueContext,
  how?: string,
): string {
  if (value === null || value === undefined || value === '') return nothing;
  if (isMoney(value)) return context.formats.money(value);
  if (field === 'timeZone') return context.formats.zone;
  if (typeof value === 'string') {
    const words = cap(code(value, field, context));
    return context.isolates === true ? isolated(words) : words;
  }
  if (typeof value === 'number') return numberOrTime(value, field, context.formats, how);
  if (typeof value === 'bigint') return context.formats.number(value);
  if (typeof value === 'boolean') {
    return context.find(value ? 'common.yes' : 'common.no', {}) ?? String(value);
  }
  return cap(structure(value as Exclude<Value, Money | string>, field, context, how));
}

/** Time of day matters for what has happened and for what expires, not for the day something is expected by. */
function numberOrTime(value: number, field: string, formats: Formats, how?: string): string {
  if (!field.endsWith('Ms')) return formats.number(value);
  const dateOnly = how === undefined ? field.endsWith('ByMs') : how === 'date';
  return dateOnly ? formats.date(value) : formats.dateTime(value);
}

function structure(value: Value, field: string, context: ValueContext, how?: string): string {
  if (isInstant(value)) {
    const style = how ?? value.style ?? 'date';
    return style === 'date'
      ? context.formats.date(value.atMs)
      : context.formats.dateTime(value.atMs);
  }
  if (isPeriod(value)) {
    return `${context.formats.date(value.fromMs)} – ${context.formats.date(value.toMs)}`;
  }
  const term = formatTerm(value, context.formats, (key, values) => context.find(key, values) ?? '');
  if (term !== undefined) return term;
  if (Array.isArray(value)) {
    return context.formats.list(value.slice(0, 20).map((item) => writeValue(item, field, context)));
  }
  return nothing; // a record is shown as a card, never inside a sentence
}

function code(value: string, field: string, context: ValueContext): string {
  if (!coded.has(field) || !/^[a-z0-9_]{1,64}$/.test(value)) return value;
  return context.find(`codes.${field}.${value}`, {}) ?? value;
}

function cap(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= valueLengthMax ? line : `${line.slice(0, valueLengthMax - 1)}…`;
}

/**
 * Keeps a value from being read as part of the text around it: its asterisks look the same and are no
 * marks (phone numbers are masked with them), its braces open no placeholder. Line breaks, which
 * could begin a list, are gone already.
 */
export function withoutMarks(words: string): string {
  return words.replaceAll('*', '∗').replaceAll('{{', '{ {').replaceAll('}}', '} }');
}

const rtlLetter = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;
const otherLetter = /[\p{L}--[\p{Script=Arabic}\p{Script=Hebrew}]]/v;

/**
 * Keeps a value and the words around it from turning each other where these run from right to left: a phone number
 * would be read from its wrong end, a shop's name would swallow the full stop. Words that run that way too are
 * left as they are.
 */
export function isolated(words: string): string {
  const fits = rtlLetter.test(words) && !otherLetter.test(words);
  return fits || words === '' ? words : `\u2068${words}\u2069`;
}

function isInstant(value: unknown): value is Instant {
  return hasNumber(value, 'atMs') && Object.keys(value).every((key) => /^(atMs|style)$/.test(key));
}

function isPeriod(value: unknown): value is { readonly fromMs: number; readonly toMs: number } {
  return hasNumber(value, 'fromMs') && hasNumber(value, 'toMs');
}

function hasNumber<K extends string>(
  value: unknown,
  key: K,
): value is { readonly [k in K]: number } {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Object.getOwnPropertyDescriptor(value, key)?.value === 'number'
  );
}
