import { isMoney, moneyDecimal } from '../../core/index.ts';
import type { Money, Value, Values } from '../../core/index.ts';
import type { DeskMoney } from '../../protocol/index.ts';

const textLengthMax = 300;

export function wireMoney(money: Money): DeskMoney {
  return { amount: moneyDecimal(money), currency: money.currency };
}

/** A slot or an argument as one line that a person can read. */
export function shownValue(value: Value): string {
  if (value === null) return '';
  if (isMoney(value)) return `${moneyDecimal(value)} ${value.currency}`.trim();
  switch (typeof value) {
    case 'string':
      return value.slice(0, textLengthMax);
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      return shownObject(value);
  }
}

/** Records are told by their id or name: the whole of one is no line. */
function shownObject(value: readonly Value[] | Values | object): string {
  if (Array.isArray(value))
    return value
      .map((item: Value) => shownValue(item))
      .join(', ')
      .slice(0, textLengthMax);
  const record = value as Values;
  const { atMs, fromMs, toMs, id, name, text } = record;
  if (id !== undefined && id !== null) return shownValue(id);
  if (typeof atMs === 'number') return new Date(atMs).toISOString();
  if (typeof fromMs === 'number' && typeof toMs === 'number') {
    return `${new Date(fromMs).toISOString()} – ${new Date(toMs).toISOString()}`;
  }
  const told = name ?? text;
  return told === undefined ? '' : shownValue(told);
}

export function shownValues(values: Values): { [name: string]: string } {
  const entries = Object.entries(values).map(([name, value]) => [name, shownValue(value)]);
  return Object.fromEntries(entries.filter(([, text]) => text !== ''));
}

/** Arguments in one line. */
export function shownLine(values: Values): string {
  return Object.values(shownValues(values)).join(' · ').slice(0, textLengthMax);
}
