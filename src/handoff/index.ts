export * from './ownership.ts';
export * from './queue.ts';
export * from './times.ts';
