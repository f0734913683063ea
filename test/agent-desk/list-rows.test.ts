import {
  property,
  array,
  assert as check,
  integer,
  nat,
  shuffledSubarray,
  tuple,
} from 'fast-check';
import { expect, test } from 'vitest';
import { extend, splice } from '../../agent-desk/src/list-rows.ts';
import type { Held } from '../../agent-desk/src/list-rows.ts';
import type { DeskRow } from '../../src/protocol/index.ts';

function row(conv: string, lastAtMs = 0): DeskRow {
  return {
    conv,
    state: 'queued',
    queue: 'default',
    channel: 'web',
    language: 'en',
    customerId: null,
    owner: 'queue',
    agentId: null,
    agentName: null,
    priority: 'normal',
    reason: null,
    sinceMs: 0,
    lastAtMs,
    preview: null,
    previewBy: null,
    offer: null,
    snoozedUntilMs: null,
    wrapUpUntilMs: null,
    risk: 0,
    closed: false,
    cursor: `after ${conv}`,
  };
}

const rows = (...convs: readonly string[]): DeskRow[] => convs.map((conv) => row(conv));
const convsOf = ({ rows: all }: Held): readonly string[] => all.map(({ conv }) => conv);

test('a page takes the place of what it covers, and what lies behind it stays', () => {
  const held = { rows: rows('a', 'b', 'c', 'd', 'e'), next: 'after e' };
  const page = { rows: rows('b', 'x', 'd'), next: 'after d' };
  expect(splice(held, 1, page)).toMatchObject({ next: 'after e' });
  expect(convsOf(splice(held, 1, page))).toEqual(['a', 'b', 'x', 'd', 'e']);
});

test('a page whose end is not among what is held drops the rest: between the two, rows might be missing', () => {
  const held = { rows: rows('a', 'b', 'c'), next: 'after c' };
  const spliced = splice(held, 0, { rows: rows('x', 'y'), next: 'after y' });
  expect(convsOf(spliced)).toEqual(['x', 'y']);
  expect(spliced.next).toBe('after y');
  expect(splice(held, 0, { rows: rows('a'), next: null })).toEqual({ rows: rows('a'), next: null });
});

test('a conversation that moved up into the page is only there', () => {
  const held = { rows: rows('a', 'b', 'c', 'd'), next: null };
  const spliced = splice(held, 0, { rows: rows('d', 'a', 'b'), next: 'after b' });
  expect(convsOf(spliced)).toEqual(['d', 'a', 'b', 'c']);
});

test('an answer that says nothing new is the very same list, and unchanged rows stay the same', () => {
  const held = { rows: rows('a', 'b', 'c'), next: null };
  expect(splice(held, 0, { rows: rows('a', 'b', 'c'), next: null })).toBe(held);
  const moved = splice(held, 0, { rows: [row('a'), row('b', 5), row('c')], next: null });
  expect(moved).not.toBe(held);
  expect(moved.rows.map((each, index) => each === held.rows[index])).toEqual([true, false, true]);
});

test('a page behind takes over what moved down into it', () => {
  const held = { rows: rows('a', 'b', 'c'), next: 'after c' };
  const extended = extend(held, { rows: rows('a', 'd'), next: null });
  expect(convsOf(extended)).toEqual(['b', 'c', 'a', 'd']);
  expect(extended.rows[2]).toBe(held.rows[0]);
});

test('however the list moves, no conversation is in it twice and the page stands in it as it came', () => {
  const names = Array.from({ length: 12 }, (_, index) => `c${index}`);
  const lists = tuple(shuffledSubarray(names), shuffledSubarray(names), nat(12), integer());
  check(
    property(lists, array(nat(3)), ([before, now, from, end], changes) => {
      const held = { rows: rows(...before), next: 'more' };
      const page = {
        rows: now.map((conv, index) => row(conv, changes[index] ?? 0)),
        next: end % 2 === 0 ? null : 'more',
      };
      const all = convsOf(splice(held, Math.min(from, before.length), page));
      expect(new Set(all).size).toBe(all.length);
      const at = now[0] === undefined ? 0 : all.indexOf(now[0]);
      expect(all.slice(at, at + now.length)).toEqual(now);
    }),
  );
});
