import type { ClientFrame, ServerFrame } from './wire.ts';

/** One connection to the service, whatever carries it: frames out, frames in, one end. */
export interface Link {
  send(frame: ClientFrame): void;
  /** Asks the peer for a sign of life now, for when the device wakes up. */
  probe(): void;
  /** Ends it without a `closed`. */
  close(): void;
}

export interface LinkEvents {
  frame(frame: ServerFrame): void;
  /** Once, unless `close` was called. `opened`: it carried something before. */
  closed(end: { readonly opened: boolean; readonly code: number }): void;
}
