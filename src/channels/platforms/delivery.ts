import type { ConversationId } from '../../core/index.ts';
import type { ConversationState, LoggedEvent } from '../../dialogue/index.ts';
import type { KeptRecord } from '../../store/index.ts';
import type { Delivered as Outcome } from '../../turn/index.ts';
import type { PlatformApi } from './api.ts';
import {
  chatOf,
  deliveredOf,
  deliveredRecord,
  keepDelivered,
  type ChatRecord,
  type Delivered,
} from './chats.ts';
import type { Manner, Sent } from './driver.ts';
import { uuidOf } from './idempotency.ts';
import { ownPace, sendFile } from './outgoing-files.ts';
import { piecesOf } from './pieces.ts';
import type { PlatformsDeps } from './ports.ts';
import { isHeldBack, keepForLater, resendHeld } from './resending.ts';
import { isForLater, runsOf, type Part, type Run } from './runs.ts';
import type { Tally } from './tally.ts';
import { isWindowReason, maySend, offersNow, type Heard, type WindowNow } from './windows.ts';

const pageLength = 50;
/** A delivery stops here and goes on with a fresh lease, long before that of 30 s ends. */
const atOnceMs = 12_000;
/** Tries of one message, over some eight hours, before it is given up. */
const triesMax = 100;
const retryFirstMs = 1000;
const retryLongestMs = 5 * 60_000;

export interface DeliveryDeps extends PlatformsDeps {
  readonly apis: ReadonlyMap<string, PlatformApi>;
  readonly tally: Tally;
}

interface Work {
  readonly id: ConversationId;
  readonly chat: ChatRecord;
  readonly api: PlatformApi;
  readonly state: ConversationState;
  readonly attempts: number;
  readonly stopMs: number;
  /** Why words that were held back still are: what comes behind them waits too. */
  readonly waits?: string;
}

/**
 * Sends what the customer has not been sent, in order, one conversation by one worker. What was sent is kept before the next
 * message is tried, that of the last one with the end of the work, so a crash repeats at most the one under way, under the
 * same idempotency key.
 */
export function createDeliverer(deps: DeliveryDeps) {
  return async function deliver(id: ConversationId, attempts: number): Promise<Outcome> {
    const chat = await chatOf(deps.records, id);
    const stored = await deps.conversations.load(id);
    if (!chat || !stored) return { kind: 'failed', reason: 'nobody to deliver to' };
    const api = deps.apis.get(chat.platform);
    if (!api) {
      const atMs = deps.clock() + retryLongestMs;
      if (attempts > triesMax) return { kind: 'failed', reason: 'the channel is not connected' };
      return { kind: 'later', atMs, reason: 'the channel is not connected' };
    }
    const work = {
      id,
      chat,
      api,
      attempts,
      state: deps.fold(stored),
      stopMs: deps.clock() + atOnceMs,
    };
    return deliverAll(deps, work);
  };
}

async function deliverAll(deps: DeliveryDeps, given: Work): Promise<Outcome> {
  const from = forPresentWindow(await deliveredOf(deps.records, given.id), given);
  const send = (run: Run, at: Delivered) => sendAgain(deps, given, run, at);
  const resent = await resendHeld({ deps, work: given, send }, from);
  if (resent.kind === 'later') return again(deps, given, resent.sent);
  const place = new Place(deps, given.id, resent.at);
  const work = resent.kind === 'waits' ? { ...given, waits: resent.reason } : given;
  const failed: string[] = [];
  for (;;) {
    const page = await deps.conversations.readVisible(work.id, place.at.seq, pageLength);
    const done = await deliverPage(deps, work, page, place);
    if (done.kind === 'later') return done.outcome;
    if (done.kind === 'cut') failed.push(...done.failed);
    else if (page.length < pageLength) break;
  }
  const [reason] = failed;
  if (reason === undefined) return { kind: 'done', ...place.end() };
  await place.save();
  return { kind: 'failed', reason };
}

/** How far a conversation is delivered, and whether that is written down. */
class Place {
  readonly #deps: DeliveryDeps;
  readonly #id: ConversationId;
  #at: Delivered;
  #isSaved = true;

  constructor(deps: DeliveryDeps, id: ConversationId, at: Delivered) {
    this.#deps = deps;
    this.#id = id;
    this.#at = at;
  }

  get at(): Delivered {
    return this.#at;
  }

  moveTo(at: Delivered): void {
    this.#at = at;
    this.#isSaved = false;
  }

  /** Behind what has nothing to send: that costs no write, after a crash it is looked at again. */
  pass({ seq = this.#at.seq }: LoggedEvent): void {
    this.#at = { ...this.#at, seq, part: 0 };
  }

  async save(): Promise<void> {
    if (this.#isSaved) return;
    await keepDelivered(this.#deps.records, this.#id, this.#at);
    this.#isSaved = true;
  }

  /** What is still to be written, for whoever ends the work. */
  end(): { readonly kept?: KeptRecord } {
    return this.#isSaved ? {} : { kept: deliveredRecord(this.#id, this.#at) };
  }
}

async function sendAgain(deps: DeliveryDeps, work: Work, run: Run, at: Delivered): Promise<Sent> {
  const sent = await sendRun(deps, work, run, at);
  if (sent.kind === 'sent') {
    deps.tally.sent(work.chat.platform);
    await remember(deps, work, run, sent.id);
  }
  const isOver = sent.kind === 'later' && work.attempts > triesMax;
  return isOver ? { kind: 'final', reason: 'unreachable' } : sent;
}

/** The count of messages begins anew with each message of the customer. */
function forPresentWindow(at: Delivered, work: Work): Delivered {
  const heardAtMs = Math.max(heardOf(work)?.atMs ?? 0, work.chat.backAtMs ?? 0);
  return at.heardAtMs === heardAtMs ? at : { ...at, sent: 0, heardAtMs };
}

/** As the log has it in what an earlier version kept of the chat. */
function heardOf({ chat, state: { heardAtMs } }: Work): Heard | undefined {
  return chat.heard ?? (heardAtMs === undefined ? undefined : { atMs: heardAtMs });
}

/** The time of this lease is over: on with a fresh one. */
function more({ clock }: DeliveryDeps): Outcome {
  return { kind: 'later', atMs: clock(), reason: 'more to deliver' };
}

/** `cut`: words were given up, so that what comes behind them is to be looked at anew. */
type Done =
  | { readonly kind: 'done' }
  | { readonly kind: 'cut'; readonly failed: readonly string[] }
  | { readonly kind: 'later'; readonly outcome: Outcome };

/** …and how far the customer has been written to once it is sent. */
type PagePart = Part & { readonly behind: Pick<Delivered, 'seq' | 'part'> };

async function deliverPage(
  deps: DeliveryDeps,
  work: Work,
  page: readonly LoggedEvent[],
  place: Place,
): Promise<Done> {
  const runs = runsOf(partsOf(deps, work, page, place.at), work.api.driver.facts);
  for (const run of runs) {
    const isLast = run === runs.at(-1) && page.length < pageLength;
    if (isLast && isForLater(run, work.api.driver.facts)) return { kind: 'done' };
    await place.save();
    if (deps.clock() > work.stopMs) return { kind: 'later', outcome: more(deps) };
    const sent = await sendRun(deps, work, run, place.at);
    if (sent.kind === 'later') {
      if (work.attempts <= triesMax) return { kind: 'later', outcome: again(deps, work, sent) };
      return giveUp(deps, work, { run, place }, 'unreachable');
    }
    if (sent.kind !== 'sent') return giveUp(deps, work, { run, place }, sent.reason);
    place.moveTo({ ...place.at, ...lastOf(run).behind, sent: place.at.sent + 1 });
    deps.tally.sent(work.chat.platform);
    await remember(deps, work, run, sent.id);
  }
  const last = page.at(-1);
  if (last) place.pass(last);
  return { kind: 'done' };
}

function partsOf(
  deps: DeliveryDeps,
  work: Work,
  page: readonly LoggedEvent[],
  at: Delivered,
): readonly PagePart[] {
  return page.flatMap((logged, nth) => {
    const before = page[nth - 1]?.seq ?? at.seq;
    const pieces = piecesOf(deps, { ...work, logged });
    const parts = pieces.map((piece, index): PagePart => {
      const isLast = index === pieces.length - 1;
      const behind = isLast
        ? { seq: logged.seq ?? before, part: 0 }
        : { seq: before, part: index + 1 };
      return { logged, index, piece, behind };
    });
    return nth === 0 ? parts.slice(at.part) : parts;
  });
}

function lastOf<P extends Part>({ parts }: Run<P>): P {
  return parts.at(-1) ?? parts[0];
}

function again(
  { clock, tally }: DeliveryDeps,
  { attempts, chat }: Work,
  { reason, afterMs }: Extract<Sent, { readonly kind: 'later' }>,
): Outcome {
  if (reason !== ownPace) tally.delayed(chat.platform, reason);
  const waitMs = Math.min(retryFirstMs * 2 ** Math.max(0, attempts - 1), retryLongestMs);
  return { kind: 'later', atMs: clock() + (afterMs ?? waitMs), reason };
}

/**
 * The next words still go out; the desk is told why these did not. What the customer has to write first for waits for that;
 * the rest stays in the log only. Of words that were begun, what is left goes with them.
 */
async function giveUp(
  deps: DeliveryDeps,
  work: Work,
  { run, place }: { readonly run: Run; readonly place: Place },
  reason: string,
): Promise<Done> {
  const failed: string[] = [];
  for (const [nth, part] of run.parts.entries()) {
    if (run.parts[nth - 1]?.logged === part.logged) continue;
    if (!(await giveUpOne(deps, work, part, reason))) failed.push(reason);
  }
  place.moveTo(place.at);
  place.pass(lastOf(run).logged);
  return { kind: 'cut', failed };
}

/** True when they wait for the customer. */
async function giveUpOne(
  deps: DeliveryDeps,
  work: Work,
  { logged, index: from }: Part,
  reason: string,
): Promise<boolean> {
  const { id, chat } = work;
  const { pos: of } = logged;
  const isHeld = isHeldBack(reason, logged.event);
  const isInvited = isHeld && (await keepForLater(deps, work, { pos: of, from }));
  await deps.turns.chats.note(id, `undelivered:${of}`, {
    type: 'delivery.failed',
    of,
    channel: chat.platform,
    reason,
    offers: isWindowReason(reason) ? offersOf(deps, work, logged) : ['link'],
    ...(isHeld && { held: true }),
    ...(isInvited && { invited: true }),
  });
  if (!isHeld) deps.tally.failed(chat.platform, reason);
  return isHeld;
}

function offersOf(deps: DeliveryDeps, work: Work, logged: LoggedEvent) {
  const { driver, settings } = work.api;
  const invitation = { language: work.state.language, words: '' };
  const hasTemplate = driver.invite?.(work.chat.to, invitation, settings) !== undefined;
  const now = windowNow(deps, work, logged, 0);
  return driver.facts.window ? offersNow(driver.facts.window, now, hasTemplate) : [];
}

function windowNow(
  { clock }: DeliveryDeps,
  work: Work,
  { event: { type } }: LoggedEvent,
  sent: number,
): WindowNow {
  const by = type === 'agent.said' ? 'agent' : 'bot';
  return { heard: heardOf(work), sent, by, nowMs: clock() };
}

async function sendRun(deps: DeliveryDeps, work: Work, run: Run, at: Delivered): Promise<Sent> {
  const { api, chat } = work;
  const { driver } = api;
  const { piece } = run;
  const [{ logged }] = run.parts;
  const now = windowNow(deps, work, logged, at.sent);
  const may = maySend(driver.facts.window, now);
  if (may.kind === 'no') return { kind: 'final', reason: may.reason };
  if (work.waits !== undefined && !may.asHumanAgent) return { kind: 'final', reason: work.waits };
  const waitMs = deps.tally.pace(chat.platform, driver.facts.perSecond, now.nowMs);
  if (waitMs > 0) return { kind: 'later', reason: ownPace, afterMs: waitMs };
  const manner: Manner = {
    idempotencyKey: idempotencyKey(work.id, run),
    ...(may.asHumanAgent && { asHumanAgent: true }),
  };
  if (piece.kind === 'text') {
    return api.send((settings) => driver.send(piece, chat.to, settings, manner));
  }
  const { state, stopMs } = work;
  const { language } = state;
  const { atMs: saidAtMs } = logged;
  return sendFile(deps, { api, to: chat.to, language, file: piece.file, saidAtMs, manner, stopMs });
}

/** The same for every try of the same parts, and of these only: joined with more they are another message. */
function idempotencyKey(id: ConversationId, run: Run): string {
  const [{ logged, index, again }] = run.parts;
  const last = lastOf(run);
  const to = run.parts.length === 1 ? '' : `-${last.logged.pos}/${last.index}`;
  return uuidOf(`${id}/${logged.pos}/${index}${to}${again ? '/again' : ''}`);
}

const sentKind = 'platform-sent';
const sentTtlMs = 7 * 24 * 60 * 60_000;

/** Which words a platform's message id stands for, where it tells later that one did not arrive. */
async function remember(
  { records, clock }: DeliveryDeps,
  { id, chat, api }: Work,
  { parts }: Run,
  sentId: string | undefined,
): Promise<void> {
  if (sentId === undefined || api.driver.tellsUndelivered !== true) return;
  const [first, ...more] = parts.map(({ logged: { pos }, index: part }) => ({ pos, part }));
  const body = JSON.stringify({ conversationId: id, ...first, ...(more.length > 0 && { more }) });
  await records.insert(sentKind, `${chat.platform}:${sentId}`, body, clock() + sentTtlMs);
}

/** Where the message with this id of the platform's stands. */
export async function sentAs(
  { records }: Pick<PlatformsDeps, 'records'>,
  platform: string,
  sentId: string,
): Promise<SentAs | undefined> {
  const body = await records.get(sentKind, `${platform}:${sentId}`);
  return body === undefined ? undefined : (JSON.parse(body) as SentAs);
}

interface SentAs {
  readonly conversationId: ConversationId;
  readonly pos: number;
  /** Absent in what an earlier version kept. */
  readonly part?: number;
  /** Of the words that were joined with these. */
  readonly more?: readonly { readonly pos: number; readonly part: number }[];
}
