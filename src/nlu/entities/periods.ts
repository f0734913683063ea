import type { Value } from '../../core/index.ts';
import { periodValue, type DateContext } from './dates.ts';
import type { Found } from './found.ts';
import { plainForm } from './lexicon.ts';

const joining =
  /^ ?(?:-|~|to|until|till|through|and|al?|hasta(?: el)?|y(?: el)?|al dia|至|到|الي|لغايه|حتي|و) ?$/;
/** "and" joins the ends of a period only behind one of these. */
const opening = /(?:between|from|entre(?: el)?|desde(?: el)?|del?|从|من|بين)[ ]?$/;
const needsOpening = /^ ?(?:and|y(?: el)?|a|و) ?$/;

/** Two days with "to" between them are one period: `10月1号到10月15号`, `del 1 de octubre al 15 de octubre`. */
export function joinPeriods(
  text: string,
  found: readonly Found[],
  context: DateContext,
): readonly Found[] {
  if (found.filter(({ type }) => type === 'date').length < 2) return found;
  const joined: Found[] = [];
  for (const one of found) {
    const last = joined.at(-1);
    const value = last && periodOf(text, last, one, context);
    if (last && value !== undefined) {
      joined.splice(-1, 1, { type: 'date', start: last.start, end: one.end, value });
    } else joined.push(one);
  }
  return joined;
}

function periodOf(text: string, one: Found, other: Found, context: DateContext): Value | undefined {
  const from = dayOf(one, context);
  const to = dayOf(other, context);
  if (from === undefined || to === undefined || from > to) return undefined;
  const between = plainForm(text.slice(one.end, other.start));
  if (!joining.test(between)) return undefined;
  const before = plainForm(text.slice(Math.max(0, one.start - 12), one.start));
  if (needsOpening.test(between) && !opening.test(before)) return undefined;
  return periodValue(context, from, to + 1);
}

function dayOf({ type, value }: Found, { zone }: DateContext): number | undefined {
  if (type !== 'date' || typeof value !== 'object' || value === null) return undefined;
  if (!('atMs' in value) || value['style'] !== 'date') return undefined;
  return zone.localAt(Number(value['atMs'])).day;
}
