import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drivers } from '../../../src/channels/platforms/drivers.ts';
import type { Piece } from '../../../src/channels/platforms/pieces.ts';
import { runsOf, type Part } from '../../../src/channels/platforms/runs.ts';
import { lengthOf } from '../../../src/channels/platforms/split.ts';
import { parseClientMessageId } from '../../../src/core/index.ts';
import type { ConversationEvent } from '../../../src/dialogue/index.ts';

const cid = parseClientMessageId('ana-1');
if (!cid) throw new Error('no id');
const agentSaid = {
  type: 'agent.said',
  cid,
  agentId: 'agent-ana',
  agentName: 'Ana',
  text: 'x',
} as const;
const botSaid = { type: 'bot.said', language: 'en', says: [], blocks: [] } as const;

const partOf = (piece: Piece, pos: number, event: ConversationEvent = botSaid): Part => ({
  logged: { pos, seq: pos, atMs: 0, event },
  index: 0,
  piece,
});
const text = (words: string): Piece => ({ kind: 'text', text: words });
const menu = (words: string): Piece => ({
  kind: 'text',
  text: words,
  choices: { style: 'buttons', options: [{ data: 'c:AAAAAAAAAAA:0', label: 'Yes' }] },
});
const file: Piece = {
  kind: 'file',
  file: { id: `f_${'0'.repeat(32)}`, name: 'a.png', type: 'image/png', bytes: 9 },
};
const shown = (pieces: readonly Piece[], name: 'wechat' | 'wecom' | 'telegram' = 'wechat') =>
  runsOf(
    pieces.map((piece, nth) => partOf(piece, nth + 1)),
    drivers[name].facts,
  ).map(({ piece }) => (piece.kind === 'file' ? 'a file' : piece.text));

describe('messages that a platform counts', () => {
  test('are as few as they can be: texts behind each other are one, and stand above the menu that follows', () => {
    expect(
      shown([text('Hello.'), text('Your refund is under way.'), menu('Anything else?')]),
    ).toEqual(['Hello.\n\nYour refund is under way.\n\nAnything else?']);
    const [run] = runsOf(
      [partOf(text('Hello.'), 1), partOf(menu('Which?'), 2)],
      drivers.wecom.facts,
    );
    expect(run?.piece).toMatchObject({ choices: { options: [{ label: 'Yes' }] } });
  });

  test('are not joined below a menu or with a file', () => {
    expect(shown([menu('Which?'), text('I wait.'), file, text('There.')])).toEqual([
      'Which?',
      'I wait.',
      'a file',
      'There.',
    ]);
  });

  test('do not put the bot’s words into an agent’s message', () => {
    const parts = [
      partOf(text('Bye!'), 1, agentSaid),
      partOf(text('I see to it.'), 2, agentSaid),
      partOf(text('I am the assistant again.'), 3),
    ];
    expect(runsOf(parts, drivers.wechat.facts).map((run) => run.parts.length)).toEqual([2, 1]);
  });

  test('hold every part once and in order, and no more than a message takes', () => {
    const words = fc.oneof(
      fc.string({ minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 680 }).map((n) => '请'.repeat(n)),
    );
    const pieces = fc.array(
      fc.oneof(
        words.map(text),
        words.map((one) => menu(one.slice(0, 300))),
        fc.constant(file),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(pieces, fc.constantFrom('wechat' as const, 'wecom' as const), (all, name) => {
        const { facts } = drivers[name];
        const parts = all.map((piece, nth) => partOf(piece, nth + 1));
        const runs = runsOf(parts, facts);
        expect(runs.flatMap((run) => run.parts)).toEqual(parts);
        for (const { piece, parts: joined } of runs) {
          if (piece.kind === 'file') continue;
          const max = piece.choices ? (facts.choiceTextMax ?? 0) : facts.text.max;
          expect(lengthOf(piece.text, facts.text.unit)).toBeLessThanOrEqual(max);
          expect(piece.text).toBe(
            joined.map((part) => (part.piece.kind === 'text' ? part.piece.text : '')).join('\n\n'),
          );
        }
      }),
    );
  });
});

test('messages that nobody counts stay as they were said', () => {
  expect(shown([text('Hello.'), text('There.')], 'telegram')).toEqual(['Hello.', 'There.']);
});
