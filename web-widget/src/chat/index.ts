export { ChatClient } from './client.ts';
export type { ClientPorts } from './client.ts';
export type { ChatState } from './state.ts';
export type { OutgoingShown, SecretShown } from './delivery.ts';
export type { ChatPorts, Clock, Http, OpenSocket, Storage } from './ports.ts';
export { fetchConfig } from './session.ts';
export type { UserToken } from './session.ts';
export * from './wire.ts';
