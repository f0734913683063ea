import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainText, type Block } from '../../../src/core/index.ts';
import { compose } from '../../../src/channels/platforms/compose.ts';
import {
  platformNames,
  type Call,
  type TextPiece,
} from '../../../src/channels/platforms/driver.ts';
import { drivers } from '../../../src/channels/platforms/drivers.ts';
import { segmentsOf } from '../../../src/channels/platforms/segments.ts';
import { lengthOf, split } from '../../../src/channels/platforms/split.ts';
import { outgoingSchemas } from '../../support/outgoing-schemas.ts';
import { peers } from '../../support/platform-peers.ts';

const words = {
  numbered: 'Reply with a number or the words.',
  codeLink: 'Enter it here: https://chat.okpay.test/link/x',
};

/** Words of several scripts, long ones without a space, marks, signs that some platform writes otherwise. */
const scrap = fc.oneof(
  fc.constantFrom('退款已经提交，', '请稍等。', 'مرحبا بك في خدمة العملاء ', '👨‍👩‍👧‍👦', '🇪🇸', 'e\u0301'),
  fc.constantFrom('ก็', '**bold** ', 'a & b < c ', '&&&&&&&&', '€{}', '\n', '\n\n', '. '),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.lorem({ maxCount: 8 }),
);
const sentences = fc
  .oneof(
    fc.array(scrap, { maxLength: 10 }),
    fc.array(scrap, { minLength: 100, maxLength: 900, size: 'max' }),
    // One scrap over and over: a text of one script, or of nothing but signs.
    fc.tuple(scrap, fc.integer({ min: 1, max: 900 })).map(([one, n]) => Array<string>(n).fill(one)),
  )
  .map((parts) => parts.join(''));
const short = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100, size: 'max' }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constantFrom('Yes', 'No', '是', 'نعم', 'A & B', 'a fee of 128.00 EUR'),
);
const labels = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('Yes', 'No', '是', 'نعم', 'A & B', '128.00 EUR', '退款状态查询'),
  },
  { weight: 1, arbitrary: short },
);
const rows = fc.array(fc.record({ label: short, value: short }), { maxLength: 12 });
const option = fc
  .record({ value: fc.uuid(), label: labels, detail: fc.option(short, { nil: undefined }) })
  .map(({ detail, ...one }) => (detail === undefined ? one : { ...one, detail }));
const field = fc.record({
  name: fc.constant('x'),
  label: short,
  kind: fc.constant('text' as const),
  required: fc.boolean(),
  hint: short,
});
const blockOf: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text: sentences }),
  fc.record({
    type: fc.constant('choices' as const),
    id: fc.uuid(),
    options: fc.oneof(
      fc.array(option, { minLength: 1, maxLength: 4 }),
      fc.array(option, { minLength: 1, maxLength: 30, size: 'max' }),
    ),
  }),
  fc.record({
    type: fc.constant('card' as const),
    kind: fc.constant('refund' as const),
    title: short,
    rows,
  }),
  fc.record({
    type: fc.constant('steps' as const),
    title: short,
    items: fc.array(sentences, { maxLength: 6 }),
  }),
  fc.record({
    type: fc.constant('quote' as const),
    title: short,
    rows,
    total: fc.record({ label: short, value: short }),
    note: short,
  }),
  fc.record({
    type: fc.constant('form' as const),
    id: fc.uuid(),
    secret: fc.boolean(),
    submit: short,
    fields: fc.array(field, { maxLength: 4 }),
  }),
  fc.record({
    type: fc.constant('file_request' as const),
    id: fc.uuid(),
    hint: short,
    filesMax: fc.constant(2),
    types: fc.constant(['image/png'] as const),
    skip: short,
  }),
);

const choices = (labels: readonly string[], detail?: string): Block => ({
  type: 'choices',
  id: labels.join(),
  options: labels.map((label, n) => ({
    value: String(n),
    label,
    ...(detail !== undefined && { detail }),
  })),
});
/** What chance seldom makes: signs that grow when they are sent, above buttons; the same words twice; long second lines. */
const hard: Block[][] = [
  [{ type: 'text', text: '&<> '.repeat(1500) }, choices(['Yes', 'No'])],
  [{ type: 'text', text: '请稍等。'.repeat(900) }, choices(['是', '否'])],
  [{ type: 'text', text: '👍🏽'.repeat(1500) }, choices(['👍🏽', '👎🏽'])],
  [choices(['128.00 EUR', '128.00 EUR'], '3 November, refunded')],
  [
    choices(
      ['1', '2', '3', '4', '5'],
      'a purchase that was long ago, in a shop whose name does not end, refunded',
    ),
  ],
  [
    choices([
      'A label that is too long for a button and for a line of any list of these platforms',
      'B',
    ]),
  ],
  [choices(Array.from({ length: 30 }, (_, n) => `Choice ${n}`))],
  [choices(['  ', ' '])],
];

const to = {
  chat: '1',
  phone: '34600111222',
  user: 'user',
  channel: 'D1',
  account: 'wk',
  address: 'wei@example.com',
};
const manner = { idempotencyKey: '00000000-0000-4000-8000-000000000000' };
const settingsOf = (name: (typeof platformNames)[number]) => {
  const peer = peers.map((make) => make()).find((one) => one.name === name);
  const given = peer?.settings('https://api.test') ?? {
    address: 'help@okpay.test',
    imapUrl: 'imap://127.0.0.1',
    smtpUrl: 'smtp://127.0.0.1',
    user: 'u',
    password: 'p',
  };
  return { ...drivers[name].settings.parse(given), accessToken: 'access-token' };
};

function bodyOf({ body, headers }: Call): unknown {
  if (typeof body !== 'string') return undefined;
  const isForm = headers['content-type'] === 'application/x-www-form-urlencoded';
  return isForm ? Object.fromEntries(new URLSearchParams(body)) : (JSON.parse(body) as unknown);
}

/** All that can be read, without the spaces at which it may have been cut. */
const inked = (text: string) => text.replaceAll(/\s+/gu, '');
const allOf = (pieces: readonly TextPiece[]) =>
  inked(
    pieces
      .map(
        ({ text, choices }) =>
          text +
          (choices?.options ?? []).map(({ label, detail = '' }) => `${label}${detail}`).join(''),
      )
      .join(''),
  );
/** What of a block has to be read somewhere. */
function wordsIn(block: Block): readonly string[] {
  switch (block.type) {
    case 'choices':
      return block.options.flatMap(({ label, detail = '' }) => [label, detail]);
    case 'form':
      return block.secret
        ? [words.codeLink]
        : block.fields.flatMap(({ label, hint = '' }) => [label, hint]);
    case 'file_request':
      return [block.hint, block.skip ?? ''];
    default:
      return [plainText(block)];
  }
}

describe.each(platformNames)('what is drawn for %s', (name) => {
  const driver = drivers[name];
  const settings = settingsOf(name);

  test('is within its limits in its own units, and no word of it is lost', () => {
    fc.assert(
      fc.property(fc.array(blockOf, { minLength: 1, maxLength: 4 }), (blocks) => {
        const pieces = compose(blocks, driver.facts, words);
        for (const piece of pieces) {
          const body = bodyOf(driver.send(piece, to, settings, manner));
          const parsed = outgoingSchemas[name].safeParse(body);
          expect(parsed.error?.issues ?? []).toEqual([]);
        }
        const drawn = allOf(pieces);
        for (const text of blocks.flatMap(wordsIn)) expect(drawn).toContain(inked(text));
      }),
      { numRuns: 60, endOnFailure: true, examples: hard.map((blocks): [Block[]] => [blocks]) },
    );
  });

  test('is cut at the borders of sentences, words or characters, also of one script only', () => {
    const { text: limit } = driver.facts;
    for (const sample of [
      '退款已经提交，请您稍等片刻。',
      'تم إرسال طلب الاسترداد الخاص بك. ',
      '👨‍👩‍👧‍👦🇪🇸👍🏽',
      'Sincerely_yours_',
      'é'.normalize('NFD'),
    ]) {
      const whole = sample.repeat(Math.ceil(25_000 / sample.length));
      const parts = split(whole, limit);
      expect(parts.length).toBeGreaterThan(1);
      expect(inked(parts.join(''))).toBe(inked(whole));
      const characters = new Set<number>();
      const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
      for (const { index } of segmenter.segment(inked(whole))) characters.add(index);
      let at = 0;
      for (const part of parts) {
        expect(lengthOf(part, limit.unit)).toBeLessThanOrEqual(limit.max);
        expect(characters.has(at)).toBe(true);
        at += inked(part).length;
      }
    }
  });

  test('is never too long, not even one character that goes on for ever', () => {
    const { text: limit } = driver.facts;
    const whole = `a${'\u0301'.repeat(30_000)}`;
    const parts = split(whole, limit);
    expect(parts.join('')).toBe(whole);
    for (const part of parts) expect(lengthOf(part, limit.unit)).toBeLessThanOrEqual(limit.max);
  });
});

describe('short messages', () => {
  test.each([
    ['', 1],
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['a'.repeat(306), 2],
    ['a'.repeat(307), 3],
    ['€'.repeat(80), 1],
    ['€'.repeat(81), 2],
    // Each of two septets: 76 in a part of 153, and one septet is left over.
    ['€'.repeat(153), 3],
    ['请'.repeat(70), 1],
    ['请'.repeat(71), 2],
    ['请'.repeat(134), 2],
    ['请'.repeat(135), 3],
    ['👍'.repeat(35), 1],
    // 33 in a part of 67.
    ['👍'.repeat(66), 2],
    ['👍'.repeat(67), 3],
    [`${'a'.repeat(159)}ñ`, 1],
    [`${'a'.repeat(159)}ç`, 3],
  ])('%j is %d', (text, count) => {
    expect(segmentsOf(text)).toBe(count);
  });
});
