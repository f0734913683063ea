/** What was made of a word, kept for its next coming. Bounded: words come from strangers. */
export interface WordCache<Made> {
  get(word: string): Made;
}

/**
 * Two generations of at most `most` words: when the young one is full the old one is forgotten. Words in use stay
 * without any order being kept, and a flood of new words costs no more than making each.
 */
export function createWordCache<Made>(most: number, make: (word: string) => Made): WordCache<Made> {
  let young = new Map<string, Made>();
  let old = young;
  return {
    get: (word) => {
      const known = young.get(word);
      if (known !== undefined) return known;
      const made = old.get(word) ?? make(word);
      if (young.size >= most) {
        old = young;
        young = new Map();
      }
      young.set(word, made);
      return made;
    },
  };
}
