import type { Money } from '../core/index.ts';

/**
 * What a wallet company implements for the bot and the desk. Every operation answers with a value:
 * `ok`, a refusal with a reason from the table, or `unknown` when no certain answer came in time
 * (network, time-out); only `unknown` may be tried again, always with the same idempotency key, and
 * the wallet must answer a known key with the first answer, for good. Reads carry no key.
 */
export interface Wallet {
  getAccount(call: CustomerCall): Promise<Answer<Account>>;
  getBalances(call: CustomerCall): Promise<Answer<readonly Balance[]>>;
  listTransactions(call: CustomerCall & TransactionFilter): Promise<Answer<readonly Transaction[]>>;
  getTransaction(
    call: CustomerCall & { readonly transactionId: string },
  ): Promise<Answer<Transaction>>;
  getRefund(
    call: CustomerCall & { readonly refundId?: string; readonly transactionId?: string },
  ): Promise<Answer<Refund>>;
  listWithdrawals(
    call: CustomerCall & { readonly limit?: number },
  ): Promise<Answer<readonly Withdrawal[]>>;
  getWithdrawal(
    call: CustomerCall & { readonly withdrawalId: string },
  ): Promise<Answer<Withdrawal>>;
  listTickets(call: CustomerCall & { readonly limit?: number }): Promise<Answer<readonly Ticket[]>>;
  getTicket(call: CustomerCall & { readonly ticketId: string }): Promise<Answer<Ticket>>;
  quoteFee(call: {
    readonly amount: Money;
    readonly method?: string;
    readonly crossBorder?: boolean;
  }): Promise<Answer<FeeQuote>>;
  quoteExchange(call: {
    readonly amount: Money;
    readonly to: string;
  }): Promise<Answer<ExchangeQuote>>;
  listCurrencies(): Promise<Answer<readonly string[]>>;

  /** Answers `ok` whether or not the account exists: nobody learns from it who has one. */
  sendPasswordReset(
    call: Keyed & { readonly contact: string },
  ): Promise<Answer<{ readonly channel: 'email' | 'phone' }>>;
  sendCode(
    call: CustomerCall & Keyed & { readonly purpose: string },
  ): Promise<Answer<{ readonly tail: string }>>;
  /**
   * Brings a code that Kefu made, and Kefu alone checks, to the registered contact, which Kefu does not know. No
   * account action: a flow must never choose what is sent.
   */
  deliverCode(
    call: CustomerCall &
      Keyed & { readonly purpose: string; readonly code: string; readonly expiresAtMs: number },
  ): Promise<Answer<{ readonly tail: string }>>;
  unlockAccount(call: CustomerCall & Keyed): Promise<Answer<Account>>;
  freezeAccount(call: CustomerCall & Keyed & { readonly reason: string }): Promise<Answer<Account>>;
  updateContact(
    call: CustomerCall &
      Keyed & { readonly field: 'phone' | 'email' | 'address'; readonly value: string },
  ): Promise<Answer<Account>>;
  cancelTransaction(
    call: CustomerCall & Keyed & { readonly transactionId: string },
  ): Promise<Answer<Transaction>>;
  requestRefund(
    call: CustomerCall &
      Keyed & { readonly transactionId: string; readonly amount: Money; readonly reason: string },
  ): Promise<Answer<Refund>>;
  openDispute(
    call: CustomerCall &
      Keyed & {
        readonly transactionId: string;
        readonly reason: string;
        readonly details?: string;
      },
  ): Promise<Answer<Dispute>>;
  retryWithdrawal(
    call: CustomerCall & Keyed & { readonly withdrawalId: string },
  ): Promise<Answer<Withdrawal>>;
  exportStatement(
    call: CustomerCall &
      Keyed & { readonly fromMs: number; readonly toMs: number; readonly format: 'csv' | 'pdf' },
  ): Promise<Answer<{ readonly url: string; readonly expiresAtMs: number }>>;
  reportFraud(
    call: CustomerCall &
      Keyed & {
        readonly details: string;
        readonly transactionId?: string;
        readonly contact?: string;
      },
  ): Promise<Answer<Ticket>>;
  openTicket(
    call: CustomerCall &
      Keyed & { readonly type: string; readonly details: { readonly [name: string]: string } },
  ): Promise<Answer<Ticket>>;
}

export interface CustomerCall {
  readonly customerId: string;
}

/** The effect's id. The same key with other arguments is refused as `idempotency_conflict`. */
export interface Keyed {
  readonly idempotencyKey: string;
}

export type Answer<T> =
  | { readonly kind: 'ok'; readonly result: T; readonly receipt: string }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }
  | { readonly kind: 'unknown' };

export const refusalReasons = [
  'not_found',
  'not_allowed',
  'account_frozen',
  'account_locked',
  'account_restricted',
  'not_refundable',
  'seller_must_agree',
  'already_refunded',
  'refund_in_progress',
  'amount_too_large',
  'amount_invalid',
  'not_pending',
  'already_cancelled',
  'already_disputed',
  'too_old',
  'not_failed',
  'insufficient_funds',
  'limit_exceeded',
  'not_locked',
  'already_frozen',
  'contact_invalid',
  'contact_in_use',
  'currency_not_supported',
  'too_many_requests',
  'idempotency_conflict',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export interface Account {
  readonly customerId: string;
  readonly name: string;
  /** Masked, such as `138****5678` and `l***@example.com`. */
  readonly phone: string;
  readonly email: string;
  readonly status: 'active' | 'locked' | 'restricted' | 'frozen' | 'closed';
  /** Why it is locked or restricted: a code such as `too_many_attempts`, `documents_missing`. */
  readonly statusReason?: string;
  readonly kycLevel: 0 | 1 | 2;
  readonly limits: {
    readonly perPayment: Money;
    readonly perDay: Money;
    readonly withdrawalPerDay: Money;
  };
}

export interface Balance {
  readonly available: Money;
  readonly held: Money;
}

export interface TransactionFilter {
  readonly kind?: Transaction['kind'];
  readonly state?: Transaction['state'];
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Only payments for which a refund may be asked now. */
  readonly refundable?: boolean;
  /** Default 5, at most 50; newest first. */
  readonly limit?: number;
}

export interface Transaction {
  readonly id: string;
  readonly kind: 'payment' | 'transfer_out' | 'transfer_in' | 'top_up';
  readonly state: 'pending' | 'completed' | 'failed' | 'cancelled' | 'refunded' | 'disputed';
  readonly amount: Money;
  readonly fee: Money;
  /** Merchant or person, and their other names where there are any. */
  readonly counterparty: string;
  readonly method: 'balance' | 'card' | 'bank';
  readonly atMs: number;
  readonly expectedByMs?: number;
  readonly completedAtMs?: number;
  /** `card_declined`, `insufficient_funds`, `limit_exceeded`, `bank_timeout`, `card_expired`, `risk_refused`. */
  readonly failureReason?: string;
  readonly refundable: boolean;
}

export interface Refund {
  readonly id: string;
  readonly transactionId: string;
  readonly state: 'reviewing' | 'approved' | 'paid' | 'refused';
  readonly amount: Money;
  readonly reason: string;
  readonly requestedAtMs: number;
  readonly expectedByMs: number;
}

export interface Withdrawal {
  readonly id: string;
  readonly state: 'processing' | 'arrived' | 'failed' | 'returned';
  readonly amount: Money;
  readonly bank: string;
  readonly accountTail: string;
  readonly requestedAtMs: number;
  readonly expectedByMs: number;
  /** Still processing after `expectedByMs`. */
  readonly overdue: boolean;
  /** `account_wrong`, `name_mismatch`, `bank_timeout`. */
  readonly failureReason?: string;
}

export interface Dispute {
  readonly id: string;
  readonly transactionId: string;
  readonly state: 'open' | 'won' | 'lost';
  readonly openedAtMs: number;
}

export interface Ticket {
  /** Readable, such as `T-20261122-0007`. */
  readonly id: string;
  readonly type: string;
  readonly state: 'open' | 'in_progress' | 'solved';
  readonly openedAtMs: number;
  readonly timeline: readonly { readonly atMs: number; readonly state: string }[];
}

export interface FeeQuote {
  readonly amount: Money;
  readonly fee: Money;
  readonly total: Money;
}

export interface ExchangeQuote {
  readonly from: Money;
  readonly to: Money;
  readonly fee: Money;
  /** Decimal text, units of `to` for one unit of `from`. */
  readonly rate: string;
  readonly validUntilMs: number;
}
