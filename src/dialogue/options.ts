import { isMoney, moneyDecimal, type Entity, type SayOption, type Value } from '../core/index.ts';
import type { Draft } from './draft.ts';
import { same } from './expression.ts';
import type { Flow } from './flow.ts';
import { hasText, listed, nameAt, plainForm } from './phrases.ts';

/** The options that were offered, or might be, and the choice slot they are of, whose values may have further names. */
export interface Offered {
  readonly options: readonly SayOption[];
  readonly flow?: Flow;
  readonly slot?: string;
}

/**
 * Which of the options a typed text means: by its label or value, its number or place in the list ("the second
 * one"), a name that only it has, words that only its label has, or an id, amount or day that only it has. Undefined
 * when it is none or not one alone.
 */
export function optionMeant(
  draft: Draft,
  offered: Offered,
  text: string,
  entities: readonly Entity[],
): SayOption | undefined {
  const { options } = offered;
  const plain = plainForm(text);
  if (plain === '') return undefined;
  return (
    options.find((option) => namesOf(draft, option).map(plainForm).includes(plain)) ??
    byNumber(options, text) ??
    optionNamed(draft, offered, text, entities) ??
    onlyOne(options, (option) => isPartOfLabel(draft, option, text))
  );
}

/** The same, in a sentence that was not an answer to these options: a bare number or a word or two are not enough. */
export function optionNamed(
  draft: Draft,
  { options, flow, slot }: Offered,
  text: string,
  entities: readonly Entity[],
): SayOption | undefined {
  const place = placeMeant(draft, text);
  const synonyms = (option: SayOption): readonly string[] =>
    flow && slot !== undefined ? synonymsOf(draft, flow, slot, option.value) : [];
  return (
    (place === undefined ? undefined : options.filter(isReal).at(place > 0 ? place - 1 : place)) ??
    longestNamed(options, (option) =>
      [...namesOf(draft, option), ...synonyms(option)].filter((name) => isSaid(text, name)),
    ) ??
    onlyOne(options, (option) => isMarked(option, entities)) ??
    byPayee(options, text)
  );
}

/** The only option whose label or further name is, or begins with, a word of the list. */
export function optionBegunBy(
  draft: Draft,
  { options, flow, slot }: Offered,
  list: 'words.yes' | 'words.no',
): SayOption | undefined {
  const words = listed(draft, list);
  return onlyOne(options, (option) => {
    const further = flow && slot !== undefined ? synonymsOf(draft, flow, slot, option.value) : [];
    const names = [...namesOf(draft, option), ...further];
    return names.some((name) => words.some((word) => nameAt(name, word) === 0));
  });
}

/** "None of these" is no place in the list. */
function isReal({ value }: SayOption): boolean {
  return !value.startsWith('_');
}

/** Further names that people have for a choice, beside its label: `said.<flow>.<slot>.<value>`. */
function synonymsOf(draft: Draft, flow: Flow, slot: string, value: string): readonly string[] {
  const key = `said.${flow.id}.${slot}.${value}`;
  return hasText(draft, key) ? listed(draft, key) : [];
}

function namesOf({ context }: Draft, option: SayOption): readonly string[] {
  const { phrasebook } = context;
  const labels = phrasebook.languages.map((language) => phrasebook.label(language, option));
  const payee = 'item' in option ? fieldText(option.item, 'counterparty') : undefined;
  return [option.value, ...labels, ...(payee === undefined ? [] : [payee])];
}

/** Names of one letter or digit are found in anything. */
function isSaid(text: string, name: string): boolean {
  const plain = plainForm(name);
  if (plain.length < 2) return false;
  return nameAt(text, name) >= 0 || (plain.length > 5 && plainForm(text).includes(plain));
}

function byNumber(options: readonly SayOption[], text: string): SayOption | undefined {
  const match = /^\D{0,4}(\d{1,2})\D{0,3}$/u.exec(latinDigits(text.normalize('NFKC').trim()));
  return match ? options[Number(match[1]) - 1] : undefined;
}

function latinDigits(text: string): string {
  return text.replace(/[٠-٩۰-۹]/g, (digit) => String((digit.codePointAt(0) ?? 0) % 16));
}

const placeLengthMax = 40;

/** "The second one" → 2, "the last" → -1. */
function placeMeant(draft: Draft, text: string): number | undefined {
  if (text.length > placeLengthMax) return undefined;
  const places = listed(draft, 'words.ordinals').flatMap((entry) => {
    const match = /^\s*(-?\d{1,2}) (.+)$/u.exec(entry);
    return match ? [{ place: Number(match[1]), name: match[2] ?? '' }] : [];
  });
  const plain = plainForm(text);
  const exact = places.find(({ name }) => plainForm(name) === plain);
  if (exact) return exact.place;
  // A single word may mean anything in a sentence ("one second").
  const said = places.filter(({ name }) => isPhraseLike(name) && nameAt(text, name) >= 0);
  const found = new Set(said.map(({ place }) => place));
  return found.size === 1 ? [...found][0] : undefined;
}

function isPhraseLike(name: string): boolean {
  return !/^\p{Script=Latin}+$/u.test(name.trim());
}

function onlyOne(
  options: readonly SayOption[],
  fits: (option: SayOption) => boolean,
): SayOption | undefined {
  const found = options.filter(fits);
  return found.length === 1 ? found[0] : undefined;
}

/** "Not that one" says more than the "that one" within it; of two names apart neither is meant alone. */
function longestNamed(
  options: readonly SayOption[],
  saidOf: (option: SayOption) => readonly string[],
): SayOption | undefined {
  const named = options.flatMap((option) => {
    const [longest] = saidOf(option)
      .map(plainForm)
      .toSorted((a, b) => b.length - a.length);
    return longest === undefined ? [] : [{ option, name: longest }];
  });
  named.sort((a, b) => b.name.length - a.name.length);
  const [first, ...others] = named;
  const isWithin = others.every(({ name }) => name !== first?.name && first?.name.includes(name));
  return isWithin ? first?.option : undefined;
}

const partWordsMax = 4;

/** "Failed" for "Failed ones": every word of a short answer stands in the label. */
function isPartOfLabel(draft: Draft, option: SayOption, text: string): boolean {
  const words = wordsIn(text);
  const isLongEnough = words.some((word) => word.length > (isSpaced(word) ? 3 : 1));
  if (!isLongEnough || words.length > partWordsMax) return false;
  return namesOf(draft, option).some((name) => {
    const own = wordsIn(name);
    return words.every((word) =>
      isSpaced(word) ? own.includes(word) : plainForm(name).includes(word),
    );
  });
}

function wordsIn(text: string): readonly string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Written with spaces between words. */
function isSpaced(word: string): boolean {
  return !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(word);
}

const payeeFields = ['counterparty', 'bank', 'type'] as const;

/** A part of the payee's name that no other option has: "the starbucks one". */
function byPayee(options: readonly SayOption[], text: string): SayOption | undefined {
  const said = wordsIn(text);
  const plain = plainForm(text);
  const parts = options.map((option) => ({ option, own: partsOf(option) }));
  const isOwn = (part: string, option: SayOption) =>
    parts.every((one) => one.option === option || !one.own.includes(part));
  const found = parts.filter(({ option, own }) =>
    own.some(
      (part) =>
        isOwn(part, option) && (isSpaced(part) ? said.includes(part) : plain.includes(part)),
    ),
  );
  return found.length === 1 ? found[0]?.option : undefined;
}

/** Words of four letters and more; of a script without spaces every pair of characters. */
function partsOf(option: SayOption): readonly string[] {
  if (!('item' in option)) return [];
  const names = payeeFields.map((field) => fieldText(option.item, field) ?? '');
  return names.flatMap(wordsIn).flatMap((word) => {
    if (isSpaced(word)) return word.length > 3 ? [word] : [];
    const signs = Array.from(word);
    return signs.slice(1).map((_, at) => signs.slice(at, at + 2).join(''));
  });
}

function isMarked(option: SayOption, entities: readonly Entity[]): boolean {
  return entities.some(({ type, value }) => {
    if (type.endsWith('_id')) return value === option.value;
    if (!('item' in option)) return false;
    if (type === 'amount') return hasAmount(option.item, value);
    if (type === 'number') return hasFigure(option.item, value);
    return type === 'date' && isOfDay(option.item, value);
  });
}

/** An amount said without a currency means any with the same figure. */
function hasAmount(item: Value, said: Value): boolean {
  const amount = recordField(item, 'amount');
  if (!isMoney(amount) || !isMoney(said)) return false;
  if (said.currency !== '') return same(amount, said);
  return Number(moneyDecimal(amount)) === Number(moneyDecimal(said)) || amount.minor === said.minor;
}

function hasFigure(item: Value, said: Value): boolean {
  const amount = recordField(item, 'amount');
  return isMoney(amount) && typeof said === 'number' && Number(moneyDecimal(amount)) === said;
}

const dayMs = 86_400_000;

function isOfDay(item: Value, said: Value): boolean {
  const from = recordField(said, 'fromMs') ?? recordField(said, 'atMs');
  const to = recordField(said, 'toMs');
  if (typeof from !== 'number') return false;
  const until = typeof to === 'number' ? to : from + dayMs;
  return ['atMs', 'requestedAtMs', 'openedAtMs'].some((field) => {
    const at = recordField(item, field);
    return typeof at === 'number' && at >= from && at < until;
  });
}

function recordField(value: Value, name: string): Value | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as { readonly [key: string]: Value })[name];
}

function fieldText(value: Value, name: string): string | undefined {
  const found = recordField(value, name);
  return typeof found === 'string' ? found : undefined;
}

/** Choice slots that say they may be, filled by what the text names of them. */
export function choicesNamed(
  draft: Draft,
  flow: Flow,
  text: string,
): { readonly [slot: string]: Value } {
  if (text === '') return {};
  const found = Object.entries(flow.slots).flatMap(([slot, spec]): readonly [string, Value][] => {
    if (spec.type !== 'choice' || spec.opening !== true) return [];
    const options = (spec.options ?? []).map((value) => ({
      value,
      key: `${flow.id}.${slot}.${value}`,
    }));
    const option = optionNamed(draft, { options, flow, slot }, text, []);
    return option && placeMeant(draft, text) === undefined ? [[slot, option.value]] : [];
  });
  return Object.fromEntries(found);
}
