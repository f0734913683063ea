import { describe, expect, test } from 'vitest';
import {
  agentSchedule,
  isOpen,
  isStaffed,
  nextOpeningMs,
  openMsLater,
  localValues,
  phoneSchedule,
  workspaceSchema,
  workspaceValues,
} from '../../src/workspace/index.ts';
import type { Schedule, Workspace } from '../../src/workspace/index.ts';

function workspace(part: object = {}): Workspace {
  return workspaceSchema.parse(part);
}

const at = (iso: string): number => Temporal.Instant.from(iso).epochMilliseconds;

test.for([
  ['2026-11-23T08:59:59.999+08:00', false, 'Monday, a moment before nine'],
  ['2026-11-23T09:00:00+08:00', true, 'Monday at nine'],
  ['2026-11-27T17:59:59.999+08:00', true, 'Friday, a moment before six'],
  ['2026-11-27T18:00:00+08:00', false, 'Friday at six'],
  ['2026-11-28T12:00:00+08:00', false, 'Saturday'],
  ['2026-11-23T00:30:00Z', false, 'Monday 08:30 in Shanghai'],
  ['2026-11-23T01:30:00Z', true, 'Monday 09:30 in Shanghai'],
] as const)('%s: staffed is %s (%s)', ([iso, staffed]) => {
  expect(isStaffed(workspace(), at(iso))).toBe(staffed);
});

test('the phone is open every day of the week in its own hours', () => {
  const phone = phoneSchedule(workspace());
  expect(isOpen(phone, at('2026-11-29T21:59:00+08:00'))).toBe(true);
  expect(isOpen(phone, at('2026-11-29T22:00:00+08:00'))).toBe(false);
});

test('a holiday is closed, or open at its own hours, for agents and not for the phone', () => {
  const held = workspace({
    agents: {
      holidays: [
        { date: '2026-10-01', name: 'National Day' },
        // A Saturday worked in exchange.
        { date: '2026-10-10', open: [{ from: '10:00', to: '12:00' }] },
      ],
    },
  });
  expect(isStaffed(held, at('2026-10-01T10:00:00+08:00'))).toBe(false);
  expect(isOpen(phoneSchedule(held), at('2026-10-01T10:00:00+08:00'))).toBe(true);
  expect(isStaffed(held, at('2026-10-10T11:00:00+08:00'))).toBe(true);
  expect(isStaffed(held, at('2026-10-10T13:00:00+08:00'))).toBe(false);
});

test.for([
  ['2026-11-25T10:00:00+08:00', '2026-11-25T10:00:00+08:00', 'open: now'],
  ['2026-11-25T08:00:00+08:00', '2026-11-25T09:00:00+08:00', 'before opening: today'],
  ['2026-11-25T18:00:00+08:00', '2026-11-26T09:00:00+08:00', 'after closing: tomorrow'],
  ['2026-11-27T20:00:00+08:00', '2026-11-30T09:00:00+08:00', 'Friday evening: Monday'],
] as const)('from %s the next opening is %s (%s)', ([from, opening]) => {
  expect(nextOpeningMs(agentSchedule(workspace()), at(from))).toBe(at(opening));
});

test('the next opening is found behind a week of holidays, and is none where there are no hours', () => {
  const dates = ['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'];
  const held = workspace({ agents: { holidays: dates.map((date) => ({ date })) } });
  const next = nextOpeningMs(agentSchedule(held), at('2026-09-30T18:00:00+08:00'));
  expect(next).toBe(at('2026-10-08T09:00:00+08:00'));
  const never = agentSchedule(workspace({ agents: { hours: [] } }));
  expect(nextOpeningMs(never, at('2026-09-30T18:00:00+08:00'))).toBeUndefined();
});

const newYork: Schedule = {
  timeZone: 'America/New_York',
  hours: [
    { days: ['sun'], from: '02:15', to: '02:45' },
    { days: ['sun', 'mon'], from: '09:00', to: '24:00' },
  ],
  holidays: [],
};

test('hours follow the wall clock over a change of the clocks', () => {
  // The Sunday on which 02:00 to 03:00 does not exist: what was to begin in it begins an hour later.
  expect(isOpen(newYork, at('2026-03-08T03:14:00-04:00'))).toBe(false);
  expect(isOpen(newYork, at('2026-03-08T03:20:00-04:00'))).toBe(true);
  expect(nextOpeningMs(newYork, at('2026-03-07T12:00:00-05:00'))).toBe(
    at('2026-03-08T03:15:00-04:00'),
  );
  // The Sunday on which 01:00 to 02:00 comes twice.
  expect(isOpen(newYork, at('2026-11-01T09:00:00-05:00'))).toBe(true);
  expect(isOpen(newYork, at('2026-11-01T08:59:00-05:00'))).toBe(false);
});

test('a day that is open until midnight is open to its last moment', () => {
  expect(isOpen(newYork, at('2026-06-01T23:59:59.999-04:00'))).toBe(true);
  expect(isOpen(newYork, at('2026-06-02T00:00:00-04:00'))).toBe(false);
});

test('texts and flows get words as they are and terms as structures', () => {
  expect(workspaceValues(workspace({ brand: 'Blue Pay' }))).toEqual({
    brand: 'Blue Pay',
    timeZone: 'Asia/Shanghai',
    phone: '400-XXX-XXXX',
    phoneHours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '08:00', to: '22:00' }],
    agentHours: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }],
    email: 'support@okpay.example',
    emailAnswer: { hours: 24 },
    refundDays: { from: 1, to: 5 },
    withdrawalDays: { from: 1, to: 3 },
    silence: { reminderMinutes: 10, closeMinutes: 50 },
  });
});

describe('opening time that passes', () => {
  const schedule = {
    timeZone: 'Asia/Shanghai',
    hours: [
      { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '13:30', to: '18:00' },
      { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '12:00' },
    ],
    holidays: [{ date: '2026-11-24', open: [] }],
  } satisfies Schedule;
  const later = (from: string, minutes: number) => {
    const ms = openMsLater(schedule, Date.parse(`${from}+08:00`), minutes * 60_000);
    return ms === undefined ? undefined : new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16);
  };

  test('runs on while it is open and stands still over lunch, night and holiday', () => {
    expect(later('2026-11-23T09:00:00', 30)).toBe('2026-11-23T09:30');
    expect(later('2026-11-23T11:50:00', 30)).toBe('2026-11-23T13:50');
    expect(later('2026-11-23T17:50:00', 30)).toBe('2026-11-25T09:20');
    expect(later('2026-11-21T03:00:00', 60)).toBe('2026-11-23T10:00');
    expect(later('2026-11-23T09:00:00', 450)).toBe('2026-11-23T18:00');
  });

  test('is never over where it is never open', () => {
    expect(openMsLater({ ...schedule, hours: [] }, 0, 1)).toBeUndefined();
  });
});

const workdays = [1, 2, 3, 4, 5];

test.for([
  ['Europe/Madrid', '2026-11-23', { days: workdays, from: '02:00', to: '11:00' }],
  ['Europe/Madrid', '2026-07-01', { days: workdays, from: '03:00', to: '12:00' }],
  ['America/New_York', '2026-11-23', { days: [7, 1, 2, 3, 4], from: '20:00', to: '05:00' }],
  ['Pacific/Auckland', '2026-11-23', { days: workdays, from: '14:00', to: '23:00' }],
  ['Asia/Kolkata', '2026-11-23', { days: workdays, from: '06:30', to: '15:30' }],
] as const)(
  'by the clocks of %s on %s the hours are told as they are there',
  ([zone, day, span]) => {
    expect(localValues(workspace(), zone, at(`${day}T12:00:00Z`))).toEqual({ localHours: [span] });
  },
);

test.for(['Asia/Shanghai', 'Asia/Singapore', 'Mars/Base', ''])(
  'in %j there is nothing else to tell',
  (zone) => {
    expect(localValues(workspace(), zone, at('2026-11-23T12:00:00Z'))).toEqual({});
  },
);
