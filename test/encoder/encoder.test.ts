import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { readConfig } from '../../src/service/config.ts';
import type { Understanding } from '../../src/core/index.ts';
import { masked, openEncoder, type Encoder } from '../../src/encoder/encoder.ts';

const utterances = {
  en: {
    refund_request: [
      'i want my money back',
      'refund please',
      'give me a refund',
      'refund my order',
    ],
    reset_password: ['forgot my password', 'reset password', 'new password', 'lost my password'],
    fees: ['what are the fees', 'how much is the fee', 'transfer fee', 'fee for a withdrawal'],
    out_of_scope: ['tell me a joke'],
  },
};

/** Between refund and password, as the engine is now and then. */
const doubtful: Understanding = {
  text: 'refund refund my 300 order, mail a@b.co',
  language: 'en',
  languageConfidence: 1,
  intents: [
    { intent: 'reset_password', confidence: 0.47 },
    { intent: 'refund_request', confidence: 0.46 },
    { intent: 'out_of_scope', confidence: 0.05 },
  ],
  verdict: 'clarify',
  entities: [{ type: 'email', start: 33, end: 39, text: 'a@b.co', value: 'a@b.co' }],
};

type Handle = (request: IncomingMessage, response: ServerResponse) => void;
const opened: { server?: Server; encoder?: Encoder } = {};
const logged: string[] = [];
const log = {
  info: () => undefined,
  warn: (_fields: unknown, text: unknown) => void logged.push(String(text)),
};

/** Real vectors: every run of three letters counts in one of 256 places. */
function vectorOf(text: string): number[] {
  const vector = Array.from({ length: 256 }, () => 0);
  for (let at = 0; at + 3 <= text.length; at++) {
    const hash = Array.from(text.slice(at, at + 3)).reduce(
      (sum, letter) => sum * 31 + letter.charCodeAt(0),
      7,
    );
    vector[hash % 256] = (vector[hash % 256] ?? 0) + 1;
  }
  return vector;
}

async function textOf(request: IncomingMessage): Promise<{ model: string; input: string[] }> {
  let body = '';
  for await (const part of request) body += String(part);
  return JSON.parse(body) as { model: string; input: string[] };
}

const asked: string[][] = [];
const answering: Handle = (request, response) => {
  void textOf(request).then(({ input }) => {
    asked.push(input);
    const data = input.map((text, index) => ({ index, embedding: vectorOf(text) }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: data.toReversed() }));
  });
};

async function open(
  first: Handle,
): Promise<{ encoder: Encoder; turnTo: (handle: Handle) => void }> {
  let handle = first;
  const server = createServer((request, response) => handle(request, response));
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, '127.0.0.1', () => resolve(undefined));
  await promise;
  const { port } = server.address() as AddressInfo;
  const encoder = openEncoder(
    { url: `http://127.0.0.1:${port}/v1`, model: 'm', key: 'k', timeoutMs: 400 },
    log,
  );
  Object.assign(opened, { server, encoder });
  return { encoder, turnTo: (next) => (handle = next) };
}

afterEach(() => {
  opened.encoder?.close();
  opened.server?.closeAllConnections();
  opened.server?.close();
  asked.length = 0;
  logged.length = 0;
});

test('before it has learned, and when it is not doubtful, a reading comes back as it was', async () => {
  const { encoder } = await open(answering);
  expect(await encoder.reconsider(doubtful)).toBe(doubtful);
  encoder.learn(utterances, '1');
  await encoder.learned;
  const before = asked.length;
  const sure = {
    ...doubtful,
    verdict: 'answer',
    intents: [{ intent: 'fees', confidence: 0.95 }],
  } as const;
  const refused = { ...doubtful, verdict: 'refuse' } as const;
  expect(await encoder.reconsider(sure)).toBe(sure);
  expect(await encoder.reconsider(refused)).toBe(refused);
  expect(asked.length).toBe(before);
});

test('a doubt that both resolve becomes an answer, and only masked words leave', async () => {
  const { encoder } = await open(answering);
  encoder.learn(utterances, '1');
  encoder.learn(utterances, '1');
  await encoder.learned;
  expect(asked.flat()).not.toContain('tell me a joke');
  expect(asked).toHaveLength(1);
  const read = await encoder.reconsider(doubtful);
  expect(read.intents[0]?.intent).toBe('refund_request');
  expect(read.intents.reduce((sum, { confidence }) => sum + confidence, 0)).toBeLessThanOrEqual(1);
  expect(asked.at(-1)).toEqual(['refund refund my 000 order, mail [email]']);
});

test('an unsure answer that the encoder does not share becomes a question', async () => {
  const { encoder } = await open(answering);
  encoder.learn(utterances, '1');
  await encoder.learned;
  const unsure = {
    ...doubtful,
    verdict: 'answer',
    intents: [
      { intent: 'fees', confidence: 0.72 },
      { intent: 'refund_request', confidence: 0.2 },
    ],
  } as const;
  expect((await encoder.reconsider(unsure)).verdict).toBe('clarify');
});

test.each([
  ['errors', (_: IncomingMessage, response: ServerResponse) => void response.writeHead(500).end()],
  [
    'nonsense',
    (_: IncomingMessage, response: ServerResponse) => void response.end('{"data":[{}]}'),
  ],
  ['silence', () => undefined],
  [
    'a redirect',
    (_: IncomingMessage, response: ServerResponse) =>
      void response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
  ],
  [
    'a vector of another length',
    (_: IncomingMessage, response: ServerResponse) =>
      void response.end('{"data":[{"index":0,"embedding":[1,2]}]}'),
  ],
])('%s instead of an opinion changes nothing', async (_name, handle) => {
  const { encoder, turnTo } = await open(answering);
  encoder.learn(utterances, '1');
  await encoder.learned;
  turnTo(handle);
  const begun = performance.now();
  expect(await encoder.reconsider(doubtful)).toEqual(doubtful);
  expect(performance.now() - begun).toBeLessThan(20_000);
});

test('after three failures in a row it is left alone', async () => {
  const { encoder, turnTo } = await open(answering);
  encoder.learn(utterances, '1');
  await encoder.learned;
  let calls = 0;
  turnTo((_, response) => {
    calls += 1;
    response.writeHead(503).end();
  });
  for (let n = 0; n < 6; n++) expect(await encoder.reconsider(doubtful)).toEqual(doubtful);
  expect(calls).toBe(3);
  expect(logged).toEqual(['encoder is away']);
});

test('what cannot be learned is told and leaves understanding as it was', async () => {
  const { encoder } = await open((_, response) => void response.writeHead(401).end());
  encoder.learn(utterances, '1');
  await encoder.learned;
  expect(logged).toEqual(['encoder could not learn']);
  expect(await encoder.reconsider(doubtful)).toBe(doubtful);
});

test('digits and links leave masked even where no entity was read', () => {
  expect(masked({ text: 'pin ٤٤٧١ at www.x.y or https://a.b/c', entities: [] })).toBe(
    'pin 0000 at www.x.y or [link]',
  );
});

test('the encoder is off unless its address and model are given', () => {
  expect(readConfig({}).encoder).toBeUndefined();
  expect(() => readConfig({ KEFU_ENCODER_URL: 'http://10.0.0.7:8000/v1' })).toThrow('ENCODER');
  expect(() => readConfig({ KEFU_ENCODER_URL: 'file:///etc', KEFU_ENCODER_MODEL: 'm' })).toThrow(
    'ENCODER',
  );
  const given = { KEFU_ENCODER_URL: 'http://10.0.0.7:8000/v1/', KEFU_ENCODER_MODEL: 'bge-m3' };
  expect(readConfig(given).encoder).toEqual({
    url: 'http://10.0.0.7:8000/v1',
    model: 'bge-m3',
    timeoutMs: 150,
  });
});
