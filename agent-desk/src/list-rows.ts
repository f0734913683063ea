import type { DeskListReply, DeskRow } from './protocol.ts';

interface Held {
  readonly rows: readonly DeskRow[];
  readonly next: string | null;
}

/**
 * Puts a page in the place of what was held from `at` on. What lies behind the page stays when the page's last row is
 * among what was held; else it goes, and is loaded again when it is scrolled to: between the two, rows might be missing.
 */
export function splice(held: Held, at: number, page: DeskListReply): Held {
  const before = held.rows.slice(0, at);
  const last = page.rows.at(-1)?.conv;
  const behind =
    page.next === null || last === undefined
      ? -1
      : held.rows.findIndex(({ conv }, index) => index >= at && conv === last);
  if (behind < 0) {
    return { rows: fresher(held.rows, [...before, ...page.rows]), next: page.next };
  }
  const rows = [...before, ...page.rows, ...held.rows.slice(behind + 1)];
  return { rows: fresher(held.rows, rows, new Set(page.rows)), next: held.next };
}

/**
 * Each conversation once: a row that moved while pages were fetched is in two of them, and then the one of `newest`
 * counts. Rows that say the same as before keep their identity, so that they are not drawn again.
 */
export function fresher(
  former: readonly DeskRow[],
  rows: readonly DeskRow[],
  newest: ReadonlySet<DeskRow> = new Set(),
): readonly DeskRow[] {
  const known = new Map(former.map((row) => [row.conv, row]));
  const once = new Map<string, DeskRow>();
  for (const row of rows) {
    const other = once.get(row.conv);
    if (other && newest.has(other)) continue;
    once.delete(row.conv);
    once.set(row.conv, row);
  }
  return [...once.values()].map((row) => {
    const same = known.get(row.conv);
    return same && isSame(same, row) ? same : row;
  });
}

function isSame(a: DeskRow, b: DeskRow): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
