import { baseLanguage } from './senses.ts';

/**
 * The consonants of a word in one alphabet, whichever it was written in: `فلوس` and `floos` are `fls`, `पैसा` and
 * `paisa` are `ps`. Vowels are left out, since nobody romanises them twice the same way.
 */
export function createSkeletons(language: string): ((word: string) => string) | undefined {
  const scheme = schemes[baseLanguage(language)];
  if (!scheme) return undefined;
  const { letters, latin } = scheme;
  return (word) => {
    const sounds = /[a-z]/.test(word)
      ? word.replace(romanSound, (sound) => latin[sound] ?? lettersOf(sound, latin))
      : Array.from(word, (letter) => letters[letter] ?? '').join('');
    return sounds.replace(/(.)\1+/g, '$1');
  };
}

const romanSound = /[a-z]h?|\P{L}/gu;

function lettersOf(sound: string, latin: Scheme['latin']): string {
  return Array.from(sound, (letter) => latin[letter] ?? '').join('');
}

interface Scheme {
  /** From the language's own letters; those not listed say nothing. */
  readonly letters: { readonly [letter: string]: string };
  /** From Latin letters, pairs with `h`, and the digits that stand for letters. */
  readonly latin: { readonly [sound: string]: string };
}

const common = {
  b: 'b',
  c: 'k',
  d: 'd',
  f: 'f',
  g: 'g',
  j: 'g',
  k: 'k',
  l: 'l',
  m: 'm',
  n: 'n',
  p: 'b',
  q: 'k',
  r: 'r',
  s: 's',
  t: 't',
  v: 'f',
  x: 'ks',
  z: 'z',
} as const;

const schemes: { readonly [language: string]: Scheme } = {
  ar: {
    letters: pairs('بb تt ثt جg حh خx دd ذz رr زz سs شS صs ضd طt ظz عA غG فf قk كk لl مm نn هh'),
    latin: {
      ...common,
      h: 'h',
      sh: 'S',
      ch: 'S',
      kh: 'x',
      gh: 'G',
      th: 't',
      dh: 'd',
      3: 'A',
      5: 'x',
      7: 'h',
      8: 'G',
      9: 's',
    },
  },
  hi: {
    letters: pairs(
      'कk खk गg घg चc छc जj झj टt ठt डd ढd णn तt थt दd धd नn पp फf बb भb मm रr लl वv शs षs सs हh ळl',
    ),
    latin: {
      ...common,
      c: 'c',
      ch: 'c',
      j: 'j',
      z: 'j',
      p: 'p',
      ph: 'f',
      v: 'v',
      w: 'v',
      h: 'h',
      sh: 's',
      kh: 'k',
      gh: 'g',
      th: 't',
      dh: 'd',
      bh: 'b',
      jh: 'j',
    },
  },
};

function pairs(listed: string): { readonly [letter: string]: string } {
  return Object.fromEntries(
    listed.split(' ').map((pair) => [pair.slice(0, -1), pair.slice(-1)] as const),
  );
}
