import { foldArabic, withoutAccents } from './folding.ts';
import { arabic } from './senses/ar.ts';
import { english } from './senses/en.ts';
import { spanish } from './senses/es.ts';
import { chinese } from './senses/zh.ts';

/** First private character that stands for a class; nothing that people type and no mask is among them. */
const firstMark = 0xe100;

const tables: { readonly [language: string]: string } = {
  ar: arabic,
  en: english,
  es: spanish,
  zh: chinese,
};

function classesOf(table: string): readonly (readonly string[])[] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
}

/** `en` of `en-GB`. */
export function baseLanguage(language: string): string {
  return language.split('-')[0] ?? language;
}

export function hasSenses(language: string): boolean {
  return baseLanguage(language) in tables;
}

/**
 * A word by its class where it has one, otherwise the word: what two texts share that say the same in other words.
 * Words are looked up by their stem, so that one form of each is enough in the table.
 */
export function createWordSenses(
  language: string,
  stem: (word: string) => string,
): (stemmed: string) => string {
  const classes = new Map<string, string>();
  classesOf(tables[baseLanguage(language)] ?? '').forEach((words, place) => {
    for (const word of words) {
      const key = stem(withoutAccents(foldArabic(word)));
      // A word of two classes stays in the first: the tables list the telling one first.
      if (!classes.has(key)) classes.set(key, String.fromCharCode(firstMark + place));
    }
  });
  return (stemmed) => classes.get(stemmed) ?? stemmed;
}

/** The same for writing without spaces: each expression of a class becomes the class's own character. */
export function createTextSenses(language: string): (text: string) => string {
  const classes = new Map<string, string>();
  classesOf(tables[baseLanguage(language)] ?? '').forEach((words, place) => {
    for (const word of words)
      if (word !== '') classes.set(word, String.fromCharCode(firstMark + place));
  });
  if (classes.size === 0) return (text) => text;
  const longestFirst = [...classes.keys()].sort((a, b) => b.length - a.length).join('|');
  const pattern = new RegExp(longestFirst, 'g');
  return (text) => text.replace(pattern, (word) => classes.get(word) ?? word);
}
