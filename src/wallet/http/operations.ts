import { z } from 'zod';
import { limits } from '../../core/index.ts';
import type { Answer, RefusalReason, Wallet } from '../port.ts';
import * as wire from './schemas.ts';

/** One operation of the port on the wire. Its call is split in three: ids in the path, the key in a header, and `rest`. */
export interface Operation {
  readonly name: keyof Wallet;
  /** GET reads and has `rest` in the query; POST writes under an idempotency key and has it in the body. */
  readonly method: 'GET' | 'POST';
  /** Names in braces are ids of the call. */
  readonly path: string;
  readonly rest: z.ZodType;
  readonly result: z.ZodType;
  /** Whether the answer speaks of what was asked for: a mix-up at the wallet must not show one customer another's. */
  readonly isAbout: (call: object, result: unknown) => boolean;
}

type CallOf<Name extends keyof Wallet> =
  Parameters<Wallet[Name]> extends [infer Call] ? Call : object;
type ResultOf<Name extends keyof Wallet> =
  Awaited<ReturnType<Wallet[Name]>> extends Answer<infer Result> ? Result : never;
type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Left}`
  ? Name | NamesIn<Left>
  : never;
type RestOf<Name extends keyof Wallet, Path extends string> = Omit<
  CallOf<Name>,
  NamesIn<Path> | 'idempotencyKey'
>;

interface Definition<Name extends keyof Wallet, Path extends string> {
  readonly rest?: z.ZodType<RestOf<Name, Path>>;
  readonly result: z.ZodType<ResultOf<Name>>;
  readonly isAbout?: (call: CallOf<Name>, result: ResultOf<Name>) => boolean;
}

/** A query holds text only. */
const count = z.codec(z.string().regex(/^[1-9][0-9]?$/), z.int().min(1).max(50), {
  decode: Number,
  encode: String,
});
const instantText = z.codec(z.string().regex(/^(0|[1-9][0-9]{0,15})$/), wire.instant, {
  decode: Number,
  encode: String,
});
const flag = z.codec(z.enum(['true', 'false']), z.boolean(), {
  decode: (text) => text === 'true',
  encode: (value) => (value ? ('true' as const) : ('false' as const)),
});

const list = { limit: count.exactOptional() };
const listOf = <T>(record: z.ZodType<T>) => z.array(record).max(50).readonly();

/** `amount` lies flat in a query: `minor` and `currency`. */
const flatMoney = { minor: wire.minor, currency: wire.currency };
const amount = z.strictObject({ minor: z.bigint(), currency: wire.currency });

const feeQuery = z.codec(
  z.strictObject({
    ...flatMoney,
    method: wire.word.exactOptional(),
    crossBorder: flag.exactOptional(),
  }),
  z.strictObject({
    amount,
    method: wire.word.exactOptional(),
    crossBorder: z.boolean().exactOptional(),
  }),
  {
    decode: ({ minor, currency, ...more }) => ({ amount: { minor, currency }, ...more }),
    encode: ({ amount, ...more }) => ({ ...amount, ...more }),
  },
);

const exchangeQuery = z.codec(
  z.strictObject({ ...flatMoney, to: wire.currency }),
  z.strictObject({ amount, to: wire.currency }),
  {
    decode: ({ minor, currency, to }) => ({ amount: { minor, currency }, to }),
    encode: ({ amount, to }) => ({ ...amount, to }),
  },
);

const details = z
  .record(wire.word, z.string().max(limits.textLengthMax))
  .refine((fields) => Object.keys(fields).length <= 2 * limits.formFieldsMax);

const ofCustomer = (
  { customerId }: { readonly customerId: string },
  result: { readonly customerId: string },
): boolean => result.customerId === customerId;

/** Every operation of the port, once: the client, the server and the OpenAPI document go by this table. */
export const operations = [
  get('getAccount', '/customers/{customerId}', { result: wire.account, isAbout: ofCustomer }),
  get('getBalances', '/customers/{customerId}/balances', {
    result: z.array(wire.balance).max(200).readonly(),
  }),
  get('listTransactions', '/customers/{customerId}/transactions', {
    rest: z.strictObject({
      kind: wire.transactionKind.exactOptional(),
      state: wire.transactionState.exactOptional(),
      fromMs: instantText.exactOptional(),
      toMs: instantText.exactOptional(),
      refundable: flag.exactOptional(),
      ...list,
    }),
    result: listOf(wire.transaction),
  }),
  get('getTransaction', '/customers/{customerId}/transactions/{transactionId}', {
    result: wire.transaction,
    isAbout: ({ transactionId }, { id }) => id === transactionId,
  }),
  get('getRefund', '/customers/{customerId}/refund', {
    rest: z.strictObject({
      refundId: wire.id.exactOptional(),
      transactionId: wire.id.exactOptional(),
    }),
    result: wire.refund,
    isAbout: (call, refund) =>
      (call.refundId ?? refund.id) === refund.id &&
      (call.transactionId ?? refund.transactionId) === refund.transactionId,
  }),
  get('listWithdrawals', '/customers/{customerId}/withdrawals', {
    rest: z.strictObject(list),
    result: listOf(wire.withdrawal),
  }),
  get('getWithdrawal', '/customers/{customerId}/withdrawals/{withdrawalId}', {
    result: wire.withdrawal,
    isAbout: ({ withdrawalId }, { id }) => id === withdrawalId,
  }),
  get('listTickets', '/customers/{customerId}/tickets', {
    rest: z.strictObject(list),
    result: listOf(wire.ticket),
  }),
  get('getTicket', '/customers/{customerId}/tickets/{ticketId}', {
    result: wire.ticket,
    isAbout: ({ ticketId }, { id }) => id === ticketId,
  }),
  get('quoteFee', '/quotes/fee', { rest: feeQuery, result: wire.feeQuote }),
  get('quoteExchange', '/quotes/exchange', { rest: exchangeQuery, result: wire.exchangeQuote }),
  get('listCurrencies', '/currencies', { result: z.array(wire.currency).max(300).readonly() }),

  post('sendPasswordReset', '/password-resets', {
    rest: z.strictObject({ contact: wire.line }),
    result: wire.resetSent,
  }),
  post('sendCode', '/customers/{customerId}/codes', {
    rest: z.strictObject({ purpose: wire.word }),
    result: wire.sentTo,
  }),
  post('deliverCode', '/customers/{customerId}/code-deliveries', {
    rest: z.strictObject({
      purpose: wire.word,
      code: z.string().regex(/^[0-9]{4,8}$/),
      expiresAtMs: wire.instant,
    }),
    result: wire.sentTo,
  }),
  post('unlockAccount', '/customers/{customerId}/unlock', {
    result: wire.account,
    isAbout: ofCustomer,
  }),
  post('freezeAccount', '/customers/{customerId}/freeze', {
    rest: z.strictObject({ reason: wire.line }),
    result: wire.account,
    isAbout: ofCustomer,
  }),
  post('updateContact', '/customers/{customerId}/contact', {
    rest: z.strictObject({ field: z.enum(['phone', 'email', 'address']), value: wire.line }),
    result: wire.account,
    isAbout: ofCustomer,
  }),
  post('cancelTransaction', '/customers/{customerId}/transactions/{transactionId}/cancel', {
    result: wire.transaction,
    isAbout: ({ transactionId }, { id }) => id === transactionId,
  }),
  post('requestRefund', '/customers/{customerId}/transactions/{transactionId}/refunds', {
    rest: z.strictObject({ amount: wire.money, reason: wire.line }),
    result: wire.refund,
    isAbout: (call, refund) => refund.transactionId === call.transactionId,
  }),
  post('openDispute', '/customers/{customerId}/transactions/{transactionId}/disputes', {
    rest: z.strictObject({ reason: wire.line, details: wire.story.exactOptional() }),
    result: wire.dispute,
    isAbout: (call, dispute) => dispute.transactionId === call.transactionId,
  }),
  post('retryWithdrawal', '/customers/{customerId}/withdrawals/{withdrawalId}/retry', {
    result: wire.withdrawal,
    isAbout: ({ withdrawalId }, { id }) => id === withdrawalId,
  }),
  post('exportStatement', '/customers/{customerId}/statements', {
    rest: z.strictObject({
      fromMs: wire.instant,
      toMs: wire.instant,
      format: z.enum(['csv', 'pdf']),
    }),
    result: wire.statementLink,
  }),
  post('reportFraud', '/customers/{customerId}/fraud-reports', {
    rest: z.strictObject({
      details: wire.story,
      transactionId: wire.id.exactOptional(),
      contact: wire.line.exactOptional(),
    }),
    result: wire.ticket,
  }),
  post('openTicket', '/customers/{customerId}/tickets', {
    rest: z.strictObject({ type: wire.word, details }),
    result: wire.ticket,
  }),
] as const satisfies readonly Operation[];

/** A port's operation that the table lacks makes `createHttpWallet` fail to compile. */
export type OperationName = (typeof operations)[number]['name'];

function get<Name extends keyof Wallet, Path extends string>(
  name: Name,
  path: Path,
  definition: Definition<Name, Path>,
): Operation & { readonly name: Name } {
  return { name, method: 'GET', path, ...erase(definition) };
}

function post<Name extends keyof Wallet, Path extends string>(
  name: Name,
  path: Path,
  definition: Definition<Name, Path>,
): Operation & { readonly name: Name } {
  return { name, method: 'POST', path, ...erase(definition) };
}

function erase<Name extends keyof Wallet, Path extends string>({
  rest = z.strictObject({}) as unknown as z.ZodType<RestOf<Name, Path>>,
  result,
  isAbout = () => true,
}: Definition<Name, Path>): Pick<Operation, 'rest' | 'result' | 'isAbout'> {
  return {
    rest,
    result,
    isAbout: (call, answer) => isAbout(call as CallOf<Name>, answer as ResultOf<Name>),
  };
}

/** A peer that refuses for what was asked answers 422; one whose state stands against it, 409. Clients take either. */
export const asksRefused: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  'not_found',
  'not_allowed',
  'amount_invalid',
  'amount_too_large',
  'contact_invalid',
  'currency_not_supported',
  'idempotency_conflict',
]);

export const statusOfRefusal = (reason: RefusalReason): 409 | 422 =>
  asksRefused.has(reason) ? 422 : 409;

/** A call's parts as they travel. Undefined when it does not fit the contract, so that nothing is sent. */
export function writeCall(operation: Operation, call: object): WrittenCall | undefined {
  const left = new Map(Object.entries(call).filter(([, value]) => value !== undefined));
  const key: unknown = left.get('idempotencyKey');
  left.delete('idempotencyKey');
  const segments = operation.path.split('/').map((segment) => {
    const name = nameIn(segment);
    if (name === undefined) return segment;
    const value = wire.id.safeParse(left.get(name));
    left.delete(name);
    return value.data;
  });
  if (segments.includes(undefined)) return undefined;
  if (operation.method === 'POST' && !wire.id.safeParse(key).success) return undefined;
  const rest = z.safeEncode(operation.rest, Object.fromEntries(left));
  if (!rest.success) return undefined;
  const path = segments.join('/');
  if (operation.method === 'POST') {
    return { path, key: String(key), body: JSON.stringify(rest.data) };
  }
  const query = new URLSearchParams(rest.data as Record<string, string>).toString();
  return { path: query === '' ? path : `${path}?${query}`, key: '', body: '' };
}

export interface WrittenCall {
  /** With its query. */
  readonly path: string;
  /** Empty for reads. */
  readonly key: string;
  readonly body: string;
}

/** The ids of a path that belongs to this operation. They need no unescaping: nothing in them may be escaped. */
export function matchPath(
  operation: Operation,
  path: string,
): { readonly [name: string]: string } | undefined {
  const [pattern, given] = [operation.path.split('/'), path.split('/')];
  if (pattern.length !== given.length) return undefined;
  const ids: { [name: string]: string } = {};
  for (const [n, segment] of pattern.entries()) {
    const name = nameIn(segment);
    const value = given[n] ?? '';
    if (name === undefined ? value !== segment : !wire.id.safeParse(value).success) {
      return undefined;
    }
    if (name !== undefined) ids[name] = value;
  }
  return ids;
}

const nameIn = (segment: string): string | undefined => /^\{(\w+)\}$/.exec(segment)?.[1];
