export * from './blocks.ts';
export * from './wire.ts';
export * from './desk.ts';
