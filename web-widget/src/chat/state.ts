import type { OutgoingShown, SecretShown } from './delivery.ts';
import type { Transcript } from './transcript.ts';

/** What the view draws. A new object at every change. */
export interface ChatState {
  /** `offline`: between two tries. `barred`: trying again is useless, `code` says why. */
  readonly phase: 'idle' | 'connecting' | 'online' | 'offline' | 'barred' | 'ended';
  readonly code: string | undefined;
  readonly conv: string;
  readonly customer: boolean;
  /** The first page of history has come (or there is none). */
  readonly loaded: boolean;
  readonly language: string | undefined;
  readonly transcript: Transcript;
  readonly outgoing: readonly OutgoingShown[];
  readonly secret: SecretShown | undefined;
  readonly typing: { readonly who: 'bot' | 'agent'; readonly name?: string } | undefined;
  /** In the queue, 1 is next. */
  readonly place: number | undefined;
}
