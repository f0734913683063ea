import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { Owner } from '../../src/core/index.ts';
import { changesOwner, mayCommand } from '../../src/handoff/index.ts';

const bot: Owner = { by: 'bot', epoch: 3 };
const queue: Owner = {
  by: 'queue',
  epoch: 4,
  sinceMs: 10,
  priority: 'money',
  queue: 'default',
  reason: 'refund_request',
};
const ann: Owner = { by: 'agent', epoch: 5, sinceMs: 20, agentId: 'a1', agentName: 'Ann' };
const speaking = fc.constantFrom('say', 'return_to_bot', 'close');

test('a queued or bot conversation may be accepted by anyone', () => {
  expect(mayCommand({ owner: queue, closed: false }, { agentId: 'a2' }, 'accept')).toEqual({
    ok: true,
  });
  expect(mayCommand({ owner: bot, closed: false }, { agentId: 'a2' }, 'accept')).toEqual({
    ok: true,
  });
});

test('one that another agent has is already taken, by name', () => {
  expect(mayCommand({ owner: ann, closed: false }, { agentId: 'a2' }, 'accept')).toEqual({
    ok: false,
    code: 'already_taken',
    by: 'Ann',
  });
});

test('accepting what one has is allowed and changes nothing', () => {
  expect(mayCommand({ owner: ann, closed: false }, { agentId: 'a1' }, 'accept')).toEqual({
    ok: true,
  });
  expect(changesOwner({ owner: ann, closed: false }, 'a1')).toBe(false);
  expect(changesOwner({ owner: ann, closed: false }, 'a2')).toBe(true);
  expect(changesOwner({ owner: queue, closed: false }, 'a1')).toBe(true);
});

test('only the owner speaks, closes and returns', () => {
  for (const command of ['say', 'close', 'return_to_bot'] as const) {
    expect(mayCommand({ owner: ann, closed: false }, { agentId: 'a1' }, command)).toEqual({
      ok: true,
    });
    expect(mayCommand({ owner: ann, closed: false }, { agentId: 'a2' }, command)).toEqual({
      ok: false,
      code: 'not_owner',
      by: 'Ann',
    });
    expect(mayCommand({ owner: queue, closed: false }, { agentId: 'a1' }, command)).toEqual({
      ok: false,
      code: 'not_owner',
      by: '',
    });
    expect(mayCommand({ owner: bot, closed: false }, { agentId: 'a1' }, command)).toEqual({
      ok: false,
      code: 'not_owner',
      by: '',
    });
  }
});

test('after closing nobody speaks before accepting it again, not even the former owner', () => {
  expect(mayCommand({ owner: ann, closed: true }, { agentId: 'a1' }, 'say')).toEqual({
    ok: false,
    code: 'not_owner',
    by: '',
  });
  expect(mayCommand({ owner: ann, closed: true }, { agentId: 'a2' }, 'accept')).toEqual({
    ok: true,
  });
  expect(changesOwner({ owner: ann, closed: true }, 'a1')).toBe(true);
});

test('a note is always allowed', () => {
  for (const owner of [bot, queue, ann]) {
    for (const closed of [true, false]) {
      expect(mayCommand({ owner, closed }, { agentId: 'a9' }, 'note')).toEqual({ ok: true });
    }
  }
});

test('exactly the owner of an open conversation may speak, close and return', () => {
  const owners = fc.oneof(
    fc.constant(bot),
    fc.constant(queue),
    fc.constantFrom('a1', 'a2', 'a3').map((agentId): Owner => ({ ...ann, agentId })),
  );
  fc.assert(
    fc.property(owners, fc.boolean(), speaking, (owner, closed, command) => {
      const allowed = ['a1', 'a2', 'a3'].filter(
        (id) => mayCommand({ owner, closed }, { agentId: id }, command).ok,
      );
      expect(allowed).toEqual(owner.by === 'agent' && !closed ? [owner.agentId] : []);
    }),
  );
});

const offered: Owner = {
  ...queue,
  offer: { offerId: 'o1', agentId: 'a1', agentName: 'Ann', untilMs: 99 },
};
const boss = { agentId: 'a9', supervises: true };

test('an offer is declined by whom it is made to and by nobody else, but taken by anyone', () => {
  const standing = { owner: offered, closed: false };
  expect(mayCommand(standing, { agentId: 'a1' }, 'decline')).toEqual({ ok: true });
  expect(mayCommand(standing, { agentId: 'a2' }, 'decline')).toEqual({
    ok: false,
    code: 'conflict',
  });
  expect(mayCommand(standing, { agentId: 'a2' }, 'accept')).toEqual({ ok: true });
});

test('taking over and moving what waits is for supervisors', () => {
  const held = { owner: ann, closed: false };
  const waits = { owner: queue, closed: false };
  expect(mayCommand(held, { agentId: 'a2' }, 'take_over')).toEqual({
    ok: false,
    code: 'forbidden',
  });
  expect(mayCommand(held, boss, 'take_over')).toEqual({ ok: true });
  expect(mayCommand(held, boss, 'transfer')).toEqual({ ok: true });
  expect(mayCommand(waits, { agentId: 'a2' }, 'reroute')).toEqual({ ok: false, code: 'forbidden' });
  expect(mayCommand(waits, boss, 'reroute')).toEqual({ ok: true });
  expect(mayCommand(held, boss, 'reroute')).toEqual({ ok: false, code: 'conflict' });
  // Also a supervisor speaks only in what is their own.
  expect(mayCommand(held, boss, 'say')).toEqual({ ok: false, code: 'not_owner', by: 'Ann' });
});

test('what came of it is written up by who closed it, or a supervisor, while there is time', () => {
  const closed = { owner: bot, closed: true, wrapUp: { agentId: 'a1' } };
  expect(mayCommand(closed, { agentId: 'a1' }, 'wrap_up')).toEqual({ ok: true });
  expect(mayCommand(closed, boss, 'wrap_up')).toEqual({ ok: true });
  expect(mayCommand(closed, { agentId: 'a2' }, 'wrap_up').ok).toBe(false);
  expect(mayCommand({ owner: bot, closed: true }, { agentId: 'a1' }, 'wrap_up').ok).toBe(false);
});

test('every word and order to a customer is its owner’s alone', () => {
  for (const command of ['say', 'snooze', 'wake', 'return_to_bot', 'close'] as const) {
    const of = (owner: Owner, agentId: string) =>
      mayCommand({ owner, closed: false }, { agentId, supervises: true }, command);
    expect([command, of(ann, 'a1')]).toEqual([command, { ok: true }]);
    expect([command, of(ann, 'a2')]).toEqual([
      command,
      { ok: false, code: 'not_owner', by: 'Ann' },
    ]);
    expect([command, of(queue, 'a1')]).toEqual([command, { ok: false, code: 'not_owner', by: '' }]);
  }
});

test('nobody passes on what nobody has, and only a supervisor what another has', () => {
  const may = (owner: Owner, closed: boolean, supervises: boolean, agentId = 'a2') =>
    mayCommand({ owner, closed }, { agentId, supervises }, 'transfer');
  const nobodys = { ok: false, code: 'not_owner', by: '' };
  expect(may(ann, false, false, 'a1')).toEqual({ ok: true });
  expect(may(ann, false, true)).toEqual({ ok: true });
  expect(may(ann, false, false)).toEqual({ ok: false, code: 'not_owner', by: 'Ann' });
  for (const supervises of [true, false]) {
    expect(may(queue, false, supervises)).toEqual(nobodys);
    expect(may(bot, false, supervises)).toEqual(nobodys);
    expect(may(ann, true, supervises, 'a1')).toEqual(nobodys);
  }
});

test('supervisors alone take over and send elsewhere, and only what waits is sent', () => {
  const may = (
    command: 'take_over' | 'reroute',
    owner: Owner,
    closed: boolean,
    supervises: boolean,
  ) => mayCommand({ owner, closed }, { agentId: 'a2', supervises }, command);
  const forbidden = { ok: false, code: 'forbidden' };
  const conflicting = { ok: false, code: 'conflict' };
  for (const owner of [bot, queue, ann]) {
    expect(may('take_over', owner, false, false)).toEqual(forbidden);
    expect(may('reroute', owner, false, false)).toEqual(forbidden);
    expect(may('take_over', owner, false, true)).toEqual({ ok: true });
  }
  expect(may('reroute', queue, false, true)).toEqual({ ok: true });
  expect(may('reroute', queue, true, true)).toEqual(conflicting);
  expect(may('reroute', ann, false, true)).toEqual(conflicting);
});
