import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkOutbound, checkOutboundAfter, secretKinds } from '../../src/handoff/index.ts';

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
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  }
});

const spread: readonly (readonly [string, ...string[]])[] = [
  ['code', 'please send me', 'the 6-digit code'],
  ['code', 'Hi Maria!', 'Please send me.', 'The code.'],
  ['code', 'please', 'send me', 'the code you got'],
  ['code', 'Did you get the code?', 'Send it to me please'],
  ['password', 'What is your', 'password?'],
  ['pin', 'I need', 'your PIN'],
  ['code', '请把', '验证码发给我'],
  ['code', '请发给我', '短信验证码'],
  ['code', 'Por favor, envíame', 'el código de seis dígitos'],
  ['code', 'من فضلك أرسل لي', 'رمز التحقق'],
];

test('a request that is spread over several messages is refused like one', () => {
  for (const [asksFor, ...messages] of spread) {
    const text = messages.at(-1) ?? '';
    const checked = checkOutboundAfter(text, messages.slice(0, -1));
    expect([messages, checked]).toEqual([
      messages,
      expect.objectContaining({ ok: false, asksFor }),
    ]);
  }
});

test('what was said before does not make harmless words a request', () => {
  const harmless: readonly (readonly string[])[] = [
    ['Please send me a photo of the receipt', 'Your code was sent to the number ending in 42.'],
    ['Please tell me more', 'The code comes by text message, enter it only in the app.'],
    ['We never ask for your PIN.', 'Please send me the receipt'],
    ['Never share your code with anyone.', 'I can see the refund now.'],
    ['One moment please', 'The refund has arrived'],
    ['I need a moment', 'Your password was changed yesterday'],
    ['请稍等', '验证码已经发到您的手机，请只在应用里输入。'],
    ['Un momento, por favor', 'Nunca compartas tu código'],
    ['لحظة من فضلك', 'لا تشارك رمز التحقق مع أحد'],
  ];
  for (const messages of harmless) {
    const checked = checkOutboundAfter(messages.at(-1) ?? '', messages.slice(0, -1));
    expect([messages, checked]).toEqual([messages, { ok: true }]);
  }
});
