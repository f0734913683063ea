import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { operations } from '../../src/wallet/http/operations.ts';
import { errorBody, okOf, refusal } from '../../src/wallet/http/schemas.ts';
import { expectedDocument, reasonsOf, type Json } from './openapi-expected.ts';

const text = await readFile(new URL('../../src/wallet/openapi.yaml', import.meta.url), 'utf8');
const written = parse(text) as Json;

const words = new Set(['description', 'summary', 'example', 'info', 'servers']);

/** The document without what is written for people. A field of a schema may have such a name: it holds an object. */
function bare(value: unknown, inFields = false): unknown {
  if (Array.isArray(value)) return value.map((item) => bare(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => inFields || !words.has(name));
  return Object.fromEntries(
    entries.map(([name, item]) => [name, bare(item, name === 'properties')]),
  );
}

interface Media {
  readonly content: { readonly 'application/json': { readonly example?: unknown } };
}
interface Written {
  readonly operationId: string;
  readonly summary?: string;
  readonly requestBody?: Media;
  readonly responses: { readonly 200: Media & { readonly description?: string } };
}

const paths = written['paths'] as {
  readonly [path: string]: { readonly [method: string]: Written };
};
const all = Object.values(paths).flatMap((methods) => Object.values(methods));

test('the OpenAPI document says what the client and the server do: operations, parameters, schemas, statuses', () => {
  expect(bare(written)).toEqual(expectedDocument());
});

test('every reference leads somewhere', () => {
  const all = [...text.matchAll(/'#\/([\w/]+)'/g)].map((match) => match[1] ?? '');
  expect(all.length).toBeGreaterThan(100);
  for (const path of new Set(all)) {
    const at = path.split('/').reduce<unknown>((part, name) => (part as Json)[name], written);
    expect([path, typeof at]).toEqual([path, 'object']);
  }
});

test('every operation and every answer is told in words', () => {
  for (const { operationId, summary, responses } of all) {
    expect([operationId, summary, responses[200].description]).toEqual([
      operationId,
      expect.any(String),
      expect.any(String),
    ]);
  }
});

test('the examples fit the schemas', () => {
  let seen = 0;
  for (const { operationId, requestBody, responses } of all) {
    const operation = operations.find(({ name }) => name === operationId);
    if (operation === undefined) throw new Error(operationId);
    const sent = requestBody?.content['application/json'].example;
    const answered = responses[200].content['application/json'].example;
    if (sent !== undefined) expect(z.safeDecode(operation.rest, sent).error).toBeUndefined();
    if (answered === undefined) continue;
    expect(okOf(operation.result).safeDecode(answered as never).error).toBeUndefined();
    seen += 1;
  }
  expect(seen).toBeGreaterThan(2);
  const { responses } = written['components'] as { readonly responses: { [name: string]: Media } };
  const exampleOf = (name: string) => responses[name]?.content['application/json'].example;
  for (const [status, name] of [[409, 'RefusedNow'] as const, [422, 'RefusedAsAsked'] as const]) {
    const { refused } = refusal.parse(exampleOf(name));
    expect(reasonsOf(status)).toContain(refused);
    const told = (responses[name] as unknown as { readonly description: string }).description;
    const named = [...told.matchAll(/`(\w+)`/g)].map((match) => match[1]);
    expect(named).toEqual(reasonsOf(status));
  }
  expect(errorBody.safeParse(exampleOf('Failed')).success).toBe(true);
});
