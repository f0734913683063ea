export type * from './ports.ts';
export type { StoreLog } from './log.ts';
export { openSqliteStore } from './sqlite/open.ts';
export type { SqliteStoreOptions } from './sqlite/open.ts';
export type { StoreFaults } from './sqlite/writer.ts';
