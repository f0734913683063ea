/** What is added to PostgreSQL's transaction numbers. See `event.n` in the migrations. */
const base = "(SELECT value::bigint FROM meta WHERE key = 'event_base')";

/** All events with a number below this are committed or never will be: where readers by number stop. */
export const horizon = `((pg_snapshot_xmin(pg_current_snapshot())::text::bigint + ${base}) << 12)`;

/**
 * After a restore into another server transaction numbers begin anew: the base is raised, so that events go on above those that
 * are there. To be run while nobody writes.
 */
export const raiseBase = `UPDATE meta SET value = (value::bigint + 1 + (SELECT max(n) >> 12 FROM event) - pg_snapshot_xmax(pg_current_snapshot())::text::bigint - value::bigint)::text WHERE key = 'event_base' AND (SELECT max(n) >> 12 FROM event) >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint + value::bigint`;
