export type * from './deps.ts';
export type * from './ports.ts';
export { createTurns } from './turns.ts';
export { Matcher, loadOf, type MatcherDeps, type RosterAgent } from './handoff-matcher.ts';
export { Presences, type Presence } from './presence.ts';
