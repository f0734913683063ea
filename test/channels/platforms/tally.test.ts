import { expect, test } from 'vitest';
import { Tally } from '../../../src/channels/platforms/tally.ts';

function setUp() {
  let nowMs = 1000;
  const tally = new Tally(() => nowMs);
  return { tally, pass: (ms: number) => (nowMs += ms) };
}

test('a platform is quiet at first, works once something went, and fails until something goes again', () => {
  const { tally, pass } = setUp();
  const state = () => tally.health('telegram').state;
  expect(state()).toBe('quiet');
  tally.received('telegram');
  tally.sent('telegram');
  expect(state()).toBe('working');
  pass(500);
  tally.delayed('telegram', 'http_429');
  expect(tally.health('telegram')).toEqual({
    channel: 'telegram',
    state: 'failing',
    received: 1,
    refused: 0,
    sent: 1,
    delayed: 1,
    failed: 0,
    lastReceivedMs: 1000,
    lastSentMs: 1000,
    lastFault: 'http_429',
    lastFaultMs: 1500,
  });
  tally.sent('telegram');
  expect(state()).toBe('working');
  tally.failed('telegram', 'blocked');
  expect(state()).toBe('failing');
  expect(tally.health('line').state).toBe('quiet');
});

test('a stranger’s forged webhook is counted and does not make a platform look broken', () => {
  const { tally } = setUp();
  tally.received('telegram');
  tally.refused('telegram', 'signature wrong');
  expect(tally.health('telegram')).toMatchObject({ state: 'working', refused: 1 });
});

test('a mailbox that could not be read fails until it is read, letters or none', () => {
  const { tally } = setUp();
  tally.unread('email', 'the mailbox could not be read');
  expect(tally.health('email')).toMatchObject({ state: 'failing', refused: 0 });
  tally.fetched('email');
  expect(tally.health('email').state).toBe('quiet');
});

test('a second’s worth of messages goes at once, and the next are told how long to wait', () => {
  const { tally, pass } = setUp();
  const waits = Array.from({ length: 12 }, () => tally.pace('line', 10, 1000));
  expect(waits.filter((ms) => ms === 0)).toHaveLength(11);
  expect(waits.at(-1)).toBeGreaterThan(0);
  pass(1000);
  expect(tally.pace('line', 10, 2000)).toBe(0);
});
