import {
  canonical,
  isMoney,
  moneyDecimal,
  parseMoney,
  reaches,
  type Value,
  type Values,
} from '../core/index.ts';
import { isRepeats, repeatsIn } from './repeats.ts';
import { floorOf, top, type Draft } from './draft.ts';
import type { Condition, Expression } from './flow.ts';
import { levelAt } from './state.ts';

/** The value of an expression in the top frame; null for whatever is not there. */
export function evaluate(draft: Draft, expression: Expression): Value {
  return evaluateIn(draft, expression, top(draft)?.slots ?? {});
}

function evaluateIn(draft: Draft, expression: Expression, slots: Values): Value {
  if (typeof expression === 'string') {
    return expression.startsWith('$') ? lookUp(draft, expression.slice(1), slots) : expression;
  }
  if (typeof expression !== 'object' || expression === null || isMoney(expression)) {
    return expression;
  }
  if (Array.isArray(expression)) {
    return expression.map((item: Value) => evaluateIn(draft, item, slots));
  }
  const entries = Object.entries(expression as Values).map(([key, item]): [string, Value] => [
    key,
    evaluateIn(draft, item, slots),
  ]);
  const record: Values = Object.fromEntries(entries);
  if (isRepeats(record)) return repeatsIn(record);
  return isDecimalMoney(record) ? moneyOf(record) : record;
}

/** How a flow writes an amount, which YAML has no form for. */
function isDecimalMoney(record: Values): boolean {
  return Object.keys(record).sort().join() === 'currency,decimal';
}

function moneyOf({ decimal, currency }: Values): Value {
  if (typeof decimal !== 'string' || typeof currency !== 'string') return null;
  return parseMoney(decimal, currency) ?? null;
}

function lookUp(draft: Draft, path: string, slots: Values): Value {
  const [root = '', ...rest] = path.split('.');
  return rest.reduce<Value>(field, rootValue(draft, root, slots));
}

function rootValue(draft: Draft, root: string, slots: Values): Value {
  const { context, state } = draft;
  switch (root) {
    case 'expectedWait': {
      const { expectedWait } = floorOf(draft);
      return expectedWait === undefined ? null : { minutes: { ...expectedWait } };
    }
    case 'now':
      return { atMs: context.nowMs };
    case 'customer':
      return state.customerId;
    case 'workspace':
      return context.workspace;
    default:
      return field(slots, root);
  }
}

/** Own fields only: what a slot is made from may be text that a stranger typed. */
function field(value: Value, name: string): Value {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
  return (value as Values)[name] ?? null;
}

/** Names, arguments and card rows, without those that are not there. */
export function evaluateAll(
  draft: Draft,
  expressions: { readonly [name: string]: Expression },
): Values {
  const entries = Object.entries(expressions).map(([name, expression]): [string, Value] => [
    name,
    evaluate(draft, expression),
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

export function isFilled(value: Value | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Every part of the condition holds. */
export function holds(draft: Draft, condition: Condition): boolean {
  return holdsIn(draft, condition, top(draft)?.slots ?? {});
}

/** With other slots than the top frame's. */
export function holdsIn(draft: Draft, condition: Condition, slots: Values): boolean {
  const { of, is, filled, atLeast, below, before, after, level, staffed, any, where } = condition;
  const value = of === undefined ? null : evaluateIn(draft, of, slots);
  const against = (other: Expression): Value => evaluateIn(draft, other, slots);
  const parts = [
    any === undefined || hasOne(draft, against(any), where ?? {}, slots),
    is === undefined || same(value, against(is)),
    condition.in === undefined || condition.in.some((one) => same(value, against(one))),
    filled === undefined || isFilled(value) === filled,
    atLeast === undefined || asNumber(value) >= asNumber(against(atLeast)),
    below === undefined || asNumber(value) < asNumber(against(below)),
    before === undefined || asTime(value) < asTime(against(before)),
    after === undefined || asTime(value) > asTime(against(after)),
    level === undefined || reaches(levelAt(draft.state, draft.context.nowMs), level),
    staffed === undefined || floorOf(draft).staffed === staffed,
  ];
  return parts.every(Boolean);
}

function hasOne(draft: Draft, list: Value, where: Condition, slots: Values): boolean {
  if (!Array.isArray(list)) return false;
  return list.some((item: Value) => holdsIn(draft, where, { ...slots, item }));
}

export function same(a: Value, b: Value): boolean {
  return canonical(a) === canonical(b);
}

/** Money counts in major units; what is no number is neither at least nor below anything. */
function asNumber(value: Value): number {
  if (isMoney(value)) return Number(moneyDecimal(value));
  return typeof value === 'number' ? value : Number.NaN;
}

/** Fields that end in `Ms` hold bare milliseconds; what is no time is neither before nor after anything. */
function asTime(value: Value): number {
  if (typeof value === 'number') return value;
  const moment = field(value, 'atMs') ?? field(value, 'fromMs');
  return typeof moment === 'number' ? moment : Number.NaN;
}
