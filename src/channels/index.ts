export { createWebChannel } from './web/web-channel.ts';
export type { WebChannel } from './web/web-channel.ts';
export { createOriginCheck } from './web/origin.ts';
export type { OriginCheck } from './web/origin.ts';
export { socketPath } from './web/gateway.ts';
export { toWireEvent } from './web/wire-event.ts';
export { webLimits } from './web/ports.ts';
export type {
  ChannelLog,
  ChannelMetrics,
  ConversationReads,
  WebChannelDeps,
  WebLimits,
} from './web/ports.ts';
