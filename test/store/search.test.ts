import { describe, expect, test } from 'vitest';
import type { ConversationEvent } from '../../src/dialogue/index.ts';
import { nameKeys, nameQuery, shownName } from '../../src/store/customer-names.ts';
import { keysOf, wordsOf } from '../../src/store/desk-facts.ts';
import { foldForSearch, indexText, textQuery } from '../../src/store/search-text.ts';

const agent = { agentId: 'a-1', agentName: 'Ana' };

describe('words as they are looked for', () => {
  test('are one whatever their width, case, accents, vowel signs and variants of letters', () => {
    expect(foldForSearch('ＣＡＦÉ')).toBe('cafe');
    expect(foldForSearch('Ñandú')).toBe('nandu');
    expect(foldForSearch('مُدَرِّسة')).toBe('مدرسه');
    expect(foldForSearch('مصطفـــى')).toBe('مصطفي');
    expect(foldForSearch('zero\u200Bwidth')).toBe('zerowidth');
  });

  test('of scripts without spaces are split into signs', () => {
    expect(indexText('退款ok').trim().split(/\s+/)).toEqual(['退', '款', 'ok']);
    expect(indexText('환불')).toBe(' 환  불 ');
    expect(textQuery('退款')).toEqual({ match: '"退  款"', words: ['退款'] });
  });

  test('are letters and digits in quotes, and nothing that was typed is syntax', () => {
    expect(textQuery('refund* OR "x" NEAR(y)')?.match).toBe(
      '"refund" AND "or" AND "x" AND "near" AND "y"',
    );
    expect(textQuery('  -- !! ')).toBeUndefined();
    expect(textQuery('')).toBeUndefined();
  });

  test('may be only begun in the last of them, from two letters on', () => {
    expect(textQuery('my ref')?.match).toBe('"my" AND "ref"*');
    expect(textQuery('my re')?.match).toBe('"my" AND "re"*');
    expect(textQuery('my r')?.match).toBe('"my" AND "r"');
    expect(textQuery('my 退')?.match).toBe('"my" AND "退"');
  });

  test('are twelve of 64 letters at most', () => {
    const many = textQuery(Array.from({ length: 13 }, (_, n) => `w${n}`).join(' '));
    expect(many?.words).toEqual(Array.from({ length: 12 }, (_, n) => `w${n}`));
    expect(textQuery('x'.repeat(65))?.words).toEqual(['x'.repeat(64)]);
  });
});

describe('the name of a customer', () => {
  test('leads to them from each of its words on, six at most', () => {
    expect(nameKeys('  José  da-Silva ')).toEqual(['jose da silva', 'da silva', 'silva']);
    expect(nameKeys('a b c d e f g')).toEqual([
      'a b c d e f',
      'b c d e f',
      'c d e f',
      'd e f',
      'e f',
      'f',
    ]);
    expect(nameKeys(' .. ')).toEqual([]);
    expect(nameKeys(`${'x'.repeat(79)} yz`)).toEqual(['x'.repeat(79)]);
  });

  test('is asked for by three letters, or two signs, and never by digits', () => {
    expect(nameQuery(' Jo ')).toBeUndefined();
    expect(nameQuery(' JOS ')).toBe('jos');
    expect(nameQuery('王')).toBeUndefined();
    expect(nameQuery('王伟')).toBe('王伟');
    expect(nameQuery('tx-1234')).toBeUndefined();
    expect(nameQuery('٣٤٥٦')).toBeUndefined();
    expect(nameQuery('')).toBeUndefined();
  });

  test('is shown in one line of 80 letters', () => {
    expect(shownName('  Li \n\t Wei ')).toBe('Li Wei');
    expect(shownName('x'.repeat(81))).toBe('x'.repeat(80));
    expect(shownName(`${'x'.repeat(79)} y`)).toBe('x'.repeat(79));
  });
});

describe('what a conversation is found by', () => {
  test('is what people wrote, in messages, forms, notes and ratings', () => {
    const words = (event: ConversationEvent) => wordsOf(event);
    expect(words({ type: 'message.received', cid: 'm', text: 'hi' })).toBe('hi');
    const form = { id: 'f', fields: { a: 'one', b: 'two' } };
    expect(words({ type: 'message.received', cid: 'm', text: 'hi', form })).toBe('hi\none\ntwo');
    expect(words({ type: 'agent.said', cid: 'm', ...agent, text: 'hello' })).toBe('hello');
    expect(words({ type: 'agent.noted', cid: 'm', ...agent, text: 'seen' })).toBe('seen');
    const given = { type: 'satisfaction.given', score: 5 } as const;
    expect(words({ ...given, comment: 'quick' } as ConversationEvent)).toBe('quick');
    expect(words(given as ConversationEvent)).toBe('');
    expect(words({ type: 'identity.bound', customerId: 'lin' })).toBe('');
  });

  const keys = (event: object) =>
    keysOf(event as ConversationEvent).map(({ kind, key }) => `${kind} ${key}`);

  test('is its customer and its tags', () => {
    expect(keys({ type: 'identity.bound', customerId: 'LIN-Wei' })).toEqual(['customer lin-wei']);
    expect(keys({ type: 'identity.bound', customerId: null })).toEqual([]);
    expect(keys({ type: 'identity.bound', customerId: 'X'.repeat(200) })).toEqual([
      `customer ${'x'.repeat(128)}`,
    ]);
    expect(keys({ type: 'conversation.tagged', tags: ['VIP', 'new'] })).toEqual([
      'tag vip',
      'tag new',
    ]);
    expect(keys({ type: 'handoff.released', to: 'bot' })).toEqual([]);
  });

  test.each(['action.requested', 'agent_action.requested'])(
    'is what ids the arguments of %s have, at any of the first depths',
    (type) => {
      const args = {
        transactionId: 'TX-1',
        id: 'abc',
        receipt: 'RC-9',
        note: 'TX-2',
        idea: 'tx-3',
        myidx: 'tx-4',
        shortId: 'ab',
        amountId: 7,
        none: null,
        inner: { deepId: 'deep-1', list: [{ id: 'deep-2' }, 'deep-3'] },
      };
      expect(keys({ type, args })).toEqual(
        ['tx-1', 'abc', 'rc-9', 'deep-1', 'deep-2'].map((id) => `reference ${id}`),
      );
      const nested = (depth: number): object =>
        depth === 0 ? { id: 'found' } : { in: nested(depth - 1) };
      expect(keys({ type, args: nested(3) })).toEqual(['reference found']);
      expect(keys({ type, args: nested(4) })).toEqual([]);
      const many = Array.from({ length: 70 }, (_, n) => ({ id: `id-${n}` }));
      expect(keys({ type, args: { many } })).toHaveLength(60);
      expect(keys({ type, args: { a: { id: 'twice' }, b: { id: 'twice' } } })).toHaveLength(1);
    },
  );

  test.each(['action.ended', 'agent_action.ended'])(
    'is what %s brought when it went well, and nothing when it was refused',
    (type) => {
      const result = { refundId: 'RF-1' };
      expect(keys({ type, outcome: { kind: 'ok', result, receipt: 'r' } })).toEqual([
        'reference rf-1',
      ]);
      expect(keys({ type, outcome: { kind: 'refused', reason: 'frozen', result } })).toEqual([]);
    },
  );

  test('is the number of its ticket', () => {
    expect(keys({ type: 'ticket.changed', ticketId: 'T-77' })).toEqual(['reference t-77']);
  });
});
