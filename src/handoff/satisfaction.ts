/** Nobody is asked more often than this how a person's help was: who comes back with the same matter is not asked again. */
export const satisfactionEveryMs = 24 * 60 * 60_000;

/** Whether a customer whose conversation an agent closes now is asked how it was. */
export function asksForRating(
  last: { readonly askedAtMs: number } | undefined,
  nowMs: number,
): boolean {
  return last === undefined || nowMs - last.askedAtMs >= satisfactionEveryMs;
}
