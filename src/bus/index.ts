export type * from './ports.ts';
export { createLocalBus } from './local.ts';
export type { BusLog } from './local.ts';
