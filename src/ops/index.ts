export * from './log.ts';
export * from './metrics.ts';
export * from './health.ts';
export * from './shutdown.ts';
