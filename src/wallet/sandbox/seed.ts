import { Fault, parseMoney, type Money } from '../../core/index.ts';
import type { Transaction } from '../port.ts';
import { dayMs, type Books, type Outcome } from './books.ts';
import { setRate } from './quotes.ts';
import { decideRefund, requestRefund } from './refunds.ts';
import {
  seedCustomers,
  seedRates,
  type SandboxCustomer,
  type SeedCustomer,
} from './seed-customers.ts';
import { moveTicket, openTicket } from './tickets.ts';
import { endow, enter, withdraw, type Deal } from './till.ts';
import { endWithdrawal } from './withdrawals.ts';

export type { SandboxCustomer } from './seed-customers.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Plays every customer's history through the ledger, back from the clock's minute. Does nothing on a file that has customers. */
export function seed(books: Books, loadCustomers: number): void {
  if (books.db.get('SELECT 1 FROM customer') !== undefined) return;
  const past = createPast(books);
  for (const [currency, rate] of Object.entries(seedRates)) setRate(books, currency, rate);
  past.back(400 * dayMs);
  for (const currency of ['CNY', 'EUR', 'USD'])
    must(endow(past.books, money(`1000000 ${currency}`)));
  for (const customer of seedCustomers) insertCustomer(past.books, customer);
  for (const play of Object.values(histories)) play(past);
  addLoadCustomers(past, loadCustomers);
}

/** The customers with stories, in their fixed order; load customers are not for people. */
export function seededCustomers({ db }: Books): readonly SandboxCustomer[] {
  const known = new Set(db.all<{ id: string }>('SELECT id FROM customer').map(({ id }) => id));
  return seedCustomers
    .filter(({ id }) => known.has(id))
    .map(({ id, name, stories }) => ({ customerId: id, name, story: stories.en, stories }));
}

/** A clock that can be set back, over the same books. */
interface Past {
  readonly books: Books;
  /** From here on it is `agoMs` before the first start. */
  back(agoMs: number): void;
  deal(deal: Deal): Transaction;
}

function createPast(books: Books): Past {
  const startMs = Math.floor(books.clock() / minuteMs) * minuteMs;
  let nowMs = startMs;
  const then: Books = { ...books, clock: () => nowMs };
  return {
    books: then,
    back: (agoMs) => {
      nowMs = startMs - agoMs;
    },
    deal: (deal) => must(enter(then, deal)),
  };
}

function must<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'ok') return outcome.result;
  throw new Fault('internal', `The sandbox's history cannot be played: ${outcome.reason}.`);
}

/** `'12.50 EUR'`. */
function money(text: string): Money {
  const [decimal = '', currency = ''] = text.split(' ');
  const parsed = parseMoney(decimal, currency);
  if (parsed === undefined) throw new Fault('internal', `Not an amount in the seed: ${text}`);
  return parsed;
}

function insertCustomer({ db, clock }: Books, customer: SeedCustomer): void {
  db.run(
    `INSERT INTO customer (id, name, phone, email, currency, status, status_reason, status_before, kyc_level, opened_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'active', ?, ?)`,
    customer.id,
    customer.name,
    customer.phone,
    customer.email,
    customer.currency,
    customer.status,
    customer.statusReason ?? null,
    customer.kycLevel,
    clock(),
  );
}

const topUp = (customerId: string, amount: string, from: string): Deal => ({
  customerId,
  kind: 'top_up',
  amount: money(amount),
  counterparty: from,
  method: 'bank',
});

const purchase = (
  customerId: string,
  amount: string,
  counterparty: string,
  more: Partial<Deal> = {},
): Deal => ({
  customerId,
  kind: 'payment',
  amount: money(amount),
  counterparty,
  method: 'balance',
  refundRule: 'allowed',
  ...more,
});

const transfer = (
  customerId: string,
  amount: string,
  counterparty: string,
  more: Partial<Deal> = {},
): Deal => ({
  customerId,
  kind: 'transfer_out',
  amount: money(amount),
  counterparty,
  method: 'balance',
  ...more,
});

const histories = { linWei, maria, chenJie, omar, sofia, zhangMin, dana };

/** A declined card, a doubled charge, and one purchase for each answer that a refund request can get. */
function linWei(past: Past): void {
  const me = 'lin-wei';
  past.back(130 * dayMs);
  past.deal(topUp(me, '8000 CNY', '江城银行 ····2231'));
  past.back(120 * dayMs);
  past.deal(purchase(me, '459 CNY', '山野户外'));
  past.back(40 * dayMs);
  const book = past.deal(purchase(me, '89 CNY', '青禾书店'));
  past.back(38 * dayMs);
  const refund = must(
    requestRefund(past.books, {
      customerId: me,
      transactionId: book.id,
      amount: book.amount,
      reason: 'wrong_item',
    }),
  );
  past.back(36 * dayMs);
  must(decideRefund(past.books, refund.id, 'approved'));
  must(decideRefund(past.books, refund.id, 'paid'));
  past.back(12 * dayMs);
  past.deal(purchase(me, '299 CNY', '星禾数码'));
  past.back(6 * dayMs);
  past.deal(purchase(me, '168 CNY', '阿吉手作', { refundRule: 'seller' }));
  past.back(4 * dayMs);
  past.deal(transfer(me, '200 CNY', '陈杰'));
  past.back(2 * dayMs);
  past.deal(purchase(me, '128 CNY', '云海咖啡'));
  past.back(2 * dayMs - 2 * minuteMs);
  past.deal(purchase(me, '128 CNY', '云海咖啡'));
  past.back(dayMs);
  past.deal(
    purchase(me, '1299 CNY', '远行旅社', {
      method: 'card',
      state: 'failed',
      failureReason: 'card_declined',
    }),
  );
  past.back(5 * hourMs);
  past.deal(purchase(me, '36 CNY', '半糖茶铺'));
}

/** Four withdrawals: arrived, returned, overdue (nine days hold at least five working ones) and on its way. */
function maria(past: Past): void {
  const me = 'maria';
  const toBank = (amount: string) =>
    must(
      withdraw(past.books, {
        customerId: me,
        amount: money(amount),
        bank: 'Banco do Cabo',
        accountTail: '0195',
      }),
    );
  past.back(45 * dayMs);
  past.deal(topUp(me, '2400 EUR', 'Banco do Cabo ····0195'));
  past.back(40 * dayMs);
  past.deal(topUp(me, '600 USD', 'Banco do Cabo ····0195'));
  past.back(30 * dayMs);
  const arrived = toBank('300 EUR');
  past.back(28 * dayMs);
  must(endWithdrawal(past.books, arrived.id, { state: 'arrived' }));
  past.back(20 * dayMs);
  past.deal(purchase(me, '79.90 EUR', 'Livraria do Farol'));
  past.back(15 * dayMs);
  past.deal(purchase(me, '49 USD', 'Brightleaf Software', { crossBorder: true }));
  past.back(14 * dayMs);
  const returned = toBank('150 EUR');
  past.back(12 * dayMs);
  must(endWithdrawal(past.books, returned.id, { state: 'arrived' }));
  past.back(11 * dayMs);
  must(endWithdrawal(past.books, returned.id, { state: 'returned', reason: 'account_wrong' }));
  past.back(9 * dayMs);
  toBank('450 EUR');
  past.back(3 * dayMs);
  past.deal(
    purchase(me, '23.40 EUR', 'Padaria do Largo', {
      method: 'card',
      state: 'failed',
      failureReason: 'card_expired',
    }),
  );
  past.back(18 * hourMs);
  toBank('200 EUR');
}

function chenJie(past: Past): void {
  const me = 'chen-jie';
  past.back(50 * dayMs);
  past.deal(topUp(me, '2000 CNY', '江城银行 ····8804'));
  past.back(9 * dayMs);
  past.deal(purchase(me, '75 CNY', '街角便利店'));
  past.back(4 * dayMs);
  past.deal({ ...topUp(me, '200 CNY', '林薇'), kind: 'transfer_in', method: 'balance' });
  past.back(3 * dayMs);
  past.deal(purchase(me, '320 CNY', '星禾数码'));
}

function omar(past: Past): void {
  const me = 'omar';
  past.back(16 * dayMs);
  past.deal(topUp(me, '140 USD', 'Lakeside Credit Union ····7720'));
  past.back(7 * dayMs);
  const failed = must(
    withdraw(past.books, {
      customerId: me,
      amount: money('60 USD'),
      bank: 'Lakeside Credit Union',
      accountTail: '7720',
    }),
  );
  past.back(5 * dayMs);
  must(endWithdrawal(past.books, failed.id, { state: 'failed', reason: 'name_mismatch' }));
  past.back(2 * dayMs);
  past.deal(
    purchase(me, '180 USD', 'Marlow Electronics', {
      state: 'failed',
      failureReason: 'limit_exceeded',
    }),
  );
}

/** Two transfers to the same stranger within minutes, hours after ordinary spending. */
function sofia(past: Past): void {
  const me = 'sofia';
  past.back(26 * dayMs);
  past.deal(topUp(me, '1800 EUR', 'Banca del Porto ····3316'));
  past.back(10 * dayMs);
  past.deal(purchase(me, '64 EUR', 'Casa Verde Market'));
  past.back(2 * dayMs);
  past.deal(purchase(me, '31.50 EUR', 'Tram & Metro'));
  past.back(3 * hourMs);
  past.deal(transfer(me, '480 EUR', 'M. Novak, Alpha Invest Desk'));
  past.back(3 * hourMs - 11 * minuteMs);
  past.deal(transfer(me, '520 EUR', 'M. Novak, Alpha Invest Desk'));
}

/** A transfer that can be cancelled, a refund in review, a refund that is late, a complaint in work. */
function zhangMin(past: Past): void {
  const me = 'zhang-min';
  const askBack = (bought: Transaction, reason: string) =>
    must(
      requestRefund(past.books, {
        customerId: me,
        transactionId: bought.id,
        amount: bought.amount,
        reason,
      }),
    );
  past.back(35 * dayMs);
  past.deal(topUp(me, '4000 CNY', '江城银行 ····5127'));
  past.back(20 * dayMs);
  const late = past.deal(purchase(me, '239 CNY', '星禾数码'));
  past.back(12 * dayMs);
  askBack(late, 'not_delivered');
  past.back(8 * dayMs);
  const tent = past.deal(purchase(me, '680 CNY', '山野户外'));
  past.back(3 * dayMs);
  past.deal(
    purchase(me, '5200 CNY', '远行旅社', { state: 'failed', failureReason: 'insufficient_funds' }),
  );
  past.back(2 * dayMs);
  const complaint = must(
    openTicket(past.books, { customerId: me, type: 'complaint', details: { about: late.id } }),
  );
  past.back(dayMs);
  askBack(tent, 'changed_mind');
  must(moveTicket(past.books, complaint.id, 'in_progress'));
  past.back(40 * minuteMs);
  past.deal(transfer(me, '500 CNY', '王海', { state: 'pending' }));
}

function dana(past: Past): void {
  const me = 'dana';
  past.back(33 * dayMs);
  past.deal(topUp(me, '900 USD', 'Lakeside Credit Union ····4410'));
  past.back(5 * dayMs);
  past.deal(purchase(me, '120 USD', 'Hillcrest Outfitters'));
  past.back(dayMs);
  must(openTicket(past.books, { customerId: me, type: 'lost_phone', details: {} }));
}

/** Plain customers for load and chaos runs: one top-up and one refundable purchase each. */
function addLoadCustomers(past: Past, count: number): void {
  for (let n = 1; n <= count; n += 1) {
    const number = String(n).padStart(4, '0');
    past.back(30 * dayMs);
    insertCustomer(past.books, {
      id: `load-${number}`,
      name: `Load ${number}`,
      phone: `+1999${String(n).padStart(8, '0')}`,
      email: `load-${number}@example.com`,
      currency: 'CNY',
      kycLevel: 1,
      status: 'active',
      stories: { en: '', 'zh-CN': '' },
    });
    past.deal(topUp(`load-${number}`, '1000 CNY', '江城银行 ····0000'));
    past.back(3 * dayMs);
    past.deal(purchase(`load-${number}`, '100 CNY', '星禾数码'));
  }
}
