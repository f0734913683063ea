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

/** Plays every customer's history through the ledger, back from the clock's day. Does nothing on a file that has customers. */
export function seed(books: Books, loadCustomers: number): void {
  if (books.db.get('SELECT 1 FROM customer') !== undefined) return;
  const past = createPast(books);
  for (const [currency, rate] of Object.entries(seedRates)) setRate(books, currency, rate);
  past.day(400, '09:00');
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
  /** From here on it is that day before the first start's, at that time of day in the company's zone. */
  day(daysAgo: number, time: string): void;
  /** From here on it is `agoMs` before the first start. */
  back(agoMs: number): void;
  deal(deal: Deal): Transaction;
}

function createPast(books: Books): Past {
  const startMs = Math.floor(books.clock() / minuteMs) * minuteMs;
  const midnightMs = startMs - timeOfDayMs(startMs, books.timeZone);
  let nowMs = startMs;
  const then: Books = { ...books, clock: () => nowMs };
  return {
    books: then,
    day: (daysAgo, time) => {
      const [hours = 0, minutes = 0] = time.split(':').map(Number);
      nowMs = midnightMs - daysAgo * dayMs + hours * hourMs + minutes * minuteMs;
    },
    back: (agoMs) => {
      nowMs = startMs - agoMs;
    },
    deal: (deal) => must(enter(then, deal)),
  };
}

function timeOfDayMs(atMs: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  const [hours = 0, minutes = 0] = format.format(atMs).split(':').map(Number);
  return hours * hourMs + minutes * minuteMs;
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
  past.day(130, '10:15');
  past.deal(topUp(me, '8000 CNY', '江城银行 ····2231'));
  past.day(120, '14:52');
  past.deal(purchase(me, '459 CNY', '山野户外'));
  past.day(40, '19:37');
  const book = past.deal(purchase(me, '89 CNY', '青禾书店'));
  past.day(38, '11:08');
  const refund = must(
    requestRefund(past.books, {
      customerId: me,
      transactionId: book.id,
      amount: book.amount,
      reason: 'wrong_item',
    }),
  );
  past.day(36, '16:20');
  must(decideRefund(past.books, refund.id, 'approved'));
  must(decideRefund(past.books, refund.id, 'paid'));
  past.day(12, '13:44');
  past.deal(purchase(me, '299 CNY', '星禾数码'));
  past.day(6, '20:05');
  past.deal(purchase(me, '168 CNY', '阿吉手作', { refundRule: 'seller' }));
  past.day(4, '18:31');
  past.deal(transfer(me, '200 CNY', '陈杰'));
  past.day(2, '08:34');
  past.deal(purchase(me, '128 CNY', '云海咖啡'));
  past.day(2, '08:36');
  past.deal(purchase(me, '128 CNY', '云海咖啡'));
  past.day(1, '21:12');
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
  past.day(45, '09:48');
  past.deal(topUp(me, '2400 EUR', 'Banco do Cabo ····0195'));
  past.day(40, '15:03');
  past.deal(topUp(me, '600 USD', 'Banco do Cabo ····0195'));
  past.day(30, '12:26');
  const arrived = toBank('300 EUR');
  past.day(28, '17:19');
  must(endWithdrawal(past.books, arrived.id, { state: 'arrived' }));
  past.day(20, '10:41');
  past.deal(purchase(me, '79.90 EUR', 'Livraria do Farol'));
  past.day(15, '19:02');
  past.deal(purchase(me, '49 USD', 'Brightleaf Software', { crossBorder: true }));
  past.day(14, '09:05');
  const returned = toBank('150 EUR');
  past.day(12, '16:57');
  must(endWithdrawal(past.books, returned.id, { state: 'arrived' }));
  past.day(11, '11:33');
  must(endWithdrawal(past.books, returned.id, { state: 'returned', reason: 'account_wrong' }));
  past.day(9, '14:10');
  toBank('450 EUR');
  past.day(3, '20:44');
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
  past.day(50, '08:52');
  past.deal(topUp(me, '2000 CNY', '江城银行 ····8804'));
  past.day(9, '13:17');
  past.deal(purchase(me, '75 CNY', '街角便利店'));
  past.day(4, '18:06');
  past.deal({ ...topUp(me, '200 CNY', '林薇'), kind: 'transfer_in', method: 'balance' });
  past.day(3, '12:03');
  past.deal(purchase(me, '320 CNY', '星禾数码'));
}

function omar(past: Past): void {
  const me = 'omar';
  past.day(16, '15:38');
  past.deal(topUp(me, '140 USD', 'Lakeside Credit Union ····7720'));
  past.day(7, '10:29');
  const failed = must(
    withdraw(past.books, {
      customerId: me,
      amount: money('60 USD'),
      bank: 'Lakeside Credit Union',
      accountTail: '7720',
    }),
  );
  past.day(5, '19:51');
  must(endWithdrawal(past.books, failed.id, { state: 'failed', reason: 'name_mismatch' }));
  past.day(2, '09:22');
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
  past.day(26, '17:46');
  past.deal(topUp(me, '1800 EUR', 'Banca del Porto ····3316'));
  past.day(10, '11:55');
  past.deal(purchase(me, '64 EUR', 'Casa Verde Market'));
  past.day(2, '14:31');
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
  past.day(35, '16:08');
  past.deal(topUp(me, '4000 CNY', '江城银行 ····5127'));
  past.day(20, '20:19');
  const late = past.deal(purchase(me, '239 CNY', '星禾数码'));
  past.day(12, '13:02');
  askBack(late, 'not_delivered');
  past.day(8, '09:37');
  const tent = past.deal(purchase(me, '680 CNY', '山野户外'));
  past.day(3, '18:48');
  past.deal(
    purchase(me, '5200 CNY', '远行旅社', { state: 'failed', failureReason: 'insufficient_funds' }),
  );
  past.day(2, '12:49');
  const complaint = must(
    openTicket(past.books, { customerId: me, type: 'complaint', details: { about: late.id } }),
  );
  past.day(1, '15:21');
  askBack(tent, 'changed_mind');
  must(moveTicket(past.books, complaint.id, 'in_progress'));
  past.back(40 * minuteMs);
  past.deal(transfer(me, '500 CNY', '王海', { state: 'pending' }));
}

function dana(past: Past): void {
  const me = 'dana';
  past.day(33, '10:03');
  past.deal(topUp(me, '900 USD', 'Lakeside Credit Union ····4410'));
  past.day(5, '11:11');
  past.deal(purchase(me, '120 USD', 'Hillcrest Outfitters'));
  past.day(1, '17:07');
  must(openTicket(past.books, { customerId: me, type: 'lost_phone', details: {} }));
}

/** Plain customers for load and chaos runs: one top-up and one refundable purchase each. */
function addLoadCustomers(past: Past, count: number): void {
  for (let n = 1; n <= count; n += 1) {
    const number = String(n).padStart(4, '0');
    past.day(30, '19:23');
    insertCustomer(past.books, {
      id: `load-${number}`,
      name: `Load ${number}`,
      phone: `+1999${String(n).padStart(8, '0')}`,
      email: `load-${number}@example.com`,
      currency: 'CNY',
      kycLevel: 1,
      status: 'active',
      stories: { en: '', 'zh-CN': '', es: '', ar: '' },
    });
    past.deal(topUp(`load-${number}`, '1000 CNY', '江城银行 ····0000'));
    past.day(3, '14:44');
    past.deal(purchase(`load-${number}`, '100 CNY', '星禾数码'));
  }
}
