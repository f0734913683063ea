/**
 * How well some letters, in order, name a text: 0 when they are not all there. Beginnings of words and letters in a row
 * count more, and a short text more than a long one.
 */
export function fuzzyScore(asked: string, text: string): number {
  const letters = fold(asked);
  const all = fold(text);
  let score = 0;
  let at = -1;
  for (const letter of letters) {
    if (letter === ' ') continue;
    const next = all.indexOf(letter, at + 1);
    if (next < 0) return 0;
    const begins = next === 0 || all[next - 1] === ' ';
    score += next === at + 1 ? 4 : begins ? 3 : 1;
    at = next;
  }
  return score + 1 / (1 + all.length);
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
