import type { Span } from './entities/shadow.ts';

/** Where one request may end and the next begin: ends of sentences, lines, and the words people add one with. */
const boundary =
  /[.!?;。！？；\n]+(?=\s|$|[^\d.a-z])|(?:,|，)?\s*\b(?:and also|and then|and|also|plus|another thing|by the way|btw|besides)\b[,:]?\s+|[,，]\s*|另外|还有|顺便|然后|同时|以及/giu;

/** More parts than this is a story, not a list. */
const partsMax = 8;
/** Too short to be a request of its own: letters of a spaced script, or a third as many characters of another. */
const lettersMin = 7;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu;

/** Parts of the text that may each be a request, in order; empty when there are not at least two. */
export function segmentsOf(text: string): readonly Span[] {
  const parts: Span[] = [];
  let from = 0;
  const close = (end: number): void => {
    if (isLongEnough(text.slice(from, end))) parts.push({ start: from, end });
  };
  for (const match of text.matchAll(boundary)) {
    if (match[0] === '') continue;
    close(match.index);
    from = match.index + match[0].length;
    if (parts.length > partsMax) return [];
  }
  close(text.length);
  return parts.length > 1 && parts.length <= partsMax ? parts : [];
}

function isLongEnough(part: string): boolean {
  const letters = (part.match(/\p{L}/gu) ?? []).length;
  return letters + 2 * (part.match(unspaced) ?? []).length >= lettersMin;
}
