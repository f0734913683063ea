export { createWebChannel } from './web/web-channel.ts';
export { createOriginCheck } from './web/origin.ts';
export { socketPath } from './web/gateway.ts';
export { toWireEvent } from './web/wire-event.ts';
export { webLimits } from './web/ports.ts';
export { createPlatforms, type Platforms } from './platforms/platforms.ts';
export { platformNames } from './platforms/driver.ts';
export { readPlatformSettings } from './platforms/settings.ts';
export type { OwnTicket, WebChannelDeps, WebLimits } from './web/ports.ts';
