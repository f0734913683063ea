import type { PlatformName, Settings } from '../../src/channels/platforms/driver.ts';

/** What a platform would send us, ready for `fetch`. */
export interface Hook {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** What the customer would see of one of our calls; undefined for calls that show nothing. */
export interface Seen {
  readonly to: string;
  readonly text: string;
  readonly buttons: readonly { readonly label: string; readonly data: string }[];
}

export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string | undefined };
  readonly body: unknown;
}

/** One platform as its documentation has it: how it calls us, what it answers, what its customer sees. */
export interface Peer {
  readonly name: PlatformName;
  readonly userId: string;
  readonly settings: (apiUrl: string) => Settings;
  /** `n` makes the platform's own id of the message: the same `n` again is the same message. */
  readonly text: (n: number, text: string) => Hook;
  /** Undefined where buttons do not exist. */
  readonly press?: (n: number, data: string, label: string) => Hook;
  /** A picture, which is fetched from an address with `photoMark` in it. Undefined where that is https alone. */
  readonly photo?: (n: number, apiUrl: string) => Hook;
  /** The same, signed with a wrong secret. */
  readonly forged: (n: number) => Hook;
  /** What the platform's API answers to this call when all is well. */
  readonly answer: (call: ApiCall) => { readonly status: number; readonly body: unknown };
  readonly seen: (call: ApiCall) => Seen | undefined;
}

/** Stands in the address of every picture: what it leads to are the bytes. */
export const photoMark = 'photo-bytes';

/** As `publicUrl` of the service in tests. */
export const publicUrl = 'https://chat.okpay.test';
