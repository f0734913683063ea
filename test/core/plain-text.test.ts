import { expect, test } from 'vitest';
import { fileText, plainText, type Block } from '../../src/core/index.ts';

const rows = [{ label: 'Amount', value: '€5.00' }];

/** One of each kind: the type makes this list complete. */
const cases: {
  readonly [type in Block['type']]: readonly [Extract<Block, { type: type }>, string];
} = {
  text: [{ type: 'text', text: 'It is **done**.\n1. Go' }, 'It is done.\n1. Go'],
  choices: [
    {
      type: 'choices',
      id: 'c',
      options: [
        { value: 'a', label: 'Yes' },
        { value: 'b', label: '€5', detail: 'today' },
      ],
    },
    '1) Yes\n2) €5 (today)',
  ],
  card: [
    {
      type: 'card',
      kind: 'ticket',
      title: 'Ticket',
      rows,
      state: { label: 'Solved', tone: 'good' },
      timeline: [
        { label: 'Open', time: '1 May', tone: 'wait' },
        { label: 'Solved', time: '2 May', tone: 'good' },
      ],
    },
    'Ticket · Solved\nAmount: €5.00\n- 1 May Open\n- 2 May Solved',
  ],
  form: [
    {
      type: 'form',
      id: 'f',
      secret: true,
      submit: 'OK',
      fields: [{ name: 'code', label: 'Code', kind: 'code', required: true, hint: 'six digits' }],
    },
    '[Code] (six digits)',
  ],
  steps: [
    { type: 'steps', title: 'How', items: ['**Open** it', 'Tap'] },
    'How\n1. Open it\n2. Tap',
  ],
  quote: [
    {
      type: 'quote',
      title: 'Cost',
      rows,
      total: { label: 'Total', value: '€6.00' },
      note: 'Today',
    },
    'Cost\nAmount: €5.00\nTotal: €6.00\nToday',
  ],
  file_request: [
    { type: 'file_request', id: 'r', hint: 'Photos', filesMax: 2, types: [], skip: 'Without' },
    '[Photos]\n[Without]',
  ],
};

test.each(Object.entries(cases))(
  '%s can be read where there is nothing but text',
  (_, [block, text]) => {
    expect(plainText(block)).toBe(text);
  },
);

test('choices that were listed just before take one line', () => {
  const options = [
    { value: 'a', label: 'A' },
    { value: 'b', label: 'B' },
  ];
  expect(plainText({ type: 'choices', id: 'c', options, again: true })).toBe('1) A  2) B');
});

test.each([
  [1, '[a.png, 1 KB]'],
  [300_000, '[a.png, 293 KB]'],
  [5_000_000, '[a.png, 4.8 MB]'],
])('a file of %d bytes reads as %s', (bytes, text) => {
  expect(fileText({ id: 'f', name: 'a.png', type: 'image/png', bytes })).toBe(text);
});
