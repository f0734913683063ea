import { expect, test } from 'vitest';
import type { OutgoingShown, WireEvent } from '../../web-widget/src/chat/index.ts';
import { counterpart, liveSeq, toRows } from '../../web-widget/src/view/rows.ts';
import type { MessageRow } from '../../web-widget/src/view/rows.ts';

const dayMs = 86_400_000;
const dayOf = (atMs: number) => String(Math.floor(atMs / dayMs));
const customer = (seq: number, text: string, atMs = seq): WireEvent => ({
  type: 'message',
  seq,
  atMs,
  from: 'customer',
  cid: `m${seq}`,
  text,
});
const bot = (seq: number, ...options: string[]): WireEvent => ({
  type: 'message',
  seq,
  atMs: seq,
  from: 'bot',
  language: 'en',
  blocks: [
    { type: 'text', text: `bot ${seq}` },
    ...(options.length > 0
      ? [
          {
            type: 'choices' as const,
            id: `c${seq}`,
            options: options.map((label) => ({ value: label, label })),
          },
        ]
      : []),
  ],
});
const handoff = (seq: number, state: 'queued' | 'accepted' | 'returned'): WireEvent => ({
  type: 'handoff',
  seq,
  atMs: seq,
  state,
  ...(state === 'accepted' && { agentName: 'Ana' }),
});
const code = (seq: number, result: 'passed' | 'wrong'): WireEvent => ({
  type: 'code',
  seq,
  atMs: seq,
  result,
  attemptsLeft: 2,
});
const outgoing = (text: string, state: OutgoingShown['state'] = 'sending'): OutgoingShown => ({
  message: { cid: `out-${text}`, atMs: 100, text },
  state,
});

test('only the latest choices may be answered, and none once the customer has gone on', () => {
  expect(liveSeq([bot(1, 'a'), bot(2, 'b'), bot(3)], [])).toBe(2);
  expect(liveSeq([bot(1, 'a'), customer(2, 'a')], [])).toBeUndefined();
  expect(liveSeq([bot(1, 'a')], [outgoing('a')])).toBeUndefined();
  expect(liveSeq([bot(1, 'a')], [outgoing('a', 'failed')])).toBe(1);
});

test('a person who takes over and a code that passed end what was asked; a wrong code does not', () => {
  expect(liveSeq([bot(1, 'a'), handoff(2, 'queued')], [])).toBe(1);
  expect(liveSeq([bot(1, 'a'), handoff(2, 'accepted')], [])).toBeUndefined();
  expect(liveSeq([bot(1, 'a'), code(2, 'wrong')], [])).toBe(1);
  expect(liveSeq([bot(1, 'a'), code(2, 'passed')], [])).toBeUndefined();
});

test('who answers follows the hand-offs', () => {
  expect(counterpart([])).toEqual({ by: 'bot' });
  expect(counterpart([handoff(1, 'queued')])).toEqual({ by: 'queue' });
  expect(counterpart([handoff(1, 'queued'), handoff(2, 'accepted'), bot(3)])).toEqual({
    by: 'agent',
    name: 'Ana',
  });
  expect(counterpart([handoff(1, 'accepted'), handoff(2, 'returned')])).toEqual({ by: 'bot' });
});

test('a message keeps its key when it is stored, so its line is not drawn anew', () => {
  const [before] = toRows([], [outgoing('hello')], dayOf).slice(-1);
  const stored: WireEvent = {
    type: 'message',
    seq: 1,
    atMs: 100,
    from: 'customer',
    cid: 'out-hello',
    text: 'hello',
  };
  const [after] = toRows([stored], [], dayOf).slice(-1);
  expect(after?.key).toBe(before?.key);
});

test('days are parted, runs of one speaker begin once, what is unsent comes last', () => {
  const rows = toRows(
    [bot(1), bot(2), customer(3, 'x', 4), customer(4, 'y', dayMs + 1)],
    [{ ...outgoing('z'), message: { cid: 'z', atMs: dayMs + 2, text: 'z' } }],
    dayOf,
  );
  const shape = rows.map((row) =>
    row.kind === 'message' ? `${row.key}${row.first ? '*' : ''}` : row.key,
  );
  expect(shape).toEqual(['day-0', 'seq-1*', 'seq-2', 'm3*', 'day-1', 'm4*', 'z']);
});

test('choices know which of them was taken', () => {
  const rows = toRows([bot(1, 'a', 'b'), customer(2, 'b')], [], dayOf);
  const asked = rows.find((row): row is MessageRow => row.key === 'seq-1');
  expect(asked?.answer).toBe('b');
});
