import type { DeskListReply, DeskRow } from './protocol.ts';

export interface Held {
  readonly rows: readonly DeskRow[];
  readonly next: string | null;
}

/**
 * Puts a page in the place of what was held from `at` on. What lies behind the page stays when the page's last row is
 * among what was held; else it goes, and is loaded again when it is scrolled to: between the two, rows might be missing.
 * Each conversation is there once, as the page has it. Nothing new: the very same list comes back, so that nothing is
 * drawn again; ten thousand rows are looked through once, not sorted, copied or compared.
 */
export function splice(held: Held, at: number, page: DeskListReply): Held {
  const places = new Map(page.rows.map(({ conv }, index) => [conv, index]));
  const fresh: DeskRow[] = [...page.rows];
  const before: DeskRow[] = [];
  const behind: DeskRow[] = [];
  const last = page.rows.length - 1;
  let reached = false;
  held.rows.forEach((row, index) => {
    const place = places.get(row.conv);
    const now = place === undefined ? undefined : fresh[place];
    if (place === undefined || now === undefined) {
      (index < at ? before : behind).push(row);
      return;
    }
    fresh[place] = asKnown(row, now);
    if (index < at || place !== last) return;
    // What stood where the page now is, and is not in it, is no longer there.
    reached = true;
    behind.length = 0;
  });
  if (page.next === null || !reached) behind.length = 0;
  const rows = [...before, ...fresh, ...behind];
  const next = reached && page.next !== null ? held.next : page.next;
  const isSame = next === held.next && rows.length === held.rows.length && sameRows(rows, held);
  return isSame ? held : { rows, next };
}

/** A page that goes behind what is held. A row that moved down into it meanwhile is only there. */
export function extend(held: Held, page: DeskListReply): Held {
  const known = new Map(held.rows.map((row) => [row.conv, row]));
  const moved = new Set(page.rows.map(({ conv }) => conv));
  const fresh = page.rows.map((row) => asKnown(known.get(row.conv), row));
  return { rows: [...held.rows.filter(({ conv }) => !moved.has(conv)), ...fresh], next: page.next };
}

/** A row that says the same as before keeps its identity, so that it is not drawn again. */
function asKnown(known: DeskRow | undefined, row: DeskRow): DeskRow {
  return known && JSON.stringify(known) === JSON.stringify(row) ? known : row;
}

function sameRows(rows: readonly DeskRow[], held: Held): boolean {
  return rows.every((row, index) => row === held.rows[index]);
}
