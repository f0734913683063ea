import { randomBelow, type Random } from './random.ts';

const keyboard = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'] as const;

/** Slips that fingers make: two letters swapped, one left out, doubled, or its neighbour hit. */
export function withTypos(text: string, random: Random): string {
  const letters = Array.from(text);
  const slips = Math.min(slipsMax, 1 + Math.floor(letters.length / lettersPerSlip));
  for (let slip = 0; slip < slips; slip++) {
    const at = randomBelow(random, letters.length);
    const letter = letters[at] ?? '';
    if (!/[a-z]/.test(letter)) continue;
    const kind = randomBelow(random, 4);
    if (kind === 0) letters.splice(at, 1);
    else if (kind === 1) letters.splice(at, 0, letter);
    else if (kind === 2) swap(letters, at);
    else letters[at] = neighbourOf(letter, random);
  }
  return letters.join('');
}

const slipsMax = 4;
const lettersPerSlip = 25;

function swap(letters: string[], at: number): void {
  const next = letters[at + 1];
  if (next === undefined || !/[a-z]/.test(next)) return;
  letters[at + 1] = letters[at] ?? '';
  letters[at] = next;
}

function neighbourOf(letter: string, random: Random): string {
  const row = keyboard.find((keys) => keys.includes(letter)) ?? letter;
  const at = row.indexOf(letter) + (random() < 0.5 ? -1 : 1);
  return row[at] ?? letter;
}

/** What a cat on the keyboard writes: words as long as the text's own, of letters that make none. */
export function asGibberish(text: string, random: Random): string {
  return text.replace(/\p{L}/gu, (letter) =>
    letter < '\u0250'
      ? String.fromCharCode(97 + randomBelow(random, 26))
      : String.fromCodePoint(0x4e00 + randomBelow(random, 0x51a5)),
  );
}
