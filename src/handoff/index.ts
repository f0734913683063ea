export * from './ownership.ts';
export * from './queue.ts';
