export type * from './ports.ts';
export { createLocalBus } from './local.ts';
export { createPostgresBus } from './postgres.ts';
export { createRedisBus } from './redis.ts';
