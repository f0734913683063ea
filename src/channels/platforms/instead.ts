import { randomUUID } from 'node:crypto';
import type { ConversationId } from '../../core/index.ts';
import type { ConversationState } from '../../dialogue/index.ts';
import type { PlatformApi } from './api.ts';
import { chatOf, type ChatRecord } from './chats.ts';
import type { Call, Settings } from './driver.ts';
import { heldOf, markInstead, unmarkInstead, type Held } from './held.ts';
import type { PlatformsDeps } from './ports.ts';
import { stateOf } from './receiving.ts';

/** What an agent may have sent instead of words that wait: the approved message, or a letter with the link to the web chat. */
export type InsteadWay = 'template' | 'email';

export interface InsteadOffer {
  readonly way: InsteadWay;
  /** Where a letter goes, masked; null for what goes to the platform itself. */
  readonly to: string | null;
  /** Within the last day; null: it was not. */
  readonly sentAtMs: number | null;
  /** Null: now. */
  readonly againAtMs: number | null;
}

export interface Instead {
  of(id: ConversationId): Promise<InsteadOffers>;
  /** Sends it at most once a day, also when two agents press at once or the process ends in between. */
  send(id: ConversationId, way: InsteadWay, by: InsteadBy): Promise<InsteadSent>;
}

export interface InsteadOffers {
  /** Words that the platform's rules hold back now. */
  readonly waiting: number;
  readonly ways: readonly InsteadOffer[];
}

export interface InsteadBy {
  readonly agentId: string;
  readonly agentName: string;
}

export type InsteadSent =
  | { readonly kind: 'sent'; readonly atMs: number }
  | {
      readonly kind: 'refused';
      readonly reason: 'nothing_waits' | 'no_such_way' | 'sent_already' | 'not_taken';
    };

/** Templates cost money and both bother people: once a day is what a patient person would do. */
const everyMs = 24 * 60 * 60_000;

export interface InsteadDeps extends PlatformsDeps {
  readonly apis: ReadonlyMap<string, PlatformApi>;
}

export function createInstead(deps: InsteadDeps): Instead {
  return {
    async of(id) {
      const held = await heldOf(deps.records, id);
      if (held.words.length === 0) return { waiting: 0, ways: [] };
      const nowMs = deps.clock();
      const ways = (await waysOf(deps, id)).map(({ way, to }) => ({
        way,
        to,
        ...whenOf(held, way, nowMs),
      }));
      return { waiting: held.words.length, ways };
    },
    async send(id, way, by) {
      const { records, clock } = deps;
      if ((await heldOf(records, id)).words.length === 0) return refused('nothing_waits');
      const found = (await waysOf(deps, id)).find((one) => one.way === way);
      if (!found) return refused('no_such_way');
      const atMs = clock();
      if (!(await markInstead(records, id, way, { atMs, everyMs }))) return refused('sent_already');
      const sent = await found.api.send(found.make);
      if (sent.kind !== 'sent') {
        await unmarkInstead(records, id, way, atMs);
        return refused('not_taken');
      }
      const event = { type: 'delivery.offered', channel: found.channel, way, ...by } as const;
      await deps.turns.chats.note(id, `offered:${way}:${atMs}`, event);
      return { kind: 'sent', atMs };
    },
  };
}

function refused(reason: Extract<InsteadSent, { kind: 'refused' }>['reason']): InsteadSent {
  return { kind: 'refused', reason };
}

function whenOf({ instead }: Held, way: InsteadWay, nowMs: number) {
  const atMs = instead?.[way];
  const isRecent = atMs !== undefined && nowMs - atMs < everyMs;
  return isRecent
    ? { sentAtMs: atMs, againAtMs: atMs + everyMs }
    : { sentAtMs: null, againAtMs: null };
}

interface Way {
  readonly way: InsteadWay;
  readonly channel: string;
  readonly to: string | null;
  readonly api: PlatformApi;
  readonly make: (settings: Settings) => Call;
}

async function waysOf(deps: InsteadDeps, id: ConversationId): Promise<readonly Way[]> {
  const chat = await chatOf(deps.records, id);
  if (!chat) return [];
  const state = await stateOf(deps, id);
  const ways = [templateWay(deps, chat, state), await emailWay(deps, chat, state)];
  return ways.filter((way) => way !== undefined);
}

/** Where the operator has an approved message on this platform. */
function templateWay(
  { apis, phrasebook }: InsteadDeps,
  { platform, to }: ChatRecord,
  { language }: ConversationState,
): Way | undefined {
  const api = apis.get(platform);
  const invitation = { language, words: phrasebook().text(language, 'platform.news') };
  const call = api?.driver.invite?.(to, invitation, api.settings);
  if (!api || !call) return undefined;
  const make = (own: Settings) => api.driver.invite?.(to, invitation, own) ?? call;
  return { way: 'template', channel: platform, to: null, api, make };
}

/**
 * To the address of the same customer's own conversation by email: both were tied to the customer by their sign-in. The letter
 * says that something waits and where, not what.
 */
async function emailWay(
  deps: InsteadDeps,
  { platform }: ChatRecord,
  { customerId, language }: ConversationState,
): Promise<Way | undefined> {
  const api = deps.apis.get('email');
  const { webChatUrl: url } = deps.settings;
  if (!api || url === undefined || customerId === null) return undefined;
  const letters = await deps.customers?.findByCustomer(customerId, 'email');
  const reached = letters && (await chatOf(deps.records, letters));
  const address = reached?.to['address'];
  if (!reached || address === undefined) return undefined;
  const text = deps.phrasebook().text(language, 'platform.letter', { brand: deps.brand(), url });
  const manner = { idempotencyKey: randomUUID() };
  const make = (own: Settings) => api.driver.send({ kind: 'text', text }, reached.to, own, manner);
  return { way: 'email', channel: platform, to: masked(address), api, make };
}

/** `l***@example.com`, as the wallet shows addresses. */
function masked(address: string): string {
  return `${address.slice(0, 1)}***${address.slice(address.lastIndexOf('@'))}`;
}
