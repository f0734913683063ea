import { expect, test } from 'vitest';
import { parseMarks } from '../../web-widget/src/view/marks.ts';

const text = (words: string) => ({ type: 'text', text: words });

test('bold words stand apart and a lone star stays a star', () => {
  expect(parseMarks('Pay **12.50 CNY** now * today')).toEqual([
    {
      type: 'paragraph',
      lines: [[text('Pay '), { type: 'bold', text: '12.50 CNY' }, text(' now * today')]],
    },
  ]);
});

test('numbered and dashed lines become lists, and a list ends where the words go on', () => {
  const marks = parseMarks('First:\n3. one\n4. two\n- dash\nthen');
  expect(marks.map((mark) => mark.type)).toEqual(['paragraph', 'list', 'list', 'paragraph']);
  expect(marks[1]).toMatchObject({
    ordered: true,
    start: 3,
    items: [[text('one')], [text('two')]],
  });
  expect(marks[2]).toMatchObject({ ordered: false, items: [[text('dash')]] });
});

test('an empty line parts paragraphs, a single one only breaks the line', () => {
  expect(parseMarks('a\nb\n\nc')).toEqual([
    { type: 'paragraph', lines: [[text('a')], [text('b')]] },
    { type: 'paragraph', lines: [[text('c')]] },
  ]);
});

test.each([
  ['See https://okpay.example/a?b=1.', 'https://okpay.example/a?b=1'],
  ['请看https://okpay.example/帮助。谢谢', 'https://okpay.example/'],
  ['راجع \u2068https://okpay.example/\u2069، ثم', 'https://okpay.example/'],
  ['(https://okpay.example/x_(y))', 'https://okpay.example/x_(y)'],
  ['HTTPS://OKPAY.EXAMPLE', 'https://okpay.example/'],
])('the address in %j ends where the address ends', (words, href) => {
  const links = JSON.stringify(parseMarks(words)).match(/"href":"([^"]*)"/g);
  expect(links).toEqual([`"href":"${href}"`]);
});

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'https://okpay.example@evil.example/',
  'ftp://okpay.example',
  '<a href="https://x">',
])('%j makes no link that leads elsewhere than it says', (words) => {
  const links = JSON.stringify(parseMarks(words)).match(/"href":"([^"]*)"/g) ?? [];
  for (const link of links) expect(link).toBe('"href":"https://x/"');
});

test('markup is words like any other', () => {
  const hostile = '<img src=x onerror=alert(1)>';
  expect(parseMarks(hostile)).toEqual([{ type: 'paragraph', lines: [[text(hostile)]] }]);
});
