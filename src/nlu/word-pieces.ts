import { hashText } from './features.ts';
import { withoutAccents } from './folding.ts';
import { hashTableOf } from './hash-table.ts';

/**
 * Rows of the vectors that a word's own vector is the sum of: first its own, -1 where it has none, then those of its
 * runs of letters. Words that nobody has seen, mistyped ones above all, lie near the words that they look like.
 */
export type WordPieces = Int32Array;

/** Runs share this many rows by hash: twice as many were no better, half as many not measured. */
const runRows = 8192;
const runLeast = 3;
const runMost = 5;
/** Longer words than this are no words: their end is not read. */
const lettersMax = 40;

export interface PieceReader {
  /** Rows in all. */
  readonly rows: number;
  read(word: string): WordPieces;
}

/** `own` holds the hashes of the words that have a vector of their own. */
export function createPieceReader(own: Uint32Array): PieceReader {
  const table = hashTableOf(own);
  return {
    rows: own.length + runRows,
    read: (word) => {
      const rows = [table.find(hashText(word))];
      const spelled = `<${withoutAccents(word.slice(0, lettersMax))}>`;
      for (let length = runLeast; length <= runMost; length++) {
        for (let from = 0; from + length <= spelled.length; from++) {
          rows.push(own.length + (hashText(spelled.slice(from, from + length)) % runRows));
        }
      }
      return Int32Array.from(rows);
    },
  };
}

/** What a run adds next to a whole word's 1: many runs together weigh as much as few. */
export function runShare(pieces: WordPieces): number {
  return 1 / Math.sqrt(pieces.length);
}

/** Words seen less often than this are read by their letters alone. */
const ownMin = 2;

/** Hashes of the words that earn a vector of their own, each once, in order of first sight. */
export function frequentWords(texts: readonly (readonly string[])[]): Uint32Array {
  const counts = new Map<number, number>();
  for (const words of texts) {
    for (const word of words) {
      const hash = hashText(word);
      counts.set(hash, (counts.get(hash) ?? 0) + 1);
    }
  }
  return Uint32Array.from([...counts].filter(([, count]) => count >= ownMin).map(([hash]) => hash));
}
