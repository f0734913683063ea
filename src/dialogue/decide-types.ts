import type { ActionSpec, Phrasebook, Understanding, Value, Values } from '../core/index.ts';
import type { ConversationEvent, LoggedEvent, TimerPurpose, WaitMinutes } from './events.ts';
import type { Flow } from './flow.ts';
import type { ConversationState } from './state.ts';

/** All that the bot can talk about, checked. Older versions of a flow stay as long as a conversation is on them. */
export interface Content {
  /** The newest version of each flow, by id; intents without a flow have none. */
  readonly flows: { readonly [id: string]: Flow };
  /** `<id>@<version>` → flow, for conversations that began on an older one. */
  readonly versions: { readonly [idAtVersion: string]: Flow };
  /** First names of the placeholders of each text, in any language: what a text needs, no more, goes into the log. Without it every small slot goes along. */
  readonly placeholders?: { readonly [key: string]: readonly string[] };
}

/** What a decision may look at beside the state; all of it given, so that equal inputs give equal decisions. */
export interface DecideContext {
  /** Part of every effect id, so that idempotency keys differ between conversations. */
  readonly conversationId: string;
  readonly content: Content;
  readonly phrasebook: Phrasebook;
  readonly actions: { readonly [name: string]: ActionSpec };
  /** The workspace's values for texts and `$workspace.…`: brand, contacts, terms, hours. */
  readonly workspace: Values;
  /** The `atMs` at which the decision's events are appended: ages in the folded state count from it. */
  readonly nowMs: number;
  /** How long a question may stand unanswered; by default ten minutes, then fifty more. */
  readonly silence?: Silence;
  /** Live agents are there now: it is their time, and somebody attends. */
  readonly staffed: boolean;
  /** It is their time, but nobody attends; only beside `staffed: false`. */
  readonly unattended?: boolean;
  /** How long whoever asks for a person may wait; absent while too little is known to say so. */
  readonly expectedWait?: WaitMinutes;
  /** Hex digest of a canonical text, for consent (SHA-256; injected, the room has no crypto). */
  readonly digest: (text: string) => string;
}

export interface Silence {
  /** Until the customer is reminded, once. */
  readonly reminderMs: number;
  /** From there until the request is put aside. */
  readonly closeMs: number;
}

/** One logged event that the bot has to deal with, with what was understood when it is a message in words. */
export interface DecideInput {
  readonly logged: LoggedEvent;
  readonly understanding?: Understanding;
}

export interface Decision {
  readonly events: readonly ConversationEvent[];
  readonly effects: readonly Effect[];
}

/** Something still to be done in the world; committed with the events that ask for it. `effectId` makes a repeat harmless. */
export type Effect =
  | {
      readonly kind: 'action';
      readonly effectId: string;
      readonly action: string;
      readonly args: Values;
      readonly consent?: string;
    }
  /** Make a one-time code and send it to the customer's registered phone or email. */
  | { readonly kind: 'send_code'; readonly effectId: string }
  /** Wake the conversation then, by a `timer.fired` of this id and purpose. */
  | {
      readonly kind: 'timer';
      readonly effectId: string;
      readonly dueInMs: number;
      readonly purpose: TimerPurpose;
    };

/** Pure: `decide(state, input, context)`; folding `events` over `state` with `evolve` gives the next state. */
export type Decide = (
  state: ConversationState,
  input: DecideInput,
  context: DecideContext,
) => Decision;

/** Consent binds to this text's digest: the action and the very arguments shown. */
export type ConsentText = {
  readonly action: string;
  readonly args: { readonly [k: string]: Value };
};
