import { createHash, randomInt, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { canonical, decode, encode, limits, type Clock, type RandomId } from '../../core/index.ts';
import type { Answer, Keyed, Wallet } from '../port.ts';
import { withReceipt, type Books, type Outcome, type WalletMessage } from './books.ts';
import { createBackOffice, type BackOffice } from './back-office.ts';
import * as customers from './customers.ts';
import { openDatabase } from './database.ts';
import { audit, type Audit } from './ledger.ts';
import * as quotes from './quotes.ts';
import * as refunds from './refunds.ts';
import { seed, seededCustomers, type SandboxCustomer } from './seed.ts';
import * as statements from './statements.ts';
import * as tickets from './tickets.ts';
import * as transactions from './transactions.ts';
import * as withdrawals from './withdrawals.ts';

export interface SandboxOptions {
  /** Gets the file `wallet.db`; made when it is not there. */
  readonly folder: string;
  readonly clock: Clock;
  readonly randomId?: RandomId;
  /** The wallet company's zone; default Asia/Shanghai. */
  readonly timeZone?: string;
  /** Before a statement's token; default `/demo/statements/`. */
  readonly statementUrl?: string;
  /** How many plain customers `load-0001` … with one refundable purchase each the first start adds. */
  readonly loadCustomers?: number;
  /** The customer's phone and mailbox, told after the commit. */
  readonly notify?: (message: WalletMessage) => void;
  readonly faults?: WalletFaults;
}

/**
 * For tests: called around every operation. Waiting in a hook delays, throwing throws, and `lose`
 * loses: before, the request never arrives; after, the effect has happened and the answer is gone.
 */
export interface WalletFaults {
  readonly before?: (operation: string, key: string | undefined) => Promise<Fate>;
  readonly after?: (operation: string, key: string | undefined) => Promise<Fate>;
}
type Fate = 'go' | 'lose';

/** A whole wallet company in one file. Modes: open → closed; after `close` every call throws. */
export interface Sandbox extends Wallet {
  /** Recomputed from the postings. */
  audit(): Audit;
  /** Every refund ever asked for one transaction. */
  refundsOf(transactionId: string): ReturnType<typeof refunds.refundsOf>;
  /** Who can be tried out, for a demo page. */
  customers(): readonly SandboxCustomer[];
  /** What clerks, banks and the customer's own app do. */
  readonly office: BackOffice;
  /** The file behind an exported statement's link, while it lasts. */
  statement(token: string): statements.StatementFile | undefined;
  close(): void;
}

/** Opens the sandbox; the first time it is given its customers and their histories, all or nothing. */
export async function openSandboxWallet(options: SandboxOptions): Promise<Sandbox> {
  await mkdir(options.folder, { recursive: true });
  const db = openDatabase(join(options.folder, 'wallet.db'));
  const books: Books = {
    db,
    clock: options.clock,
    randomId: options.randomId ?? randomUUID,
    timeZone: options.timeZone ?? 'Asia/Shanghai',
    statementUrl: options.statementUrl ?? '/demo/statements/',
    outgoing: [],
  };
  try {
    db.transact(() => seed(books, options.loadCustomers ?? 0));
  } catch (error) {
    db.close();
    throw error;
  }
  const ask = createAsking(books, options);
  return {
    ...readOperations(books, ask),
    ...writeOperations(books, ask),
    audit: () => audit(db),
    refundsOf: (transactionId) => refunds.refundsOf(books, transactionId),
    customers: () => seededCustomers(books),
    office: createBackOffice(books),
    statement: (token) => statements.readStatement(books, token),
    close: () => db.close(),
  };
}

interface Asking {
  readonly read: <T>(operation: string, work: () => Outcome<T>) => Promise<Answer<T>>;
  /** The effect, its answer and the key go to disk in one transaction; a known key gets that answer again, for good. */
  readonly write: <T>(operation: string, call: Keyed, work: () => Outcome<T>) => Promise<Answer<T>>;
}

function createAsking(books: Books, { faults = {}, notify }: SandboxOptions): Asking {
  const around = async <T>(
    operation: string,
    key: string | undefined,
    work: () => Answer<T>,
  ): Promise<Answer<T>> => {
    if ((await faults.before?.(operation, key)) === 'lose') return { kind: 'unknown' };
    const answer = work();
    if ((await faults.after?.(operation, key)) === 'lose') return { kind: 'unknown' };
    return answer;
  };
  return {
    read: (operation, work) =>
      around(operation, undefined, () => withReceipt(work(), `read-${books.randomId()}`)),
    write: (operation, call, work) =>
      around(operation, call.idempotencyKey, () => {
        books.outgoing.length = 0;
        const answer = books.db.transact(() => answerOnce(books, operation, call, work));
        for (const message of books.outgoing.splice(0)) notify?.(message);
        return answer;
      }),
  };
}

interface AnsweredRow {
  readonly operation: string;
  readonly call_digest: string;
  readonly answer: string;
}

const keyPattern = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/;

function answerOnce<T>(
  books: Books,
  operation: string,
  call: Keyed,
  work: () => Outcome<T>,
): Answer<T> {
  const { idempotencyKey: key } = call;
  if (!keyPattern.test(key)) return { kind: 'refused', reason: 'not_allowed' };
  const digest = createHash('sha256').update(canonical({ operation, call })).digest('hex');
  const known = books.db.get<AnsweredRow>('SELECT * FROM answered WHERE key = ?', key);
  if (known !== undefined) {
    if (known.call_digest !== digest) {
      return { kind: 'refused', reason: 'idempotency_conflict' };
    }
    return decode<Answer<T>>(known.answer);
  }
  const text = encode(withReceipt(work(), `rc-${books.randomId()}`));
  books.db.run(
    'INSERT INTO answered (key, operation, call_digest, answer, at_ms) VALUES (?, ?, ?, ?, ?)',
    key,
    operation,
    digest,
    text,
    books.clock(),
  );
  // Read back from the text, so that the first answer and every repeat are the same to the byte.
  return decode<Answer<T>>(text);
}

type ReadOperation =
  | 'getAccount'
  | 'getBalances'
  | 'listTransactions'
  | 'getTransaction'
  | 'getRefund'
  | 'listWithdrawals'
  | 'getWithdrawal'
  | 'listTickets'
  | 'getTicket'
  | 'quoteFee'
  | 'quoteExchange'
  | 'listCurrencies';

function readOperations(books: Books, { read }: Asking): Pick<Wallet, ReadOperation> {
  return {
    getAccount: ({ customerId }) =>
      read('getAccount', () => customers.getAccount(books, customerId)),
    getBalances: ({ customerId }) =>
      read('getBalances', () => customers.getBalances(books, customerId)),
    listTransactions: (call) =>
      read('listTransactions', () => transactions.listTransactions(books, call)),
    getTransaction: ({ customerId, transactionId }) =>
      read('getTransaction', () => transactions.getTransaction(books, customerId, transactionId)),
    getRefund: (call) => read('getRefund', () => refunds.getRefund(books, call)),
    listWithdrawals: (call) =>
      read('listWithdrawals', () => withdrawals.listWithdrawals(books, call)),
    getWithdrawal: ({ customerId, withdrawalId }) =>
      read('getWithdrawal', () => withdrawals.getWithdrawal(books, customerId, withdrawalId)),
    listTickets: (call) => read('listTickets', () => tickets.listTickets(books, call)),
    getTicket: ({ customerId, ticketId }) =>
      read('getTicket', () => tickets.getTicket(books, customerId, ticketId)),
    quoteFee: (call) => read('quoteFee', () => quotes.quoteFee(books, call)),
    quoteExchange: (call) => read('quoteExchange', () => quotes.quoteExchange(books, call)),
    listCurrencies: () => read('listCurrencies', () => quotes.listCurrencies(books)),
  };
}

function writeOperations(books: Books, { write }: Asking): Omit<Wallet, ReadOperation> {
  return {
    sendPasswordReset: (call) =>
      write('sendPasswordReset', call, () => customers.sendPasswordReset(books, call.contact)),
    sendCode: (call) =>
      write('sendCode', call, () => {
        const code = String(randomInt(1_000_000)).padStart(6, '0');
        const expiresAtMs = books.clock() + limits.codeTtlMs;
        return customers.sendCode(books, { ...call, code, expiresAtMs });
      }),
    deliverCode: (call) => write('deliverCode', call, () => customers.sendCode(books, call)),
    unlockAccount: (call) =>
      write('unlockAccount', call, () => customers.unlockAccount(books, call.customerId)),
    freezeAccount: (call) =>
      write('freezeAccount', call, () => customers.freezeAccount(books, call)),
    updateContact: (call) =>
      write('updateContact', call, () => customers.updateContact(books, call)),
    cancelTransaction: (call) =>
      write('cancelTransaction', call, () =>
        transactions.cancelTransaction(books, call.customerId, call.transactionId),
      ),
    requestRefund: (call) => write('requestRefund', call, () => refunds.requestRefund(books, call)),
    openDispute: (call) => write('openDispute', call, () => refunds.openDispute(books, call)),
    retryWithdrawal: (call) =>
      write('retryWithdrawal', call, () =>
        withdrawals.retryWithdrawal(books, call.customerId, call.withdrawalId),
      ),
    exportStatement: (call) =>
      write('exportStatement', call, () => statements.exportStatement(books, call)),
    reportFraud: (call) => write('reportFraud', call, () => tickets.reportFraud(books, call)),
    openTicket: (call) => write('openTicket', call, () => tickets.openTicket(books, call)),
  };
}
