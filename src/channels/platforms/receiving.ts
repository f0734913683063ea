import { createHash } from 'node:crypto';
import {
  Fault,
  limits,
  parseClientMessageId,
  parseVisitorId,
  type ClientMessageId,
  type ConversationId,
  type VisitorId,
} from '../../core/index.ts';
import type { ConversationState, LoggedEvent } from '../../dialogue/index.ts';
import type { Inbound, Received } from '../../turn/index.ts';
import type { PlatformApi } from './api.ts';
import { keepChat, type ChatRecord } from './chats.ts';
import { choicesIn, parseChoiceData, setKey } from './compose.ts';
import { sentAs } from './delivery.ts';
import type { Driver, Item } from './driver.ts';
import { holdBack } from './held.ts';
import type { PlatformsDeps } from './ports.ts';
import type { Tally } from './tally.ts';
import type { Typing } from './typing.ts';
import { heardIn, isWindowReason } from './windows.ts';

/** Visible events from the end among which a pressed button is looked for: more than anyone scrolls back to press one. */
const choicesDepth = 100;

export interface ReceivingDeps extends PlatformsDeps {
  readonly tally: Tally;
  readonly typing: Pick<Typing, 'heard'>;
  /** Fetches the file, then has it received; durable when it resolves. */
  readonly fetchLater: (
    api: PlatformApi,
    item: Item,
    conversationId: ConversationId,
  ) => Promise<void>;
  /** Operators' plugins hear of what was accepted. */
  readonly onAccepted?: (api: PlatformApi, item: Item, conversationId: ConversationId) => void;
}

/**
 * Accepts what a platform brought: durable when it resolves, once for each key. Faults: `overloaded` when it could not be
 * stored now, so that the platform brings it again.
 */
export async function acceptItem(deps: ReceivingDeps, api: PlatformApi, item: Item): Promise<void> {
  const { driver } = api;
  if (item.content.kind === 'undelivered') return tellUndelivered(deps, driver, item.content);
  const conversationId = await conversationOf(deps, driver, item);
  deps.tally.received(driver.name);
  await keepChat(deps.records, conversationId, chatOf(driver, item, deps.clock()));
  if (item.content.kind === 'file') await deps.fetchLater(api, item, conversationId);
  else await receiveItem(deps, driver, item, conversationId);
  acknowledge(deps, api, item);
  deps.typing.heard(api, item, conversationId);
  deps.onAccepted?.(api, item, conversationId);
}

function chatOf({ name: platform, facts }: Driver, item: Item, nowMs: number): ChatRecord {
  const { userId, to, name = userId } = item;
  const heard = facts.window && heardIn(item, nowMs);
  return { platform, userId, to, name, ...(heard && { heard }) };
}

/** Ours for the platform's user: their own id where it fits, else a digest of it. */
export function visitorOf({ prefix }: Driver, userId: string): VisitorId {
  const own = parseVisitorId(`${prefix}:${userId}`);
  const visitorId = own ?? parseVisitorId(`${prefix}:h.${digest(userId)}`);
  if (visitorId === undefined) throw new Fault('internal', 'a visitor id could not be made');
  return visitorId;
}

/** The message's id in our log: the platform's own where it fits. */
export function cidOf({ prefix }: Driver, key: string): ClientMessageId {
  const own = parseClientMessageId(`${prefix}:${key}`);
  const cid = own ?? parseClientMessageId(`${prefix}:h.${digest(key)}`);
  if (cid === undefined) throw new Fault('internal', 'a message id could not be made');
  return cid;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 43);
}

async function conversationOf(
  deps: PlatformsDeps,
  driver: Driver,
  { userId, language }: Item,
): Promise<ConversationId> {
  const { chats } = deps.turns;
  return chats.open(visitorOf(driver, userId), driver.name, nearest(deps, language));
}

/** The same tag, else the same language, else the default. */
function nearest(deps: PlatformsDeps, asked: string | undefined): string {
  const { languages } = deps.phrasebook();
  const primary = (tag: string) => tag.toLowerCase().split(/[-_]/, 1)[0];
  return (
    languages.find((tag) => tag.toLowerCase() === asked?.toLowerCase()) ??
    languages.find((tag) => asked !== undefined && primary(tag) === primary(asked)) ??
    deps.defaultLanguage()
  );
}

/** A numbered list is still answered when we have said something else since, such as a greeting; but not for ever. */
const listReach = 3;

/** Takes the platform user away from the customer that they are tied to. */
const unlinkOrder = /^\/unlink\b/i;

async function receiveItem(
  deps: ReceivingDeps,
  driver: Driver,
  item: Item,
  id: ConversationId,
): Promise<void> {
  const { content } = item;
  const cid = cidOf(driver, item.key);
  switch (content.kind) {
    case 'text':
      if (unlinkOrder.test(content.text)) return unlink(deps, cid, id);
      return receiveText(deps, { conversationId: id, cid, text: content.text });
    case 'edit':
      return receiveEdit(deps, { conversationId: id, cid, text: cut(content.text) });
    case 'choice':
      return receiveChoice(deps, { conversationId: id, cid, ...content });
    case 'deleted': {
      const event = { type: 'message.withdrawn', cid: cidOf(driver, content.of) } as const;
      return deps.turns.chats.note(id, `withdrawn:${content.of}`, event);
    }
    case 'unreadable': {
      const { language } = await stateOf(deps, id);
      const words = deps.phrasebook().text(language, 'platform.unreadable');
      await deps.turns.chats.tell(id, `unreadable:${cid}`, words);
      return undefined;
    }
    case 'begun':
    case 'undelivered':
    case 'file':
      return undefined;
  }
}

/**
 * Read as a further message: what was answered already cannot be unsaid, and a consent is never edited into. One that leaves
 * the latest words as they are, such as of their marks or of a preview, says nothing.
 */
async function receiveEdit(deps: PlatformsDeps, inbound: Inbound): Promise<void> {
  if (inbound.text.trim() === '') return;
  const said = (await latest(deps, inbound.conversationId)).find(
    ({ event }) => event.type === 'message.received',
  );
  if (said?.event.type === 'message.received' && said.event.text === inbound.text) return;
  await ensure(deps.turns.receive(inbound));
}

async function unlink(deps: PlatformsDeps, cid: string, id: ConversationId): Promise<void> {
  const { language } = await stateOf(deps, id);
  await deps.turns.chats.bind(id, null);
  await deps.turns.chats.tell(
    id,
    `unlink:${cid}`,
    deps.phrasebook().text(language, 'platform.unbound'),
  );
}

/** Longer messages than the chat takes lose their end rather than being lost. */
function cut(text: string): string {
  return text.length <= limits.textLengthMax
    ? text
    : `${text.slice(0, limits.textLengthMax - 1)}…`.toWellFormed();
}

async function receiveText(deps: PlatformsDeps, inbound: Inbound): Promise<void> {
  const text = cut(inbound.text);
  const { conversationId, cid } = inbound;
  // Only a bare number may mean something else than it says: nothing else needs the state here.
  if (numberIn(text) === undefined)
    return ensure(deps.turns.receive({ conversationId, cid, text }));
  const state = await stateOf(deps, conversationId);
  const score = ratingIn(state, text);
  if (score !== undefined) {
    await ensure(deps.turns.rate({ conversationId, cid, score }));
    return;
  }
  const choice = await choiceByNumber(deps, conversationId, state, text);
  await ensure(deps.turns.receive({ conversationId, cid, text, ...(choice && { choice }) }));
}

/** A bare number while a rating is asked for and nothing else is. */
function ratingIn({ satisfaction, pending }: ConversationState, text: string): number | undefined {
  if (!satisfaction || satisfaction.isGiven || pending !== null) return undefined;
  const score = numberIn(text);
  return score !== undefined && score >= 1 && score <= 5 ? score : undefined;
}

/** The number that a text is, in any script's digits. */
function numberIn(text: string): number | undefined {
  const latin = text
    .normalize('NFKC')
    .replaceAll(/[٠-٩۰-۹]/g, (digit) => String((digit.codePointAt(0) ?? 0) % 16));
  const match = /^\s*(\d{1,2})\s*[).。．]?\s*$/u.exec(latin);
  return match ? Number(match[1]) : undefined;
}

/**
 * A bare number answers the latest numbered list, unless something else is asked for that a number may answer: then the
 * dialogue reads it.
 */
async function choiceByNumber(
  deps: PlatformsDeps,
  id: ConversationId,
  { pending, owner }: ConversationState,
  text: string,
): Promise<Inbound['choice']> {
  const number = numberIn(text);
  if (number === undefined || owner.by === 'agent' || pending?.kind === 'ask') return undefined;
  const said = (await latest(deps, id)).flatMap(({ event }) =>
    event.type === 'bot.said' ? [choicesIn(event.blocks).at(-1)] : [],
  );
  const set = said.slice(0, listReach).find((one) => one !== undefined);
  const option = set?.options[number - 1];
  return set && option && { id: set.id, value: option.value };
}

async function receiveChoice(
  deps: PlatformsDeps,
  pressed: {
    readonly conversationId: ConversationId;
    readonly cid: ClientMessageId;
    readonly data: string;
    readonly label: string;
  },
): Promise<void> {
  const { conversationId, cid, data, label } = pressed;
  const named = parseChoiceData(data);
  const found = named && (await findChoice(deps, conversationId, named));
  const text = found?.label ?? label;
  if (text === '') return;
  const choice = found && { id: found.id, value: found.value };
  await ensure(deps.turns.receive({ conversationId, cid, text, ...(choice && { choice }) }));
}

async function findChoice(
  deps: PlatformsDeps,
  id: ConversationId,
  { set, index }: { readonly set: string; readonly index: number },
) {
  for (const { event } of await latest(deps, id)) {
    if (event.type !== 'bot.said' && event.type !== 'ticket.changed') continue;
    const found = choicesIn(event.blocks).find((one) => setKey(one.id) === set);
    const option = found?.options[index];
    if (found && option) return { id: found.id, value: option.value, label: option.label };
  }
  return undefined;
}

/** The latest visible events, the newest first. */
async function latest(deps: PlatformsDeps, id: ConversationId): Promise<readonly LoggedEvent[]> {
  const head = (await deps.conversations.heads([id])).get(id);
  const after = Math.max(0, (head?.seq ?? 0) - choicesDepth);
  return (await deps.conversations.readVisible(id, after, choicesDepth)).toReversed();
}

export async function stateOf(deps: PlatformsDeps, id: ConversationId): Promise<ConversationState> {
  const stored = await deps.conversations.load(id);
  if (!stored) throw new Fault('not_found', 'There is no such conversation.');
  return deps.fold(stored);
}

/** A refusal that a repeat would meet again is an end: only what could be stored later is asked for again. */
export async function ensure(received: Promise<Received>): Promise<void> {
  const answer = await received;
  if (answer.kind === 'refused' && answer.code === 'overloaded') {
    throw new Fault('overloaded', answer.message);
  }
}

/** Not waited for, and nothing hangs on it: the button stops spinning. */
function acknowledge(deps: ReceivingDeps, api: PlatformApi, item: Item): void {
  const { driver } = api;
  if (item.acknowledge === undefined || !driver.acknowledge) return;
  api
    .ask((settings) => driver.acknowledge?.(item, settings) ?? never)
    .catch((err: unknown) =>
      deps.log.warn({ err, platform: driver.name }, 'a platform could not be told of a press'),
    );
}

const never = { method: 'GET', url: 'about:blank', headers: {} } as const;

async function tellUndelivered(
  deps: ReceivingDeps,
  driver: Driver,
  { of, reason }: { readonly of: string; readonly reason: string },
): Promise<void> {
  const words = await sentAs(deps, driver.name, of);
  const isHeld = isWindowReason(reason);
  if (!isHeld) deps.tally.failed(driver.name, reason);
  if (!words) return;
  const { conversationId, part = 0, more = [] } = words;
  for (const { pos, part: from } of [{ pos: words.pos, part }, ...more]) {
    // The platform's own clock has it that the customer has to write first: sent then.
    if (isHeld) await holdBack(deps.records, conversationId, { pos, from, to: from + 1 });
    await deps.turns.chats.note(conversationId, `undelivered:${pos}`, {
      type: 'delivery.failed',
      of: pos,
      channel: driver.name,
      reason,
      offers: driver.facts.window?.afterwards ?? ['link'],
      ...(isHeld && { held: true }),
    });
  }
}
