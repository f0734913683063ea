import type { ReactElement } from 'react';
import type { DeskRow } from './protocol.ts';
import type { Words } from './words.ts';
import { useWords } from './words.ts';

type Named = Pick<DeskRow, 'customerId' | 'customerName'>;

/** By name where it is known, else by id; a visitor who has not signed in has neither. */
export function customerText({ customerName, customerId }: Named, words: Words): string {
  return customerName ?? customerId ?? words('row.visitor');
}

/** The same for a row: with a name, the id stands behind it. */
export function CustomerText({ row }: { readonly row: Named }): ReactElement {
  const words = useWords();
  const { customerName, customerId } = row;
  return (
    <span className="row-name" title={customerId ?? undefined}>
      <bdi>{customerText(row, words)}</bdi>
      {customerName !== undefined && customerId !== null && (
        <small className="row-id">
          <bdi>{customerId}</bdi>
        </small>
      )}
    </span>
  );
}
