import type { OutgoingShown, SecretShown } from './delivery.ts';
import type { Transcript } from './transcript.ts';

export interface Place {
  readonly place: number;
  readonly waitMinMs?: number;
  readonly waitMaxMs?: number;
}

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
  /** In the queue, 1 is next; between what and what the wait may be, where that can be told. */
  readonly place: Place | undefined;
  /** The agent has seen everything up to this seq. */
  readonly readSeq: number;
}
