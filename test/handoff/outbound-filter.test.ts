import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkOutbound, secretKinds } from '../../src/handoff/index.ts';

const folder = join(import.meta.dirname, 'outbound');

/** Lines of `kind<TAB>text`; the kind `-` is for what must pass. */
function casesOf(language: string) {
  const lines = readFileSync(join(folder, `${language}.tsv`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const [kind = '', text = ''] = line.split('\t');
    return { kind, text };
  });
}

for (const language of ['en', 'es', 'zh-CN', 'ar']) {
  test(`no request for a secret passes in ${language}, and every harmless text does`, () => {
    const cases = casesOf(language);
    const asking = cases.filter(({ kind }) => kind !== '-');
    expect(asking.length).toBeGreaterThanOrEqual(40);
    expect(cases.length - asking.length).toBeGreaterThanOrEqual(40);
    const wrong = cases.filter(({ kind, text }) => checkOutbound(text).ok !== (kind === '-'));
    expect(wrong.map(({ kind, text }) => `${kind}\t${text}`)).toEqual([]);
  });

  test(`a refusal in ${language} names the secret that was asked for`, () => {
    const kinds: readonly string[] = secretKinds;
    const wrong = casesOf(language).flatMap(({ kind, text }) => {
      const checked = checkOutbound(text);
      return checked.ok || checked.asksFor === kind
        ? []
        : [`${kind} ≠ ${checked.asksFor}\t${text}`];
    });
    expect(casesOf(language).every(({ kind }) => kind === '-' || kinds.includes(kind))).toBe(true);
    expect(wrong).toEqual([]);
  });
}

type Texts = { readonly [key: string]: string | Texts };

function flat(tree: Texts, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : flat(value, `${path}${key}.`),
  );
}

/**
 * `code.`: the words around the secure form, which alone takes a code. `words.` and `said.`, and the label of a button: what
 * customers say. The last: steps within the company's own app.
 */
const notOurWords =
  /^(?:code|words|said)\.|^code_not_received\.help\.send$|^change_password\.steps/;

test('no text of the bot asks for a secret outside the secure form', () => {
  for (const language of ['en', 'es', 'zh-CN', 'ar']) {
    const file = join(import.meta.dirname, '../../locales', language, 'bot.json');
    const texts = flat(JSON.parse(readFileSync(file, 'utf8')) as Texts);
    const own = texts.filter(([key]) => !notOurWords.test(key));
    expect(own.length).toBeGreaterThan(500);
    const asking = own.filter(([, text]) => !checkOutbound(text).ok);
    expect(asking.map(([key]) => `${language} ${key}`)).toEqual([]);
  }
});

test('a text of full length is checked in a moment, whatever it repeats', () => {
  const parts = [
    'a ',
    'code ',
    'please send me the ',
    '验证码',
    'لا ',
    'not ',
    'a.b.c.',
    'no le ',
    '请',
  ];
  for (const part of parts) {
    const startedMs = performance.now();
    checkOutbound(part.repeat(4000).slice(0, 4000));
    expect(performance.now() - startedMs).toBeLessThan(500);
  }
});
