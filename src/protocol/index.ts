export * from './blocks.ts';
export * from './wire.ts';
export * from './desk.ts';
export * from './desk-customer.ts';
export * from './desk-actions.ts';
export * from './desk-account.ts';
export * from './desk-audit.ts';
export * from './desk-channels.ts';
