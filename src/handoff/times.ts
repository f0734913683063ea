/** How long the steps of a hand-off may take; the workspace may name others. */
export interface HandoffTimes {
  /** An offer that is not answered goes to the next agent. */
  readonly offerMs: number;
  /** An agent whose page is gone keeps their conversations so long. */
  readonly graceMs: number;
  /** For writing up a conversation that was closed without a disposition. */
  readonly wrapUpMs: number;
  /** An agent who declined, or did not answer, is not offered the same conversation again before that. */
  readonly declinedPassMs: number;
  readonly expiredPassMs: number;
  /** Someone with the right language and skills is waited for so long; then whoever is free will do. */
  readonly matchMs: number;
  /** Offers in a row that an agent lets expire before counting as away. */
  readonly missedOffersMax: number;
}

export const handoffTimes: HandoffTimes = {
  offerMs: 30_000,
  graceMs: 60_000,
  wrapUpMs: 60_000,
  declinedPassMs: 5 * 60_000,
  expiredPassMs: 60_000,
  matchMs: 45_000,
  missedOffersMax: 2,
};
