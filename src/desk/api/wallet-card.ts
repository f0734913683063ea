import type { DeskWalletCard, deskWalletSchema } from '../../protocol/index.ts';
import type { z } from 'zod';
import type { Account, Balance, Ticket, Transaction, Withdrawal } from '../../wallet/index.ts';
import { initials } from '../names.ts';
import type { ApiDeps } from './deps.ts';
import { wireMoney } from './shown-values.ts';

/** A wallet that has not answered by then is told to be unavailable: the panel is there within a second of the acceptance. */
const waitMs = 800;
const transactionsMax = 10;
const withdrawalsMax = 5;
const ticketsMax = 10;

type Wallet = z.infer<typeof deskWalletSchema>;

/**
 * Who sees what. `none`: an agent who has not got the conversation sees that there is an account and its state. `own`: who has
 * it sees amounts, but other people's names only as initials. `all`: supervisors and admins.
 */
export type Sight = 'none' | 'own' | 'all';

/** The customer's account as this reader may see it. */
export async function walletCard(
  { api, log }: Pick<ApiDeps, 'api' | 'log'>,
  customerId: string | null,
  sight: Sight,
): Promise<Wallet> {
  if (customerId === null) return { kind: 'anonymous' };
  const call = { customerId };
  const { wallet } = api;
  const answers = await within(
    Promise.all([
      wallet.getAccount(call),
      sight === 'none' ? none<readonly Balance[]>([]) : wallet.getBalances(call),
      sight === 'none'
        ? none<readonly Transaction[]>([])
        : wallet.listTransactions({ ...call, limit: transactionsMax }),
      sight === 'none'
        ? none<readonly Withdrawal[]>([])
        : wallet.listWithdrawals({ ...call, limit: withdrawalsMax }),
      wallet.listTickets({ ...call, limit: ticketsMax }),
    ]),
  );
  if (!answers) return { kind: 'unavailable' };
  const [account, balances, transactions, withdrawals, tickets] = answers;
  if (account.kind === 'refused') return { kind: 'not_found' };
  if (account.kind === 'unknown') return { kind: 'unavailable' };
  keepName(log, api, account.result);
  const card = cardOf(sight, {
    account: account.result,
    balances: balances.kind === 'ok' ? balances.result : [],
    transactions: transactions.kind === 'ok' ? transactions.result : [],
    withdrawals: withdrawals.kind === 'ok' ? withdrawals.result : [],
    tickets: tickets.kind === 'ok' ? tickets.result : [],
  });
  return { kind: 'card', card };
}

/** So that a search by name leads to the customer; nobody waits for it. */
function keepName(
  log: ApiDeps['log'],
  { index }: ApiDeps['api'],
  { customerId, name }: Account,
): void {
  index.named(customerId, name).catch((err: unknown) => {
    log.warn({ err }, 'a customer’s name could not be kept for search');
  });
}

function none<T>(result: T) {
  return { kind: 'ok', result, receipt: '' } as const;
}

/** A wallet that throws is as good as one that does not answer. */
async function within<T>(answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), waitMs);
  });
  try {
    return await Promise.race([answer.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}

interface Records {
  readonly account: Account;
  readonly balances: readonly Balance[];
  readonly transactions: readonly Transaction[];
  readonly withdrawals: readonly Withdrawal[];
  readonly tickets: readonly Ticket[];
}

function cardOf(sight: Sight, records: Records): DeskWalletCard {
  const { account } = records;
  const masked = sight === 'none';
  return {
    masked,
    customerId: account.customerId,
    name: masked ? initials(account.name) : account.name,
    // Masked by the wallet already; to those without the conversation not even that.
    phone: masked ? '' : account.phone,
    email: masked ? '' : account.email,
    status: account.status,
    statusReason: account.statusReason ?? null,
    kycLevel: account.kycLevel,
    balances: masked
      ? null
      : records.balances.map(({ available, held }) => ({
          available: wireMoney(available),
          held: wireMoney(held),
        })),
    transactions: records.transactions.map((one) => transactionOf(one, sight)),
    withdrawals: records.withdrawals.map(withdrawalOf),
    tickets: records.tickets.map(({ id, type, state, openedAtMs }) => ({
      id,
      type,
      state,
      openedAtMs,
    })),
  };
}

function transactionOf(
  transaction: Transaction,
  sight: Sight,
): DeskWalletCard['transactions'][number] {
  const { id, kind, state, amount, counterparty, method, atMs, failureReason, refundable } =
    transaction;
  const isPerson = kind === 'transfer_in' || kind === 'transfer_out';
  return {
    id,
    kind,
    state,
    amount: wireMoney(amount),
    counterparty: isPerson && sight !== 'all' ? initials(counterparty) : counterparty,
    method,
    atMs,
    failureReason: failureReason ?? null,
    refundable,
  };
}

function withdrawalOf(withdrawal: Withdrawal): DeskWalletCard['withdrawals'][number] {
  const { id, state, amount, bank, accountTail, requestedAtMs, overdue, failureReason } =
    withdrawal;
  return {
    id,
    state,
    amount: wireMoney(amount),
    bank,
    accountTail,
    requestedAtMs,
    overdue,
    failureReason: failureReason ?? null,
  };
}
