import { plainForm } from './entities/lexicon.ts';
import type { Span } from './entities/shadow.ts';
import {
  addingCharacters,
  addingWords,
  closingRemark,
  joiningWords,
  opensRequest,
  pointsBack,
} from './joints.ts';

/** Parts of a text that may each be a request, in order; empty when there are not at least two. */
export interface Segments {
  /** Parted only where what follows sounds like a request of its own. */
  readonly sure: readonly Span[];
  /** Parted at every place where a request may end: only for a text in which two are known to be. */
  readonly possible: readonly Span[];
}

/** More parts than this is a story, not a list. */
const partsMax = 8;
/** Too short to be a request of its own: letters of a spaced script, or a third as many characters of another. */
const lettersMin = 7;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu;

const anyOf = (words: readonly string[]): string =>
  [...words].sort((one, other) => other.length - one.length).join('|');

/**
 * Where one request may end and the next begin: sentence ends, lines, commas and joining words, each with the comma
 * before it. Arabic writes its "and" onto the next word. Nothing in it repeats without a bound but runs of one sign.
 */
const joint = new RegExp(
  [
    `(?<end>[.!?;؛؟。！？；\\n]+(?=\\s|$|[^\\d.a-z]))`,
    `(?<before>[,،，]? ?)(?<add>(?:${anyOf(addingWords)}))(?=[ ,:،])(?! del? )[,:،]?`,
    `[,，]? ?(?<addHan>${addingCharacters})`,
    `(?:, ?| )(?<join>(?:${anyOf(joiningWords)}))(?= )`,
    `،? (?<arabic>)(?=و\\p{L}{2})`,
    `(?<comma>[,،，])`,
  ].join('|'),
  'gu',
);
/** An adding word that begins a sentence is no part of what is asked. */
const leadingWord = new RegExp(
  `^[\\s¿¡,،]*(?:(?:${anyOf([...addingWords, ...joiningWords])})(?=[ ,:،])[,:،]?|${addingCharacters}|و(?=${opensRequest.source.slice(1)}))`,
  'u',
);
const blanks = /^[\s¿¡,،，:：]+/u;

interface Part extends Span {
  /** An adding word stands before it. */
  readonly isAdded: boolean;
  /** Nothing but its own sound tells whether it is another request. */
  readonly isLoose: boolean;
}

export function segmentsOf(text: string): Segments {
  const plain = plainForm(text.replace(/\p{Lu}/gu, small));
  const parts = partsOf(plain);
  const sure: Span[] = [];
  for (const part of parts) {
    const last = sure.at(-1);
    if (last && !isOwn(part, plain)) sure[sure.length - 1] = { start: last.start, end: part.end };
    else sure.push({ start: part.start, end: part.end });
  }
  const possible = parts.map(({ start, end }) => ({ start, end }));
  return { sure: several(sure, plain), possible: several(possible, plain) };
}

/** A letter that folds into two would shift every span behind it. */
function small(letter: string): string {
  const lower = letter.toLowerCase();
  return lower.length === letter.length ? lower : letter;
}

function partsOf(plain: string): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  let isAdded = false;
  let isLoose = false;
  const close = (end: number): void => {
    const raw = plain.slice(from, end);
    const lead = leadingWord.exec(raw)?.[0].length ?? 0;
    const start = from + lead + (blanks.exec(raw.slice(lead))?.[0].length ?? 0);
    if (start >= end) return;
    const added = isAdded || (lead > 0 && !/^[\s¿¡]*(?:and|y|e|و)/u.test(raw));
    parts.push({
      start,
      end: start + plain.slice(start, end).trimEnd().length,
      isAdded: added,
      isLoose,
    });
  };
  for (const match of plain.matchAll(joint)) {
    if (match[0] === '') continue;
    // "mi contador también entra" adds nothing: within a sentence the word needs a comma or an "and" before it.
    const isFirst = plain.slice(from, match.index).trim() === '';
    close(match.index);
    const { add, addHan, end, before } = match.groups ?? {};
    from = match.index + match[0].length;
    isAdded =
      addHan !== undefined ||
      (add !== undefined && (isFirst || before !== ' ' || /^(?:and|y|و)/u.test(add)));
    isLoose = !isAdded && end === undefined;
    if (parts.length > partsMax) return [];
  }
  close(plain.length);
  return parts;
}

function isOwn({ start, end, isAdded, isLoose }: Part, plain: string): boolean {
  const part = plain.slice(start, end);
  if (closingRemark.test(part)) return false;
  if (isAdded) return true;
  return !pointsBack.test(part) && (!isLoose || opensRequest.test(part));
}

function several(spans: readonly Span[], plain: string): readonly Span[] {
  const long = spans.filter(({ start, end }) => isLongEnough(plain.slice(start, end)));
  return long.length > 1 && long.length <= partsMax ? long : [];
}

function isLongEnough(part: string): boolean {
  const letters = (part.match(/\p{L}/gu) ?? []).length;
  return letters + 2 * (part.match(unspaced) ?? []).length >= lettersMin;
}
