export { mountDesk } from './mount.ts';
export type { Desk, DeskDeps, DeskLog, OnUpgrade } from './deps.ts';
