import type { UserToken } from './chat/index.ts';

/** What a host page may listen to with `kefu('on', name, listener)`. */
export interface HostEvents {
  readonly open: undefined;
  readonly close: undefined;
  /** A message of the bot or of an agent came. Its words stay in the chat. */
  readonly message: { readonly from: 'bot' | 'agent' };
  readonly unread: { readonly count: number };
  /** The user token was refused; `kefu('identify', token)` with a fresh one. */
  readonly identityRefused: { readonly code: string };
}

export type HostEventName = keyof HostEvents;
export type HostListener = (detail: HostEvents[HostEventName]) => void;

/** Everything that `window.kefu(...)` takes; calls before the chat is loaded are kept and run in order. */
export type HostCall =
  | readonly ['open']
  | readonly ['close']
  | readonly ['identify', UserToken]
  | readonly ['logout']
  | readonly ['setLanguage', string]
  | readonly ['on', HostEventName, HostListener]
  | readonly ['destroy'];

export interface HostFunction {
  (...call: HostCall): void;
  /** Calls made before the loader came. */
  q?: (readonly unknown[] | IArguments)[];
}

/** What the loader has when it brings the app. */
export interface MountOptions {
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  readonly launcher: HTMLButtonElement;
  /** Origin of the service, without a slash at the end. */
  readonly server: string;
  readonly language: string | undefined;
  readonly removed: () => void;
}

export type Mount = (options: MountOptions) => (call: HostCall) => void;

declare global {
  interface Window {
    kefu?: HostFunction;
  }
}
