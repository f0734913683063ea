export { mountDesk } from './mount.ts';
export type { DeskDeps, OnUpgrade } from './deps.ts';
