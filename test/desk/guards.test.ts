import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bearer } from '../../src/desk/api/bearer.ts';
import type { ApiDeps } from '../../src/desk/api/deps.ts';
import { conversationOf, paramOf, parse, route, type ApiRoute } from '../../src/desk/api/route.ts';
import { setTokenCaller, tokenCaller } from '../../src/desk/caller.ts';
import { testAgent } from '../support/desk-world.ts';

const ann = testAgent('Ann');

/** Runs a handler as Express does: `next`, an answer, or what it threw. */
async function outcome(handler: RequestHandler, request: Request): Promise<unknown> {
  let end: unknown = 'nothing';
  const response = { json: (body: unknown) => (end = { answered: body }) } as unknown as Response;
  const next: NextFunction = () => (end = 'next');
  try {
    await handler(request, response, next);
    return end;
  } catch (error) {
    return error;
  }
}

describe('a personal token', () => {
  const at = (method: ApiRoute['method'], path: string, scope: ApiRoute['scope']): ApiRoute => ({
    method,
    path,
    scope,
    tells: '',
    roles: ['agent'],
    reply: z.object({}),
  });
  const routes = [
    at('get', '/me', 'conversations:read'),
    at('post', '/presence', null),
    at('get', '/conversations/:conv/tags', 'customers:read'),
    at('post', '/conversations/:conv/tags', 'conversations:write'),
  ];
  const accounts = {
    readToken: async (token: string) =>
      token === 'good' ? { agent: ann, scopes: ['conversations:read'] } : undefined,
  };
  const guard = bearer({ api: { accounts } } as unknown as ApiDeps, routes);
  const asking = (authorization: string | undefined, method: string, path: string) =>
    ({ headers: { authorization }, method, path }) as Request;
  const tried = async (authorization: string | undefined, method = 'GET', path = '/me') => {
    const request = asking(authorization, method, path);
    const end = await outcome(guard, request);
    return [end, tokenCaller(request)];
  };

  test('is looked at wherever one is shown, and nothing else is', async () => {
    for (const none of [
      undefined,
      '',
      'good',
      'Basic good',
      'Bearer',
      'Bearer  ',
      'xBearer good',
    ]) {
      expect([none, await tried(none)]).toEqual([none, ['next', undefined]]);
    }
    for (const shown of ['Bearer good', 'bearer good', 'BEARER good']) {
      expect([shown, await tried(shown)]).toEqual([shown, ['next', ann]]);
    }
    // Two words are no token, so that what follows one is not lost in silence.
    expect(await tried('Bearer good and more')).toEqual(['next', undefined]);
  });

  test('that is none of ours is refused, whatever it asks for', async () => {
    const [end, caller] = await tried('Bearer bad');
    expect(end).toMatchObject({
      code: 'bad_token',
      message: 'The token is not one of ours, or has ended.',
    });
    expect(caller).toBeUndefined();
  });

  test('reaches a route of its scope by the very method, in the ways that Express reads a path', async () => {
    for (const path of ['/me', '/me/', '/ME']) {
      expect([path, await tried('Bearer good', 'GET', path)]).toEqual([path, ['next', ann]]);
    }
  });

  test.each([
    ['POST', '/presence', 'No token reaches this.'],
    ['POST', '/me', 'No token reaches this.'],
    ['GET', '/me/x', 'No token reaches this.'],
    ['GET', '/x/me', 'No token reaches this.'],
    ['GET', '/me//', 'No token reaches this.'],
    ['GET', '/nowhere', 'No token reaches this.'],
    ['GET', '/conversations//tags', 'No token reaches this.'],
    ['GET', '/conversations/c/d/tags', 'No token reaches this.'],
    ['GET', '/conversations/c-1/tags', 'This needs the scope customers:read.'],
    ['POST', '/conversations/c-1/tags', 'This needs the scope conversations:write.'],
  ])('does not reach %s %s', async (method, path, message) => {
    const [end, caller] = await tried('Bearer good', method, path);
    expect(end).toMatchObject({ code: 'forbidden', message });
    expect(caller).toBeUndefined();
  });
});

describe('a route', () => {
  const witnessed: unknown[] = [];
  const deps = {
    api: { accounts: { read: async () => undefined } },
    witness: async (seen: unknown) => void witnessed.push(seen),
  } as unknown as ApiDeps;
  const request = (agent = ann, more: object = {}) => {
    const made = Object.assign({ headers: {}, method: 'POST', params: {} }, more, {
      query: { q: '1' },
    }) as unknown as Request;
    setTokenCaller(made, agent);
    return made;
  };
  const described = {
    method: 'post',
    path: '/things',
    tells: 'Makes things.',
    scope: null,
    reply: z.object({}),
  } as const;
  const echo = async (_deps: ApiDeps, call: { query: unknown; body: unknown }) => ({
    query: call.query,
    body: call.body,
  });
  const handled = (made: ApiRoute, asked: Request) =>
    outcome(made.handle?.(deps) ?? (() => undefined), asked);

  test('is for its roles only; whoever is not among them leaves no trace of having read', async () => {
    witnessed.length = 0;
    const led = route({ ...described, roles: ['supervisor', 'admin'], run: echo });
    expect(await handled(led, request())).toMatchObject({
      code: 'forbidden',
      message: 'Your role does not allow this.',
    });
    expect(witnessed).toEqual([]);
    const sue = testAgent('Sue', 'supervisor');
    expect(await handled(led, request(sue))).toHaveProperty('answered');
    const open = route({ ...described, roles: 'anyone', run: echo });
    expect(await handled(open, request())).toHaveProperty('answered');
  });

  test('is for the signed-in only', async () => {
    const open = route({ ...described, roles: 'anyone', run: echo });
    const asked = { headers: {}, method: 'POST', params: {}, query: {} } as unknown as Request;
    expect(await handled(open, asked)).toMatchObject({ code: 'not_signed_in' });
  });

  test('gives its work what its schemas made of query and body, and nothing where it has none', async () => {
    const query = z.object({ q: z.coerce.number() });
    const body = z.object({ name: z.string().trim() });
    const typed = route({ ...described, roles: ['agent'], query, body, run: echo });
    expect([typed.query, typed.body]).toEqual([query, body]);
    expect(await handled(typed, request(ann, { body: { name: ' x ', odd: 1 } }))).toEqual({
      answered: { query: { q: 1 }, body: { name: 'x' } },
    });
    const untyped = route({ ...described, roles: ['agent'], run: echo });
    expect('query' in untyped || 'body' in untyped).toBe(false);
    expect(await handled(untyped, request(ann, { body: { name: 'x' } }))).toEqual({
      answered: { query: undefined, body: undefined },
    });
  });

  test('is in the chain before its work is done, and again with the answer', async () => {
    witnessed.length = 0;
    const seen: number[] = [];
    const run = async () => ({ done: seen.push(witnessed.length) });
    await handled(route({ ...described, roles: ['agent'], run }), request(ann, { body: { a: 1 } }));
    expect(seen).toEqual([1]);
    const both = { method: 'post', agentId: 'agent-ann', params: {}, path: '/things' };
    const asked = { ...both, query: { q: '1' }, body: { a: 1 } };
    expect(witnessed).toEqual([asked, { ...asked, reply: { done: 1 } }]);
  });
});

test('what cannot be parsed is told by the place of the first thing wrong', () => {
  const schema = z.object({ a: z.object({ b: z.int() }) });
  expect(parse(schema, { a: { b: 2 } })).toEqual({ a: { b: 2 } });
  const refusal = (value: unknown, of: z.ZodType = schema) => {
    try {
      return parse(of, value);
    } catch (error) {
      return error;
    }
  };
  expect(refusal({ a: { b: 'x' } })).toMatchObject({
    code: 'bad_request',
    message: expect.stringMatching(/^a\.b: Invalid input/) as unknown,
  });
  expect(refusal('x')).toMatchObject({
    message: expect.stringMatching(/^Invalid input/) as unknown,
  });
});

test('an id in an address that no id can be leads nowhere', () => {
  const request = { params: { conv: 'c-1', id: 't-1', odd: '../etc' } } as unknown as Request;
  expect(conversationOf(request)).toBe('c-1');
  expect(paramOf(request, 'id')).toBe('t-1');
  const nothing = { code: 'not_found', message: 'There is no such thing.' };
  expect(() => paramOf(request, 'odd')).toThrow(expect.objectContaining(nothing) as Error);
  expect(() => conversationOf({ params: { conv: '../etc' } } as unknown as Request)).toThrow(
    expect.objectContaining({
      code: 'not_found',
      message: 'There is no such conversation.',
    }) as Error,
  );
});
