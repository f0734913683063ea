/** What is known of the customer in this conversation, least first. */
export const identityLevels = ['anyone', 'identified', 'verified'] as const;
export type IdentityLevel = (typeof identityLevels)[number];

export function reaches(have: IdentityLevel, need: IdentityLevel): boolean {
  return identityLevels.indexOf(have) >= identityLevels.indexOf(need);
}

/** What the flow checker and the turn must know of an account action; the registry in `actions` gives the rest. */
export interface ActionSpec {
  readonly name: string;
  readonly level: IdentityLevel;
  /** Needs a consent bound to its arguments: it moves money or changes the account. */
  readonly consent: boolean;
  /** Changes nothing: may be given up when no answer comes, where a write is reconciled until its outcome is known. */
  readonly read?: boolean;
  readonly args: { readonly [name: string]: { readonly required: boolean } };
  /** Every reason with which the wallet may refuse it. */
  readonly refusals: readonly string[];
}

/** Who speaks for the company. `epoch` grows by one at every change; a write that names an old epoch is refused. */
export type Owner =
  | { readonly by: 'bot'; readonly epoch: number }
  | {
      readonly by: 'queue';
      readonly epoch: number;
      readonly sinceMs: number;
      readonly priority: Priority;
      readonly queue: string;
      readonly reason: string;
      /** What an agent should be able to do for it. */
      readonly skills?: readonly string[];
      /** Meant for this agent first: a transfer to a person. */
      readonly wantedId?: string;
      /** Shown to one agent, who may accept or decline until then. */
      readonly offer?: Offer;
      /** Agents who let an offer pass, and until when they are not offered it again. */
      readonly passes?: readonly Pass[];
    }
  | {
      readonly by: 'agent';
      readonly epoch: number;
      readonly sinceMs: number;
      readonly agentId: string;
      readonly agentName: string;
      /** Put aside by its agent; wakes then, or when the customer writes. */
      readonly snoozedUntilMs?: number;
    };

/** A queued conversation as it is shown to one agent. */
export interface Offer {
  readonly offerId: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly untilMs: number;
}

export interface Pass {
  readonly agentId: string;
  readonly untilMs: number;
}

export const priorities = ['security', 'money', 'normal'] as const;
export type Priority = (typeof priorities)[number];
