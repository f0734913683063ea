import type { ConversationId } from '../../core/index.ts';
import type { ConversationEvent, ConversationState } from '../../dialogue/index.ts';
import type { PlatformApi } from './api.ts';
import { keepDelivered, type ChatRecord, type Delivered } from './chats.ts';
import type { Sent, Settings } from './driver.ts';
import { heldOf, holdBack, keepInvited, moveHeld, type HeldWords } from './held.ts';
import { piecesOf } from './pieces.ts';
import type { PlatformsDeps } from './ports.ts';
import { runsOf, type Part, type Run } from './runs.ts';
import { isWindowReason } from './windows.ts';

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
  readonly send: (run: Run, at: Delivered) => Promise<Sent>;
}

/** A part of words that waited. */
type HeldPart = Part & { readonly words: HeldWords; readonly isLast: boolean };

/**
 * Sends what was held back, in order and before anything newer. Where it stopped is kept after each message, so a crash
 * repeats at most the one under way, under the same key.
 */
export async function resendHeld(resending: Resending, from: Delivered): Promise<Resent> {
  const { deps, work, send } = resending;
  const { facts } = work.api.driver;
  if (!facts.window) return { kind: 'level', at: from };
  let at = from;
  for (const run of runsOf(await partsHeld(resending), facts)) {
    const sent = await send(run, at);
    if (sent.kind === 'later') return { kind: 'later', sent };
    if (sent.kind !== 'sent') {
      if (isWindowReason(sent.reason)) return { kind: 'waits', at, reason: sent.reason };
      for (const { words, index } of firstOfEach(run)) {
        await moveHeld(deps.records, work.id, { ...words, from: index }, undefined);
        await note(deps, work, words, { reason: sent.reason });
      }
      // What is left of these words goes with them: look at what waits anew.
      return resendHeld(resending, at);
    }
    at = { ...at, sent: at.sent + 1 };
    await keepDelivered(deps.records, work.id, at);
    for (const part of run.parts) await settle(resending, part);
  }
  return { kind: 'level', at };
}

async function partsHeld({ deps, work }: Resending): Promise<readonly HeldPart[]> {
  const { records, conversations } = deps;
  const parts: HeldPart[] = [];
  for (const words of (await heldOf(records, work.id)).words) {
    const [logged] = await conversations.readAll(work.id, words.pos - 1, 1);
    const pieces = logged ? piecesOf(deps, { ...work, logged }).slice(0, words.to) : [];
    if (!logged || pieces.length <= words.from) {
      await moveHeld(records, work.id, words, undefined);
      continue;
    }
    for (const [index, piece] of pieces.entries()) {
      if (index < words.from) continue;
      const isLast = index === pieces.length - 1;
      parts.push({ logged, index, piece, again: true, words, isLast });
    }
  }
  return parts;
}

function firstOfEach({ parts }: Run<HeldPart>): readonly HeldPart[] {
  return parts.filter((part, nth) => parts[nth - 1]?.words !== part.words);
}

async function settle({ deps, work }: Resending, part: HeldPart): Promise<void> {
  const { words, index, isLast } = part;
  const next = isLast ? undefined : index + 1;
  await moveHeld(deps.records, work.id, { ...words, from: index }, next);
  if (isLast) await note(deps, work, words, {});
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
