import type { Draft } from './draft.ts';
import { nameAt } from './phrases.ts';

/** Codes that are everyday words: these currencies are known by their names only. */
const wordCodes: ReadonlySet<string> = new Set(['ALL', 'CUP', 'MOP', 'TOP', 'TRY']);

/** Currencies that the text names, by code or in the words of any offered language, in the order of the text. */
export function currenciesNamed({ context }: Draft, text: string): readonly string[] {
  const { phrasebook } = context;
  const known = phrasebook.languages.flatMap((language) =>
    phrasebook.text(language, 'words.currencies').split('|').map(readName),
  );
  const codes = known
    .filter(({ code }) => !wordCodes.has(code))
    .map(({ code }) => ({ code, name: code.toLowerCase() }));
  const names = [...known, ...codes].filter(({ name }) => name !== '');
  // The longest first: the dollar of "Australian dollar" is not one more.
  names.sort((a, b) => b.name.length - a.name.length);
  const found = new Map<string, number>();
  let rest = text.normalize('NFKC').toLowerCase();
  for (const { code, name } of names) {
    for (let at = nameAt(rest, name); at >= 0; at = nameAt(rest, name)) {
      found.set(code, Math.min(at, found.get(code) ?? at));
      rest = rest.slice(0, at) + ' '.repeat(name.length) + rest.slice(at + name.length);
    }
  }
  return [...found].sort(([, a], [, b]) => a - b).map(([code]) => code);
}

/** `USD us dollar`. */
function readName(entry: string): { readonly code: string; readonly name: string } {
  const [code = '', ...words] = entry.trim().split(' ');
  return { code, name: words.join(' ').normalize('NFKC').toLowerCase() };
}
