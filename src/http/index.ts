export * from './server.ts';
export { clientIp, limitKey, trustOf } from './client-ip.ts';
export { limitHere } from './rate-limit.ts';
export type { Limit, LimitSize, MakeLimit } from './rate-limit.ts';
export { refuseUpgrade } from './upgrades.ts';
export { mountFramePage } from './frame-page.ts';
export { mountFilled } from './filled.ts';
export { mountFolder } from './static.ts';
export type { NextFunction, Request, Response } from 'express';
