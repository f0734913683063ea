import { z } from 'zod';
import type { ActionSpec, IdentityLevel, Values } from '../core/index.ts';
import type { Answer, CustomerCall, Keyed, RefusalReason, Wallet } from '../wallet/index.ts';
import {
  count,
  details,
  evidence,
  id,
  instant,
  line,
  money,
  story,
  withEvidence,
  word,
} from './schemas.ts';

/** One account action: what the checker knows of it, and how it is put to the wallet. */
export interface Action {
  readonly spec: ActionSpec;
  /** Undefined when the arguments do not fit; otherwise the call that asks the wallet. */
  readonly bind: (args: Values) => WalletCall | undefined;
}

export type WalletCall = (wallet: Wallet, caller: Caller) => Promise<Answer<unknown>>;

interface Caller {
  /** Names nobody only in actions of level `anyone`, which do not look at it. */
  readonly customer: CustomerCall;
  readonly key: Keyed;
}

/** `read` carries no key; `write` does; `guarded` also needs a consent. */
type Kind = 'read' | 'write' | 'guarded';

interface Definition<Shape extends z.ZodRawShape> {
  readonly level: IdentityLevel;
  readonly kind: Kind;
  readonly args: Shape;
  readonly refusals: readonly RefusalReason[];
  readonly call: (
    wallet: Wallet,
    args: z.output<z.ZodObject<Shape, z.core.$strict>>,
    caller: Caller,
  ) => Promise<Answer<unknown>>;
}

const list = { limit: count.exactOptional() };
const transaction = { transactionId: id };
const outOfUse = ['account_frozen', 'account_locked', 'account_restricted'] as const;

/** Every action there is, by name. A flow that names another does not load. */
export const registry: { readonly [name: string]: Action } = Object.fromEntries([
  define('getAccount', {
    level: 'identified',
    kind: 'read',
    args: {},
    refusals: [],
    call: (wallet, _, { customer }) => wallet.getAccount(customer),
  }),
  define('getBalances', {
    level: 'identified',
    kind: 'read',
    args: {},
    refusals: [],
    call: (wallet, _, { customer }) => wallet.getBalances(customer),
  }),
  define('listTransactions', {
    level: 'identified',
    kind: 'read',
    args: {
      kind: z.enum(['payment', 'transfer_out', 'transfer_in', 'top_up']).exactOptional(),
      state: z
        .enum(['pending', 'completed', 'failed', 'cancelled', 'refunded', 'disputed'])
        .exactOptional(),
      fromMs: instant.exactOptional(),
      toMs: instant.exactOptional(),
      refundable: z.boolean().exactOptional(),
      ...list,
    },
    refusals: [],
    call: (wallet, args, { customer }) => wallet.listTransactions({ ...args, ...customer }),
  }),
  define('getTransaction', {
    level: 'identified',
    kind: 'read',
    args: transaction,
    refusals: [],
    call: (wallet, args, { customer }) => wallet.getTransaction({ ...args, ...customer }),
  }),
  define('getRefund', {
    level: 'identified',
    kind: 'read',
    args: { refundId: id.exactOptional(), transactionId: id.exactOptional() },
    refusals: [],
    call: (wallet, args, { customer }) => wallet.getRefund({ ...args, ...customer }),
  }),
  define('listWithdrawals', {
    level: 'identified',
    kind: 'read',
    args: list,
    refusals: [],
    call: (wallet, args, { customer }) => wallet.listWithdrawals({ ...args, ...customer }),
  }),
  define('getWithdrawal', {
    level: 'identified',
    kind: 'read',
    args: { withdrawalId: id },
    refusals: [],
    call: (wallet, args, { customer }) => wallet.getWithdrawal({ ...args, ...customer }),
  }),
  define('listTickets', {
    level: 'identified',
    kind: 'read',
    args: list,
    refusals: [],
    call: (wallet, args, { customer }) => wallet.listTickets({ ...args, ...customer }),
  }),
  define('getTicket', {
    level: 'identified',
    kind: 'read',
    args: { ticketId: id },
    refusals: [],
    call: (wallet, args, { customer }) => wallet.getTicket({ ...args, ...customer }),
  }),
  define('quoteFee', {
    level: 'anyone',
    kind: 'read',
    args: {
      amount: money,
      method: word.exactOptional(),
      crossBorder: z.boolean().exactOptional(),
    },
    refusals: ['amount_invalid', 'amount_too_large', 'currency_not_supported'],
    call: (wallet, args) => wallet.quoteFee(args),
  }),
  define('quoteExchange', {
    level: 'anyone',
    kind: 'read',
    args: { amount: money, to: z.string().regex(/^[A-Z]{3}$/) },
    refusals: ['amount_invalid', 'amount_too_large', 'currency_not_supported'],
    call: (wallet, args) => wallet.quoteExchange(args),
  }),
  define('listCurrencies', {
    level: 'anyone',
    kind: 'read',
    args: {},
    refusals: [],
    call: (wallet) => wallet.listCurrencies(),
  }),
  define('sendPasswordReset', {
    level: 'anyone',
    kind: 'write',
    args: { contact: line },
    refusals: ['contact_invalid', 'too_many_requests'],
    call: (wallet, args, { key }) => wallet.sendPasswordReset({ ...args, ...key }),
  }),
  define('sendCode', {
    level: 'identified',
    kind: 'write',
    args: { purpose: word },
    refusals: ['too_many_requests'],
    call: (wallet, args, { customer, key }) => wallet.sendCode({ ...args, ...customer, ...key }),
  }),
  define('unlockAccount', {
    level: 'verified',
    kind: 'guarded',
    args: {},
    refusals: ['not_locked', 'account_frozen', 'account_restricted'],
    call: (wallet, args, { customer, key }) =>
      wallet.unlockAccount({ ...args, ...customer, ...key }),
  }),
  define('freezeAccount', {
    level: 'identified',
    kind: 'guarded',
    args: { reason: line },
    refusals: ['already_frozen'],
    call: (wallet, args, { customer, key }) =>
      wallet.freezeAccount({ ...args, ...customer, ...key }),
  }),
  define('updateContact', {
    level: 'verified',
    kind: 'guarded',
    args: { field: z.enum(['phone', 'email', 'address']), value: line },
    refusals: ['contact_invalid', 'contact_in_use', ...outOfUse],
    call: (wallet, args, { customer, key }) =>
      wallet.updateContact({ ...args, ...customer, ...key }),
  }),
  define('cancelTransaction', {
    level: 'verified',
    kind: 'guarded',
    args: transaction,
    refusals: ['not_pending', 'already_cancelled'],
    call: (wallet, args, { customer, key }) =>
      wallet.cancelTransaction({ ...args, ...customer, ...key }),
  }),
  define('requestRefund', {
    level: 'verified',
    kind: 'guarded',
    args: { ...transaction, amount: money, reason: line },
    refusals: [
      'not_refundable',
      'seller_must_agree',
      'already_refunded',
      'refund_in_progress',
      'amount_too_large',
      'amount_invalid',
      'too_old',
      'account_frozen',
    ],
    call: (wallet, args, { customer, key }) =>
      wallet.requestRefund({ ...args, ...customer, ...key }),
  }),
  define('openDispute', {
    level: 'verified',
    kind: 'guarded',
    args: {
      ...transaction,
      reason: line,
      details: story.exactOptional(),
      evidence: evidence.exactOptional(),
    },
    refusals: ['already_disputed', 'already_refunded', 'refund_in_progress', 'too_old'],
    call: (wallet, { evidence: sent, details: told, ...args }, { customer, key }) => {
      const all = withEvidence(told, sent);
      const details = all === undefined ? {} : { details: all };
      return wallet.openDispute({ ...args, ...details, ...customer, ...key });
    },
  }),
  define('retryWithdrawal', {
    level: 'verified',
    kind: 'guarded',
    args: { withdrawalId: id },
    refusals: ['not_failed', 'insufficient_funds', 'limit_exceeded', ...outOfUse],
    call: (wallet, args, { customer, key }) =>
      wallet.retryWithdrawal({ ...args, ...customer, ...key }),
  }),
  define('exportStatement', {
    level: 'verified',
    kind: 'write',
    args: { fromMs: instant, toMs: instant, format: z.enum(['csv', 'pdf']) },
    refusals: ['too_many_requests'],
    call: (wallet, args, { customer, key }) =>
      wallet.exportStatement({ ...args, ...customer, ...key }),
  }),
  define('reportFraud', {
    level: 'identified',
    kind: 'write',
    args: {
      details: story,
      transactionId: id.exactOptional(),
      contact: line.exactOptional(),
      evidence: evidence.exactOptional(),
    },
    refusals: ['too_many_requests'],
    call: (wallet, { evidence: sent, ...args }, { customer, key }) => {
      const details = withEvidence(args.details, sent) ?? args.details;
      return wallet.reportFraud({ ...args, details, ...customer, ...key });
    },
  }),
  define('openTicket', {
    level: 'identified',
    kind: 'write',
    args: { type: word, details },
    refusals: ['too_many_requests'],
    call: (wallet, args, { customer, key }) => wallet.openTicket({ ...args, ...customer, ...key }),
  }),
]);

/** What the flow checker, the dialogue and the turn know of each action. */
export const actionSpecs: { readonly [name: string]: ActionSpec } = Object.fromEntries(
  Object.entries(registry).map(([name, action]) => [name, action.spec]),
);

function define<Shape extends z.ZodRawShape>(
  name: string,
  { level, kind, args, refusals, call }: Definition<Shape>,
): [string, Action] {
  const schema = z.strictObject(args);
  const fields = Object.entries(args).map(([field, type]) => [
    field,
    { required: !(type instanceof z.ZodExactOptional) },
  ]);
  const spec: ActionSpec = {
    name,
    level,
    consent: kind === 'guarded',
    read: kind === 'read',
    args: Object.fromEntries(fields),
    refusals: refusalsOf(level, kind, refusals),
  };
  const bind = (values: Values): WalletCall | undefined => {
    const parsed = schema.safeParse(withoutNulls(values));
    if (!parsed.success) return undefined;
    return (wallet, caller) => call(wallet, parsed.data, caller);
  };
  return [name, { spec, bind }];
}

/** What every action of its kind may be refused with, beside its own reasons. */
function refusalsOf(level: IdentityLevel, kind: Kind, own: readonly RefusalReason[]) {
  const all = new Set<RefusalReason>(['not_allowed', ...own]);
  if (level !== 'anyone') all.add('not_found');
  if (kind !== 'read') all.add('idempotency_conflict');
  return [...all];
}

/** An optional slot that nobody filled arrives as null and means "not given". */
function withoutNulls(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
