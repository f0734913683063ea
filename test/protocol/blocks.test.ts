import { describe } from 'vitest';
import { blockSchema, fileRefSchema } from '../../src/protocol/blocks.ts';
import { fileKinds } from './samples.ts';
import { holdsShape } from './wire-contract.ts';

const block = { schema: blockSchema, open: true } as const;
const tones = ['good', 'wait', 'bad', 'plain'];

describe('what the bot shows', () => {
  holdsShape('text', { ...block, example: { type: 'text', text: 'Hello' } });

  holdsShape('choices', {
    ...block,
    example: {
      type: 'choices',
      id: 'which',
      options: [{ value: 'a', label: 'The first', detail: 'of May' }],
      again: true,
    },
    optional: ['again', 'options[].detail'],
  });

  holdsShape('card', {
    ...block,
    example: {
      type: 'card',
      kind: 'refund',
      title: 'Refund',
      rows: [{ label: 'Amount', value: '12.50' }],
      state: { label: 'Under way', tone: 'wait' },
      timeline: [{ label: 'Asked', time: '10:00', tone: 'good' }],
    },
    optional: ['state', 'timeline'],
    words: {
      kind: ['transaction', 'refund', 'withdrawal', 'ticket', 'dispute', 'consent', 'account'],
      'state.tone': tones,
      'timeline[].tone': tones,
    },
  });

  holdsShape('form', {
    ...block,
    example: {
      type: 'form',
      id: 'code',
      secret: true,
      submit: 'Send',
      fields: [{ name: 'code', label: 'Code', kind: 'code', required: true, hint: 'Six digits' }],
    },
    optional: ['fields[].hint'],
    words: { 'fields[].kind': ['text', 'amount', 'date', 'email', 'phone', 'code'] },
  });

  holdsShape('steps', {
    ...block,
    example: { type: 'steps', title: 'How', items: ['Open it', 'Close it'] },
    optional: ['title'],
  });

  holdsShape('quote', {
    ...block,
    example: {
      type: 'quote',
      title: 'What it costs',
      rows: [{ label: 'Fee', value: '1.00' }],
      total: { label: 'In all', value: '13.50' },
      note: 'For ten minutes',
    },
    optional: ['note'],
  });

  holdsShape('file request', {
    ...block,
    example: {
      type: 'file_request',
      id: 'proof',
      hint: 'A photo',
      filesMax: 3,
      types: fileKinds,
      skip: 'Without',
    },
    optional: ['skip'],
    words: { 'types[]': fileKinds },
    whole: ['filesMax'],
  });
});

holdsShape('a file', {
  schema: fileRefSchema,
  open: true,
  example: {
    id: 'f-1',
    name: 'receipt.jpg',
    type: 'image/jpeg',
    bytes: 4096,
    width: 640,
    height: 480,
  },
  optional: ['width', 'height'],
  words: { type: fileKinds },
  within: { bytes: [0, Number.MAX_SAFE_INTEGER] },
  whole: ['bytes', 'width', 'height'],
});
