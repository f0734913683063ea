export type * from './deps.ts';
export type * from './ports.ts';
export { createTurns } from './turns.ts';
