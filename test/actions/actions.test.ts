import { rm } from 'node:fs/promises';
import { assert, asyncProperty, constantFrom, dictionary, jsonValue, string } from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { canonical, identityLevels, limits, type Values } from '../../src/core/index.ts';
import { actionSpecs, consentDigest, consentText, createActions } from '../../src/actions/index.ts';
import type { ActionRequest, ActionsOptions } from '../../src/actions/index.ts';
import { withEvidence } from '../../src/actions/schemas.ts';
import { openSandboxWallet, refusalReasons } from '../../src/wallet/index.ts';
import type { Wallet, WalletFaults } from '../../src/wallet/index.ts';
import { freshFolder, handClock, money } from '../wallet/sandbox-world.ts';

async function start(faults: WalletFaults = {}, options: ActionsOptions = {}) {
  const folder = await freshFolder();
  const sandbox = await openSandboxWallet({ folder, clock: handClock().clock, faults });
  onTestFinished(async () => {
    sandbox.close();
    await rm(folder, { recursive: true });
  });
  return { sandbox, actions: createActions(sandbox, options) };
}

let effects = 0;
function request(action: string, args: Values, more: Partial<ActionRequest> = {}): ActionRequest {
  return {
    effectId: `effect-${(effects += 1)}`,
    action,
    args,
    customerId: 'lin-wei',
    level: 'verified',
    ...(actionSpecs[action]?.consent && { consent: consentDigest(action, args) }),
    ...more,
  };
}

const notAllowed = { kind: 'refused', reason: 'not_allowed' };
const freeze: Values = { reason: 'lost_phone' };

async function refundArgs(wallet: Wallet) {
  const offered = await wallet.listTransactions({ customerId: 'lin-wei', refundable: true });
  const bought = offered.kind === 'ok' ? offered.result[0] : undefined;
  if (!bought) throw new Error('nothing to refund');
  return { transactionId: bought.id, amount: bought.amount, reason: 'other' };
}

test('levels and consents are those of the catalogue', () => {
  const table = Object.values(actionSpecs).map((s) => [s.name, s.level, s.consent, s.read]);
  expect(table).toEqual([
    ['getAccount', 'identified', false, true],
    ['getBalances', 'identified', false, true],
    ['listTransactions', 'identified', false, true],
    ['getTransaction', 'identified', false, true],
    ['getRefund', 'identified', false, true],
    ['listWithdrawals', 'identified', false, true],
    ['getWithdrawal', 'identified', false, true],
    ['listTickets', 'identified', false, true],
    ['getTicket', 'identified', false, true],
    ['quoteFee', 'anyone', false, true],
    ['quoteExchange', 'anyone', false, true],
    ['listCurrencies', 'anyone', false, true],
    ['sendPasswordReset', 'anyone', false, false],
    ['sendCode', 'identified', false, false],
    ['unlockAccount', 'verified', true, false],
    ['freezeAccount', 'identified', true, false],
    ['updateContact', 'verified', true, false],
    ['cancelTransaction', 'verified', true, false],
    ['requestRefund', 'verified', true, false],
    ['openDispute', 'verified', true, false],
    ['retryWithdrawal', 'verified', true, false],
    ['exportStatement', 'verified', false, false],
    ['reportFraud', 'identified', false, false],
    ['openTicket', 'identified', false, false],
  ]);
});

test('specs say which arguments there are and which may be left out', () => {
  expect(actionSpecs['reportFraud']?.args).toEqual({
    details: { required: true },
    evidence: { required: false },
    transactionId: { required: false },
    contact: { required: false },
  });
  expect(actionSpecs['getAccount']?.args).toEqual({});
  for (const { refusals } of Object.values(actionSpecs)) {
    for (const reason of refusals) expect(refusalReasons).toContain(reason);
  }
});

test('every operation of the wallet but the delivery of codes is an action, and every action an operation', async () => {
  const { sandbox } = await start();
  const operations = Object.entries(sandbox)
    .filter(([, value]) => typeof value === 'function')
    .map(([name]) => name);
  // A code to deliver is the identity room's, never a flow's.
  const more = ['deliverCode', 'audit', 'refundsOf', 'customers', 'statement', 'close'];
  expect(operations.filter((name) => !more.includes(name)).toSorted()).toEqual(
    Object.keys(actionSpecs).toSorted(),
  );
});

test('each action runs below no level but its own', async () => {
  const { actions } = await start();
  for (const { name, level } of Object.values(actionSpecs)) {
    for (const have of identityLevels.slice(0, identityLevels.indexOf(level))) {
      expect(await actions.run(request(name, {}, { level: have }))).toEqual(notAllowed);
    }
  }
});

test('a level without a customer opens nothing', async () => {
  const { actions } = await start();
  expect(await actions.run(request('getAccount', {}, { customerId: null }))).toEqual(notAllowed);
  const currencies = request('listCurrencies', {}, { customerId: null, level: 'anyone' });
  expect((await actions.run(currencies)).kind).toBe('ok');
});

test('an unknown action is refused, also one named like a part of every object', async () => {
  const { actions } = await start();
  for (const name of ['stealMoney', 'toString', '__proto__', 'constructor', '']) {
    expect(await actions.run(request(name, {}))).toEqual(notAllowed);
  }
});

test('a consent to other arguments, to another action or to none moves nothing', async () => {
  const { sandbox, actions } = await start();
  const args = await refundArgs(sandbox);
  const changed = { ...args, amount: money('1 CNY') };
  const { consent: _, ...without } = request('requestRefund', args);
  const tries = [
    without,
    request('requestRefund', args, { consent: consentDigest('requestRefund', changed) }),
    request('requestRefund', changed, { consent: consentDigest('requestRefund', args) }),
    request('requestRefund', args, { consent: consentDigest('openDispute', args) }),
    request('requestRefund', args, { consent: '' }),
  ];
  for (const attempt of tries) expect(await actions.run(attempt)).toEqual(notAllowed);
  expect(sandbox.refundsOf(args.transactionId)).toEqual([]);
});

test('the numbers of files that were sent stay whole, however much was told', () => {
  const files = 'receipt.png (f_1)\nchat.png (f_2)';
  expect(withEvidence('I did not order it.', files)).toBe(`I did not order it.\n\n${files}`);
  const all = withEvidence('😀'.repeat(limits.textLengthMax / 2), files) ?? '';
  expect(all.length).toBeLessThanOrEqual(limits.textLengthMax);
  expect(all.endsWith(`😀\n\n${files}`)).toBe(true);
  expect(all.isWellFormed()).toBe(true);
  expect(withEvidence(undefined, files)).toBe(files);
  expect(withEvidence('', '')).toBeUndefined();
});

test('the order of keys does not change a consent, their values do', () => {
  const a = { x: 1, amount: money('1 CNY') };
  const b = { amount: money('1 CNY'), x: 1 };
  expect(consentDigest('act', a)).toBe(consentDigest('act', b));
  expect(consentDigest('act', a)).toMatch(/^[0-9a-f]{64}$/);
  expect(consentText('act', a)).toBe(canonical({ action: 'act', args: a }));
  expect(consentDigest('act', { ...a, amount: money('1 USD') })).not.toBe(consentDigest('act', a));
  expect(consentDigest('act', { ...a, x: '1' })).not.toBe(consentDigest('act', a));
});

test('a refund with its consent comes back as plain values with a receipt', async () => {
  const { sandbox, actions } = await start();
  const args = await refundArgs(sandbox);
  const outcome = await actions.run(request('requestRefund', args));
  expect(outcome).toMatchObject({
    kind: 'ok',
    receipt: expect.stringMatching(/^rc-/),
    result: { transactionId: args.transactionId, amount: args.amount, state: 'reviewing' },
  });
});

test('the effect id is the key: the same request again gives the same outcome', async () => {
  const { sandbox, actions } = await start();
  const args = await refundArgs(sandbox);
  const once = request('requestRefund', args);
  expect(await actions.run(once)).toEqual(await actions.run(once));
  expect(sandbox.refundsOf(args.transactionId).length).toBe(1);
});

test.each<[string, Values]>([
  ['requestRefund', { transactionId: 'P1', amount: 5, reason: 'other' }],
  ['requestRefund', { transactionId: 'P1', amount: money('1 CNY') }],
  ['requestRefund', { transactionId: { $ne: '' }, amount: money('1 CNY'), reason: 'x' }],
  ['requestRefund', { transactionId: 'P1', amount: money('1 CNY'), reason: 'x'.repeat(501) }],
  ['requestRefund', { transactionId: 'P1', amount: { minor: 1n, currency: 'cny' }, reason: 'x' }],
  [
    'requestRefund',
    { transactionId: 'P1', amount: { minor: 2n ** 64n, currency: 'CNY' }, reason: 'x' },
  ],
  ['getTransaction', {}],
  ['getTransaction', { transactionId: "' OR 1=1 --" }],
  ['getTransaction', { transactionId: 'P1', customerId: 'maria' }],
  ['listTransactions', { limit: 51 }],
  ['listTransactions', { limit: 1.5 }],
  ['listTransactions', { kind: 'all' }],
  ['openTicket', { type: 'complaint', details: [] }],
  ['openTicket', { type: 'complaint', details: { about: 'x'.repeat(4001) } }],
  ['updateContact', { field: 'status', value: 'active' }],
  ['exportStatement', { fromMs: 0, toMs: 1, format: 'exe' }],
])('%s does not take %o', async (action, args) => {
  const { actions } = await start();
  expect(await actions.run(request(action, args))).toEqual(notAllowed);
});

test('an optional argument may arrive as null', async () => {
  const { actions } = await start();
  const args = { details: 'a stranger called', transactionId: null, contact: null };
  expect((await actions.run(request('reportFraud', args))).kind).toBe('ok');
});

test('ticket details of any kind are kept as text', async () => {
  const { actions } = await start();
  const details = { amount: money('12.50 EUR'), when: { atMs: 0 }, times: 2, none: null, at: [1] };
  expect((await actions.run(request('openTicket', { type: 'top_up', details }))).kind).toBe('ok');
});

test('a wallet that throws is unknown, never a refusal, and the fault is told', async () => {
  const told: string[] = [];
  const { actions } = await start(
    {
      before: async (operation) => {
        if (operation === 'freezeAccount') throw new Error('connection reset');
        return 'go';
      },
    },
    { onFault: (action) => told.push(action) },
  );
  expect(await actions.run(request('freezeAccount', freeze))).toEqual({ kind: 'unknown' });
  expect(told).toEqual(['freezeAccount']);
});

test('an answer that was lost is unknown; the same request later tells what really happened', async () => {
  let lose = true;
  const { sandbox, actions } = await start({ after: async () => (lose ? 'lose' : 'go') });
  const asked = request('freezeAccount', freeze);
  expect(await actions.run(asked)).toEqual({ kind: 'unknown' });
  lose = false;
  expect(await sandbox.getAccount({ customerId: 'lin-wei' })).toMatchObject({
    result: { status: 'frozen' },
  });
  expect(await actions.run(asked)).toMatchObject({ kind: 'ok', result: { status: 'frozen' } });
});

test('past the deadline the outcome is unknown, whatever comes later', async () => {
  const timers: (() => void)[] = [];
  const held = Promise.withResolvers<'go'>();
  const { actions } = await start(
    { before: () => held.promise },
    {
      deadlineMs: 10,
      startTimer: (ms, fire) => {
        expect(ms).toBe(10);
        timers.push(fire);
        return () => {};
      },
    },
  );
  const running = actions.run(request('freezeAccount', freeze));
  expect(timers.length).toBe(1);
  timers[0]?.();
  expect(await running).toEqual({ kind: 'unknown' });
  held.resolve('go');
});

test('an answer in time stops its timer', async () => {
  let cancelled = 0;
  const startTimer = () => () => {
    cancelled += 1;
  };
  const { actions } = await start({}, { startTimer });
  expect((await actions.run(request('getAccount', {}))).kind).toBe('ok');
  expect(cancelled).toBe(1);
});

test('a wallet that answers out of shape is unknown', async () => {
  const { sandbox } = await start();
  const odd = [() => 1, { kind: 'fine' }, undefined, { kind: 'ok', result: () => 1, receipt: 'r' }];
  for (const answer of odd) {
    const mad: Wallet = { ...sandbox, getAccount: async () => answer as never };
    expect(await createActions(mad).run(request('getAccount', {}))).toEqual({ kind: 'unknown' });
  }
});

test('no request of any shape makes it throw, or do what needs a consent', async () => {
  const { sandbox, actions } = await start();
  const names = constantFrom(...Object.keys(actionSpecs), 'none');
  await assert(
    asyncProperty(names, dictionary(string(), jsonValue()), async (action, args) => {
      const asked = request(action, args as Values, { consent: 'x'.repeat(64) });
      expect(['ok', 'refused']).toContain((await actions.run(asked)).kind);
    }),
    { numRuns: 300 },
  );
  expect(await sandbox.getAccount({ customerId: 'lin-wei' })).toMatchObject({
    result: { status: 'active' },
  });
});
