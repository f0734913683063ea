import { createHash } from 'node:crypto';
import { moneyDecimal } from '../../core/index.ts';
import { ceilings, dayMs, isOverUsed, ok, refuse, type Books, type Outcome } from './books.ts';
import { findCustomer } from './customers.ts';
import { pdfOfLines } from './pdf.ts';
import type { TransactionRow } from './transactions.ts';

/** A link is good for this long. */
const linkTtlMs = 15 * 60_000;
/** The longest period in one file. */
const periodMaxMs = 366 * dayMs;

interface StatementRow {
  readonly customer_id: string;
  readonly from_ms: bigint;
  readonly to_ms: bigint;
  readonly format: 'csv' | 'pdf';
  readonly expires_at_ms: bigint;
}

export interface StatementFile {
  readonly name: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Only the token's hash is kept; whoever has the link reads the file until it expires. */
export function exportStatement(
  books: Books,
  call: {
    readonly customerId: string;
    readonly fromMs: number;
    readonly toMs: number;
    readonly format: 'csv' | 'pdf';
  },
): Outcome<{ readonly url: string; readonly expiresAtMs: number }> {
  if (findCustomer(books, call.customerId) === undefined) return refuse('not_found');
  const lengthMs = call.toMs - call.fromMs;
  if (!(lengthMs > 0 && lengthMs <= periodMaxMs)) return refuse('not_allowed');
  if (isOverUsed(books, { ...ceilings.statement, subject: call.customerId })) {
    return refuse('too_many_requests');
  }
  const token = books.randomId();
  const expiresAtMs = books.clock() + linkTtlMs;
  books.db.run(
    `INSERT INTO statement (token_hash, customer_id, from_ms, to_ms, format, expires_at_ms)
     VALUES (?, ?, ?, ?, ?, ?)`,
    hashOf(token),
    call.customerId,
    Math.trunc(call.fromMs),
    Math.trunc(call.toMs),
    call.format,
    expiresAtMs,
  );
  return ok({ url: `${books.statementUrl}${token}`, expiresAtMs });
}

/** The file behind a link; undefined when there is none or it has expired. */
export function readStatement(books: Books, token: string): StatementFile | undefined {
  const row = books.db.get<StatementRow>(
    'SELECT * FROM statement WHERE token_hash = ?',
    hashOf(token),
  );
  if (row === undefined || books.clock() >= Number(row.expires_at_ms)) return undefined;
  const transactions = books.db.all<TransactionRow>(
    'SELECT * FROM txn WHERE customer_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms, rowid',
    row.customer_id,
    row.from_ms,
    row.to_ms,
  );
  const lines = [columns, ...transactions.map(cells)];
  if (row.format === 'csv') {
    // The byte-order mark makes spreadsheets read the names as UTF-8.
    const text = `\uFEFF${lines.map((line) => line.map(csvCell).join(',')).join('\r\n')}\r\n`;
    return {
      name: 'statement.csv',
      contentType: 'text/csv; charset=utf-8',
      body: new TextEncoder().encode(text),
    };
  }
  const body = pdfOfLines(lines.map((line) => line.join('  ')));
  return { name: 'statement.pdf', contentType: 'application/pdf', body };
}

const columns = ['time', 'id', 'type', 'state', 'counterparty', 'amount', 'fee', 'currency'];

function cells(row: TransactionRow): readonly string[] {
  const { currency } = row;
  return [
    new Date(Number(row.at_ms)).toISOString(),
    row.id,
    row.kind,
    row.state,
    row.counterparty,
    moneyDecimal({ minor: row.amount, currency }),
    moneyDecimal({ minor: row.fee, currency }),
    currency,
  ];
}

/** Quoted where needed; a leading `=`, `+`, `-` or `@` gets an apostrophe, or a spreadsheet would run it. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
