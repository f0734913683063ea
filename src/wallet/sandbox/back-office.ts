import { Fault, type Money } from '../../core/index.ts';
import type { Account, Dispute, Refund, Ticket, Transaction, Withdrawal } from '../port.ts';
import type { Books, Outcome } from './books.ts';
import { unfreezeAccount } from './customers.ts';
import { decideDispute, decideRefund } from './refunds.ts';
import { moveTicket } from './tickets.ts';
import { complete, enter, fail, withdraw, type Deal } from './till.ts';
import { endWithdrawal } from './withdrawals.ts';

/**
 * The sandbox's other side: banks, clerks and the customer's own app. Each is one transaction; a move
 * that the state does not allow throws a `conflict`, because here only an operator or a test can ask.
 */
export interface BackOffice {
  enter(deal: Deal): Transaction;
  complete(transactionId: string): Transaction;
  fail(transactionId: string, reason: string): Transaction;
  withdraw(call: {
    readonly customerId: string;
    readonly amount: Money;
    readonly bank: string;
    readonly accountTail: string;
  }): Withdrawal;
  endWithdrawal(
    withdrawalId: string,
    end: { readonly state: 'arrived' | 'failed' | 'returned'; readonly reason?: string },
  ): Withdrawal;
  decideRefund(refundId: string, to: 'approved' | 'paid' | 'refused'): Refund;
  decideDispute(disputeId: string, to: 'won' | 'lost'): Dispute;
  moveTicket(ticketId: string, state: Ticket['state']): Ticket;
  unfreeze(customerId: string): Account;
}

export function createBackOffice(books: Books): BackOffice {
  const done = <T>(work: () => Outcome<T>): T =>
    books.db.transact(() => {
      const outcome = work();
      if (outcome.kind === 'ok') return outcome.result;
      throw new Fault('conflict', `The wallet's state does not allow it: ${outcome.reason}.`);
    });
  return {
    enter: (deal) => done(() => enter(books, deal)),
    complete: (transactionId) => done(() => complete(books, transactionId)),
    fail: (transactionId, reason) => done(() => fail(books, transactionId, reason)),
    withdraw: (call) => done(() => withdraw(books, call)),
    endWithdrawal: (withdrawalId, end) => done(() => endWithdrawal(books, withdrawalId, end)),
    decideRefund: (refundId, to) => done(() => decideRefund(books, refundId, to)),
    decideDispute: (disputeId, to) => done(() => decideDispute(books, disputeId, to)),
    moveTicket: (ticketId, state) => done(() => moveTicket(books, ticketId, state)),
    unfreeze: (customerId) => done(() => unfreezeAccount(books, customerId)),
  };
}
