export * from './server.ts';
export { clientIp, trustOf } from './client-ip.ts';
export { refuseUpgrade } from './upgrades.ts';
export { mountFolder } from './static.ts';
export type { NextFunction, Request, Response } from 'express';
