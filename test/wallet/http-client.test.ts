import { createServer, type RequestListener } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import type { Wallet } from '../../src/wallet/index.ts';
import { operations } from '../../src/wallet/http/operations.ts';
import { connect, listen, serve, shut } from './http-world.ts';
import { against, handTimers, reply } from './odd-server.ts';
import { openSandboxWorld } from './sandbox-world.ts';

const lin = { customerId: 'lin-wei' };
const freeze = { ...lin, reason: 'lost_phone', idempotencyKey: 'effect-1' };
const money = { minor: -(2n ** 63n), currency: 'CNY' };
const unknown = { kind: 'unknown' };

/** Every operation with every argument that it has, at the edges of what is allowed. */
const calls: {
  readonly [Name in keyof Wallet]: Required<NonNullable<Parameters<Wallet[Name]>[0]>>;
} = {
  getAccount: lin,
  getBalances: lin,
  listTransactions: {
    ...lin,
    kind: 'top_up',
    state: 'failed',
    fromMs: 0,
    toMs: Number.MAX_SAFE_INTEGER,
    refundable: false,
    limit: 50,
  },
  getTransaction: { ...lin, transactionId: 'P20261103-4471' },
  getRefund: { ...lin, refundId: 'R:1', transactionId: 'P.1' },
  listWithdrawals: { ...lin, limit: 1 },
  getWithdrawal: { customerId: '0', withdrawalId: 'W-' },
  listTickets: { ...lin, limit: 7 },
  getTicket: { customerId: `x${'.'.repeat(127)}`, ticketId: 'T-20261122-0007' },
  quoteFee: { amount: money, method: 'card & more = 100 %', crossBorder: true },
  quoteExchange: { amount: { minor: 0n, currency: 'JPY' }, to: 'EUR' },
  listCurrencies: {} as never,
  sendPasswordReset: { contact: 'a+b@example.com', idempotencyKey: 'k' },
  sendCode: { ...lin, purpose: '签到', idempotencyKey: 'k' },
  deliverCode: { ...lin, purpose: 'verify', code: '004211', expiresAtMs: 1, idempotencyKey: 'k' },
  unlockAccount: { ...lin, idempotencyKey: 'k' },
  freezeAccount: { ...lin, reason: 'lost\n"phone"', idempotencyKey: 'k' },
  updateContact: { ...lin, field: 'address', value: ' 1 路 ', idempotencyKey: 'k' },
  cancelTransaction: { ...lin, transactionId: 'P1', idempotencyKey: 'k' },
  requestRefund: { ...lin, transactionId: 'P1', amount: money, reason: '💸', idempotencyKey: 'k' },
  openDispute: {
    ...lin,
    transactionId: 'P1',
    reason: 'x',
    details: 'y'.repeat(4000),
    idempotencyKey: 'k',
  },
  retryWithdrawal: { ...lin, withdrawalId: 'W1', idempotencyKey: 'k'.repeat(128) },
  exportStatement: { ...lin, fromMs: 0, toMs: 1, format: 'pdf', idempotencyKey: 'k' },
  reportFraud: { ...lin, details: 'x', transactionId: 'P1', contact: '@a', idempotencyKey: 'k' },
  openTicket: { ...lin, type: 'other', details: { about: '1', more: '' }, idempotencyKey: 'k' },
};

test('every argument of every operation arrives at the wallet as it was given', async () => {
  const arrived: unknown[] = [];
  const recording = Object.fromEntries(
    operations.map(({ name }) => [
      name,
      async (call: unknown) => {
        arrived.push([name, call]);
        return { kind: 'refused', reason: 'too_old' };
      },
    ]),
  ) as unknown as Wallet;
  const { url } = await serve(recording);
  const { client } = connect(url);
  for (const [name, call] of Object.entries(calls)) {
    const ask = client[name as keyof Wallet] as (call: object) => Promise<unknown>;
    expect([name, await ask(call)]).toEqual([name, { kind: 'refused', reason: 'too_old' }]);
  }
  expect(arrived).toEqual(Object.entries(calls));
});

test('a call that the contract has no form for is refused without a request', async () => {
  const { client, asked } = await against(reply(500, ''));
  const refused = { kind: 'refused', reason: 'not_allowed' };
  expect(await client.getAccount({ customerId: '../admin' })).toEqual(refused);
  expect(await client.getAccount({ customerId: '..' })).toEqual(refused);
  expect(await client.getTransaction({ ...lin, transactionId: 'a/b' })).toEqual(refused);
  expect(await client.listTransactions({ ...lin, limit: 51 })).toEqual(refused);
  expect(await client.freezeAccount({ ...freeze, idempotencyKey: '' })).toEqual(refused);
  expect(await client.openTicket({ ...calls.openTicket, details: { '': 'unnamed' } })).toEqual(
    refused,
  );
  expect(asked).toEqual([]);
});

test('an answer that is lost on the way is asked for again with the same key: one effect, one answer', async () => {
  const under = await openSandboxWorld();
  onTestFinished(() => under.remove());
  const [transactionId] = under.cases.refundable;
  const customerId = under.cases.active;
  const bought = await under.wallet.getTransaction({ customerId, transactionId });
  if (bought.kind !== 'ok') throw new Error('no purchase');
  let lost = 0;
  const { url, server } = await serve(under.wallet);
  // Done and written, and the connection is gone before a byte of the answer.
  server.prependListener('request', (_request, response) => {
    if (lost === 2) return;
    response.end = () => {
      lost += 1;
      response.destroy();
      return response;
    };
  });
  const { client } = connect(url, { startTimer: handTimers().start });
  const { amount } = bought.result;
  const call = { customerId, transactionId, amount, reason: 'other', idempotencyKey: 'effect-1' };
  const first = await client.requestRefund(call);
  expect([lost, first.kind]).toEqual([2, 'ok']);
  expect(under.countRefunds(transactionId)).toBe(1);
  expect(await client.requestRefund(call)).toEqual(first);
});

test('when every try is lost the outcome is unknown, and asking later tells it, with one effect', async () => {
  const under = await openSandboxWorld();
  onTestFinished(() => under.remove());
  const [transactionId] = under.cases.refundable;
  const customerId = under.cases.active;
  const bought = await under.wallet.getTransaction({ customerId, transactionId });
  if (bought.kind !== 'ok') throw new Error('no purchase');
  let losing = true;
  const { url, server } = await serve(under.wallet);
  server.prependListener('request', (_request, response) => {
    if (losing) response.writeHead = () => response.destroy();
  });
  const { client } = connect(url, { startTimer: handTimers().start });
  const { amount } = bought.result;
  const call = { customerId, transactionId, amount, reason: 'other', idempotencyKey: 'effect-1' };
  expect(await client.requestRefund(call)).toEqual(unknown);
  expect(under.countRefunds(transactionId)).toBe(1);
  losing = false;
  expect(await client.requestRefund(call)).toMatchObject({ kind: 'ok', result: { transactionId } });
  expect(under.countRefunds(transactionId)).toBe(1);
  expect(under.isBalanced()).toBe(true);
});

test('a server that never answers is given up at the deadline, three times, each signed anew under one key', async () => {
  const world = await against(() => world.timers.expire());
  expect(await world.client.freezeAccount(freeze)).toEqual(unknown);
  expect(world.asked.length).toBe(3);
  expect(new Set(world.asked.map(({ headers }) => headers['idempotency-key']))).toEqual(
    new Set(['effect-1']),
  );
  expect(new Set(world.asked.map(({ headers }) => headers['kefu-nonce'])).size).toBe(3);
  expect(new Set(world.asked.map(({ body }) => body))).toEqual(
    new Set(['{"reason":"lost_phone"}']),
  );
  expect(world.timers.count()).toBe(0);
  expect(world.logged.map(({ level }) => level)).toEqual(['warn']);
});

test('a body that stops in the middle is given up at the deadline', async () => {
  const world = await against((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"result":', () => world.timers.expire());
  });
  expect(await world.client.getAccount(lin)).toEqual(unknown);
  expect(world.asked.length).toBe(3);
});

test('a body that is cut short is no answer', async () => {
  const { client, asked } = await against((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"result":[],"receipt":"r"}', () => response.destroy());
  });
  expect(await client.listCurrencies()).toEqual(unknown);
  expect(asked.length).toBe(3);
});

test('no new try begins when the time of the call is over', async () => {
  let nowMs = 0;
  const { client, asked } = await against(
    (request, response) => {
      nowMs += 5000;
      reply(503, {})(request, response);
    },
    { clock: () => nowMs, callMs: 9000 },
  );
  expect(await client.getAccount(lin)).toEqual(unknown);
  expect(asked.length).toBe(2);
});

for (const status of [429, 500, 502, 503, 504]) {
  test(`${status} is tried again twice and then unknown`, async () => {
    const { client, asked, logged } = await against(reply(status, { refused: 'not_found' }));
    expect(await client.freezeAccount(freeze)).toEqual(unknown);
    expect(asked.length).toBe(3);
    expect(logged).toMatchObject([{ level: 'warn' }]);
  });
}

test('a server that recovers within the call is answered as if nothing had been', async () => {
  let fails = 2;
  const { client, logged } = await against((request, response) => {
    fails -= 1;
    if (fails >= 0) reply(503, '')(request, response);
    else reply(200, { result: ['CNY'], receipt: 'r' })(request, response);
  });
  expect(await client.listCurrencies()).toEqual({ kind: 'ok', result: ['CNY'], receipt: 'r' });
  expect(logged).toEqual([]);
});

test('a redirect is not followed', async () => {
  const elsewhere = await against(reply(200, { result: ['CNY'], receipt: 'r' }));
  await elsewhere.client.listCurrencies();
  const { asked } = elsewhere;
  const host = asked[0]?.headers.host ?? '';
  asked.length = 0;
  for (const status of [301, 302, 303, 307, 308]) {
    const { client, logged } = await against((_request, response) => {
      response.writeHead(status, { location: `http://${host}/v1/currencies` });
      response.end();
    });
    expect(await client.listCurrencies()).toEqual(unknown);
    expect(logged).toMatchObject([{ level: 'error' }]);
  }
  expect(asked).toEqual([]);
});

const account = {
  customerId: 'lin-wei',
  name: 'Lin',
  phone: '138****5678',
  email: '',
  status: 'active',
  kycLevel: 2,
  limits: Object.fromEntries(
    ['perPayment', 'perDay', 'withdrawalPerDay'].map((name) => [
      name,
      { minor: '100', currency: 'CNY' },
    ]),
  ),
};
const ok = (result: unknown): object => ({ result, receipt: 'r' });
const misfits: readonly (readonly [string, RequestListener])[] = [
  ['no JSON', reply(200, '<html>secret-in-body</html>')],
  ['another content type', reply(200, ok(account), 'text/html')],
  ['JSON without a receipt', reply(200, { result: account })],
  ['null', reply(200, 'null')],
  ['an account without limits', reply(200, ok({ ...account, limits: {} }))],
  ['an unknown status', reply(200, ok({ ...account, status: 'secret-in-body' }))],
  [
    'money as a number',
    reply(
      200,
      ok({ ...account, limits: { ...account.limits, perDay: { minor: 1, currency: 'CNY' } } }),
    ),
  ],
  [
    'money with a decimal point',
    reply(
      200,
      ok({ ...account, limits: { ...account.limits, perDay: { minor: '1.00', currency: 'CNY' } } }),
    ),
  ],
  [
    'more money than a ledger holds',
    reply(
      200,
      ok({
        ...account,
        limits: { ...account.limits, perDay: { minor: '9223372036854775808', currency: 'CNY' } },
      }),
    ),
  ],
  ['another customer’s account', reply(200, ok({ ...account, customerId: 'maria' }))],
  ['an unknown reason', reply(409, { refused: 'secret-in-body' })],
  ['a refusal without a reason', reply(422, {})],
  ['a refusal as 200', reply(200, { refused: 'not_found' })],
  ['a reason with another status', reply(404, { refused: 'not_found' })],
  ['an empty 204', reply(204, '')],
  ['an answer to a bad signature', reply(401, { error: { code: 'bad_signature', message: '' } })],
];

for (const [what, answer] of misfits) {
  test(`${what} is unknown, logged as the wallet’s fault, and not tried again`, async () => {
    const { client, asked, logged } = await against(answer);
    expect(await client.getAccount(lin)).toEqual(unknown);
    expect(asked.length).toBe(1);
    expect(logged).toMatchObject([{ level: 'error' }]);
    expect(client.breaker()).toBe('closed');
  });
}

test('fields that the contract does not know are dropped, so that a wallet can grow', async () => {
  const { client } = await against(reply(200, { ...ok({ ...account, extra: 1 }), more: 2 }));
  const answer = await client.getAccount(lin);
  expect(answer).toMatchObject({ kind: 'ok', receipt: 'r' });
  expect(Object.keys(answer)).toEqual(['kind', 'result', 'receipt']);
  expect(answer.kind === 'ok' && Object.keys(answer.result).toSorted()).toEqual(
    Object.keys(account).toSorted(),
  );
});

test('an endless answer is cut off at the ceiling', async () => {
  const piece = Buffer.alloc(64 * 1024, ' ');
  let sent = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const { client, asked, logged } = await against((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.on('close', resolve);
    const more = (failure?: Error | null): void => {
      if (failure || response.closed) return;
      sent += piece.length;
      response.write(piece, more);
    };
    more();
  });
  expect(await client.getAccount(lin)).toEqual(unknown);
  await promise;
  expect(sent).toBeLessThan(16 * 1024 * 1024);
  expect(asked.length).toBe(1);
  expect(logged[0]?.text).toContain('longer than');
});

test('what goes wrong is logged without customers, arguments, keys, secrets or what the wallet wrote', async () => {
  const texts: string[] = [];
  for (const answer of [...misfits.map(([, one]) => one), reply(500, 'secret-in-body')]) {
    const { client, logged } = await against(answer);
    await client.getAccount(lin);
    await client.freezeAccount(freeze);
    texts.push(...logged.map((one) => one.text));
  }
  expect(texts.length).toBeGreaterThan(30);
  for (const word of ['lin-wei', 'lost_phone', 'effect-1', 'a secret of', 'secret-in-body']) {
    expect(texts.filter((one) => one.includes(word))).toEqual([]);
  }
});

test('connections are kept between calls', async () => {
  const world = await against(reply(200, ok(['CNY'])));
  for (let n = 0; n < 20; n += 1) await world.client.listCurrencies();
  expect(world.asked.length).toBe(20);
  expect(world.connections()).toBe(1);
});

test('closing ends what is on the way as unknown', async () => {
  const world = await against(() => world.client.close());
  expect(await world.client.freezeAccount(freeze)).toEqual(unknown);
  expect(world.asked.length).toBe(1);
  expect(await world.client.freezeAccount(freeze)).toEqual(unknown);
  expect(world.asked.length).toBe(1);
});

test('nobody at the address is unknown', async () => {
  const gone = await against(reply(200, ''));
  const server = createServer();
  const url = await listen(server);
  await shut(server);
  const { client, logged } = connect(url, { startTimer: gone.timers.start });
  expect(await client.getAccount(lin)).toEqual(unknown);
  expect(logged).toMatchObject([{ level: 'warn' }]);
});
