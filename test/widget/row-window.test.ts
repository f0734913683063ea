import { expect, test } from 'vitest';
import type { ChatState, WireEvent } from '../../web-widget/src/chat/index.ts';
import { createRowWindow } from '../../web-widget/src/view/row-window.ts';
import { botSaid } from '../support/widget-ports.ts';

const events = (from: number, to: number): readonly WireEvent[] =>
  Array.from({ length: to - from + 1 }, (_, at) => botSaid(from + at));

function chatOf(from: number, to: number): ChatState {
  return {
    phase: 'online',
    code: undefined,
    conv: 'c1',
    customer: false,
    loaded: true,
    language: 'en',
    transcript: { epoch: 'e1', from, last: to, events: events(from, to) },
    outgoing: [],
    secret: undefined,
    typing: undefined,
    place: undefined,
    readSeq: 0,
  };
}
const of = (from: number, to: number, shown = 200) => ({
  chat: chatOf(from, to),
  shown,
  rating: false,
});
const messages = (rows: readonly { readonly kind: string; readonly key: string }[]) =>
  rows.filter(({ kind }) => kind === 'message').map(({ key }) => Number(key.slice(4)));

test('however long a conversation, no more rows are drawn than are shown, and the newest always is', () => {
  const window = createRowWindow();
  for (let last = 1; last <= 1_000; last += 1) {
    const drawn = messages(window.rows(of(1, last), true));
    expect(drawn.at(-1)).toBe(last);
    expect(drawn.length).toBeLessThanOrEqual(200);
    expect(drawn.length).toBeGreaterThanOrEqual(last <= 200 ? last : 150);
    expect(window.cut).toBe(drawn.length < last);
  }
});

test('what fits is drawn whole, also when most of it comes at once', () => {
  const window = createRowWindow();
  window.rows(of(1, 1), true);
  expect(messages(window.rows(of(1, 151), true))).toHaveLength(151);
  expect(window.cut).toBe(false);
});

test('rows leave many at once: at most messages nothing moves', () => {
  const window = createRowWindow();
  let moved = 0;
  let first: number | undefined;
  for (let last = 300; last < 600; last += 1) {
    const drawn = messages(window.rows(of(1, last), true));
    if (first !== undefined && drawn[0] !== first) moved += 1;
    first = drawn[0];
  }
  expect(moved).toBeLessThanOrEqual(6);
});

test('nothing leaves above the eyes of somebody who reads further up, until they are back at the end', () => {
  const window = createRowWindow();
  const before = messages(window.rows(of(1, 200), true));
  for (let last = 201; last <= 400; last += 1) {
    const drawn = messages(window.rows(of(1, last), false));
    expect(drawn[0]).toBe(before[0]);
  }
  expect(messages(window.rows(of(1, 401), true)).length).toBeLessThanOrEqual(200);
});

test('older ones come in front when more are to be shown, also from an older page', () => {
  const window = createRowWindow();
  expect(messages(window.rows(of(101, 500), true))[0]).toBeGreaterThan(300);
  expect(messages(window.rows(of(101, 500, 300), false))[0]).toBe(201);
  expect(messages(window.rows(of(51, 500, 500), false))[0]).toBe(51);
});

test('another conversation begins at its beginning', () => {
  const window = createRowWindow();
  window.rows(of(1, 700), true);
  expect(messages(window.rows(of(1, 3), true))).toEqual([1, 2, 3]);
});
