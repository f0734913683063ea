export type * from './ports.ts';
export type * from './audit-ports.ts';
export type * from './desk-ports.ts';
export { openSqliteStore } from './sqlite/open.ts';
export type { SqliteStoreOptions } from './sqlite/open.ts';
export { openPostgresStore } from './postgres/open.ts';
export type { PostgresStoreOptions } from './postgres/open.ts';
export { foldForSearch } from './search-text.ts';
