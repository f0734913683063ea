import type { HostCall } from './api.ts';

/** What the loader has when it brings the app. */
export interface MountOptions {
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  readonly launcher: HTMLButtonElement;
  /** Origin of the service, without a slash at the end. */
  readonly server: string;
  readonly language: string | undefined;
  /** The host page's own choice; the operator's counts where there is none. */
  readonly color?: string | undefined;
  readonly removed: () => void;
  /** The chat is all that the page is: the frame's document, a WebView. */
  readonly full?: boolean;
  /** Takes a link to another place instead of a new window. */
  readonly openUrl?: (url: string) => void;
}

export type Mount = (options: MountOptions) => (call: HostCall) => void;
