import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fault, parseMoney } from '../../src/core/index.ts';
import type { Money, Phrasebook, Values } from '../../src/core/index.ts';
import { createPhrasebook } from '../../src/i18n/index.ts';

const texts = {
  one: 'Hello {{name}}',
  marks: 'Pay **{{name}}** now\n1. first',
  many: ['first {{name}}', 'second {{name}}', 'third {{name}}'],
  too_many: 'Too many',
  tries_one: '{{count}} try',
  tries_other: '{{count}} tries',
  value: '{{value}}',
  day: '{{at.someMs, date}}',
  path: '{{record.amount}} {{record.expectedByMs}} {{record.doneMs}} {{record.failureReason}}',
  brand: '{{workspace.brand}}',
  zone: '{{workspace.timeZone}}',
  term: '{{workspace.term}}',
  terms: {
    working_days_one: '{{range}} working day',
    working_days_other: '{{range}} working days',
    every_day: 'daily',
    days: '{{from}}–{{to}}',
    open: '{{days}} {{times}}',
  },
  codes: { failureReason: { card_expired: 'Card expired' } },
};

function book(workspace: Values = { timeZone: 'Asia/Shanghai' }) {
  const locales = { en: texts, 'zh-CN': texts, de: texts, ar: texts, es: texts };
  return createPhrasebook({ locales, workspaceValues: () => workspace });
}

const textOf = (of: Phrasebook) => (language: string, key: string, params?: Values) =>
  of.text(language, key, params);

/** Intl writes narrow no-break spaces where a reader sees a space. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f\u2009]/g, ' ');

function money(decimal: string, currency: string): Money {
  const parsed = parseMoney(decimal, currency);
  if (!parsed) throw new Error(`${decimal} ${currency} is no money`);
  return parsed;
}

test.each([
  ['en', money('1234.5', 'USD'), '$1,234.50'],
  ['en', money('1234.56', 'CNY'), 'CN¥1,234.56'],
  ['en', money('500', 'JPY'), '¥500'],
  ['en', money('0.125', 'IQD'), 'IQD 0.125'],
  ['en', money('-12.5', 'EUR'), '-€12.50'],
  ['zh-CN', money('1234.56', 'CNY'), '¥1,234.56'],
  ['zh-CN', money('1234.5', 'USD'), 'US$1,234.50'],
  ['zh-CN', money('500', 'JPY'), 'JP¥500'],
  ['zh-CN', money('0', 'CNY'), '¥0.00'],
  ['de', money('1234.56', 'EUR'), '1.234,56 €'],
  ['es', money('1234.56', 'EUR'), '1234,56 €'],
  ['es', money('36', 'CNY'), '36,00 CNY'],
  ['ar', money('1234.56', 'CNY'), '\u20661,234.56 CN¥\u2069'],
  ['ar', money('-12.5', 'EUR'), '\u2066-12.50 €\u2069'],
  ['en', { minor: 9_007_199_254_740_993_01n, currency: 'CNY' }, 'CN¥9,007,199,254,740,993.01'],
  ['en', { minor: 1250n, currency: '' }, '12.50'],
])('in %s %o is written exactly as %s', (language, value, written) => {
  expect(plain(book().text(language, 'value', { value }))).toBe(written);
});

test.each([
  ['en', 'Asia/Shanghai', 'Nov 4, 2026', 'Nov 4, 2026, 12:30 AM'],
  ['en', 'America/New_York', 'Nov 3, 2026', 'Nov 3, 2026, 11:30 AM'],
  ['zh-CN', 'Asia/Shanghai', '2026年11月4日', '2026年11月4日 00:30'],
  ['de', 'Europe/Berlin', '03.11.2026', '03.11.2026, 17:30'],
])('in %s a time is shown in the workspace time zone %s', (language, timeZone, date, dateTime) => {
  const atMs = Date.UTC(2026, 10, 3, 16, 30);
  const text = textOf(book({ timeZone }));
  const record = { amount: money('1', 'EUR'), expectedByMs: atMs, doneMs: atMs };
  expect(plain(text(language, 'value', { value: { atMs } }))).toBe(date);
  expect(plain(text(language, 'value', { value: { atMs, style: 'datetime' } }))).toBe(dateTime);
  expect(plain(text(language, 'day', { at: { someMs: atMs } }))).toBe(date);
  expect(plain(text(language, 'path', { record }))).toContain(` ${date} ${dateTime} —`);
});

test("for a visitor moments are shown in the visitor's zone, the zone of the hours stays the operator's, and the book itself is as before", () => {
  const whole = book();
  const atMs = Date.UTC(2026, 10, 3, 16, 30);
  const moment = { value: { atMs, style: 'datetime' } };
  const there = whole.inZone('America/New_York');
  expect(plain(there.text('en', 'value', moment))).toBe('Nov 3, 2026, 11:30 AM');
  expect(there.text('en', 'zone')).toBe('China Standard Time');
  expect(plain(whole.text('en', 'value', moment))).toBe('Nov 4, 2026, 12:30 AM');
});

test('moments are right in any number of zones, one after the other and again', () => {
  const whole = book();
  const zones = Intl.supportedValuesOf('timeZone').slice(0, 100);
  const drawn = [...zones, ...zones].map((zone) =>
    whole.inZone(zone).text('en', 'value', { value: { atMs: 0, style: 'datetime' } }),
  );
  const written = zones.map((timeZone) =>
    new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(0),
  );
  expect(drawn).toEqual([...written, ...written]);
});

test.each([
  ['en', { from: 1, to: 5 }, '1–5 working days'],
  ['en', { from: 1, to: 1 }, '1 working day'],
  ['en', { hours: 24 }, '24 hours'],
  ['zh-CN', { hours: 24 }, '24小时'],
  ['en', [{ days: [1, 2, 3, 4, 5, 6, 7], from: '08:00', to: '22:00' }], 'daily 8:00 AM–10:00 PM'],
  ['zh-CN', [{ days: [5, 1, 2, 3, 4], from: '09:00', to: '18:00' }], '周一–周五 09:00–18:00'],
])('in %s the term %o reads %s', (language, term, words) => {
  expect(plain(book({ term }).text(language, 'term'))).toBe(words);
});

test.each([
  ['en', 'Asia/Shanghai', 'China Standard Time'],
  ['en', 'Europe/Lisbon', 'Western European Time'],
  ['zh-CN', 'Asia/Shanghai', '中国标准时间'],
  ['es', 'America/Mexico_City', 'hora estándar central'],
  ['ar', 'Asia/Riyadh', 'التوقيت العربي الرسمي'],
])('in %s the time zone %s is called %s', (language, timeZone, words) => {
  expect(book({ timeZone }).text(language, 'zone')).toBe(words);
});

const twoSpans = [
  { days: [1, 2, 4], from: '09:00', to: '12:00' },
  { days: [6], from: '10:00', to: '11:30' },
];

test.each([
  ['en', 'Mon–Tue, Thu 9:00 AM–12:00 PM, Sat 10:00 AM–11:30 AM'],
  ['zh-CN', '周一–周二、周四 09:00–12:00、周六 10:00–11:30'],
  ['es', 'lun–mar y jue 9:00–12:00 y sáb 10:00–11:30'],
  ['ar', 'الاثنين–الثلاثاء والخميس 9:00 ص–12:00 م والسبت 10:00 ص–11:30 ص'],
])('in %s opening hours of several spans read %s', (language, words) => {
  expect(plain(book({ term: twoSpans }).text(language, 'term'))).toBe(words);
});

test.each([
  ['en', ['AUD'], 'AUD'],
  ['en', ['AUD', 'CAD'], 'AUD and CAD'],
  ['en', ['AUD', 'CAD', 'CNY'], 'AUD, CAD, and CNY'],
  ['zh-CN', ['AUD'], 'AUD'],
  ['zh-CN', ['AUD', 'CAD'], 'AUD和CAD'],
  ['zh-CN', ['AUD', 'CAD', 'CNY'], 'AUD、CAD和CNY'],
  ['es', ['AUD', 'CAD'], 'AUD y CAD'],
  ['es', ['AUD', 'CAD', 'CNY'], 'AUD, CAD y CNY'],
  ['es', ['Francia', 'Irlanda'], 'Francia e Irlanda'],
  ['ar', ['AUD', 'CAD'], '\u2068AUD\u2069 و\u2068CAD\u2069'],
  ['ar', ['AUD', 'CAD', 'CNY'], '\u2068AUD\u2069 و\u2068CAD\u2069 و\u2068CNY\u2069'],
])('in %s the words %o are listed as %s', (language, value, words) => {
  expect(plain(book().text(language, 'value', { value }))).toBe(words);
});

test('wordings are taken in turn and the same turn gives the same words', () => {
  const text = textOf(book());
  const said = [0, 1, 2, 3, 4].map((turn) => text('en', 'many', { name: 'x', turn }));
  expect(said).toEqual(['first x', 'second x', 'third x', 'first x', 'second x']);
  expect(text('en', 'many', { name: 'x' })).toBe('first x');
  expect(text('en', 'many', { name: 'x', turn: -1 })).toBe('third x');
  expect(text('en', 'many', { name: 'x', turn: 0.5 })).toBe('first x');
});

test('a count chooses the plural form', () => {
  const text = textOf(book());
  expect(text('en', 'tries', { count: 1 })).toBe('1 try');
  expect(text('en', 'tries', { count: 3 })).toBe('3 tries');
  expect(text('en', 'too_many')).toBe('Too many');
  expect(() => text('en', 'too', { count: 3 })).toThrow(Fault);
});

test('a missing text is a fault that names key and language', () => {
  const text = textOf(book());
  for (const key of ['nowhere', 'terms', 'constructor', '__proto__', 'one#0', '']) {
    expect(() => text('zh-CN', key)).toThrow(Fault);
    expect(() => text('zh-CN', key)).toThrow(`locales/zh-CN/bot.json has no text "${key}"`);
  }
});

test('a value that is not there is a dash, not a placeholder', () => {
  expect(book().text('en', 'one')).toBe('Hello —');
  expect(book().text('en', 'one', { name: null })).toBe('Hello —');
});

test('a code of the wallet is said in words, and stays as it is where there are none', () => {
  const text = textOf(book());
  const record = (failureReason: string) => ({ record: { failureReason } });
  expect(text('en', 'path', record('card_expired'))).toBe('— — — Card expired');
  expect(text('en', 'path', record('moon_eclipse'))).toBe('— — — moon_eclipse');
});

test('words of a stranger never become marks, placeholders, nested texts or list lines', () => {
  const hostile = '**{{workspace.brand}}** $t(brand) {{name}}\n1. free money\n- and <b>more</b>';
  const text = textOf(book({ brand: 'OKPay' }));
  const said = text('en', 'marks', { name: hostile });
  expect(said).not.toContain('OKPay');
  expect(said.match(/\*\*/g)).toHaveLength(2);
  expect(said.split('\n')).toHaveLength(2);
  expect(said).toContain('$t(brand)');
  expect(text('en', 'one', { name: '138****5678' })).toBe('Hello 138∗∗∗∗5678');
});

test('no value of any kind adds a bold mark, a line or an expanded placeholder', () => {
  const text = textOf(book({ brand: 'SECRET' }));
  const part = fc.constantFrom(
    '*',
    '**',
    '{',
    '{{',
    '}}',
    'workspace.brand',
    '$t(',
    ')',
    '\n',
    ' ',
  );
  const hostile = fc.oneof(
    fc.string(),
    fc.array(part, { maxLength: 12 }).map((all) => all.join('')),
  );
  const isHarmless = (said: string) =>
    said.match(/\*/g)?.length === 4 && said.split('\n').length === 2 && !said.includes('SECRET');
  const property = fc.property(hostile, (name) => isHarmless(text('en', 'marks', { name })));
  expect(fc.check(property, { numRuns: 500 }).counterexample).toBeNull();
});

test('slots named like options of i18next are only values', () => {
  const params = {
    name: 'Ann',
    lng: 'zh-CN',
    defaultValue: 'no',
    replace: 'x',
    context: 'y',
    ns: 'z',
  };
  expect(book().text('en', 'one', params)).toBe('Hello Ann');
});

test('a long value is cut, not the text around it', () => {
  const said = book().text('en', 'marks', { name: 'x'.repeat(5000) });
  expect(said.length).toBeLessThan(600);
  expect(said).toMatch(/…\*\* now\n1\. first$/);
});

test('a language that is not offered is served by the nearest, or the first', () => {
  const text = textOf(book());
  const atMs = Date.UTC(2026, 10, 3);
  expect(text('zh-TW', 'value', { value: { atMs } })).toBe('2026年11月3日');
  expect(text('fr', 'value', { value: { atMs } })).toBe('Nov 3, 2026');
});

test('the operator’s change shows at the next text', () => {
  let brand = 'OKPay';
  const changing = createPhrasebook({ locales: { en: texts }, workspaceValues: () => ({ brand }) });
  expect(changing.text('en', 'brand')).toBe('OKPay');
  brand = 'NewPay';
  expect(changing.text('en', 'brand')).toBe('NewPay');
});

test.each([
  [{ a: 1 }, '"a" must be a text'],
  [{ a: { 'b.c': 'x' } }, 'a name with other than letters'],
  [{ a_one: ['x', 'y'], a_other: ['x'] }, '"a_one" has 2 wordings, a_other 1'],
  [{ a: [] }, '"a" must be a text'],
])('a locale file like %o is refused with its key', (bad, message) => {
  expect(() => createPhrasebook({ locales: { en: bad }, workspaceValues: () => ({}) })).toThrow(
    message,
  );
});

const root = join(import.meta.dirname, '../..');
const real = Object.fromEntries(
  await Promise.all(
    ['en', 'zh-CN', 'ar'].map(async (tag) => {
      const file = await readFile(join(root, 'locales', tag, 'bot.json'), 'utf8');
      return [tag, JSON.parse(file) as unknown] as const;
    }),
  ),
);
const words = createPhrasebook({
  locales: real,
  workspaceValues: () => ({ timeZone: 'Asia/Shanghai', brand: 'OKPay' }),
});

const paid = {
  id: 'P20261103-4471',
  kind: 'payment',
  state: 'completed',
  amount: money('300', 'CNY'),
  fee: money('0', 'CNY'),
  counterparty: 'Blue Bird Books',
  method: 'card',
  atMs: Date.UTC(2026, 10, 3, 2, 5),
  expectedByMs: Date.UTC(2026, 10, 4),
  refundable: true,
};
const late = {
  id: 'W20261116-0342',
  state: 'processing',
  amount: money('50000', 'JPY'),
  bank: 'Harbour Bank',
  accountTail: '4417',
  requestedAtMs: Date.UTC(2026, 10, 3),
  expectedByMs: Date.UTC(2026, 10, 6),
  overdue: true,
};

test('a payment’s card has its words, leaves out what is no news and shows its state', () => {
  const [card] = words.render('en', [{ type: 'card', kind: 'transaction', of: paid }]);
  expect(card).toEqual({
    type: 'card',
    kind: 'transaction',
    title: 'Payment',
    rows: [
      { label: 'Amount', value: 'CN¥300.00' },
      { label: 'With', value: 'Blue Bird Books' },
      { label: 'Paid by', value: 'Card' },
      { label: 'Time', value: expect.stringMatching(/^Nov 3, 2026, 10:05\sAM$/) as string },
      { label: 'Number', value: 'P20261103-4471' },
    ],
    state: { label: 'Completed', tone: 'good' },
  });
});

test('a late withdrawal says so, and the account that it goes to', () => {
  const [card] = words.render('zh-CN', [{ type: 'card', kind: 'withdrawal', of: late }]);
  expect(card).toMatchObject({
    title: '提现',
    rows: [
      { label: '金额', value: 'JP¥50,000' },
      { label: '到账账户', value: 'Harbour Bank ··4417' },
      { label: '申请时间', value: '2026年11月3日 08:00' },
      { label: '预计不晚于', value: '2026年11月6日' },
      { label: '编号', value: 'W20261116-0342' },
    ],
    state: { label: '已超时', tone: 'bad' },
  });
});

test('a state that has no words yet is shown as it is', () => {
  const of = { ...paid, state: 'constructor', kind: 'barter' };
  const [card] = words.render('en', [{ type: 'card', kind: 'transaction', of }]);
  expect(card).toMatchObject({
    title: 'Transaction',
    state: { label: 'constructor', tone: 'plain' },
  });
});

test('a consent’s card shows exactly the rows that it is given, in their order, without a state', () => {
  const of = { amount: paid.amount, payee: 'A**B**', transaction: paid.id };
  const [card] = words.render('en', [{ type: 'card', kind: 'consent', of }]);
  expect(card).toEqual({
    type: 'card',
    kind: 'consent',
    title: 'Please check',
    rows: [
      { label: 'Amount', value: 'CN¥300.00' },
      { label: 'Paid to', value: 'A**B**' },
      { label: 'Payment number', value: 'P20261103-4471' },
    ],
  });
});

test('records to pick from are told apart by amount and counterparty, with date and state below', () => {
  const options = [
    { value: paid.id, item: paid },
    { value: late.id, item: late },
    { value: 'none', key: 'common.none_of_these' },
  ];
  const [choices] = words.render('zh-CN', [{ type: 'choices', id: 'c1', options }]);
  expect(choices).toEqual({
    type: 'choices',
    id: 'c1',
    options: [
      {
        value: paid.id,
        label: '¥300.00 · Blue Bird Books',
        detail: '2026年11月3日 10:05 · 已完成',
      },
      {
        value: late.id,
        label: 'JP¥50,000 · Harbour Bank ··4417',
        detail: '2026年11月3日 08:00 · 已超时',
      },
      { value: 'none', label: '都不是' },
    ],
  });
  expect(words.label('zh-CN', { value: paid.id, item: paid })).toBe('¥300.00 · Blue Bird Books');
});

test('in Arabic, foreign parts of a label keep their order and their direction', () => {
  const options = [{ value: late.id, item: late }];
  const [choices] = words.render('ar', [{ type: 'choices', id: 'c1', options }]);
  const [option] = choices?.type === 'choices' ? choices.options : [];
  expect(plain(option?.label ?? '')).toBe(
    '\u2068\u206650,000 JP¥\u2069\u2069 · \u2068\u2068Harbour Bank\u2069 \u2068··4417\u2069\u2069',
  );
});

test.each([
  ['Blue Bird Books', '\u2068Blue Bird Books\u2069'],
  ['···5678', '\u2068···5678\u2069'],
  ['مقهى الغيمة', 'مقهى الغيمة'],
])('in an Arabic sentence the value %s stands as %j', (value, written) => {
  expect(book().text('ar', 'value', { value })).toBe(written);
});

test('a language that there are no texts in is served in English', () => {
  const locales = { ar: { a: 'ألف' }, en: { a: 'A' } };
  const other = createPhrasebook({ locales, workspaceValues: () => ({}) });
  expect(other.text('fr', 'a')).toBe('A');
});

test('a secret form asks for the code and says how to send it', () => {
  const fields = [{ name: 'code', kind: 'code', key: 'code.label' } as const];
  const [form] = words.render('en', [{ type: 'form', id: 'f1', secret: true, fields }]);
  expect(form).toEqual({
    type: 'form',
    id: 'f1',
    secret: true,
    submit: 'Confirm',
    fields: [{ name: 'code', label: 'Code', kind: 'code', required: true, hint: 'Digits only' }],
  });
});
