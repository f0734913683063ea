import type { Entity, SayOption, Value } from '../core/index.ts';
import type { Draft } from './draft.ts';
import { same } from './expression.ts';
import type { WordList } from './system-texts.ts';

/** Without case, width, spaces and punctuation: how short answers are compared. */
export function plainForm(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{P}\p{S}\p{Z}\p{C}]+/gu, '');
}

/** Longer texts are never one of the short phrases. */
const phraseLengthMax = 60;

/** Whether the text is exactly one of the phrases, in any offered language. */
export function isPhrase(draft: Draft, list: WordList, text: string): boolean {
  if (text.length > phraseLengthMax) return false;
  const wanted = plainForm(text);
  return wanted !== '' && phrases(draft, list).includes(wanted);
}

function phrases({ context }: Draft, key: string): readonly string[] {
  const { phrasebook } = context;
  return phrasebook.languages.flatMap((language) =>
    phrasebook.text(language, key).split('|').map(plainForm),
  );
}

/** The offered languages that the text names, in any language. */
export function languagesNamed(draft: Draft, text: string): readonly string[] {
  const plain = plainForm(text);
  return draft.context.phrasebook.languages.filter((tag) =>
    [...phrases(draft, `language_names.${tag}`), ...phrases(draft, `languages.${tag}`)].some(
      (name) => name.length > 1 && plain.includes(name),
    ),
  );
}

/**
 * Which of the options a typed text means: by its label or value, its number in the list, a label or a
 * payee that only it has, or an id or amount that only it has. Undefined when it is none or not one alone.
 */
export function optionMeant(
  draft: Draft,
  options: readonly SayOption[],
  text: string,
  entities: readonly Entity[],
): SayOption | undefined {
  const plain = plainForm(text);
  if (plain === '') return undefined;
  return (
    options.find((option) => namesOf(draft, option).includes(plain)) ??
    byNumber(options, text) ??
    onlyOne(options, (option) => namesOf(draft, option).some((name) => within(plain, name))) ??
    onlyOne(options, (option) => isMarked(option, entities))
  );
}

function namesOf({ context }: Draft, option: SayOption): readonly string[] {
  const { phrasebook } = context;
  const labels = phrasebook.languages.map((language) => phrasebook.label(language, option));
  const payee = 'item' in option ? fieldText(option.item, 'counterparty') : undefined;
  return [option.value, ...labels, ...(payee === undefined ? [] : [payee])].map(plainForm);
}

/** Names of one letter or digit are found in anything. */
function within(plain: string, name: string): boolean {
  return name.length > 1 && plain.includes(name);
}

function byNumber(options: readonly SayOption[], text: string): SayOption | undefined {
  const match = /^\D{0,4}(\d{1,2})\D{0,3}$/u.exec(text.normalize('NFKC').trim());
  return match ? options[Number(match[1]) - 1] : undefined;
}

function onlyOne(
  options: readonly SayOption[],
  fits: (option: SayOption) => boolean,
): SayOption | undefined {
  const found = options.filter(fits);
  return found.length === 1 ? found[0] : undefined;
}

function isMarked(option: SayOption, entities: readonly Entity[]): boolean {
  return entities.some(({ type, value }) => {
    if (type.endsWith('_id')) return value === option.value;
    return type === 'amount' && 'item' in option && hasAmount(option.item, value);
  });
}

/** An amount said without a currency means any with the same figure. */
function hasAmount(item: Value, said: Value): boolean {
  const amount = recordField(item, 'amount');
  if (amount === undefined || typeof amount !== 'object' || amount === null) return false;
  const currency = recordField(said, 'currency');
  const meant =
    currency === '' ? { ...(said as object), currency: recordField(amount, 'currency') } : said;
  return same(amount, meant as Value);
}

function recordField(value: Value, name: string): Value | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as { readonly [key: string]: Value })[name];
}

function fieldText(value: Value, name: string): string | undefined {
  const found = recordField(value, name);
  return typeof found === 'string' ? found : undefined;
}
