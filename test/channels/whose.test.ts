import { describe, expect, test } from 'vitest';
import type { ConversationId } from '../../src/core/index.ts';
import { createOriginCheck } from '../../src/channels/web/origin.ts';
import type { WebChannelDeps } from '../../src/channels/web/ports.ts';
import {
  formerMax,
  ownConversation,
  principalOf,
  readableConversation,
} from '../../src/channels/web/session-of.ts';
import type { Request } from '../../src/http/index.ts';
import type { SessionPrincipal } from '../../src/identity/index.ts';

describe('the session token of a request', () => {
  const visitors = {
    read: async (token: string) => ({ visitorId: token }),
  } as unknown as WebChannelDeps['visitors'];
  const read = async (authorization?: string) => {
    const request = { headers: { authorization } } as Request;
    return (await principalOf({ visitors }, request)).visitorId;
  };

  test('is read from the header, up to 4096 characters', async () => {
    expect(await read('Bearer abc.def')).toBe('abc.def');
    expect(await read(`Bearer ${'x'.repeat(4096)}`)).toHaveLength(4096);
  });

  test.each([
    undefined,
    '',
    'abc',
    'Bearer',
    'Bearer ',
    'Basic abc',
    ' Bearer abc',
    'Bearer a b',
    `Bearer ${'x'.repeat(4097)}`,
  ])('is asked for when the header is %j', async (authorization) => {
    await expect(read(authorization)).rejects.toMatchObject({
      code: 'not_signed_in',
      message: 'Send the session token as Authorization: Bearer.',
    });
  });
});

describe('whose a conversation is', () => {
  const lin = { visitorId: 'v-lin' } as unknown as SessionPrincipal;
  const asked: unknown[] = [];
  const deps = {
    config: () => ({ defaultLanguage: 'es' }),
    turns: {
      open: async (...how: unknown[]) => {
        asked.push(how);
        return 'c-now' as ConversationId;
      },
    },
    conversations: {
      own: async (who: unknown, limit: number) => {
        asked.push([who, limit]);
        return [{ conversationId: 'c-older' }, { conversationId: 'c-old' }];
      },
    },
  } as unknown as WebChannelDeps;
  const nothing = { code: 'not_found', message: 'There is no such conversation.' };

  test('only the present one is written in', async () => {
    asked.length = 0;
    expect(await ownConversation(deps, lin, 'c-now')).toBe('c-now');
    expect(asked).toEqual([[lin, 'web', 'es']]);
    for (const conv of ['c-old', 'c-other', '', undefined]) {
      await expect(ownConversation(deps, lin, conv)).rejects.toMatchObject(nothing);
    }
  });

  test('the present one and former ones of one’s own are read, another’s is as if there were none', async () => {
    asked.length = 0;
    expect(await readableConversation(deps, lin, 'c-now')).toBe('c-now');
    expect(await readableConversation(deps, lin, 'c-old')).toBe('c-old');
    expect(asked).toEqual([
      [lin, 'web', 'es'],
      [lin, 'web', 'es'],
      [lin, formerMax],
    ]);
    for (const conv of ['c-other', '../etc', '', undefined, 7]) {
      await expect(readableConversation(deps, lin, conv)).rejects.toMatchObject(nothing);
    }
  });
});

describe('pages that may use the chat', () => {
  const origins = ['https://pay.example.com', 'http://localhost:3000'];
  const named = createOriginCheck({ origins, sameHost: false });
  const own = createOriginCheck({ origins, sameHost: true });

  test('are those of the origins that are named, however their letters are written', () => {
    for (const origin of [...origins, 'https://PAY.example.com', 'https://pay.example.com/']) {
      expect([origin, named(origin, undefined)]).toEqual([origin, true]);
    }
  });

  test.each([
    undefined,
    'null',
    '',
    'https://pay.example.com.evil.example',
    'https://evil.example',
    'http://pay.example.com',
    'https://pay.example.com:8443',
    'https://pay.example.com/path',
    'https://user@pay.example.com',
    'xhttps://pay.example.com',
    'ftp://pay.example.com',
    'file:///etc/passwd',
  ])('are not those of %j', (origin) => {
    expect([named(origin, 'pay.example.com'), own(origin, undefined)]).toEqual([false, false]);
  });

  test('are those of this very host where the operator says so, and no lookalike', () => {
    expect(own('https://chat.example', 'chat.example')).toBe(true);
    expect(own('http://chat.example:8080', 'chat.example:8080')).toBe(true);
    expect(named('https://chat.example', 'chat.example')).toBe(false);
    expect(own('https://chat.example', 'chat.example:8080')).toBe(false);
    expect(own('https://chat.example', undefined)).toBe(false);
    expect(own('https://xchat.example', 'chat.example')).toBe(false);
    expect(own('httpsx://chat.example', 'chat.example')).toBe(false);
  });

  test('are none when none is named, and what is no origin names none', () => {
    const odd = createOriginCheck({ origins: ['pay.example.com', '*'], sameHost: false });
    for (const origin of ['https://pay.example.com', 'pay.example.com', '*', undefined]) {
      expect([origin, odd(origin, undefined)]).toEqual([origin, false]);
    }
  });
});
