import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseMoney, type Money } from '../../src/core/index.ts';
import { openSandboxWallet } from '../../src/wallet/index.ts';
import type { Sandbox, SandboxOptions } from '../../src/wallet/index.ts';
import type { WalletCases, WalletUnderTest } from '../contracts/wallet-cases.ts';

export const dayMs = 24 * 60 * 60_000;
/** A Wednesday. */
export const startMs = Date.parse('2026-11-18T04:20:00Z');

export function money(text: string): Money {
  const [decimal = '', currency = ''] = text.split(' ');
  const parsed = parseMoney(decimal, currency);
  if (!parsed) throw new Error(`not an amount: ${text}`);
  return parsed;
}

export async function freshFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'kefu-wallet-'));
}

/** A clock that stands until it is moved. */
export function handClock(nowMs = startMs) {
  const state = { nowMs };
  return {
    clock: () => state.nowMs,
    pass: (ms: number) => {
      state.nowMs += ms;
    },
    set: (ms: number) => {
      state.nowMs = ms;
    },
  };
}

/** The seeded sandbox with everything that the contract needs entered for one customer. */
export async function openSandboxWorld(
  more: Partial<SandboxOptions> = {},
): Promise<WalletUnderTest> {
  const folder = await freshFolder();
  const hand = handClock(startMs - 200 * dayMs);
  const options: SandboxOptions = { folder, clock: hand.clock, ...more };
  const sandbox = await openSandboxWallet(options);
  const cases = await enterCases(sandbox, hand.set);
  hand.set(startMs);
  return under(sandbox, { cases, folder, pass: hand.pass, options });
}

function under(
  sandbox: Sandbox,
  world: {
    readonly cases: WalletCases;
    readonly folder: string;
    readonly pass: (ms: number) => void;
    readonly options: SandboxOptions;
  },
): WalletUnderTest {
  let open = sandbox;
  return {
    wallet: sandbox,
    cases: world.cases,
    pass: world.pass,
    isBalanced: () => open.audit().balanced,
    countRefunds: (transactionId) => open.refundsOf(transactionId).length,
    reopen: async () => {
      open.close();
      open = await openSandboxWallet(world.options);
      return under(open, world);
    },
    remove: async () => {
      open.close();
      await rm(world.folder, { recursive: true });
    },
  };
}

/** All through the office, so the ledger carries every one of them. Times are set back from `startMs`. */
async function enterCases(sandbox: Sandbox, set: (ms: number) => void): Promise<WalletCases> {
  const { office } = sandbox;
  const customerId = 'lin-wei';
  const back = (days: number) => set(startMs - days * dayMs);
  const pay = (amount: string, refundRule: 'allowed' | 'seller' = 'allowed', to = 'Shop') =>
    office.enter({
      customerId,
      kind: 'payment',
      amount: money(amount),
      counterparty: to,
      method: 'balance',
      refundRule,
    }).id;
  const send = (amount: string, state: 'pending' | 'completed') =>
    office.enter({
      customerId,
      kind: 'transfer_out',
      amount: money(amount),
      counterparty: 'Friend',
      method: 'balance',
      state,
    }).id;
  const fund = (amount: string) =>
    office.enter({
      customerId,
      kind: 'top_up',
      amount: money(amount),
      counterparty: 'Bank',
      method: 'bank',
    });
  const withdraw = (amount: string, who = customerId) =>
    office.withdraw({
      customerId: who,
      amount: money(amount),
      bank: 'Bank',
      accountTail: '0001',
    }).id;
  const comeBack = (amount: string) => {
    const id = withdraw(amount);
    office.endWithdrawal(id, { state: 'failed', reason: 'account_wrong' });
    return id;
  };

  back(199);
  fund('200000 CNY');
  fund('500 EUR');
  const tooOldForDispute = pay('10 CNY');
  back(100);
  const tooOldForRefund = pay('20 CNY');
  back(30);
  const returnedWithoutFunds = comeBack('400 EUR');
  office.enter({
    customerId,
    kind: 'payment',
    amount: money('450 EUR'),
    counterparty: 'Shop',
    method: 'balance',
  });
  const returnedOverLimit = comeBack('150000 CNY');
  const returned = comeBack('300 CNY');
  const refunded = pay('90 CNY');
  const inReview = pay('91 CNY');
  set(startMs - 9 * dayMs);
  const overdue = withdraw('70 CNY');
  back(3);
  const refundable = [pay('299 CNY'), pay('128 CNY'), pay('128 CNY')] as const;
  const sellerDecides = pay('168 CNY', 'seller');
  const failed = office.enter({
    customerId,
    kind: 'payment',
    amount: money('1299 CNY'),
    counterparty: 'Agency',
    method: 'card',
    state: 'failed',
    failureReason: 'card_declined',
  }).id;
  const transferOut = send('200 CNY', 'completed');
  const pending = send('50 CNY', 'pending');
  const anotherPending = send('60 CNY', 'pending');
  const onItsWay = withdraw('80 CNY');
  return {
    active: customerId,
    locked: 'chen-jie',
    restricted: 'omar',
    frozen: 'dana',
    newcomer: 'new-user',
    emailInUse: 'chen.jie@example.com',
    refundable,
    sellerDecides,
    tooOldForRefund,
    tooOldForDispute,
    refunded: await endRefund(sandbox, refunded, 'paid'),
    inReview: await endRefund(sandbox, inReview, 'reviewing'),
    transferOut,
    failed,
    pending,
    anotherPending,
    frozenPurchase: office.enter({
      customerId: 'dana',
      kind: 'payment',
      amount: money('5 USD'),
      counterparty: 'Shop',
      method: 'balance',
      refundRule: 'allowed',
    }).id,
    overdue,
    onItsWay,
    returned,
    returnedWithoutFunds,
    returnedOverLimit,
    restrictedFailed: failedWithdrawalOfOmar(sandbox, withdraw),
  };
}

function failedWithdrawalOfOmar(
  { office }: Sandbox,
  withdraw: (amount: string, who: string) => string,
): string {
  const id = withdraw('20 USD', 'omar');
  office.endWithdrawal(id, { state: 'failed', reason: 'name_mismatch' });
  return id;
}

/** Asks for the whole amount back and, for `paid`, plays the clerk too. */
async function endRefund(
  sandbox: Sandbox,
  transactionId: string,
  to: 'reviewing' | 'paid',
): Promise<string> {
  const customerId = 'lin-wei';
  const bought = await sandbox.getTransaction({ customerId, transactionId });
  if (bought.kind !== 'ok') throw new Error('the case has no purchase');
  const asked = await sandbox.requestRefund({
    customerId,
    transactionId,
    amount: bought.result.amount,
    reason: 'other',
    idempotencyKey: `case-${transactionId}`,
  });
  if (asked.kind !== 'ok') throw new Error('the case has no refund');
  if (to === 'paid') {
    sandbox.office.decideRefund(asked.result.id, 'approved');
    sandbox.office.decideRefund(asked.result.id, 'paid');
  }
  return transactionId;
}
