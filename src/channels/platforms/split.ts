import type { Facts } from './driver.ts';
import { segmentsOf } from './segments.ts';

type Limit = Facts['text'];

/** Slack reads these three as marks, and counts them as they are sent (docs.slack.dev, formatting). */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** How long a text is for a platform. */
export function lengthOf(text: string, unit: Limit['unit']): number {
  switch (unit) {
    case 'bytes':
      return Buffer.byteLength(text);
    case 'utf16':
      return text.length;
    case 'escaped':
      return escaped(text).length;
    case 'segments':
      return segmentsOf(text);
  }
}

/**
 * Cuts a text into parts that fit: between paragraphs if it can, else sentences, else words, else between two characters as
 * a reader sees them; within one of those only when it alone is too long. Nothing is lost but the spaces at the cuts.
 */
export function split(text: string, { max, unit }: Limit): readonly string[] {
  if (lengthOf(text, unit) <= max) return text.trim() === '' ? [] : [text];
  const parts: string[] = [];
  let current = '';
  for (const piece of pieces(text, max, unit)) {
    if (lengthOf(current + piece, unit) > max) {
      parts.push(current);
      current = '';
    }
    current += current === '' ? piece.trimStart() : piece;
  }
  parts.push(current);
  return parts.map((part) => part.trimEnd()).filter((part) => part !== '');
}

/** In the order in which a cut there hurts; `Intl.Segmenter` knows sentences and characters of every script. */
const cuts = ['paragraph', 'sentence', 'word', 'grapheme', 'code point'] as const;

function pieces(text: string, max: number, unit: Limit['unit'], from = 0): readonly string[] {
  const cut = cuts[from];
  if (cut === undefined || lengthOf(text, unit) <= max) return [text];
  return partsOf(text, cut).flatMap((part) => pieces(part, max, unit, from + 1));
}

function partsOf(text: string, cut: (typeof cuts)[number]): readonly string[] {
  if (cut === 'paragraph') return text.split(/(?<=\n)/);
  if (cut === 'code point') return Array.from(text);
  const segments = new Intl.Segmenter(undefined, { granularity: cut }).segment(text);
  return Array.from(segments, ({ segment }) => segment);
}
