export type * from './ports.ts';
export type * from './audit-ports.ts';
export type * from './desk-ports.ts';
export { openSqliteStore } from './sqlite/open.ts';
export type { SqliteStoreOptions } from './sqlite/open.ts';
export { foldForSearch } from './search-text.ts';
