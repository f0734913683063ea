import type { HostCall, HostEventName, HostEvents } from '../api.ts';

/** What the host page tells the frame. Functions cannot cross: a token is asked for when it is needed. */
export type ToFrame =
  | { readonly kind: 'call'; readonly call: HostCall }
  | { readonly kind: 'identify' }
  | { readonly kind: 'token'; readonly n: number; readonly token: string };

/** What the frame tells the host page: never words of the conversation. */
export type ToHost =
  | { readonly kind: 'ready' }
  /** What the button is called now. */
  | { readonly kind: 'label'; readonly text: string }
  | {
      readonly kind: 'event';
      readonly name: HostEventName;
      readonly detail: HostEvents[HostEventName];
    }
  | { readonly kind: 'tokenRequest'; readonly n: number }
  | { readonly kind: 'openUrl'; readonly url: string };

/** First message, with the port for all others. */
export type Greeting = 'kefu.frame';
