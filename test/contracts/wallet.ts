import { describe, expect, onTestFinished, test } from 'vitest';
import { encode } from '../../src/core/index.ts';
import { actionSpecs } from '../../src/actions/index.ts';
import { refusalReasons } from '../../src/wallet/index.ts';
import { booksContract } from './wallet-books.ts';
import { contact, freeze, key, okOf, refund, refusals } from './wallet-cases.ts';
import type { WalletUnderTest } from './wallet-cases.ts';

/** What every wallet behind the port must do. `open` is called for each test. */
export function walletContract(name: string, open: () => Promise<WalletUnderTest>): void {
  const start = async (): Promise<WalletUnderTest> => {
    const under = await open();
    onTestFinished(() => under.remove());
    return under;
  };
  // eslint-disable-next-line vitest/valid-title -- the title is the implementation's
  describe(name, () => {
    readContract(start);
    refusalContract(start);
    effectContract(start);
    keyContract(start);
    booksContract(start);
  });
}

type Start = () => Promise<WalletUnderTest>;

function readContract(start: Start): void {
  test('an account shows masked contacts, its state and its limits', async () => {
    const { wallet, cases } = await start();
    const account = okOf(await wallet.getAccount({ customerId: cases.locked }));
    expect(account.status).toBe('locked');
    expect(account.statusReason).toBe('too_many_attempts');
    expect(account.phone).toMatch(/^\+?\d{3}\*+\d{4}$/);
    expect(account.email).toMatch(/^.\*\*\*@/);
    expect(encode(account)).not.toContain(cases.emailInUse);
    expect(account.limits.perPayment.minor).toBeGreaterThan(0n);
  });

  test('transactions come newest first, filtered, and no more than asked for', async () => {
    const { wallet, cases } = await start();
    const customerId = cases.active;
    const all = okOf(await wallet.listTransactions({ customerId, limit: 50 }));
    expect(all.map(({ atMs }) => atMs)).toEqual(
      all.map(({ atMs }) => atMs).toSorted((a, b) => b - a),
    );
    expect(okOf(await wallet.listTransactions({ customerId }))).toEqual(all.slice(0, 5));
    expect(okOf(await wallet.listTransactions({ customerId, state: 'failed', limit: 50 }))).toEqual(
      all.filter(({ state }) => state === 'failed'),
    );
    const [newest] = all;
    const second = all.find(({ atMs }) => newest && atMs < newest.atMs);
    if (!newest || !second) throw new Error('the case needs two times');
    const period = { fromMs: second.atMs, toMs: newest.atMs, limit: 50 };
    const within = okOf(await wallet.listTransactions({ customerId, ...period }));
    expect(within.length).toBeGreaterThan(0);
    for (const { atMs } of within) expect(atMs >= second.atMs && atMs < newest.atMs).toBe(true);
  });

  test('refundable lists exactly the purchases for which a refund would be taken', async () => {
    const { wallet, cases } = await start();
    const { active: customerId } = cases;
    const offered = okOf(
      await wallet.listTransactions({ customerId, refundable: true, limit: 50 }),
    ).map(({ id }) => id);
    for (const id of cases.refundable) expect(offered).toContain(id);
    const all = okOf(await wallet.listTransactions({ customerId, limit: 50 }));
    for (const { id, amount, refundable } of all) {
      const ask = { customerId, transactionId: id, amount, reason: 'other', ...key() };
      const answer = await wallet.requestRefund(ask);
      expect([id, answer.kind === 'ok']).toEqual([id, offered.includes(id)]);
      expect(refundable).toBe(offered.includes(id));
    }
  });

  test('a withdrawal is overdue once its date has passed and not before', async () => {
    const { wallet, cases, pass } = await start();
    const ask = async (withdrawalId: string) =>
      okOf(await wallet.getWithdrawal({ customerId: cases.active, withdrawalId }));
    expect(await ask(cases.overdue)).toMatchObject({ state: 'processing', overdue: true });
    expect(await ask(cases.onItsWay)).toMatchObject({ state: 'processing', overdue: false });
    pass(30 * 24 * 60 * 60_000);
    expect((await ask(cases.onItsWay)).overdue).toBe(true);
    const listed = okOf(await wallet.listWithdrawals({ customerId: cases.active, limit: 50 }));
    expect(listed.map(({ id }) => id)).toContain(cases.returned);
  });

  test('quotes add up and refuse nothing that the wallet lists', async () => {
    const { wallet } = await start();
    const currencies = okOf(await wallet.listCurrencies());
    expect(currencies.length).toBeGreaterThan(1);
    for (const currency of currencies) {
      const fee = okOf(
        await wallet.quoteFee({ amount: { minor: 12_345n, currency }, method: 'card' }),
      );
      expect(fee.total).toEqual({ minor: fee.amount.minor + fee.fee.minor, currency });
      const exchange = okOf(
        await wallet.quoteExchange({ amount: { minor: 1_000_000n, currency }, to: 'CNY' }),
      );
      expect(exchange.to.currency).toBe('CNY');
      expect(exchange.to.minor).toBeGreaterThan(0n);
      expect(exchange.rate).toMatch(/^\d+(\.\d+)?$/);
      expect(exchange.fee.minor).toBeGreaterThan(0n);
    }
    const itself = okOf(
      await wallet.quoteExchange({ amount: { minor: 10_000n, currency: 'CNY' }, to: 'CNY' }),
    );
    expect(itself.to.minor).toBe(10_000n - itself.fee.minor);
    expect(itself.rate).toBe('1');
  });

  test('somebody new has an account, an empty balance and no history', async () => {
    const { wallet, cases } = await start();
    const who = { customerId: cases.newcomer };
    expect(okOf(await wallet.getBalances(who)).every((b) => b.available.minor === 0n)).toBe(true);
    expect(okOf(await wallet.listTransactions(who))).toEqual([]);
    expect(okOf(await wallet.listWithdrawals(who))).toEqual([]);
    expect(okOf(await wallet.listTickets(who))).toEqual([]);
  });
}

function refusalContract(start: Start): void {
  test('every reason can be reached', () => {
    expect(refusalReasons.filter((reason) => !refusals.some(([, own]) => own === reason))).toEqual(
      [],
    );
  });

  for (const [n, [operation, reason, ask]] of refusals.entries()) {
    test(`${operation} is refused as ${reason} (${n + 1}), changes nothing, and its spec names it`, async () => {
      const { wallet, cases, isBalanced } = await start();
      expect(await ask(wallet, cases)).toEqual({ kind: 'refused', reason });
      expect(isBalanced()).toBe(true);
      expect(actionSpecs[operation]?.refusals).toContain(reason);
    });
  }
}

function effectContract(start: Start): void {
  test('a refund goes into review with its amount, date and number', async () => {
    const { wallet, cases, countRefunds, isBalanced } = await start();
    const { active: customerId } = cases;
    const [transactionId] = cases.refundable;
    const { amount } = okOf(await wallet.getTransaction({ customerId, transactionId }));
    const asked = okOf(
      await wallet.requestRefund({ customerId, transactionId, amount, reason: 'other', ...key() }),
    );
    expect(asked).toMatchObject({ transactionId, state: 'reviewing', amount, reason: 'other' });
    expect(asked.expectedByMs).toBeGreaterThan(asked.requestedAtMs);
    expect(okOf(await wallet.getRefund({ customerId, refundId: asked.id }))).toEqual(asked);
    expect(okOf(await wallet.getRefund({ customerId, transactionId }))).toEqual(asked);
    expect(await refund(() => transactionId)(wallet, cases)).toEqual({
      kind: 'refused',
      reason: 'refund_in_progress',
    });
    expect(countRefunds(transactionId)).toBe(1);
    expect(isBalanced()).toBe(true);
  });

  test('cancelling a pending transfer brings the held money back', async () => {
    const { wallet, cases, isBalanced } = await start();
    const customerId = cases.active;
    const before = okOf(await wallet.getBalances({ customerId }));
    const cancelled = okOf(
      await wallet.cancelTransaction({ customerId, transactionId: cases.pending, ...key() }),
    );
    expect(cancelled.state).toBe('cancelled');
    const currency = cancelled.amount.currency;
    const of = (balances: typeof before) => balances.find((b) => b.available.currency === currency);
    const total = cancelled.amount.minor + cancelled.fee.minor;
    const now = of(okOf(await wallet.getBalances({ customerId })));
    expect(now?.available.minor).toBe((of(before)?.available.minor ?? 0n) + total);
    expect(now?.held.minor).toBe((of(before)?.held.minor ?? 0n) - total);
    expect(isBalanced()).toBe(true);
  });

  test('a withdrawal that came back sets out again under its number', async () => {
    const { wallet, cases, isBalanced } = await start();
    const call = { customerId: cases.active, withdrawalId: cases.returned };
    const again = okOf(await wallet.retryWithdrawal({ ...call, ...key() }));
    expect(again).toMatchObject({ id: cases.returned, state: 'processing', overdue: false });
    expect(await wallet.retryWithdrawal({ ...call, ...key() })).toEqual({
      kind: 'refused',
      reason: 'not_failed',
    });
    expect(isBalanced()).toBe(true);
  });

  test('a dispute marks the transaction and can be opened for a transfer', async () => {
    const { wallet, cases, isBalanced } = await start();
    const call = { customerId: cases.active, transactionId: cases.transferOut };
    const opened = okOf(await wallet.openDispute({ ...call, reason: 'not_delivered', ...key() }));
    expect(opened).toMatchObject({ transactionId: cases.transferOut, state: 'open' });
    expect(okOf(await wallet.getTransaction(call)).state).toBe('disputed');
    expect(isBalanced()).toBe(true);
  });

  test('unlocking makes a locked account active; freezing stops one', async () => {
    const { wallet, cases } = await start();
    const customerId = cases.locked;
    const unlocked = okOf(await wallet.unlockAccount({ customerId, ...key() }));
    expect(unlocked.status).toBe('active');
    expect(unlocked.statusReason).toBeUndefined();
    const frozen = okOf(await wallet.freezeAccount({ customerId, reason: 'lost_phone', ...key() }));
    expect(frozen).toMatchObject({ status: 'frozen', statusReason: 'lost_phone' });
    const move = await contact('email', 'new@example.com', () => customerId)(wallet, cases);
    expect(move).toEqual({ kind: 'refused', reason: 'account_frozen' });
  });

  test('a new contact is kept and shown masked', async () => {
    const { wallet, cases } = await start();
    const call = { customerId: cases.active, field: 'email', ...key() } as const;
    const changed = okOf(await wallet.updateContact({ ...call, value: ' New.Mail@Example.COM ' }));
    expect(changed.email).toBe('n***@example.com');
    const phone = okOf(await contact('phone', '138 1111 2222')(wallet, cases));
    expect(phone).toMatchObject({ phone: '138****2222' });
  });

  test('tickets have a number, a first step and can be looked up by their owner only', async () => {
    const { wallet, cases } = await start();
    const { active: customerId, newcomer } = cases;
    const ticket = okOf(
      await wallet.openTicket({
        customerId,
        type: 'complaint',
        details: { about: 'waiting' },
        ...key(),
      }),
    );
    expect(ticket.id).toMatch(/^T-\d{8}-\d{4,}$/);
    expect(ticket).toMatchObject({ type: 'complaint', state: 'open' });
    expect(ticket.timeline).toEqual([{ atMs: ticket.openedAtMs, state: 'open' }]);
    expect(okOf(await wallet.getTicket({ customerId, ticketId: ticket.id }))).toEqual(ticket);
    expect(okOf(await wallet.listTickets({ customerId }))[0]).toEqual(ticket);
    expect(await wallet.getTicket({ customerId: newcomer, ticketId: ticket.id })).toEqual({
      kind: 'refused',
      reason: 'not_found',
    });
    const fraud = okOf(
      await wallet.reportFraud({
        customerId,
        details: 'a false adviser',
        transactionId: cases.transferOut,
        contact: '@alpha',
        ...key(),
      }),
    );
    expect(fraud.type).toBe('fraud');
    expect(fraud.id).not.toBe(ticket.id);
  });

  test('a password reset is answered the same for a known and an unknown address', async () => {
    const { wallet, cases } = await start();
    const known = okOf(await wallet.sendPasswordReset({ contact: cases.emailInUse, ...key() }));
    const unknown = okOf(await wallet.sendPasswordReset({ contact: 'x@example.net', ...key() }));
    expect(known).toEqual(unknown);
    const phone = await wallet.sendPasswordReset({ contact: '+1 (202) 555-0000', ...key() });
    expect(okOf(phone)).toEqual({ channel: 'phone' });
  });

  test('a statement comes as a link that expires', async () => {
    const { wallet, cases } = await start();
    const call = { customerId: cases.active, fromMs: 0, toMs: 86_400_000, format: 'csv' } as const;
    const first = okOf(await wallet.exportStatement({ ...call, ...key() }));
    const second = okOf(await wallet.exportStatement({ ...call, ...key() }));
    expect(first.url).not.toBe(second.url);
    expect(first.expiresAtMs).toBeGreaterThan(0);
  });

  test('a code goes to the registered contact, of which only the end is told', async () => {
    const { wallet, cases } = await start();
    const sent = okOf(
      await wallet.sendCode({ customerId: cases.active, purpose: 'sign_in', ...key() }),
    );
    expect(sent.tail.length).toBeLessThan(10);
    expect(encode(sent)).not.toMatch(/\d{6}/);
  });

  test('a code that was handed over goes where the wallet’s own goes, and not to a stranger', async () => {
    const { wallet, cases } = await start();
    const handed = { purpose: 'verify', code: '314159', expiresAtMs: 1 };
    const call = { customerId: cases.active, ...handed, ...key() };
    const own = await wallet.sendCode({ customerId: cases.active, purpose: 'verify', ...key() });
    const sent = await wallet.deliverCode(call);
    expect(okOf(sent)).toEqual(okOf(own));
    expect(encode(await wallet.deliverCode(call))).toBe(encode(sent));
    expect(await wallet.deliverCode({ ...call, code: '271828' })).toEqual({
      kind: 'refused',
      reason: 'idempotency_conflict',
    });
    expect(await wallet.deliverCode({ customerId: 'nobody', ...handed, ...key() })).toEqual({
      kind: 'refused',
      reason: 'not_found',
    });
  });
}

function keyContract(start: Start): void {
  test('fifty calls at once with one key are one refund and one answer, to the byte', async () => {
    const { wallet, cases, countRefunds } = await start();
    const { active: customerId } = cases;
    const [transactionId] = cases.refundable;
    const { amount } = okOf(await wallet.getTransaction({ customerId, transactionId }));
    const call = { customerId, transactionId, amount, reason: 'other', ...key() };
    const answers = await Promise.all(Array.from({ length: 50 }, () => wallet.requestRefund(call)));
    expect(new Set(answers.map(encode)).size).toBe(1);
    expect(answers[0]?.kind).toBe('ok');
    expect(countRefunds(transactionId)).toBe(1);
  });

  test('fifty calls at once with fifty keys are one refund and forty-nine refusals', async () => {
    const { wallet, cases, countRefunds } = await start();
    const { active: customerId } = cases;
    const [transactionId] = cases.refundable;
    const { amount } = okOf(await wallet.getTransaction({ customerId, transactionId }));
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        wallet.requestRefund({ customerId, transactionId, amount, reason: 'other', ...key() }),
      ),
    );
    expect(answers.filter(({ kind }) => kind === 'ok').length).toBe(1);
    expect(answers.filter(({ kind }) => kind === 'refused').length).toBe(49);
    expect(countRefunds(transactionId)).toBe(1);
  });

  test('a known key is answered as the first time, even after the world has changed', async () => {
    const { wallet, cases } = await start();
    const call = { customerId: cases.active, transactionId: cases.pending, ...key() };
    const refused = { customerId: cases.active, ...key() };
    const first = await wallet.cancelTransaction(call);
    expect(await wallet.unlockAccount(refused)).toEqual({ kind: 'refused', reason: 'not_locked' });
    okOf(await freeze((c) => c.active)(wallet, cases));
    expect(encode(await wallet.cancelTransaction(call))).toBe(encode(first));
    expect(await wallet.unlockAccount(refused)).toEqual({ kind: 'refused', reason: 'not_locked' });
  });

  test('a key used for another operation or with other arguments is a conflict', async () => {
    const { wallet, cases } = await start();
    const { active: customerId } = cases;
    const used = key();
    const conflict = { kind: 'refused', reason: 'idempotency_conflict' };
    okOf(await wallet.cancelTransaction({ customerId, transactionId: cases.pending, ...used }));
    expect(
      await wallet.cancelTransaction({ customerId, transactionId: cases.anotherPending, ...used }),
    ).toEqual(conflict);
    expect(await wallet.unlockAccount({ customerId, ...used })).toEqual(conflict);
    const other = await wallet.getTransaction({ customerId, transactionId: cases.anotherPending });
    expect(okOf(other).state).toBe('pending');
  });

  test('answers, balances and numbers outlive a restart', async () => {
    const { wallet, cases, reopen } = await start();
    const { active: customerId } = cases;
    const call = { customerId, transactionId: cases.pending, ...key() };
    const first = await wallet.cancelTransaction(call);
    const balances = okOf(await wallet.getBalances({ customerId }));
    const again = await reopen();
    expect(encode(await again.wallet.cancelTransaction(call))).toBe(encode(first));
    expect(okOf(await again.wallet.getBalances({ customerId }))).toEqual(balances);
    expect(again.isBalanced()).toBe(true);
  });
}
