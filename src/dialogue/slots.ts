import {
  commonDigits,
  isMoney,
  limits,
  moneyDecimal,
  parseMoney,
  type Entity,
  type EntityType,
  type Money,
  type Value,
  type Values,
} from '../core/index.ts';
import { currenciesNamed } from './currencies.ts';
import type { Draft } from './draft.ts';
import { isFilled, same } from './expression.ts';
import type { Flow, SlotSpec, SlotType } from './flow.ts';
import { choicesNamed } from './options.ts';
import { languagesNamed } from './phrases.ts';

const entitiesOf: { readonly [T in SlotType]: readonly EntityType[] } = {
  text: [],
  number: ['number'],
  amount: ['amount', 'number'],
  date: ['date'],
  email: ['email'],
  phone: ['phone'],
  contact: ['email', 'phone'],
  transaction_id: ['transaction_id'],
  refund_id: ['refund_id'],
  withdrawal_id: ['withdrawal_id'],
  ticket_id: ['ticket_id'],
  choice: [],
  language: [],
  currency: [],
  yes_no: [],
  record: [],
  list: [],
  files: [],
};

/** Slots that the message which begins a flow fills at once. An entity fills one slot only. */
export function openingSlots(draft: Draft, flow: Flow, text: string): Values {
  const used = new Set<Entity>();
  const slots: { [name: string]: Value } = {
    ...openingCurrencies(draft, flow, text),
    ...choicesNamed(draft, flow, text),
  };
  for (const [name, spec] of Object.entries(flow.slots)) {
    if (spec.opening === false) continue;
    const types = spec.from ? [spec.from] : openingTypes(spec);
    const entity = draft.entities.find((one) => types.includes(one.type) && !used.has(one));
    if (entity) {
      used.add(entity);
      slots[name] = entity.value;
    } else if (spec.type === 'language') {
      const tag = languageAsked(draft, text);
      if (tag !== undefined) slots[name] = tag;
    }
  }
  return slots;
}

/** "from dollars to euros": the last one named is what the last currency slot is for; an amount's own is no second one. */
function openingCurrencies(draft: Draft, flow: Flow, text: string): Values {
  const wanting = Object.entries(flow.slots).flatMap(([name, { type, opening }]) =>
    type === 'currency' && opening !== false ? [name] : [],
  );
  if (wanting.length === 0) return {};
  const owned = draft.entities.flatMap(({ value }) => (isMoney(value) ? [value.currency] : []));
  const named = currenciesNamed(draft, text).filter((code) => !owned.includes(code));
  const entries = wanting.toReversed().flatMap((name, index): readonly [string, Value][] => {
    const code = named.at(-1 - index);
    return code === undefined ? [] : [[name, code]];
  });
  return Object.fromEntries(entries);
}

/** A bare number in a story is seldom the amount; as an answer to "how much?" it is. */
function openingTypes(spec: SlotSpec): readonly EntityType[] {
  return entitiesOf[spec.type].filter((type) => spec.type !== 'amount' || type === 'amount');
}

/** "from English to Chinese" names two: the one not spoken now is meant. */
function languageAsked(draft: Draft, text: string): string | undefined {
  const named = languagesNamed(draft, text);
  const others = named.filter((tag) => tag !== draft.languageBefore);
  if (others.length === 1) return others[0];
  return named.length === 1 ? named[0] : undefined;
}

/** The value that a typed answer gives a slot; undefined when it does not fit. */
export function answerFor(
  draft: Draft,
  spec: SlotSpec,
  text: string,
  former: Value,
): Value | undefined {
  if (spec.type === 'text') {
    const told = text.trim().slice(0, limits.textLengthMax);
    return told === '' ? undefined : told;
  }
  if (spec.type === 'currency') return currenciesNamed(draft, text).at(-1);
  const types = spec.from ? [spec.from] : entitiesOf[spec.type];
  const entity = draft.entities.find(({ type }) => types.includes(type));
  return entity && settled(entity.value, spec, former);
}

/** An amount must be above zero; said without a currency it keeps the one that was spoken of. */
function settled(value: Value, spec: SlotSpec, former: Value): Value | undefined {
  if (spec.type !== 'amount') return value;
  const currency = isMoney(former) ? former.currency : undefined;
  const money = asMoney(value, currency);
  return money && money.minor > 0n ? money : undefined;
}

function asMoney(value: Value, currency: string | undefined): Money | undefined {
  if (isMoney(value) && value.currency !== '') return value;
  if (currency === undefined) return undefined;
  if (isMoney(value)) return parseMoney(moneyDecimal(value), currency);
  return typeof value === 'number' ? parseMoney(String(value), currency) : undefined;
}

const email = /^[^\s@<>"]{1,64}@[^\s@<>"]{1,190}\.[^\s@<>".]{2,24}$/;
const phone = /^\+?[\d ()-]{6,24}$/;
const plainId = /^[A-Za-z][A-Za-z0-9-]{3,40}$/;

/** The value of a form's field, which nobody has read entities from. */
export function fieldValue(spec: SlotSpec, raw: string, former: Value): Value | undefined {
  const text = raw.trim().slice(0, limits.fieldLengthMax);
  if (text === '') return undefined;
  switch (spec.type) {
    case 'text':
      return text;
    case 'email':
      return email.test(text) ? text.toLowerCase() : undefined;
    case 'phone':
      return phone.test(text) ? text.replace(/[^\d+]/g, '') : undefined;
    case 'contact':
      return fieldValue({ type: text.includes('@') ? 'email' : 'phone' }, text, former);
    case 'number':
      return /^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
    case 'amount':
      return amountField(text, former);
    case 'transaction_id':
    case 'refund_id':
    case 'withdrawal_id':
    case 'ticket_id':
      return plainId.test(text) ? text.toUpperCase() : undefined;
    case 'choice':
    case 'language':
    case 'currency':
    case 'yes_no':
    case 'date':
    case 'record':
    case 'files':
    case 'list':
      return undefined;
  }
}

const amount = /^([A-Z]{3})?\s*(\d{1,15}|\d{1,3}(?:,\d{3})+(?=\.))(\.\d{1,3})?\s*([A-Z]{3})?$/;

/**
 * `12.50`, `12.50 EUR` or `EUR 12.50`, in anybody's digits, and `1,234.56`. All of the text or nothing: half a figure is
 * another sum, and of `1,234` nobody can tell which one it is.
 */
function amountField(text: string, former: Value): Value | undefined {
  const [, before, whole, fraction = '', after = before] = amount.exec(plainFigures(text)) ?? [];
  const currency = after ?? formerCurrency(former);
  if (whole === undefined || currency === undefined) return undefined;
  if (before !== undefined && before !== after) return undefined;
  const money = parseMoney(whole.replaceAll(',', '') + fraction, currency);
  return money && money.minor > 0n ? money : undefined;
}

/** Full-width, Arabic and Persian digits and signs as the common ones. */
function plainFigures(text: string): string {
  return commonDigits(text)
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll('\u066b', '.')
    .replaceAll('\u066c', ',');
}

function formerCurrency(former: Value): string | undefined {
  return isMoney(former) ? former.currency : undefined;
}

/**
 * An earlier answer that the message gives anew ("no, 50"; "it is x@y.com after all"): a filled slot of a
 * kind that texts hold, with another value. `among` limits it to slots that matter where the flow stands.
 */
export function correctionIn(
  draft: Draft,
  flow: Flow,
  slots: Values,
  among?: ReadonlySet<string>,
): Values | undefined {
  for (const [name, spec] of Object.entries(flow.slots)) {
    const former = slots[name];
    if (!isFilled(former) || former === undefined || (among && !among.has(name))) continue;
    if (spec.type === 'text' || entitiesOf[spec.type].length === 0) continue;
    const value = answerFor(draft, spec, '', former);
    if (value !== undefined && !same(value, former)) return { [name]: value };
  }
  return undefined;
}
