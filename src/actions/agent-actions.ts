import { reaches, type IdentityLevel, type Money, type Values } from '../core/index.ts';
import type { Wallet } from '../wallet/index.ts';
import { registry } from './registry.ts';
import { money as moneySchema } from './schemas.ts';

/** One field of the form in which an agent fills in an action. */
export interface AgentField {
  readonly name: string;
  readonly kind: 'transaction' | 'withdrawal' | 'amount' | 'choice' | 'line' | 'text';
  readonly required: boolean;
  readonly options: readonly string[];
}

interface AgentAction {
  readonly fields: readonly AgentField[];
  /** Where the amount that moves stands; none when no money does. */
  readonly amountFrom?: 'amount' | 'transaction' | 'withdrawal';
  /** Opens the way to somebody else's money, so a second person always looks at it. */
  readonly alwaysApproved?: true;
}

const field = (
  name: string,
  kind: AgentField['kind'],
  more: { readonly optional?: true; readonly options?: readonly string[] } = {},
): AgentField => ({ name, kind, required: more.optional !== true, options: more.options ?? [] });

const transaction = field('transactionId', 'transaction');

/**
 * What agents may do for a customer: the writes of the registry that a person has a reason to take over. Codes and password
 * messages stay the customer's own, and statements would put a link to their data before other eyes.
 */
export const agentActions: { readonly [action: string]: AgentAction } = {
  freezeAccount: { fields: [field('reason', 'line')] },
  unlockAccount: { fields: [] },
  updateContact: {
    fields: [
      field('field', 'choice', { options: ['phone', 'email', 'address'] }),
      field('value', 'line'),
    ],
    alwaysApproved: true,
  },
  cancelTransaction: { fields: [transaction], amountFrom: 'transaction' },
  requestRefund: {
    fields: [transaction, field('amount', 'amount'), field('reason', 'line')],
    amountFrom: 'amount',
  },
  openDispute: {
    fields: [transaction, field('reason', 'line'), field('details', 'text', { optional: true })],
    amountFrom: 'transaction',
  },
  retryWithdrawal: { fields: [field('withdrawalId', 'withdrawal')], amountFrom: 'withdrawal' },
  openTicket: { fields: [field('type', 'line'), field('details', 'text')] },
  reportFraud: {
    fields: [field('details', 'text'), field('transactionId', 'transaction', { optional: true })],
  },
};

/** What an agent filled in: text, and money for amounts. */
export type AgentInput = { readonly [name: string]: string | Money };

/** The arguments of the registry, or undefined when they do not fit the action, or it is none that agents take. */
export function readAgentArgs(action: string, input: AgentInput): Values | undefined {
  const known = Object.hasOwn(agentActions, action) ? agentActions[action] : undefined;
  if (!known) return undefined;
  const names = new Set(known.fields.map(({ name }) => name));
  if (Object.keys(input).some((name) => !names.has(name))) return undefined;
  const fits = known.fields.every(({ name, kind, required }) => {
    const value = Object.hasOwn(input, name) ? input[name] : undefined;
    if (value === undefined || value === '') return !required;
    return kind === 'amount'
      ? moneySchema.safeParse(value).success && typeof value !== 'string' && value.minor > 0n
      : typeof value === 'string';
  });
  if (!fits) return undefined;
  const filled = Object.entries(input).filter(([, value]) => value !== '');
  const args: Values = Object.fromEntries(filled);
  const given =
    action === 'openTicket' ? { ...args, details: { text: args['details'] ?? '' } } : args;
  return registry[action]?.bind(given) ? given : undefined;
}

/** `none`: no money moves. `unknown`: the wallet did not tell, so a second person has to look. */
export type AgentAmount =
  | { readonly kind: 'amount'; readonly amount: Money }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

/** The money that an action moves, from its arguments or as the wallet has it. */
export async function amountOf(
  wallet: Pick<Wallet, 'getTransaction' | 'getWithdrawal'>,
  customerId: string,
  action: string,
  args: Values,
): Promise<AgentAmount> {
  const from = agentActions[action]?.amountFrom;
  if (from === undefined) return { kind: 'none' };
  if (from === 'amount') {
    const given = moneySchema.safeParse(args['amount']);
    return given.success ? { kind: 'amount', amount: given.data } : { kind: 'unknown' };
  }
  const id = args[`${from}Id`];
  if (typeof id !== 'string') return { kind: 'unknown' };
  const answer =
    from === 'transaction'
      ? await wallet.getTransaction({ customerId, transactionId: id })
      : await wallet.getWithdrawal({ customerId, withdrawalId: id });
  return answer.kind === 'ok'
    ? { kind: 'amount', amount: answer.result.amount }
    : { kind: 'unknown' };
}

export interface ApprovalFacts {
  readonly action: string;
  readonly level: IdentityLevel;
  readonly amount: AgentAmount;
  /** What agents have moved for this customer lately: many small ones are one large one. */
  readonly earlier: readonly Money[];
  /** At most one a currency; one that is not named always needs a second person. */
  readonly limits: readonly Money[];
}

/** Why a second person must approve; empty when none must. */
export function approvalReasons(facts: ApprovalFacts): readonly string[] {
  const { action, level, amount, earlier, limits } = facts;
  const reasons: string[] = [];
  const need = registry[action]?.spec.level ?? 'verified';
  if (!reaches(level, need)) reasons.push('not_verified');
  if (agentActions[action]?.alwaysApproved === true) reasons.push('account_change');
  if (amount.kind === 'unknown') reasons.push('amount_unknown');
  if (amount.kind === 'amount' && isAbove(amount.amount, earlier, limits)) reasons.push('amount');
  return reasons;
}

function isAbove({ minor, currency }: Money, earlier: readonly Money[], limits: readonly Money[]) {
  const limit = limits.find((money) => money.currency === currency);
  const same = earlier.filter((money) => money.currency === currency);
  const sum = same.reduce((total, money) => total + abs(money.minor), abs(minor));
  return limit === undefined || sum > limit.minor;
}

const abs = (minor: bigint): bigint => (minor < 0n ? -minor : minor);
