export type * from './ports.ts';
export { createLocalBus } from './local.ts';
