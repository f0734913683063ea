/** Writing systems that tell languages apart. The index is what features and counts use. */
export const scripts = [
  'other',
  'latin',
  'han',
  'kana',
  'hangul',
  'cyrillic',
  'arabic',
  'devanagari',
  'thai',
  'hebrew',
  'greek',
  'bengali',
  'tamil',
  'lao',
  'khmer',
  'myanmar',
] as const;
export type Script = (typeof scripts)[number];

/** First and last code point of each block of letters, ascending. */
const ranges: readonly (readonly [number, number, Script])[] = [
  [0x41, 0x5a, 'latin'],
  [0x61, 0x7a, 'latin'],
  [0xaa, 0xaa, 'latin'],
  [0xb5, 0xb5, 'greek'],
  [0xba, 0xba, 'latin'],
  [0xc0, 0x24f, 'latin'],
  [0x250, 0x2af, 'latin'],
  [0x370, 0x3ff, 'greek'],
  [0x400, 0x52f, 'cyrillic'],
  [0x590, 0x5ff, 'hebrew'],
  [0x600, 0x6ff, 'arabic'],
  [0x750, 0x77f, 'arabic'],
  [0x8a0, 0x8ff, 'arabic'],
  [0x900, 0x97f, 'devanagari'],
  [0x980, 0x9ff, 'bengali'],
  [0xb80, 0xbff, 'tamil'],
  [0xe00, 0xe7f, 'thai'],
  [0xe80, 0xeff, 'lao'],
  [0x1000, 0x109f, 'myanmar'],
  [0x1100, 0x11ff, 'hangul'],
  [0x1780, 0x17ff, 'khmer'],
  [0x1e00, 0x1eff, 'latin'],
  [0x1f00, 0x1fff, 'greek'],
  [0x2e80, 0x2fdf, 'han'],
  [0x3005, 0x3007, 'han'],
  [0x3040, 0x30ff, 'kana'],
  [0x3130, 0x318f, 'hangul'],
  [0x31f0, 0x31ff, 'kana'],
  [0x3400, 0x4dbf, 'han'],
  [0x4e00, 0x9fff, 'han'],
  [0xac00, 0xd7af, 'hangul'],
  [0xf900, 0xfaff, 'han'],
  [0xfb1d, 0xfb4f, 'hebrew'],
  [0xfb50, 0xfdff, 'arabic'],
  [0xfe70, 0xfefe, 'arabic'],
  [0x20000, 0x323af, 'han'],
];

export function scriptOf(codePoint: number): Script {
  if (codePoint < 0x80) return ((codePoint | 0x20) - 0x61) >>> 0 < 26 ? 'latin' : 'other';
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last, script] = ranges[middle] ?? [0, 0, 'other'];
    if (codePoint < first) high = middle - 1;
    else if (codePoint > last) low = middle + 1;
    else return script;
  }
  return 'other';
}

const unspaced: ReadonlySet<Script> = new Set(['han', 'kana', 'thai', 'lao', 'khmer', 'myanmar']);

/** Scripts written without spaces between words: each character is a unit of its own there. */
export function isUnspaced(script: Script): boolean {
  return unspaced.has(script);
}

/** Letters of each script in the text, by index in `scripts`. */
export function countScripts(text: string): Int32Array {
  const counts = new Int32Array(scripts.length);
  for (const character of text) {
    const index = scripts.indexOf(scriptOf(character.codePointAt(0) ?? 0));
    counts[index] = (counts[index] ?? 0) + 1;
  }
  counts[0] = 0;
  return counts;
}
