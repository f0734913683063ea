import { encode } from '../../core/index.ts';
import type { Ticket } from '../port.ts';
import { ceilings, isOverUsed, nextNumber, ok, refuse, type Books, type Outcome } from './books.ts';
import { findCustomer } from './customers.ts';
import { findTransaction, listLimit } from './transactions.ts';

interface TicketRow {
  readonly id: string;
  readonly type: string;
  readonly opened_at_ms: bigint;
}

interface StepRow {
  readonly at_ms: bigint;
  readonly state: Ticket['state'];
}

export function listTickets(
  books: Books,
  { customerId, limit }: { readonly customerId: string; readonly limit?: number },
): Outcome<readonly Ticket[]> {
  if (findCustomer(books, customerId) === undefined) return refuse('not_found');
  const rows = books.db.all<TicketRow>(
    'SELECT * FROM ticket WHERE customer_id = ? ORDER BY opened_at_ms DESC, rowid DESC LIMIT ?',
    customerId,
    listLimit(limit),
  );
  return ok(rows.map((row) => toTicket(books, row)));
}

export function getTicket(books: Books, customerId: string, ticketId: string): Outcome<Ticket> {
  const row = books.db.get<TicketRow>(
    'SELECT * FROM ticket WHERE id = ? AND customer_id = ?',
    ticketId,
    customerId,
  );
  return row === undefined ? refuse('not_found') : ok(toTicket(books, row));
}

export interface NewTicket {
  readonly customerId: string;
  readonly type: string;
  readonly details: { readonly [name: string]: string };
}

export function openTicket(books: Books, ticket: NewTicket): Outcome<Ticket> {
  if (findCustomer(books, ticket.customerId) === undefined) return refuse('not_found');
  if (isOverUsed(books, { ...ceilings.ticket, subject: ticket.customerId })) {
    return refuse('too_many_requests');
  }
  return insertTicket(books, ticket, null);
}

/** A ticket of type `fraud` that points at the transaction, when there is one. */
export function reportFraud(
  books: Books,
  report: {
    readonly customerId: string;
    readonly details: string;
    readonly transactionId?: string;
    readonly contact?: string;
  },
): Outcome<Ticket> {
  const { customerId, details, transactionId, contact } = report;
  if (findCustomer(books, customerId) === undefined) return refuse('not_found');
  if (
    transactionId !== undefined &&
    findTransaction(books, customerId, transactionId) === undefined
  ) {
    return refuse('not_found');
  }
  if (isOverUsed(books, { ...ceilings.fraud, subject: customerId })) {
    return refuse('too_many_requests');
  }
  const told = { details, ...(contact === undefined ? {} : { contact }) };
  return insertTicket(books, { customerId, type: 'fraud', details: told }, transactionId ?? null);
}

function insertTicket(
  books: Books,
  { customerId, type, details }: NewTicket,
  transactionId: string | null,
): Outcome<Ticket> {
  const nowMs = books.clock();
  const id = nextNumber(books, 'T', nowMs);
  books.db.run(
    'INSERT INTO ticket (id, customer_id, type, txn_id, details, opened_at_ms) VALUES (?, ?, ?, ?, ?, ?)',
    id,
    customerId,
    type,
    transactionId,
    encode(details),
    nowMs,
  );
  addStep(books, id, 'open');
  return getTicket(books, customerId, id);
}

function addStep({ db, clock }: Books, ticketId: string, state: Ticket['state']): void {
  db.run(
    'INSERT INTO ticket_step (ticket_id, at_ms, state) VALUES (?, ?, ?)',
    ticketId,
    clock(),
    state,
  );
}

/** The back office goes on with a case: open → in_progress → solved; a solved one may be opened again. */
export function moveTicket(
  books: Books,
  ticketId: string,
  state: Ticket['state'],
): Outcome<Ticket> {
  const row = books.db.get<{ customer_id: string }>(
    'SELECT customer_id FROM ticket WHERE id = ?',
    ticketId,
  );
  if (row === undefined) return refuse('not_found');
  addStep(books, ticketId, state);
  return getTicket(books, row.customer_id, ticketId);
}

function toTicket({ db }: Books, row: TicketRow): Ticket {
  const steps = db.all<StepRow>(
    'SELECT at_ms, state FROM ticket_step WHERE ticket_id = ? ORDER BY rowid',
    row.id,
  );
  return {
    id: row.id,
    type: row.type,
    state: steps.at(-1)?.state ?? 'open',
    openedAtMs: Number(row.opened_at_ms),
    timeline: steps.map(({ at_ms, state }) => ({ atMs: Number(at_ms), state })),
  };
}
