import type { SQLInputValue, StatementSync } from 'node:sqlite';

/**
 * Typed views of prepared statements. The tables are STRICT and ours, so a row has the type that its query says:
 * these two functions are the only places that take that on trust.
 */
export function one<Row>(statement: StatementSync, ...values: SQLInputValue[]): Row | undefined {
  return statement.get(...values) as Row | undefined;
}

export function many<Row>(statement: StatementSync, ...values: SQLInputValue[]): readonly Row[] {
  return statement.all(...values) as readonly unknown[] as readonly Row[];
}
