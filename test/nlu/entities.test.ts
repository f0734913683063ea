import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { isMoney, type Value } from '../../src/core/index.ts';
import { createEntityReader } from '../../src/nlu/index.ts';

const reader = createEntityReader();
/** A Sunday evening in Shanghai. */
const context = { nowMs: Date.parse('2026-11-22T14:00:00Z'), timeZone: 'Asia/Shanghai' };

function read(text: string): readonly string[] {
  return reader
    .read(text, context)
    .map((entity) => `${entity.type} ${entity.text} = ${spell(entity.value)}`);
}

function spell(value: Value): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (isMoney(value)) return `${value.minor}${value.currency}`;
  if ('atMs' in value) return local(value.atMs, value['style'] === 'date' ? 10 : 16);
  if ('fromMs' in value) return `${local(value['fromMs'], 10)}..${local(value['toMs'], 10)}`;
  return '?';
}

function local(atMs: unknown, length: number): string {
  return new Date(Number(atMs) + 8 * 3_600_000).toISOString().slice(0, length);
}

test.each([
  ['refund P20261103-4471 please', 'transaction_id P20261103-4471 = P20261103-4471'],
  ['p20261103 4471', 'transaction_id p20261103 4471 = P20261103-4471'],
  ['P 2026 1103 4471呢', 'transaction_id P 2026 1103 4471 = P20261103-4471'],
  ['Ｐ２０２６１１０３－４４７１', 'transaction_id Ｐ２０２６１１０３－４４７１ = P20261103-4471'],
  ['P2026\u200b1103-4471', 'transaction_id P2026\u200b1103-4471 = P20261103-4471'],
  ['where is R20261105-0001', 'refund_id R20261105-0001 = R20261105-0001'],
  ['提现W20261105-0001没到', 'withdrawal_id W20261105-0001 = W20261105-0001'],
  ['ticket t-20261122-0007?', 'ticket_id t-20261122-0007 = T-20261122-0007'],
])('finds the id in %j', (text, entity) => {
  expect(read(text)).toEqual([entity]);
});

test.each([
  ['¥300', '¥300 = 30000CNY'],
  ['退我３００元', '３００元 = 30000CNY'],
  ['三百五十块', '三百五十块 = 35000CNY'],
  ['三百五', '三百五 = 35000'],
  ['三百零五块', '三百零五块 = 30500CNY'],
  ['三块五', '三块五 = 350CNY'],
  ['3块5', '3块5 = 350CNY'],
  ['两万三', '两万三 = 2300000'],
  ['一千二百元', '一千二百元 = 120000CNY'],
  ['1.5万', '1.5万 = 1500000'],
  ['5毛钱', '5毛钱 = 50CNY'],
  ['100美金', '100美金 = 10000USD'],
  ['rmb 200', 'rmb 200 = 20000CNY'],
  ['I paid 2k', '2k = 200000'],
  ['$12.50', '$12.50 = 1250USD'],
  ['12,50 €', '12,50 € = 1250EUR'],
  ['1.234,56 EUR', '1.234,56 EUR = 123456EUR'],
  ['¥1,299.00', '¥1,299.00 = 129900CNY'],
  ['100 usdollars', '100 usdollars = 10000USD'],
  ['two hundred and fifty dollars', 'two hundred and fifty dollars = 25000USD'],
  ['a hundred bucks', 'a hundred bucks = 10000USD'],
  ['HK$500', 'HK$500 = 50000HKD'],
  ['5000 yen', '5000 yen = 5000JPY'],
  ['50 cents', '50 cents = 50USD'],
  ['1 234,56 €', '1 234,56 € = 123456EUR'],
  ['2 000 yuan', '2 000 yuan = 200000CNY'],
  ['doscientos euros', 'doscientos euros = 20000EUR'],
  ['trescientos cincuenta dólares', 'trescientos cincuenta dólares = 35000USD'],
  ['2 mil euros', '2 mil euros = 200000EUR'],
  ['٣٠٠ ريال', '٣٠٠ ريال = 30000SAR'],
  ['٣٠٠٫٥٠ ريال', '٣٠٠٫٥٠ ريال = 30050SAR'],
  ['ثلاثمئة وخمسين ريال', 'ثلاثمئة وخمسين ريال = 35000SAR'],
  ['ألف دولار', 'ألف دولار = 100000USD'],
  ['300塊', '300塊 = 30000CNY'],
])('reads the amount in %j', (text, entity) => {
  expect(read(text)).toEqual([`amount ${entity}`]);
});

test.each([
  ['yesterday', '2026-11-21'],
  ['the day before yesterday', '2026-11-20'],
  ['last Tuesday', '2026-11-17'],
  ['Friday', '2026-11-20'],
  ['next friday', '2026-11-27'],
  ['Nov 3', '2026-11-03'],
  ['December 30', '2026-12-30'],
  ['two days ago', '2026-11-20'],
  ['November 3rd at 5pm', '2026-11-03T17:00'],
  ['2026-11-03', '2026-11-03'],
  ['20261103', '2026-11-03'],
  ['2026/11/3 09:30', '2026-11-03T09:30'],
  ['last week', '2026-11-09..2026-11-16'],
  ['past 3 days', '2026-11-19..2026-11-23'],
  ['October', '2026-10-01..2026-11-01'],
  ['Nov 1 to Nov 5', '2026-11-01..2026-11-06'],
  ['昨天', '2026-11-21'],
  ['大前天', '2026-11-19'],
  ['上周三', '2026-11-11'],
  ['周三', '2026-11-18'],
  ['11月3号', '2026-11-03'],
  ['十一月三号下午三点半', '2026-11-03T15:30'],
  ['2026年11月3日', '2026-11-03'],
  ['昨晚8点', '2026-11-21T20:00'],
  ['今早9:15', '2026-11-22T09:15'],
  ['上个月', '2026-10-01..2026-11-01'],
  ['去年十月', '2025-10-01..2025-11-01'],
  ['三天前', '2026-11-19'],
  ['两个小时前', '2026-11-22T20:00'],
  ['半个月前', '2026-11-07'],
  ['最近三个月', '2026-08-22..2026-11-23'],
  ['3号', '2026-11-03'],
  ['上週三', '2026-11-11'],
  ['ayer', '2026-11-21'],
  ['anteayer', '2026-11-20'],
  ['lunes pasado', '2026-11-16'],
  ['miércoles', '2026-11-18'],
  ['hace tres días', '2026-11-19'],
  ['hace 2 semanas', '2026-11-08'],
  ['semana pasada', '2026-11-09..2026-11-16'],
  ['3 de noviembre', '2026-11-03'],
  ['3 de noviembre de 2025', '2025-11-03'],
  ['los últimos 3 días', '2026-11-19..2026-11-23'],
  ['octubre', '2026-10-01..2026-11-01'],
  ['أمس', '2026-11-21'],
  ['أول أمس', '2026-11-20'],
  ['قبل 3 أيام', '2026-11-19'],
  ['منذ يومين', '2026-11-20'],
  ['الأسبوع الماضي', '2026-11-09..2026-11-16'],
  ['الاثنين', '2026-11-16'],
  ['٣ نوفمبر', '2026-11-03'],
  ['آخر 3 أشهر', '2026-08-22..2026-11-23'],
])('reads the date %j in the given time zone', (text, value) => {
  expect(read(text)).toEqual([`date ${text} = ${value}`]);
});

test('a day begins at local midnight also where the clock changes', () => {
  const winter = { nowMs: Date.parse('2026-11-02T12:00:00Z'), timeZone: 'America/New_York' };
  const [yesterday] = reader.read('yesterday', winter);
  const [saturday] = reader.read('last Saturday', winter);
  expect(yesterday?.value).toEqual({ atMs: Date.parse('2026-11-01T04:00:00Z'), style: 'date' });
  expect(saturday?.value).toEqual({ atMs: Date.parse('2026-10-31T04:00:00Z'), style: 'date' });
});

test.each([
  ['mail Me.Foo@Example.com now', 'email Me.Foo@Example.com = me.foo@example.com'],
  ['我的手机13812345678', 'phone 13812345678 = +8613812345678'],
  ['+86 138 1234 5678', 'phone +86 138 1234 5678 = +8613812345678'],
  ['call (415) 555-2671', 'phone (415) 555-2671 = +14155552671'],
  ['+44 20 7946 0958', 'phone +44 20 7946 0958 = +442079460958'],
])('reads the contact in %j', (text, entity) => {
  expect(read(text)).toEqual([entity]);
});

test.each([
  ['order 4155552671', ['number 4155552671 = 4155552671']],
  ['try 2 times', ['number 2 = 2']],
  ['confirm 50', ['number 50 = 50']],
  ['my 2fa code', []],
  ['I sat there and it may work', []],
  ['it took the money out twice', []],
  ['still waiting for a money transfer', []],
  ['slot for a second card?', []],
  ['card 6222021234567890123', []],
  ['https://pay.example.com/2026-11-03/300元', []],
])('does not read more into %j than is there', (text, entities) => {
  expect(read(text)).toEqual(entities);
});

test('several things in one message keep their order and spans', () => {
  const text = '昨天给 shop@x.cn 付了300元，单号P20261121-0001';
  const entities = reader.read(text, context);
  expect(entities.map(({ type }) => type)).toEqual(['date', 'email', 'amount', 'transaction_id']);
  for (const { start, end, text: part } of entities) expect(text.slice(start, end)).toBe(part);
});

test('spans never overlap, stay inside and spell their text, whatever the message', () => {
  const bits = constantFrom(
    '¥',
    '3',
    '百',
    '块',
    '.',
    ',',
    ' ',
    'P2026',
    '1103',
    '-',
    '\u200b',
    '月',
    '号',
    'k',
    '@',
    'a',
    'ago',
    '点',
    '半',
    '👍',
    '：',
  );
  assert(
    property(
      oneof(
        string({ unit: 'grapheme', maxLength: 200 }),
        array(bits, { maxLength: 60 }).map((parts) => parts.join('')),
      ),
      (text) => {
        let from = 0;
        for (const entity of reader.read(text, context)) {
          expect(entity.start).toBeGreaterThanOrEqual(from);
          expect(entity.end).toBeGreaterThan(entity.start);
          expect(entity.text).toBe(text.slice(entity.start, entity.end));
          from = entity.end;
        }
        expect(from).toBeLessThanOrEqual(text.length);
      },
    ),
    { numRuns: 400 },
  );
});

test.each([
  ['refund P20261103-4471 of ¥300', 'refund R20261105-0001 of $5'],
  ['查一下W20261103-4471', '查一下P20261001-1234'],
  ['call 13812345678', 'call +1 415-555-2671'],
])('%j and %j look the same to the intents', (one, other) => {
  expect(reader.mask(one)).toBe(reader.mask(other));
});

test.each([
  ['my card ending 1234', 'card_tail 1234 = 1234'],
  ['the visa ending in 0042 was declined', 'card_tail 0042 = 0042'],
  ['last four digits are 9981', 'card_tail 9981 = 9981'],
  ['remove **** 1234', 'card_tail 1234 = 1234'],
  ['尾号1234的卡', 'card_tail 1234 = 1234'],
  ['后四位是８８６６', 'card_tail ８８６６ = 8866'],
  ['tarjeta terminada en 1234', 'card_tail 1234 = 1234'],
  ['la que acaba en 7070', 'card_tail 7070 = 7070'],
  ['los últimos cuatro dígitos son 5511', 'card_tail 5511 = 5511'],
  ['البطاقة المنتهية بـ 1234', 'card_tail 1234 = 1234'],
  ['بطاقة تنتهي ب ١٢٣٤', 'card_tail ١٢٣٤ = 1234'],
  ['آخر أربعة أرقام 4455', 'card_tail 4455 = 4455'],
])('reads the card by its tail in %j', (text, entity) => {
  expect(read(text)).toEqual([entity]);
});

test.each(['phone ending 1234', '手机尾号1234', 'the weekend 2026', 'pending 1234 dollars'])(
  'reads no card into %j',
  (text) => {
    expect(read(text).filter((entity) => entity.startsWith('card_tail'))).toEqual([]);
  },
);

test.each([
  ['my code is 482913', '482913'],
  ['the verification code you sent me is 482 913', '482 913'],
  ['OTP: 5531', '5531'],
  ['339201 is my code', '339201'],
  ['验证码482913', '482913'],
  ['短信码是 4829', '4829'],
  ['el código es 482913', '482913'],
  ['código de verificación 482913', '482913'],
  ['رمز التحقق هو 482913', '482913'],
  ['الكود ٤٨٢٩١٣', '٤٨٢٩١٣'],
])('knows the code in %j and keeps it out of the value', (text, code) => {
  expect(read(text)).toEqual([`one_time_code ${code} = ••••••`]);
});

test.each([
  'error code 5003',
  'promo code 2024',
  '错误码 5003',
  'código postal 28013',
  'no code came to 13812345678',
  'the code costs 1200 yuan',
])('takes no other number for a code: %j', (text) => {
  expect(read(text).filter((entity) => entity.startsWith('one_time_code'))).toEqual([]);
});

test.each([
  ['my Chase card', 'bank Chase = Chase'],
  ['transfer from Wells Fargo', 'bank Wells Fargo = Wells Fargo'],
  ['提现到工行', 'bank 工行 = Industrial and Commercial Bank of China'],
  ['招商银行卡', 'bank 招商银行 = China Merchants Bank'],
  ['匯豐可以吗', 'bank 匯豐 = HSBC'],
  ['mi cuenta del Santander', 'bank Santander = Santander'],
  ['banco de bogotá', 'bank banco de bogotá = Banco de Bogotá'],
  ['حسابي في الراجحي', 'bank الراجحي = Al Rajhi Bank'],
  ['للبنك الأهلي المصري', 'bank بنك الأهلي المصري = National Bank of Egypt'],
  ['بنك مصر', 'bank بنك مصر = Banque Misr'],
])('knows the bank in %j', (text, entity) => {
  expect(read(text)).toEqual([entity]);
});

test.each(['chase my refund', 'the bank', 'us bank account', 'waiting', '银行', 'banco', 'البنك'])(
  'reads no bank into %j',
  (text) => {
    expect(read(text)).toEqual([]);
  },
);

test.each([
  ['P 2026 1103 dash 4471', 'P20261103-4471'],
  ['p two zero two six one one zero three four four seven one', 'P20261103-4471'],
  ['P二零二六一一零三杠四四七一', 'P20261103-4471'],
  ['P20261103横杠4471', 'P20261103-4471'],
  ['P 2026 11 03 guion 4471', 'P20261103-4471'],
  ['P ٢٠٢٦١١٠٣ شرطة ٤٤٧١', 'P20261103-4471'],
])('hears the id that is spelled out in %j', (text, id) => {
  expect(read(text)).toEqual([`transaction_id ${text} = ${id}`]);
});

test.each([
  ['2026-10-01 – 2026-10-31', '2026-10-01..2026-11-01'],
  ['2026-10-01 to 2026-10-31', '2026-10-01..2026-11-01'],
  ['2026/10/1-2026/10/31', '2026-10-01..2026-11-01'],
  ['20261001至20261031', '2026-10-01..2026-11-01'],
  ['2026-10-01 al 2026-10-31', '2026-10-01..2026-11-01'],
  ['2026-10-01 إلى 2026-10-31', '2026-10-01..2026-11-01'],
  ['2026年10月1日到2026年10月31日', '2026-10-01..2026-11-01'],
  ['10月1号到10月15号', '2026-10-01..2026-10-16'],
  ['10月1日至15日', '2026-10-01..2026-10-16'],
  ['del 1 al 15 de octubre', '2026-10-01..2026-10-16'],
  ['1 de octubre al 5 de noviembre', '2026-10-01..2026-11-06'],
  ['من 1 إلى 15 أكتوبر', '2026-10-01..2026-10-16'],
  ['1 أكتوبر إلى 5 نوفمبر', '2026-10-01..2026-11-06'],
  ['ayer a las 5 de la tarde', '2026-11-21T17:00'],
  ['anteayer a las 9:15', '2026-11-20T09:15'],
  ['3 de noviembre a las diez y media', '2026-11-03T10:30'],
  ['el lunes a las 20:00', '2026-11-16T20:00'],
  ['hoy a las 7 pm', '2026-11-22T19:00'],
  ['أمس الساعة 5 مساء', '2026-11-21T17:00'],
  ['أمس الساعة الخامسة والنصف عصرا', '2026-11-21T17:30'],
  ['أول أمس الساعة 9:15', '2026-11-20T09:15'],
  ['٣ نوفمبر الساعة ١٠ صباحا', '2026-11-03T10:00'],
  ['الاثنين الساعة 8 ص', '2026-11-16T08:00'],
])('reads the period or the time of day in %j', (text, value) => {
  expect(read(text).map((entity) => entity.replace(/^date .* = /, ''))).toEqual([value]);
});

test('a day that is written before its month is read so where people write it so', () => {
  const spanish = reader.read('03/11/2026', { ...context, language: 'es' });
  expect(spanish.map(({ value }) => spell(value))).toEqual(['2026-11-03']);
});

test('two days that are only named side by side are no period', () => {
  expect(read('2026-10-01, 2026-10-31')).toHaveLength(2);
  expect(read('ayer y hoy')).toHaveLength(2);
});

test.each([
  ['es', ['ES'], '612345678', '+34612345678'],
  ['en', ['SA', 'AE'], 'call me on 0501234567', '+966501234567'],
  ['ar', ['SA'], 'جوالي ٠٥٠١٢٣٤٥٦٧', '+966501234567'],
  ['es', ['MX'], 'mi celular es 5512345678', '+525512345678'],
  ['en', ['GB'], '07911123456', '+447911123456'],
  ['en', ['US'], '4155552671', '+14155552671'],
])('%s: as of %j, %j is a phone', (_language, phoneCountries, text, value) => {
  const own = createEntityReader({ phoneCountries }).read(text, context);
  const told = createEntityReader().read(text, { ...context, phoneCountries });
  for (const phones of [own, told]) {
    expect(phones.map((entity) => [entity.type, entity.value])).toEqual([['phone', value]]);
  }
});
