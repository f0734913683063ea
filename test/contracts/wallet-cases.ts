import { encode } from '../../src/core/index.ts';
import type { Answer, RefusalReason, Wallet } from '../../src/wallet/index.ts';

/** A wallet on fresh ground with somebody in each of these situations. */
export interface WalletUnderTest {
  readonly wallet: Wallet;
  readonly cases: WalletCases;
  /** Lets time go by for the wallet. */
  readonly pass: (ms: number) => void;
  /** The books, from the inside: they add up, and how many refunds were ever asked for a transaction. */
  readonly isBalanced: () => boolean;
  readonly countRefunds: (transactionId: string) => number;
  /** Stops the wallet and starts it again on what it kept. */
  readonly reopen: () => Promise<WalletUnderTest>;
  readonly remove: () => Promise<void>;
}

/** Transactions and withdrawals belong to `active` unless their name says otherwise. */
export interface WalletCases {
  readonly active: string;
  readonly locked: string;
  readonly restricted: string;
  readonly frozen: string;
  readonly newcomer: string;
  /** An email address of `locked`, so that nobody else may take it. */
  readonly emailInUse: string;
  /** Purchases whose seller allows refunds. */
  readonly refundable: readonly [string, string, string];
  readonly sellerDecides: string;
  readonly tooOldForRefund: string;
  readonly tooOldForDispute: string;
  readonly refunded: string;
  readonly inReview: string;
  readonly transferOut: string;
  readonly failed: string;
  readonly pending: string;
  readonly anotherPending: string;
  readonly frozenPurchase: string;
  readonly overdue: string;
  readonly onItsWay: string;
  readonly returned: string;
  readonly returnedWithoutFunds: string;
  readonly returnedOverLimit: string;
  readonly restrictedFailed: string;
}

let keys = 0;
/** A key that nobody used. */
export const key = () => ({ idempotencyKey: `contract-${(keys += 1)}` });

/** The result; any other answer fails the test. */
export function okOf<T>(answer: Answer<T>): T {
  if (answer.kind === 'ok') return answer.result;
  throw new Error(`expected ok, got ${encode(answer)}`);
}

type Ask = (wallet: Wallet, cases: WalletCases) => Promise<Answer<unknown>>;

/** The whole refund of a transaction, `active`'s unless `by` says whose. */
export const refund =
  (of: (cases: WalletCases) => string, by?: (cases: WalletCases) => string): Ask =>
  async (wallet, cases) => {
    const customerId = (by ?? ((all: WalletCases) => all.active))(cases);
    const transactionId = of(cases);
    const known = await wallet.getTransaction({ customerId, transactionId });
    const amount = known.kind === 'ok' ? known.result.amount : { minor: 1n, currency: 'CNY' };
    return wallet.requestRefund({ customerId, transactionId, amount, reason: 'other', ...key() });
  };

const dispute =
  (of: (cases: WalletCases) => string): Ask =>
  (wallet, cases) =>
    wallet.openDispute({
      customerId: cases.active,
      transactionId: of(cases),
      reason: 'not_delivered',
      ...key(),
    });

const cancel =
  (of: (cases: WalletCases) => string): Ask =>
  (wallet, cases) =>
    wallet.cancelTransaction({ customerId: cases.active, transactionId: of(cases), ...key() });

const retry =
  (of: (cases: WalletCases) => string, by?: (cases: WalletCases) => string): Ask =>
  (wallet, cases) =>
    wallet.retryWithdrawal({
      customerId: (by ?? ((all: WalletCases) => all.active))(cases),
      withdrawalId: of(cases),
      ...key(),
    });

export const contact =
  (field: 'phone' | 'email' | 'address', value: string, by?: (cases: WalletCases) => string): Ask =>
  (wallet, cases) =>
    wallet.updateContact({
      customerId: (by ?? ((all: WalletCases) => all.active))(cases),
      field,
      value,
      ...key(),
    });

export const freeze =
  (by: (cases: WalletCases) => string): Ask =>
  (wallet, cases) =>
    wallet.freezeAccount({ customerId: by(cases), reason: 'lost_phone', ...key() });

const quote =
  (minor: bigint, currency = 'CNY'): Ask =>
  (wallet) =>
    wallet.quoteFee({ amount: { minor, currency } });

/** One after the other; the last one's answer counts. */
const after =
  (first: Ask, then: Ask): Ask =>
  async (wallet, cases) => {
    okOf(await first(wallet, cases));
    return then(wallet, cases);
  };

const tooManyResets: Ask = async (wallet) => {
  for (let n = 0; n < 1000; n += 1) {
    const answer = await wallet.sendPasswordReset({ contact: 'flood@example.com', ...key() });
    if (answer.kind !== 'ok') return answer;
  }
  throw new Error('a thousand resets were sent to one address');
};

const sameKeyOtherArguments: Ask = async (wallet, { active, newcomer }) => {
  const shared = key();
  okOf(await wallet.sendCode({ customerId: active, purpose: 'sign_in', ...shared }));
  return wallet.sendCode({ customerId: newcomer, purpose: 'sign_in', ...shared });
};

/** Operation, reason, how to get there. */
export const refusals: readonly (readonly [keyof Wallet, RefusalReason, Ask])[] = [
  ['getAccount', 'not_found', (wallet) => wallet.getAccount({ customerId: 'nobody' })],
  [
    'getTransaction',
    'not_found',
    (wallet, { newcomer, pending }) =>
      wallet.getTransaction({ customerId: newcomer, transactionId: pending }),
  ],
  ['requestRefund', 'not_found', refund(() => 'P20200101-0000')],
  [
    'requestRefund',
    'not_found',
    refund(
      (c) => c.refundable[0],
      (c) => c.newcomer,
    ),
  ],
  [
    'requestRefund',
    'account_frozen',
    refund(
      (c) => c.frozenPurchase,
      (c) => c.frozen,
    ),
  ],
  ['requestRefund', 'not_refundable', refund((c) => c.transferOut)],
  ['requestRefund', 'not_refundable', refund((c) => c.failed)],
  ['requestRefund', 'seller_must_agree', refund((c) => c.sellerDecides)],
  ['requestRefund', 'already_refunded', refund((c) => c.refunded)],
  ['requestRefund', 'refund_in_progress', refund((c) => c.inReview)],
  ['requestRefund', 'too_old', refund((c) => c.tooOldForRefund)],
  ['requestRefund', 'amount_too_large', refundOf({ minor: 10n ** 12n, currency: 'CNY' })],
  ['requestRefund', 'amount_invalid', refundOf({ minor: 0n, currency: 'CNY' })],
  ['requestRefund', 'amount_invalid', refundOf({ minor: -100n, currency: 'CNY' })],
  ['requestRefund', 'amount_invalid', refundOf({ minor: 100n, currency: 'USD' })],
  ['cancelTransaction', 'not_pending', cancel((c) => c.refunded)],
  [
    'cancelTransaction',
    'already_cancelled',
    after(
      cancel((c) => c.pending),
      cancel((c) => c.pending),
    ),
  ],
  ['openDispute', 'not_allowed', dispute((c) => c.failed)],
  ['openDispute', 'already_refunded', dispute((c) => c.refunded)],
  ['openDispute', 'refund_in_progress', dispute((c) => c.inReview)],
  ['openDispute', 'too_old', dispute((c) => c.tooOldForDispute)],
  [
    'openDispute',
    'already_disputed',
    after(
      dispute((c) => c.transferOut),
      dispute((c) => c.transferOut),
    ),
  ],
  ['retryWithdrawal', 'not_failed', retry((c) => c.onItsWay)],
  ['retryWithdrawal', 'insufficient_funds', retry((c) => c.returnedWithoutFunds)],
  ['retryWithdrawal', 'limit_exceeded', retry((c) => c.returnedOverLimit)],
  [
    'retryWithdrawal',
    'account_restricted',
    retry(
      (c) => c.restrictedFailed,
      (c) => c.restricted,
    ),
  ],
  ['unlockAccount', 'not_locked', (w, c) => w.unlockAccount({ customerId: c.active, ...key() })],
  [
    'unlockAccount',
    'account_frozen',
    (w, c) => w.unlockAccount({ customerId: c.frozen, ...key() }),
  ],
  [
    'unlockAccount',
    'account_restricted',
    (w, c) => w.unlockAccount({ customerId: c.restricted, ...key() }),
  ],
  ['freezeAccount', 'already_frozen', freeze((c) => c.frozen)],
  ['freezeAccount', 'not_found', freeze(() => 'nobody')],
  ['updateContact', 'account_locked', contact('phone', '+12025550100', (c) => c.locked)],
  ['updateContact', 'account_frozen', contact('phone', '+12025550100', (c) => c.frozen)],
  ['updateContact', 'contact_invalid', contact('email', 'not an address')],
  ['updateContact', 'contact_invalid', contact('phone', '12')],
  [
    'updateContact',
    'contact_in_use',
    (wallet, cases) => contact('email', cases.emailInUse)(wallet, cases),
  ],
  ['quoteFee', 'amount_invalid', quote(0n)],
  ['quoteFee', 'amount_too_large', quote(10n ** 18n)],
  ['quoteFee', 'currency_not_supported', quote(100n, 'XXX')],
  [
    'quoteExchange',
    'currency_not_supported',
    (wallet) => wallet.quoteExchange({ amount: { minor: 100n, currency: 'CNY' }, to: 'XXX' }),
  ],
  ['sendPasswordReset', 'contact_invalid', (w) => w.sendPasswordReset({ contact: '?', ...key() })],
  ['sendPasswordReset', 'too_many_requests', tooManyResets],
  ['sendCode', 'idempotency_conflict', sameKeyOtherArguments],
  [
    'exportStatement',
    'not_allowed',
    (wallet, { active }) =>
      wallet.exportStatement({ customerId: active, fromMs: 2, toMs: 1, format: 'csv', ...key() }),
  ],
  [
    'reportFraud',
    'not_found',
    (wallet, { newcomer, pending }) =>
      wallet.reportFraud({
        customerId: newcomer,
        details: 'strange',
        transactionId: pending,
        ...key(),
      }),
  ],
];

function refundOf(amount: { readonly minor: bigint; readonly currency: string }): Ask {
  return (wallet, cases) =>
    wallet.requestRefund({
      customerId: cases.active,
      transactionId: cases.refundable[0],
      amount,
      reason: 'other',
      ...key(),
    });
}
