export { mountDesk } from './mount.ts';
export type { DeskDeps, OnUpgrade } from './deps.ts';
export type { DeskApiParts } from './api/deps.ts';
export { apiRoutes } from './api/mount.ts';
export { IndexFollower } from './index-follower.ts';
export { createPost, type Post } from './webhooks/post.ts';
export { WebhookWorker } from './webhooks/worker.ts';
