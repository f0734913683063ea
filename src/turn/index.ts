export type * from './deps.ts';
export type * from './ports.ts';
export type * from './desk-ports.ts';
export { effectIdOf } from './agent-actions.ts';
export { maskCards } from './mask.ts';
export { Outlets, type Delivered } from './outlets.ts';
export { createTurns } from './turns.ts';
export { Matcher, loadOf, type RosterAgent } from './handoff-matcher.ts';
export { Presences } from './presence.ts';
