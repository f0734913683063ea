import { describe, expect, test } from 'vitest';
import type { Owner } from '../../src/core/index.ts';
import { initialState } from '../../src/dialogue/index.ts';
import type {
  ConversationEvent,
  ConversationState,
  LoggedEvent,
} from '../../src/dialogue/index.ts';
import { moved, number, prepare, previewOf, waitEnded, type Head } from '../../src/store/change.ts';
import { firstPlace, placeOf } from '../../src/store/place.ts';
import type { AppendRequest } from '../../src/store/index.ts';
import { c1, heldBy, message, note, queued } from '../contracts/store/support.ts';

const state = (part: Partial<ConversationState>): ConversationState => ({
  ...initialState,
  started: true,
  language: 'es',
  ...part,
});
const bot: Owner = { by: 'bot', epoch: 1 };
const agent = { agentId: 'a-1', agentName: 'Ana' };
const at = (part: Partial<ConversationState>, former = firstPlace(5), atMs = 50) =>
  placeOf(state(part), former, atMs);

describe('where a conversation stands in the lists', () => {
  test('is with the bot at first, in no language and in nobody’s hands', () => {
    expect(firstPlace(5)).toEqual({
      customerId: null,
      language: 'und',
      owner: 'bot',
      stage: 'bot',
      agentId: null,
      agentName: null,
      offerId: null,
      priority: null,
      queue: null,
      reason: null,
      closed: 0,
      sinceMs: 5,
      rankMs: null,
      dueMs: null,
      risk: 0,
    });
    expect(at({ owner: bot, customerId: 'lin', risk: 40 })).toEqual({
      ...firstPlace(5),
      language: 'es',
      customerId: 'lin',
      risk: 40,
    });
  });

  test('is the very same when nothing of it changes, so that nothing is written', () => {
    const former = at({ owner: bot });
    expect(at({ owner: bot }, former, 99)).toBe(former);
    expect(at({ owner: bot, risk: 1 }, former, 99)).not.toBe(former);
  });

  test('is in the queue by its priority’s head start, with why and for which team', () => {
    expect(at({ owner: queued(60 * 60_000, 'money') })).toMatchObject({
      owner: 'queue',
      stage: 'queued',
      priority: 1,
      queue: 'default',
      reason: 'asked',
      sinceMs: 60 * 60_000,
      rankMs: 45 * 60_000,
      dueMs: null,
      agentId: null,
      offerId: null,
    });
  });

  test('is offered to one agent until the offer ends', () => {
    const offer = { offerId: 'o-1', ...agent, untilMs: 77 };
    const owner: Owner = { ...queued(7), offer } as Owner;
    expect(at({ owner })).toMatchObject({ stage: 'offered', ...agent, offerId: 'o-1', dueMs: 77 });
    expect(at({ owner, closed: true })).toMatchObject({
      stage: 'closed',
      agentId: null,
      agentName: null,
      offerId: null,
      dueMs: null,
    });
  });

  test('is an agent’s, as it came through the queue, or put aside until it wakes', () => {
    const asked = { priority: 'security', queue: 'fraud', reason: 'stolen' };
    const held = at({ owner: heldBy('a-1', 30), queued: asked as never });
    expect(held).toMatchObject({
      owner: 'agent',
      stage: 'agent',
      agentId: 'a-1',
      agentName: 'a-1',
      offerId: null,
      priority: 0,
      queue: 'fraud',
      reason: 'stolen',
      sinceMs: 30,
      rankMs: null,
      dueMs: null,
    });
    const snoozed = { ...heldBy('a-1', 30), snoozedUntilMs: 90 } as Owner;
    expect(at({ owner: snoozed })).toMatchObject({ stage: 'snoozed', dueMs: 90, priority: null });
    // What it waited for is the bot's no more once the bot has it again.
    expect(at({ owner: bot, queued: asked as never })).toMatchObject({
      priority: null,
      queue: null,
    });
  });

  test('closed, is written up by who had it as long as the time for it lasts', () => {
    const wrapUp = { ...agent, untilMs: 88 } as never;
    expect(at({ owner: bot, closed: true, wrapUp })).toMatchObject({
      stage: 'wrap_up',
      closed: 1,
      ...agent,
      dueMs: 88,
    });
    expect(at({ owner: bot, closed: true })).toMatchObject({
      stage: 'closed',
      closed: 1,
      agentId: null,
      dueMs: null,
    });
    // Written again meanwhile: the time still ends, and takes nobody's capacity.
    expect(at({ owner: bot, closed: false, wrapUp })).toMatchObject({
      stage: 'bot',
      agentId: null,
      agentName: null,
      dueMs: 88,
    });
    expect(at({ owner: heldBy('a-2', 1), closed: true, wrapUp })).toMatchObject({
      stage: 'wrap_up',
      agentId: 'a-1',
    });
  });

  test('counts from when it came there: a turn of the bot and a second close move nothing', () => {
    const withBot = at({ owner: bot }, firstPlace(5), 50);
    expect(withBot.sinceMs).toBe(5);
    const closed = at({ owner: bot, closed: true }, withBot, 60);
    expect(closed.sinceMs).toBe(60);
    expect(at({ owner: bot, closed: true, risk: 1 }, closed, 70).sinceMs).toBe(60);
    expect(at({ owner: bot }, closed, 80).sinceMs).toBe(80);
    const held = at({ owner: heldBy('a-1', 30) }, closed, 80);
    expect(held.sinceMs).toBe(30);
    expect(at({ owner: bot }, held, 90).sinceMs).toBe(90);
  });
});

const head: Head = { ...firstPlace(5), version: 4, seq: 2, inputPos: 3, handledPos: 3 };
const request = (
  events: readonly ConversationEvent[],
  more: Partial<AppendRequest> = {},
): AppendRequest => ({ conversationId: c1, atMs: 9, events, ...more });
const logged = (event: ConversationEvent, pos = 5): LoggedEvent => ({ pos, atMs: 9, event });

describe('the numbers of an append', () => {
  test('go on from the last, and only what the customer may see counts twice', () => {
    expect(number(head, request([note, message('m1'), note]))).toEqual([
      { pos: 5, atMs: 9, event: note },
      { pos: 6, seq: 3, atMs: 9, event: message('m1') },
      { pos: 7, atMs: 9, event: note },
    ]);
  });

  test('say what the bot has still to deal with, unless an agent has it', () => {
    const asked = request([message('m1')]);
    const events = number(head, asked);
    const counted = { version: 5, seq: 3, inputPos: 5, handledPos: 3 };
    expect(moved(head, asked, events, head)).toEqual({ ...counted, unhandled: 1 });
    const held = { ...head, owner: 'agent' } as const;
    expect(moved(head, asked, events, held)).toEqual({ ...counted, unhandled: 0 });
    const dealt = request([message('m1')], { snapshot: state({ handledPos: 5 }) });
    expect(moved(head, dealt, events, head)).toEqual({ ...counted, handledPos: 5, unhandled: 0 });
    const silent = request([note]);
    expect(moved(head, silent, number(head, silent), head)).toEqual({
      version: 5,
      seq: 2,
      inputPos: 3,
      handledPos: 3,
      unhandled: 0,
    });
  });

  test('need the version that a snapshot was made from', () => {
    expect(() => prepare(request([note], { snapshot: state({}) }))).toThrow(
      expect.objectContaining({
        code: 'internal',
        message: 'an append with a snapshot must say which version it expects',
      }) as Error,
    );
    const prepared = prepare(
      request([note], {
        expect: 4,
        snapshot: state({}),
        outbox: [{ id: 'e1', kind: 'x', dueAtMs: 1 }] as never,
      }),
    );
    expect([prepared.bodies.length, prepared.payloads]).toEqual([1, ['null']]);
    expect(prepared.snapshot).toContain('"language":"es"');
    expect(prepare(request([note])).snapshot).toBeUndefined();
  });
});

describe('the line of a row', () => {
  test('is the latest words of the customer or an agent, in one line of 140 letters', () => {
    const said = { type: 'agent.said', cid: 'm', ...agent, text: ' Hello\n  there ' } as const;
    expect(previewOf([logged(message('m1', 'hi')), logged(said), logged(note)])).toEqual({
      line: 'Hello there',
      by: 'agent',
    });
    expect(previewOf([logged(said), logged(message('m1', 'x'.repeat(141)))])).toEqual({
      line: 'x'.repeat(140),
      by: 'customer',
    });
    expect(previewOf([logged(note)])).toBeUndefined();
    expect(previewOf([])).toBeUndefined();
  });
});

describe('a wait', () => {
  const accepted = { type: 'handoff.accepted', ...agent } as unknown as ConversationEvent;
  const waiting: Head = { ...head, owner: 'queue', queue: 'fraud', priority: 0, sinceMs: 4 };

  test('has ended when an agent takes who was waiting', () => {
    expect(waitEnded(waiting, [logged(note), logged(accepted)])).toEqual({
      queue: 'fraud',
      priority: 0,
      waitedMs: 5,
      atMs: 9,
    });
    expect(waitEnded({ ...waiting, sinceMs: 20 }, [logged(accepted)])?.waitedMs).toBe(0);
  });

  test('is none when nobody took it, or nobody waited', () => {
    expect(waitEnded(waiting, [logged(note)])).toBeUndefined();
    expect(waitEnded({ ...waiting, owner: 'bot' }, [logged(accepted)])).toBeUndefined();
    expect(waitEnded({ ...waiting, queue: null }, [logged(accepted)])).toBeUndefined();
    expect(waitEnded({ ...waiting, priority: null }, [logged(accepted)])).toBeUndefined();
  });
});
