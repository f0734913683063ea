export type * from './decide-types.ts';
export * from './events.ts';
export type * from './flow.ts';
export * from './state.ts';
