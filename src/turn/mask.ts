import { commonDigits } from '../core/index.ts';
import { codeSpans } from '../nlu/index.ts';

/** Blanks and dashes of all kinds, as stand between groups of digits; no line goes on in the next. */
const between = String.raw`[ \u00a0\u2000-\u200a\u202f\u3000\u2010-\u2015\u2212\uff0d-]`;
/** Groups of digits with at most three of these between them, as card numbers are typed. */
const groupsLike = new RegExp(String.raw`\d(?:${between}{0,3}\d)*`, 'g');
/** ISO/IEC 7812. */
const cardLength = { min: 13, max: 19 };
/** How the networks write them: no group is shorter. */
const groupLengthMin = 3;

interface Group {
  readonly digits: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Puts dots over payment card numbers before a text is stored; the last four digits stay, so that people can
 * still tell which card is meant. Only what passes the Luhn check is taken for a card number: order ids are kept.
 */
export function maskCards(text: string): string {
  let kept = '';
  let from = 0;
  for (const { digits, start, end } of cardsIn(commonDigits(text))) {
    kept += `${text.slice(from, start)}•••• ${digits.slice(-4)}`;
    from = end;
  }
  return kept + text.slice(from);
}

/** Also those with other numbers beside them, as people type when it expires. */
function cardsIn(text: string): readonly Group[] {
  const cards: Group[] = [];
  for (const { 0: run, index } of text.matchAll(groupsLike)) {
    const groups = [...run.matchAll(/\d+/g)].map(({ 0: digits, index: at }): Group => ({
      digits,
      start: index + at,
      end: index + at + digits.length,
    }));
    for (let first = 0; first < groups.length; first += 1) {
      const length = cardFrom(groups, first);
      const card = joined(groups.slice(first, first + length));
      if (!card) continue;
      cards.push(card);
      first += length - 1;
    }
  }
  return cards;
}

/** Of how many groups the longest card number is that begins with this one; 0 when none does. */
function cardFrom(groups: readonly Group[], first: number): number {
  const most = groups.slice(first, first + cardLength.max);
  for (let length = most.length; length > 0; length -= 1) {
    const some = most.slice(0, length);
    const isWhole = length === groups.length;
    const isGrouped = some.every(({ digits }) => digits.length >= groupLengthMin);
    if ((isWhole || isGrouped) && isCard(some.map(({ digits }) => digits).join(''))) return length;
  }
  return 0;
}

function joined(groups: readonly Group[]): Group | undefined {
  const [first] = groups;
  const last = groups.at(-1);
  const digits = groups.map((group) => group.digits).join('');
  return first && last && { digits, start: first.start, end: last.end };
}

function isCard(digits: string): boolean {
  const { length } = digits;
  return length >= cardLength.min && length <= cardLength.max && passesLuhn(digits);
}

/** Luhn check digit, ISO/IEC 7812-1 annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const codeLike = new RegExp(String.raw`^\s*\d{3}${between}?\d{3}\s*$|^\s*\d{4,8}\s*$`);

/** A text that is nothing but a code, in whatever digits: while one is asked for, it is checked and never stored. */
export function looksLikeCode(text: string): boolean {
  return codeLike.test(commonDigits(text));
}

/** Stands in the log where a code was typed. */
export const maskedCode = '••••••';

/** As `maskCards`, and one-time codes that are named as such: nobody asked for them here, and nobody may read them. */
export function maskSecrets(text: string): string {
  let kept = '';
  let from = 0;
  for (const { start, end } of codeSpans(text)) {
    kept += text.slice(from, start) + maskedCode;
    from = end;
  }
  return maskCards(kept + text.slice(from));
}
