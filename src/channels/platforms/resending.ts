import type { ConversationId } from '../../core/index.ts';
import type { ConversationEvent, ConversationState, LoggedEvent } from '../../dialogue/index.ts';
import type { PlatformApi } from './api.ts';
import { keepDelivered, type ChatRecord, type Delivered } from './chats.ts';
import type { Sent, Settings } from './driver.ts';
import { heldOf, holdBack, keepInvited, moveHeld, type HeldWords } from './held.ts';
import { piecesOf, type Piece } from './pieces.ts';
import type { PlatformsDeps } from './ports.ts';
import { isWindowReason } from './windows.ts';

/** One part of what was said. `again`: it was tried before, so a new key tells it from that try. */
export interface Part {
  readonly logged: LoggedEvent;
  readonly index: number;
  readonly piece: Piece;
  readonly again?: true;
}

interface Work {
  readonly id: ConversationId;
  readonly api: PlatformApi;
  readonly state: ConversationState;
  readonly chat: Pick<ChatRecord, 'to' | 'heard'>;
}

/** `level`: nothing waits any more; `waits`: the rules still hold back what waits, and all that comes behind it. */
export type Resent =
  | { readonly kind: 'level'; readonly at: Delivered }
  | { readonly kind: 'waits'; readonly at: Delivered; readonly reason: string }
  | { readonly kind: 'later'; readonly sent: Extract<Sent, { readonly kind: 'later' }> };

/** What stays worth reading when the customer is back; that somebody joined, or how it was, does not. */
const lasting: ReadonlySet<ConversationEvent['type']> = new Set<ConversationEvent['type']>([
  'bot.said',
  'agent.said',
  'ticket.changed',
]);

/** Whether words that were refused for this reason wait for the customer's next message. */
export function isHeldBack(reason: string, event: ConversationEvent): boolean {
  return isWindowReason(reason) && lasting.has(event.type);
}

/**
 * Keeps words until the customer writes again, and asks them to where the operator has an approved message for that: once
 * after each message of theirs. True when they were asked now.
 */
export async function keepForLater(
  deps: PlatformsDeps,
  work: Work,
  words: HeldWords,
): Promise<boolean> {
  const { records, clock } = deps;
  await holdBack(records, work.id, words);
  const sinceMs = work.chat.heard?.atMs ?? 0;
  if ((await heldOf(records, work.id)).invitedSinceMs === sinceMs) return false;
  if (!(await invite(deps, work))) return false;
  await keepInvited(records, work.id, sinceMs, clock());
  return true;
}

/** False when the operator has no approved message, or it was not taken now: the next words try it again. */
async function invite({ phrasebook }: PlatformsDeps, { api, state, chat }: Work): Promise<boolean> {
  const { language } = state;
  const invitation = { language, words: phrasebook().text(language, 'platform.news') };
  const call = api.driver.invite?.(chat.to, invitation, api.settings);
  if (call === undefined) return false;
  const make = (own: Settings) => api.driver.invite?.(chat.to, invitation, own) ?? call;
  return (await api.send(make)).kind === 'sent';
}

interface Resending {
  readonly deps: PlatformsDeps;
  readonly work: Work;
  readonly send: (part: Part, at: Delivered) => Promise<Sent>;
}

/**
 * Sends what was held back, in order and before anything newer. Where it stopped is kept after each part, so a crash repeats
 * at most the one under way, under the same key.
 */
export async function resendHeld(resending: Resending, from: Delivered): Promise<Resent> {
  const { deps, work } = resending;
  if (!work.api.driver.facts.window) return { kind: 'level', at: from };
  let at = from;
  for (const words of (await heldOf(deps.records, work.id)).words) {
    const resent = await resendWords(resending, words, at);
    if (resent.kind !== 'level') return resent;
    at = resent.at;
  }
  return { kind: 'level', at };
}

async function resendWords(
  { deps, work, send }: Resending,
  words: HeldWords,
  from: Delivered,
): Promise<Resent> {
  const { records, conversations } = deps;
  const { id } = work;
  const [logged] = await conversations.readAll(id, words.pos - 1, 1);
  const pieces = logged ? piecesOf(deps, { ...work, logged }) : [];
  let at = from;
  let place = words;
  for (const [index, piece] of pieces.slice(0, words.to).entries()) {
    if (!logged || index < words.from) continue;
    const sent = await send({ logged, index, piece, again: true }, at);
    if (sent.kind === 'later') return { kind: 'later', sent };
    if (sent.kind !== 'sent') {
      if (isWindowReason(sent.reason)) return { kind: 'waits', at, reason: sent.reason };
      await moveHeld(records, id, place, undefined);
      await note(deps, work, words, { reason: sent.reason });
      return { kind: 'level', at };
    }
    at = { ...at, sent: at.sent + 1 };
    await keepDelivered(records, id, at);
    await moveHeld(records, id, place, index + 1);
    place = { ...place, from: index + 1 };
  }
  await moveHeld(records, id, place, undefined);
  await note(deps, work, words, {});
  return { kind: 'level', at };
}

/** What became of words that had waited, for the desk. */
async function note(
  { turns }: PlatformsDeps,
  { id, api }: Work,
  { pos: of, from }: HeldWords,
  { reason }: { readonly reason?: string },
): Promise<void> {
  const channel = api.driver.name;
  const event =
    reason === undefined
      ? ({ type: 'delivery.resent', of, channel } as const)
      : ({ type: 'delivery.failed', of, channel, reason, offers: ['link'] } as const);
  await turns.chats.note(id, `resent:${of}:${from}`, event);
}
