export * from './ownership.ts';
export * from './queue.ts';
export * from './routing.ts';
export * from './times.ts';
export * from './outbound-filter.ts';
export * from './satisfaction.ts';
export * from './wait.ts';
export * from './service-level.ts';
