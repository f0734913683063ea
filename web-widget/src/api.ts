/*
 * What a host page sees of the chat. Types only, and none from elsewhere: this file is also the package's
 * declaration file.
 */

/** A host's signed word for who the customer is, or a function that fetches a fresh one. */
export type UserToken = string | (() => string | Promise<string>);

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
  | readonly ['prefill', string]
  | readonly ['on', HostEventName, HostListener]
  | readonly ['destroy'];

export interface HostFunction {
  (...call: HostCall): void;
  /** Calls made before the loader came. */
  q?: (readonly unknown[] | IArguments)[];
}

/** The attributes of the script tag, without `data-`. */
export interface KefuOptions {
  /** Origin of the service, such as `https://chat.example.com`. */
  readonly server: string;
  /** One of those offered; by default the browser's. */
  readonly language?: string;
  /** Such as `#1463ff`; adjusted when it would be hard to read. */
  readonly color?: string;
  readonly position?: 'left' | 'right';
  readonly icon?: 'chat' | 'help' | 'person';
  /** `frame`: the chat is a document of the service, which scripts of this page cannot read. */
  readonly mode?: 'frame';
}
