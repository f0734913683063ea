import type { Item, ReplyWindow } from './driver.ts';

/** The latest thing of the customer's that lets us write to them. */
export interface Heard {
  readonly atMs: number;
  /** They only opened the chat or followed the account, which lets us say little. */
  readonly isBegin?: true;
}

export interface WindowNow {
  /** Undefined: never. */
  readonly heard: Heard | undefined;
  /** Messages sent since then. */
  readonly sent: number;
  readonly by: 'bot' | 'agent';
  readonly nowMs: number;
}

export type MaySend =
  | { readonly kind: 'yes'; readonly asHumanAgent: boolean }
  | { readonly kind: 'no'; readonly reason: 'window_closed' | 'window_used_up' };

/** Whether words were refused because the customer has to write first: by our reckoning or by the platform's own. */
export function isWindowReason(reason: string): boolean {
  return reason === 'window_closed' || reason === 'window_used_up';
}

/** What may be done instead of words that had to be held back: only what is of use at this moment. */
export function offersNow(
  { afterwards, humanAgentMs = 0 }: ReplyWindow,
  { heard, by, nowMs }: WindowNow,
  hasTemplate: boolean,
): ReplyWindow['afterwards'] {
  const isPersonHeard = by === 'bot' && nowMs - (heard?.atMs ?? -Infinity) < humanAgentMs;
  return afterwards.filter((one) => {
    if (one === 'template') return hasTemplate;
    return one === 'human_agent' ? isPersonHeard : true;
  });
}

/** Whether what the customer did opens the window; undefined: it does not. */
export function heardIn({ content: { kind } }: Item, nowMs: number): Heard | undefined {
  switch (kind) {
    case 'text':
    case 'choice':
    case 'file':
    case 'unreadable':
      return { atMs: nowMs };
    case 'begun':
      return { atMs: nowMs, isBegin: true };
    case 'edit':
    case 'deleted':
    case 'undelivered':
      return undefined;
  }
}

/** Whether a platform's rules let us write to this person now. */
export function maySend(window: ReplyWindow | undefined, now: WindowNow): MaySend {
  if (!window) return { kind: 'yes', asHumanAgent: false };
  const { heard, sent, by, nowMs } = now;
  const { ms = 0, messagesMax } = heard?.isBegin ? (window.begin ?? {}) : window;
  const sinceMs = nowMs - (heard?.atMs ?? -Infinity);
  if (sinceMs >= ms) {
    const isPerson = by === 'agent' && sinceMs < (window.humanAgentMs ?? 0);
    return isPerson ? { kind: 'yes', asHumanAgent: true } : { kind: 'no', reason: 'window_closed' };
  }
  if (messagesMax !== undefined && sent >= messagesMax) {
    return { kind: 'no', reason: 'window_used_up' };
  }
  return { kind: 'yes', asHumanAgent: false };
}
