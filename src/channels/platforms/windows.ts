import type { ReplyWindow } from './driver.ts';

export interface WindowNow {
  /** When the customer last wrote; undefined: never. */
  readonly heardAtMs: number | undefined;
  /** Messages sent since then. */
  readonly sent: number;
  readonly by: 'bot' | 'agent';
  readonly nowMs: number;
}

export type MaySend =
  | { readonly kind: 'yes'; readonly asHumanAgent: boolean }
  | { readonly kind: 'no'; readonly reason: 'window_closed' | 'window_used_up' };

/** Whether a platform's rules let us write to this person now. */
export function maySend(window: ReplyWindow | undefined, now: WindowNow): MaySend {
  if (!window) return { kind: 'yes', asHumanAgent: false };
  const { heardAtMs, sent, by, nowMs } = now;
  const sinceMs = nowMs - (heardAtMs ?? -Infinity);
  if (sinceMs >= window.ms) {
    const isPerson = by === 'agent' && sinceMs < (window.humanAgentMs ?? 0);
    return isPerson ? { kind: 'yes', asHumanAgent: true } : { kind: 'no', reason: 'window_closed' };
  }
  if (window.messagesMax !== undefined && sent >= window.messagesMax) {
    return { kind: 'no', reason: 'window_used_up' };
  }
  return { kind: 'yes', asHumanAgent: false };
}
