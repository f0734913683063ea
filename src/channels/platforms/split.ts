import type { Facts } from './driver.ts';

type Limit = Facts['text'];

/** How long a text is for a platform. */
export function lengthOf(text: string, unit: Limit['unit']): number {
  return unit === 'bytes' ? Buffer.byteLength(text) : text.length;
}

/**
 * Cuts a text into parts that fit: between paragraphs if it can, else sentences, else words, else between two characters as
 * a reader sees them. Nothing is lost but the spaces at the cuts.
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
const cuts = ['paragraph', 'sentence', 'word', 'grapheme'] as const;

function pieces(text: string, max: number, unit: Limit['unit'], from = 0): readonly string[] {
  const cut = cuts[from];
  if (cut === undefined || lengthOf(text, unit) <= max) return [text];
  const parts =
    cut === 'paragraph'
      ? text.split(/(?<=\n)/)
      : Array.from(
          new Intl.Segmenter(undefined, { granularity: cut }).segment(text),
          ({ segment }) => segment,
        );
  return parts.flatMap((part) => pieces(part, max, unit, from + 1));
}
