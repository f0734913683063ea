/** What staff never ask for. The reason that a refusal names. */
export const secretKinds = ['password', 'code', 'pin', 'seed', 'card_number', 'cvv'] as const;
export type SecretKind = (typeof secretKinds)[number];

/**
 * How one language asks for a secret. All sources are regular expressions over folded text: lower case, no accents, no
 * Arabic vowel signs, plain quotes. In the others `{s}` stands for any of `secrets`.
 */
export interface OutboundRules {
  readonly secrets: { readonly [kind in SecretKind]: string };
  /** Taken out of a clause before anything is looked for: warnings, what we send ourselves, harmless parts such as last digits. */
  readonly harmless: readonly string[];
  /** A clause that one of these is found in asks for a secret. */
  readonly asks: readonly string[];
  /** Asks for "it": counts when the clause before it, or its own, names a secret. */
  readonly asksForIt: readonly string[];
}
