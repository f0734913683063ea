export { ChatClient } from './client.ts';
export type { ClientPorts, Message } from './client.ts';
export type { ChatState, Place } from './state.ts';
export type { OutgoingShown, SecretShown } from './delivery.ts';
export type {
  ChatPorts,
  Clock,
  Http,
  HttpReply,
  OpenSocket,
  Storage,
  Tabs,
  Upload,
} from './ports.ts';
export { fetchConfig } from './session.ts';
export type { UserToken } from './session.ts';
export * from './wire.ts';
