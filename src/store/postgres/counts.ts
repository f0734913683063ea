import type { CountTable } from '../ports.ts';
import type { Database } from './connection.ts';

/** The server's clock, so that the nodes' own need not agree. */
const now = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

const sql = {
  add: `INSERT INTO count (key, points, ends_at_ms) VALUES ($1, $2, ${now} + $3)
    ON CONFLICT (key) DO UPDATE SET
      points = CASE WHEN count.ends_at_ms <= ${now} THEN excluded.points ELSE count.points + excluded.points END,
      ends_at_ms = CASE WHEN count.ends_at_ms <= ${now} THEN excluded.ends_at_ms ELSE count.ends_at_ms END
    RETURNING points, ends_at_ms - ${now} AS left_ms`,
  forget: `DELETE FROM count WHERE key IN (SELECT key FROM count WHERE ends_at_ms < ${now} LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
};

/** How many additions of this node come to one clearing away of what has ended. */
const addsAForget = 500;

/** In a table that is not logged: a crash of the server forgets the counts, which costs a stranger's next minute and nothing else. */
export function createCounts({ query }: Database): CountTable {
  let adds = 0;
  return {
    add: async (key, points, windowMs) => {
      adds += 1;
      if (adds % addsAForget === 0) await query(sql.forget);
      const [row] = await query<{ points: number; left_ms: number }>(
        sql.add,
        key,
        points,
        windowMs,
      );
      return { points: row?.points ?? points, leftMs: row?.left_ms ?? windowMs };
    },
  };
}
