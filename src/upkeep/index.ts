export { makeBackup, restoreBackup } from './backup.ts';
export { measured, mountGauges } from './gauges.ts';
export { startHousekeeping, type Housekeeping } from './housekeeping.ts';
export type { Retained } from './retention.ts';
