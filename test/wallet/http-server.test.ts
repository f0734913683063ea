import { readFile } from 'node:fs/promises';
import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  oneof,
  record,
  string,
  stringMatching,
} from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { basePath, type Answer, type Wallet } from '../../src/wallet/index.ts';
import { sign, signatureWindowMs } from '../../src/wallet/http/signature.ts';
import { keyId, keys, secret, serve } from './http-world.ts';
import { handClock, openSandboxWorld, startMs } from './sandbox-world.ts';

interface Draft {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly idempotencyKey: string;
  readonly nonce: string;
  readonly timestampMs: number;
}

let nonces = 0;
const freezing = (): Draft => ({
  method: 'POST',
  path: `${basePath}/customers/lin-wei/freeze`,
  body: '{"reason":"lost_phone"}',
  idempotencyKey: 'effect-1',
  nonce: `nonce-of-the-tests-${(nonces += 1)}`,
  timestampMs: startMs,
});
const reading = (): Draft => ({
  ...freezing(),
  method: 'GET',
  path: `${basePath}/customers/lin-wei/transactions?kind=payment`,
  body: '',
  idempotencyKey: '',
});

const encoder = new TextEncoder();

/** Signs one request and sends another, as somebody on the way might. */
async function send(
  url: string,
  signed: Draft,
  sent: Partial<Draft> = {},
  key = { id: keyId, secret },
) {
  const draft = { ...signed, ...sent };
  const headers = {
    'kefu-key-id': key.id,
    'kefu-timestamp': String(draft.timestampMs),
    'kefu-nonce': draft.nonce,
    'kefu-signature': sign(key.secret, { ...signed, body: encoder.encode(signed.body) }),
    ...(draft.idempotencyKey !== '' && { 'idempotency-key': draft.idempotencyKey }),
  };
  const response = await fetch(new URL(draft.path, url), {
    method: draft.method,
    headers,
    ...(draft.body !== '' && { body: draft.body }),
  });
  const answer = (await response.json()) as {
    readonly error?: { readonly code: string; readonly message: string };
  };
  return { status: response.status, answer, code: answer.error?.code };
}

/** A wallet that refuses everything, and what reached it. */
function counting(
  answer: () => Promise<Answer<never>> = async () => ({ kind: 'refused', reason: 'too_old' }),
) {
  const reached: string[] = [];
  const wallet = new Proxy({} as Wallet, {
    get: (_, name) => async () => {
      reached.push(String(name));
      return answer();
    },
  });
  return { wallet, reached };
}

test('the signature is the one that the guide shows', async () => {
  const signed = {
    method: 'POST',
    path: '/kefu/v1/customers/lin-wei/freeze',
    timestampMs: 1_795_312_800_000,
    nonce: 'q7Jm2cXo0bYw3vRk9tLs5A',
    idempotencyKey: 'effect-1',
    body: encoder.encode('{"reason":"lost_phone"}'),
  };
  const made = sign(encoder.encode('a secret of thirty-two characters'), signed);
  const page = await readFile(
    new URL('../../docs/guides/connecting-a-wallet.md', import.meta.url),
    'utf8',
  );
  expect(page).toContain(made);
  for (const part of [signed.path, signed.nonce, String(signed.timestampMs)]) {
    expect(page).toContain(part);
  }
});

test('a genuine request reaches the wallet', async () => {
  const { wallet, reached } = counting();
  const { url } = await serve(wallet);
  expect(await send(url, freezing())).toMatchObject({
    status: 409,
    answer: { refused: 'too_old' },
  });
  expect(await send(url, reading())).toMatchObject({ status: 409 });
  for (const awayMs of [-signatureWindowMs, signatureWindowMs]) {
    expect((await send(url, { ...reading(), timestampMs: startMs + awayMs })).status).toBe(409);
  }
  expect(reached).toEqual([
    'freezeAccount',
    'listTransactions',
    'listTransactions',
    'listTransactions',
  ]);
});

const forged: readonly (readonly [string, (url: string) => ReturnType<typeof send>])[] = [
  ['a changed body', (url) => send(url, freezing(), { body: '{"reason":"lost_phonf"}' })],
  ['no body', (url) => send(url, freezing(), { body: '' })],
  [
    'another customer',
    (url) => send(url, freezing(), { path: `${basePath}/customers/maria/freeze` }),
  ],
  ['a changed query', (url) => send(url, reading(), { path: `${reading().path}&limit=50` })],
  ['another method', (url) => send(url, { ...freezing(), body: '' }, { method: 'GET' })],
  ['another idempotency key', (url) => send(url, freezing(), { idempotencyKey: 'effect-2' })],
  ['a fresher time than was signed', (url) => send(url, freezing(), { timestampMs: startMs + 1 })],
  ['another nonce', (url) => send(url, freezing(), { nonce: 'another-nonce-of-the-tests' })],
  [
    'another secret',
    (url) => send(url, freezing(), {}, { id: keyId, secret: encoder.encode('x'.repeat(32)) }),
  ],
  [
    'an old time',
    (url) => send(url, { ...freezing(), timestampMs: startMs - signatureWindowMs - 1 }),
  ],
  [
    'a time to come',
    (url) => send(url, { ...freezing(), timestampMs: startMs + signatureWindowMs + 1 }),
  ],
  ['a nonce that is too short', (url) => send(url, { ...freezing(), nonce: 'short' })],
];

for (const [what, attack] of forged) {
  test(`${what} is not taken`, async () => {
    const { wallet, reached } = counting();
    const { url } = await serve(wallet);
    expect(await attack(url)).toMatchObject({ status: 401, code: 'bad_signature' });
    expect(reached).toEqual([]);
  });
}

test('headers that are missing or a key that nobody knows are not taken', async () => {
  const { wallet, reached } = counting();
  const { url } = await serve(wallet, { keys: new Map([['other', secret]]) });
  expect(await send(url, freezing())).toMatchObject({ status: 401 });
  expect((await fetch(`${url}/currencies`)).status).toBe(401);
  expect(reached).toEqual([]);
});

test('a request that is sent again as it was is not taken, for as long as its signature could hold', async () => {
  const { wallet, reached } = counting();
  const hand = handClock();
  const { url } = await serve(wallet, { clock: hand.clock });
  const early = { ...freezing(), timestampMs: startMs + signatureWindowMs };
  expect((await send(url, early)).status).toBe(409);
  expect(await send(url, early)).toMatchObject({ status: 401 });
  hand.pass(2 * signatureWindowMs - 1);
  expect(await send(url, early)).toMatchObject({ status: 401 });
  // Then the nonce is forgotten, and the time is too old.
  hand.pass(2);
  expect(await send(url, early)).toMatchObject({ status: 401 });
  expect(reached.length).toBe(1);
});

test('a second secret is taken while the first is being replaced', async () => {
  const { wallet } = counting();
  const next = encoder.encode('the secret that comes after the first');
  const both = new Map([...keys, ['kefu-2', next]]);
  const { url } = await serve(wallet, { keys: both });
  expect((await send(url, freezing())).status).toBe(409);
  expect((await send(url, freezing(), {}, { id: 'kefu-2', secret: next })).status).toBe(409);
  expect((await send(url, freezing(), {}, { id: keyId, secret: next })).status).toBe(401);
});

const faulty: readonly (readonly [string, number, Partial<Draft>])[] = [
  ['no such path', 404, { path: `${basePath}/customers/lin-wei/everything` }],
  ['a path outside the contract', 404, { path: '/customers/lin-wei/freeze' }],
  ['an escaped id', 404, { path: `${basePath}/customers/lin%2Dwei/freeze` }],
  ['no idempotency key', 400, { idempotencyKey: '' }],
  ['a body that is no JSON', 400, { body: '{' }],
  ['no reason', 400, { body: '{}' }],
  ['a field that the contract does not know', 400, { body: '{"reason":"x","customerId":"maria"}' }],
  ['a body over the ceiling', 413, { body: `{"reason":"${'x'.repeat(70_000)}"}` }],
];

for (const [what, status, change] of faulty) {
  test(`${what} is told as ${status}`, async () => {
    const { wallet, reached } = counting();
    const { url } = await serve(wallet);
    expect((await send(url, { ...freezing(), ...change })).status).toBe(status);
    expect(reached).toEqual([]);
  });
}

test('a query whose names come twice or are not known is told as 400', async () => {
  const { wallet, reached } = counting();
  const { url } = await serve(wallet);
  for (const query of [
    'limit=1&limit=2',
    'limit=0',
    'limit=51',
    'limit=1e1',
    'refundable=1',
    'x=1',
  ]) {
    const path = `${basePath}/customers/lin-wei/transactions?${query}`;
    expect([query, (await send(url, { ...reading(), path })).status]).toEqual([query, 400]);
  }
  expect(reached).toEqual([]);
});

test('a wallet that is not certain, throws or answers out of shape gives no certain answer', async () => {
  const mad = { kind: 'ok', result: { status: 'fine' }, receipt: 'r' } as unknown as Answer<never>;
  for (const [answer, status, faults] of [
    [async () => ({ kind: 'unknown' }) as const, 503, 0],
    [async () => Promise.reject(new Error('the ledger is closed')), 500, 1],
    [async () => mad, 500, 1],
  ] as const) {
    const { wallet } = counting(answer);
    const served = await serve(wallet);
    const told = await send(served.url, freezing());
    expect([told.status, served.faults.length]).toEqual([status, faults]);
    expect(JSON.stringify(told.answer)).not.toContain('ledger');
  }
});

test('whatever is asked with a good signature, the server answers by the contract and the books add up', async () => {
  const under = await openSandboxWorld();
  onTestFinished(() => under.remove());
  const { url, faults } = await serve(under.wallet);
  const segment = oneof(
    constantFrom(
      'customers',
      'lin-wei',
      'transactions',
      under.cases.pending,
      'refunds',
      'cancel',
      'quotes',
      'fee',
    ),
    stringMatching(/^[A-Za-z0-9_.:-]{1,10}$/),
  );
  const field = oneof(
    constantFrom('minor', 'currency', 'limit', 'reason', 'amount', 'CNY', '1'),
    stringMatching(/^\w{1,5}$/),
  );
  const draft = record({
    method: constantFrom('GET', 'POST', 'PUT', 'DELETE'),
    path: array(segment, { maxLength: 6 }),
    query: array(record({ name: field, value: field }), { maxLength: 3 }),
    body: oneof(
      string(),
      constantFrom('{}', '[]', 'null', '{"amount":{"minor":"1e3","currency":"CNY"},"reason":"x"}'),
    ),
  });
  await assert(
    asyncProperty(draft, async ({ method, path, query, body }) => {
      const search = new URLSearchParams(query.map(({ name, value }) => [name, value])).toString();
      const at = new URL(`${basePath}/${path.join('/')}?${search}`, url);
      const { status } = await send(url, {
        ...freezing(),
        method,
        path: at.pathname + at.search,
        body: method === 'GET' ? '' : body,
        idempotencyKey: `fuzz-${nonces}`,
      });
      expect([200, 400, 404, 409, 422]).toContain(status);
    }),
    { numRuns: 300 },
  );
  expect(faults).toEqual([]);
  expect(under.isBalanced()).toBe(true);
});
