import { expect, test } from 'vitest';
import type { PlatformApi } from '../../../src/channels/platforms/api.ts';
import type { Item } from '../../../src/channels/platforms/driver.ts';
import { drivers } from '../../../src/channels/platforms/drivers.ts';
import { Typing } from '../../../src/channels/platforms/typing.ts';
import { parseConversationId, type ConversationId } from '../../../src/core/index.ts';
import {
  evolve,
  initialState,
  type ConversationEvent,
  type LoggedEvent,
} from '../../../src/dialogue/index.ts';

const received = { type: 'message.received', cid: 'c1', text: 'hello' } as ConversationEvent;
const taken = { type: 'turn.taken', upTo: 1 } as const;
const item: Item = {
  key: 'k',
  userId: '7',
  to: { chat: '7' },
  content: { kind: 'text', text: 'hello' },
};

function idOf(name: string): ConversationId {
  const id = parseConversationId(`c_${name}`);
  if (!id) throw new Error('no id');
  return id;
}

/** Conversations by name with their logs; who was told that the bot writes, in order. */
function setUp(logs: { readonly [name: string]: readonly ConversationEvent[] }) {
  const told: string[] = [];
  const logOf = (id: ConversationId): readonly LoggedEvent[] =>
    (logs[id.slice(2)] ?? []).map((event, index) => ({ pos: index + 1, atMs: 0, event }));
  const typing = new Typing({
    conversations: {
      load: async (id) => ({ id, version: 0, seq: 0, snapshotVersion: 0, tail: logOf(id) }),
      readVisible: async () => [],
      readAll: async (id, after) => logOf(id).filter(({ pos }) => pos > after),
      heads: async () => new Map(),
    },
    fold: (stored) => stored.tail.reduce(evolve, initialState),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    afterMs: 1,
  });
  const heard = (name: string, driver = drivers.telegram): void => {
    const api: PlatformApi = {
      driver,
      settings: {},
      send: async () => ({ kind: 'sent', id: undefined }),
      upload: async () => ({ kind: 'uploaded', id: '1' }),
      ask: async () => void told.push(name),
      download: async () => undefined,
    };
    typing.heard(api, item, idOf(name));
  };
  return { typing, heard, told };
}

test('a customer whose message the bot has yet to answer is told that it writes', async () => {
  const { heard, told } = setUp({ waits: [received] });
  heard('waits');
  await expect.poll(() => told).toEqual(['waits']);
});

test('nobody is told once words are on their way, once the turn is over, or on a platform without it', async () => {
  const { typing, heard, told } = setUp({
    answered: [received],
    over: [received, taken],
    plain: [received],
    waits: [received],
  });
  heard('answered');
  typing.answered(idOf('answered'));
  heard('over');
  heard('plain', drivers.sms);
  heard('waits');
  await expect.poll(() => told).toEqual(['waits']);
});

test('nobody is told while a person has the word', async () => {
  const { heard, told } = setUp({
    person: [
      received,
      taken,
      {
        type: 'handoff.accepted',
        agentId: 'a1',
        agentName: 'Ana',
        offerId: 'o1',
      },
      received,
    ],
    waits: [received],
  });
  heard('person');
  heard('waits');
  await expect.poll(() => told).toEqual(['waits']);
});
