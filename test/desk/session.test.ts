import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';
import { describe, expect, test } from 'vitest';
import { setTokenCaller, tokenCaller } from '../../src/desk/caller.ts';
import {
  checkOrigin,
  clearSessionCookie,
  sessionToken,
  setSessionCookie,
  signedIn,
} from '../../src/desk/session.ts';
import { testAgent } from '../support/desk-world.ts';

const asked = (headers: IncomingMessage['headers']) => ({ headers }) as IncomingMessage;
const secure = { httpOnly: true, sameSite: 'strict', secure: true, path: '/' };

/** What a response would do with cookies, when it was asked at this host. */
function cookiesAt(host: string | undefined) {
  const done: unknown[][] = [];
  const response = {
    req: { headers: { host } },
    cookie: (...rest: unknown[]) => done.push(['set', ...rest]),
    clearCookie: (...rest: unknown[]) => done.push(['clear', ...rest]),
  } as unknown as Response;
  setSessionCookie(response, 'tok', 5);
  clearSessionCookie(response);
  return done;
}

describe('the session’s cookie', () => {
  test('is kept from scripts and other pages, over TLS alone, and is cleared by the same marks', () => {
    expect(cookiesAt('desk.example')).toEqual([
      ['set', '__Host-kefu_desk', 'tok', { ...secure, maxAge: 5 }],
      ['clear', '__Host-kefu_desk', secure],
    ]);
    expect(cookiesAt(undefined)).toEqual(cookiesAt('desk.example'));
  });

  test.each(['localhost', 'LOCALHOST:8080', '127.0.0.1', '127.0.0.1:65535', '[::1]', '[::1]:80'])(
    'at %s it goes without TLS, under its other name',
    (host) => {
      expect(cookiesAt(host)).toEqual([
        ['set', 'kefu_desk', 'tok', { ...secure, secure: false, maxAge: 5 }],
        ['clear', 'kefu_desk', { ...secure, secure: false }],
      ]);
    },
  );

  test.each([
    'localhost.example',
    'evil.localhost',
    '127.0.0.2',
    'localhost:80:80',
    'localhost:8a',
  ])('at %s it does not', (host) => {
    expect(cookiesAt(host)).toEqual(cookiesAt('desk.example'));
  });

  test('is found among others by its whole name, and decoded', () => {
    const at = (cookie: string | undefined, host = 'desk.example') =>
      sessionToken(asked({ host, ...(cookie !== undefined && { cookie }) }));
    expect(at('__Host-kefu_desk=tok')).toBe('tok');
    expect(at('a=b;__Host-kefu_desk=tok;c=d')).toBe('tok');
    expect(at('a=b;   __Host-kefu_desk=a%2Fb')).toBe('a/b');
    expect(at('__Host-kefu_desk=%E0%A4%A')).toBeUndefined();
    expect(at('__Host-kefu_desk=')).toBeUndefined();
    expect(at('__Host-kefu_desk')).toBeUndefined();
    expect(at('x__Host-kefu_desk=tok')).toBeUndefined();
    expect(at('__Host-kefu_deskx=tok')).toBeUndefined();
    expect(at('kefu_desk=tok')).toBeUndefined();
    expect(at(undefined)).toBeUndefined();
    expect(at('kefu_desk=tok', 'localhost:8080')).toBe('tok');
    expect(at('__Host-kefu_desk=tok', 'localhost:8080')).toBeUndefined();
  });

  test('of more than 4096 characters is not looked at', () => {
    const at = (length: number) =>
      sessionToken(asked({ host: 'localhost', cookie: `kefu_desk=${'x'.repeat(length)}` }));
    expect(at(4096)).toHaveLength(4096);
    expect(at(4097)).toBeUndefined();
  });
});

describe('who is signed in', () => {
  const ann = testAgent('Ann');
  const agents = {
    read: async (token: string) => (token === 'good' ? ann : undefined),
    signOut: async () => undefined,
  };
  const withCookie = (token: string) => asked({ host: 'localhost', cookie: `kefu_desk=${token}` });

  test('is whom the session belongs to, with the token that says so', async () => {
    expect(await signedIn(withCookie('good'), { agents })).toEqual({ agent: ann, token: 'good' });
  });

  test('is nobody without a cookie or with one that opens nothing', async () => {
    const refused = { code: 'not_signed_in', message: 'Sign in to the desk first.' };
    await expect(signedIn(withCookie('bad'), { agents })).rejects.toMatchObject(refused);
    await expect(signedIn(asked({ host: 'localhost' }), { agents })).rejects.toMatchObject(refused);
  });

  test('is the owner of a personal token, whatever cookie comes with it', async () => {
    const request = withCookie('good');
    const bo = testAgent('Bo');
    expect(tokenCaller(request)).toBeUndefined();
    setTokenCaller(request, bo);
    expect(tokenCaller(request)).toBe(bo);
    expect(await signedIn(request, { agents })).toEqual({ agent: bo, token: '' });
  });
});

describe('a request that changes something', () => {
  const isTaken = (headers: IncomingMessage['headers'], origins?: readonly string[]) => {
    try {
      checkOrigin(asked(headers), origins ? { origins } : {});
      return true;
    } catch (error) {
      expect(error).toMatchObject({
        code: 'origin_not_allowed',
        message: 'The Origin header must name the desk’s own address.',
      });
      return false;
    }
  };

  test('is taken from the page of the very host that it goes to', () => {
    for (const origin of ['https://desk.example', 'http://desk.example']) {
      expect([origin, isTaken({ origin, host: 'desk.example' })]).toEqual([origin, true]);
    }
    expect(isTaken({ origin: 'http://desk.example:8080', host: 'DESK.example:8080' })).toBe(true);
  });

  test.each([
    [{ origin: 'https://evil.example', host: 'desk.example' }],
    [{ origin: 'https://desk.example:8443', host: 'desk.example' }],
    [{ origin: 'https://desk.example.evil.example', host: 'desk.example' }],
    [{ origin: 'ftp://desk.example', host: 'desk.example' }],
    [{ origin: 'desk.example', host: 'desk.example' }],
    [{ origin: 'null', host: 'desk.example' }],
    [{ origin: 'https://desk.example' }],
    [{ host: 'desk.example' }],
    [{}],
  ])('is refused from any other, and from nowhere: %j', (headers) => {
    expect(isTaken(headers)).toBe(false);
  });

  test('is taken from the origins that the operator names, word for word', () => {
    const origins = ['https://desk.example'];
    expect(isTaken({ origin: 'https://desk.example', host: 'inner:80' }, origins)).toBe(true);
    expect(isTaken({ origin: 'https://desk.example.net', host: 'inner:80' }, origins)).toBe(false);
    expect(isTaken({ host: 'inner:80' }, origins)).toBe(false);
  });

  test('needs no origin with a personal token, which no page can make a browser send', () => {
    const request = asked({ origin: 'https://evil.example', host: 'desk.example' });
    setTokenCaller(request, testAgent('Bo'));
    expect(() => checkOrigin(request, {})).not.toThrow();
  });
});
