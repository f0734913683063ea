import { z } from 'zod';
import { limits, type Money } from '../../core/index.ts';
import { refusalReasons } from '../port.ts';
import type {
  Account,
  Balance,
  Dispute,
  ExchangeQuote,
  FeeQuote,
  Refund,
  Ticket,
  Transaction,
  Withdrawal,
} from '../port.ts';

/**
 * How the port's records look on the wire. Each schema is a codec: `z.decode` reads what a peer sent, `z.encode`
 * writes it. Answers may carry further fields, which are dropped (a wallet can grow); requests may not.
 */
export const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/);
export const word = z.string().min(1).max(64);
export const line = z.string().min(1).max(limits.fieldLengthMax);
export const story = z.string().min(1).max(limits.textLengthMax);
export const instant = z.int().min(0);
export const currency = z.string().regex(/^[A-Z]{3}$/);
/** Anything that a record shows and nobody computes with; may be empty. */
const shown = z.string().max(limits.fieldLengthMax);

/** Whole minor units as text: JSON numbers lose what is beyond 2^53. The range is what a ledger's 64 bits hold. */
export const minor = z.codec(
  z.string().regex(/^-?(0|[1-9][0-9]{0,18})$/),
  z
    .bigint()
    .min(-(2n ** 63n))
    .max(2n ** 63n - 1n),
  { decode: (text) => BigInt(text), encode: (value) => value.toString() },
);

/** Fails to compile when the schema and the port's type differ in either direction. */
const like =
  <T>() =>
  <S extends z.ZodType<T>>(schema: T extends z.output<S> ? S : never): z.ZodType<T> =>
    schema;

export const money = like<Money>()(z.object({ minor, currency }));

export const account = like<Account>()(
  z.object({
    customerId: id,
    name: shown,
    phone: shown,
    email: shown,
    status: z.enum(['active', 'locked', 'restricted', 'frozen', 'closed']),
    statusReason: word.exactOptional(),
    kycLevel: z.literal([0, 1, 2]),
    limits: z.object({ perPayment: money, perDay: money, withdrawalPerDay: money }),
  }),
);

export const balance = like<Balance>()(z.object({ available: money, held: money }));

export const transactionKind = z.enum(['payment', 'transfer_out', 'transfer_in', 'top_up']);
export const transactionState = z.enum([
  'pending',
  'completed',
  'failed',
  'cancelled',
  'refunded',
  'disputed',
]);

export const transaction = like<Transaction>()(
  z.object({
    id,
    kind: transactionKind,
    state: transactionState,
    amount: money,
    fee: money,
    counterparty: shown,
    method: z.enum(['balance', 'card', 'bank']),
    atMs: instant,
    expectedByMs: instant.exactOptional(),
    completedAtMs: instant.exactOptional(),
    failureReason: word.exactOptional(),
    refundable: z.boolean(),
  }),
);

export const refund = like<Refund>()(
  z.object({
    id,
    transactionId: id,
    state: z.enum(['reviewing', 'approved', 'paid', 'refused']),
    amount: money,
    reason: shown,
    requestedAtMs: instant,
    expectedByMs: instant,
  }),
);

export const withdrawal = like<Withdrawal>()(
  z.object({
    id,
    state: z.enum(['processing', 'arrived', 'failed', 'returned']),
    amount: money,
    bank: shown,
    accountTail: z.string().max(16),
    requestedAtMs: instant,
    expectedByMs: instant,
    overdue: z.boolean(),
    failureReason: word.exactOptional(),
  }),
);

export const dispute = like<Dispute>()(
  z.object({
    id,
    transactionId: id,
    state: z.enum(['open', 'won', 'lost']),
    openedAtMs: instant,
  }),
);

export const ticket = like<Ticket>()(
  z.object({
    id,
    type: word,
    state: z.enum(['open', 'in_progress', 'solved']),
    openedAtMs: instant,
    timeline: z
      .array(z.object({ atMs: instant, state: word }))
      .max(200)
      .readonly(),
  }),
);

export const feeQuote = like<FeeQuote>()(z.object({ amount: money, fee: money, total: money }));

export const exchangeQuote = like<ExchangeQuote>()(
  z.object({
    from: money,
    to: money,
    fee: money,
    rate: z.string().regex(/^[0-9]{1,18}(\.[0-9]{1,18})?$/),
    validUntilMs: instant,
  }),
);

/** Where a message went: only the masked end, never a whole number or address. */
export const sentTo = z.object({ tail: z.string().max(64) });
export const resetSent = z.object({ channel: z.enum(['email', 'phone']) });
export const statementLink = z.object({
  url: z
    .string()
    .max(2000)
    .regex(/^https?:\/\/[!-~]+$/),
  expiresAtMs: instant,
});

/** A refusal's body, whatever the status. */
export const refusal = z.object({ refused: z.enum(refusalReasons) });

/** An `ok` answer's body. */
export const okOf = (result: z.ZodType) =>
  z.object({ result, receipt: z.string().min(1).max(200) });

export const errorCodes = [
  'bad_request',
  'bad_signature',
  'not_found',
  'too_large',
  'overloaded',
  'unknown',
  'internal',
] as const;
export type WalletErrorCode = (typeof errorCodes)[number];
export const errorBody = z.object({
  error: z.object({ code: z.enum(errorCodes), message: z.string() }),
});

/** By the names that the OpenAPI document gives them. */
export const namedSchemas = {
  Money: money,
  Account: account,
  Balance: balance,
  Transaction: transaction,
  Refund: refund,
  Withdrawal: withdrawal,
  Dispute: dispute,
  Ticket: ticket,
  FeeQuote: feeQuote,
  ExchangeQuote: exchangeQuote,
  SentTo: sentTo,
  ResetSent: resetSent,
  StatementLink: statementLink,
  Refusal: refusal,
  Error: errorBody,
} as const;
