export * from './server.ts';
export { bodyOf, sendError } from './error-border.ts';
export { clientIp, trustOf } from './client-ip.ts';
export type { TrustProxy } from './client-ip.ts';
export { refuseUpgrade } from './upgrades.ts';
export type { UpgradeHandler } from './upgrades.ts';
export { mountFolder } from './static.ts';
export type { FolderOptions } from './static.ts';
export type { Express, NextFunction, Request, Response, Router } from 'express';
