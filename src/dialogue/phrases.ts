import type { Draft } from './draft.ts';
import type { WordList } from './system-texts.ts';

/** Without case, width, spaces and punctuation: how short answers are compared. */
export function plainForm(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{P}\p{S}\p{Z}\p{C}]+/gu, '');
}

/** Longer texts are never one of the short phrases. */
const phraseLengthMax = 60;

/** Whether the text is exactly one of the phrases, in any offered language. */
export function isPhrase(draft: Draft, list: WordList, text: string): boolean {
  if (text.length > phraseLengthMax) return false;
  const wanted = plainForm(text);
  return wanted !== '' && phrases(draft, list).includes(wanted);
}

/** The same of a list that not every flow has. */
export function isOneOf(draft: Draft, key: string, text: string): boolean {
  if (text.length > phraseLengthMax || !hasText(draft, key)) return false;
  const wanted = plainForm(text);
  return wanted !== '' && phrases(draft, key).includes(wanted);
}

/** Whether the text is phrases of these lists from beginning to end, in any order, `some` among them. All in plain form. */
export function isMadeOf(
  text: string,
  { some, beside }: { readonly some: readonly string[]; readonly beside: readonly string[] },
): boolean {
  const plain = plainForm(text);
  if (text.length > phraseLengthMax) return false;
  /** Up to where phrases reach, and whether one of `some` is among them. */
  const reached = new Map([[0, false]]);
  for (let at = 0; at < plain.length; at += 1) {
    const has = reached.get(at);
    if (has === undefined) continue;
    const reach = (phrase: string, counts: boolean): void => {
      if (phrase === '' || !plain.startsWith(phrase, at)) return;
      const end = at + phrase.length;
      reached.set(end, counts || reached.get(end) === true);
    };
    for (const phrase of some) reach(phrase, true);
    for (const phrase of beside) reach(phrase, has);
  }
  return reached.get(plain.length) === true;
}

/** A list's phrases in the form in which they are compared. */
export function phrases(draft: Draft, key: string): readonly string[] {
  return listed(draft, key).map(plainForm);
}

/** What a list of `|`-separated phrases holds, in all offered languages. */
export function listed({ context }: Draft, key: string): readonly string[] {
  const { phrasebook } = context;
  return phrasebook.languages.flatMap((language) => phrasebook.text(language, key).split('|'));
}

/** Whether a text that not everything has is there; the check sees to it that then every language has it. */
export function hasText({ context }: Draft, key: string): boolean {
  const { placeholders } = context.content;
  return placeholders !== undefined && Object.hasOwn(placeholders, key);
}

/**
 * Where the text says the name, without regard to case and width; -1 when it does not. Latin words stand by
 * themselves; other scripts write no spaces, or write an article into the word.
 */
export function nameAt(text: string, name: string, from = 0): number {
  const within = text.normalize('NFKC').toLowerCase();
  const wanted = name.normalize('NFKC').toLowerCase().trim();
  if (wanted === '') return -1;
  if (!/^\p{Script=Latin}/u.test(wanted)) return within.indexOf(wanted, from);
  for (let at = within.indexOf(wanted, from); at >= 0; at = within.indexOf(wanted, at + 1)) {
    const before = within.slice(0, at).at(-1) ?? ' ';
    const after = within.at(at + wanted.length) ?? ' ';
    if (!/\p{Script=Latin}/u.test(before) && !/\p{Script=Latin}/u.test(after)) return at;
  }
  return -1;
}

/** The offered languages that the text names, in any language. */
export function languagesNamed(draft: Draft, text: string): readonly string[] {
  const plain = plainForm(text);
  return draft.context.phrasebook.languages.filter((tag) =>
    [...phrases(draft, `language_names.${tag}`), ...phrases(draft, `languages.${tag}`)].some(
      (name) => name.length > 1 && plain.includes(name),
    ),
  );
}
