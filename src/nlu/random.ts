/** Uniform numbers in [0, 1) that depend on the seed alone: training must give the same bytes everywhere. */
export type Random = () => number;

/** A Weyl sequence through a 32-bit finaliser: one addition a draw, no state but the counter. */
export function seededRandom(seed: number): Random {
  let counter = seed >>> 0;
  return () => {
    counter = (counter + 0x9e3779b9) >>> 0;
    return finalise(counter) / 4294967296;
  };
}

/** Spreads every input bit over all output bits. */
export function finalise(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

export function randomBelow(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

/** Fisher and Yates, in place. */
export function shuffle(items: Int32Array, random: Random, length = items.length): void {
  for (let last = length - 1; last > 0; last--) {
    const other = randomBelow(random, last + 1);
    const kept = items[last] ?? 0;
    items[last] = items[other] ?? 0;
    items[other] = kept;
  }
}
