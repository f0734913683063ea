import type { EntityType } from '../../core/index.ts';
import type { Found } from './found.ts';

const types: { readonly [letter: string]: EntityType } = {
  p: 'transaction_id',
  r: 'refund_id',
  w: 'withdrawal_id',
  t: 'ticket_id',
};

/** Letter, day, number; with or without dashes, and with the spaces that people put where they pause. */
const pattern =
  /(?<![a-z\d])([prwt])[ -]{0,3}(20\d{2})[ -]{0,2}([01]\d)[ -]{0,2}([0-3]\d)[ -]{0,3}(\d{3,8}|\d{2} \d{2})(?!\d)/g;

/** Ids as the wallet writes them: `P20261103-4471`, `T-20261122-0007`; the value is that form whatever was typed. */
export function findIds(text: string): readonly Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(pattern)) {
    const [whole, letter = '', year = '', month = '', day = '', number = ''] = match;
    const type = types[letter];
    if (type === undefined) continue;
    const dash = letter === 't' ? '-' : '';
    const value = `${letter.toUpperCase()}${dash}${year}${month}${day}-${number.replace(' ', '')}`;
    found.push({ type, start: match.index, end: match.index + whole.length, value });
  }
  return found;
}
