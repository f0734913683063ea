/** What people owe a conversation, in milliseconds of opening time. */
export interface ServiceTargets {
  readonly firstReplyMs: number;
  readonly nextReplyMs: number;
  readonly resolutionMs: number;
}

/** Since when, as the log tells; null where nothing of the kind is owed. */
export interface Owed {
  /** A person was asked for. */
  readonly askedMs: number | null;
  readonly firstReplyMs: number | null;
  /** The customer's first message that nobody has answered yet. */
  readonly waitingMs: number | null;
}

export interface RunningTarget {
  readonly kind: 'first_reply' | 'next_reply' | 'resolution';
  readonly fromMs: number;
  readonly withinMs: number;
}

/**
 * The clocks that run for a conversation. Until the first reply that one and the resolution; then the next reply whenever the
 * customer waits, and the resolution. Put aside by its agent, only the resolution runs: the customer knows that it will take longer.
 */
export function runningTargets(
  { askedMs, firstReplyMs, waitingMs }: Owed,
  targets: ServiceTargets,
  isSnoozed: boolean,
): readonly RunningTarget[] {
  if (askedMs === null) return [];
  const resolution = {
    kind: 'resolution',
    fromMs: askedMs,
    withinMs: targets.resolutionMs,
  } as const;
  if (isSnoozed) return [resolution];
  if (firstReplyMs === null) {
    return [{ kind: 'first_reply', fromMs: askedMs, withinMs: targets.firstReplyMs }, resolution];
  }
  if (waitingMs === null) return [resolution];
  return [{ kind: 'next_reply', fromMs: waitingMs, withinMs: targets.nextReplyMs }, resolution];
}
