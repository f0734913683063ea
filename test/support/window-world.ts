import { randomUUID } from 'node:crypto';
import express from 'express';
import { expect } from 'vitest';
import { createApi, type PlatformApi } from '../../src/channels/platforms/api.ts';
import { createDeliverer } from '../../src/channels/platforms/delivery.ts';
import type { Address, Call, Item } from '../../src/channels/platforms/driver.ts';
import { drivers } from '../../src/channels/platforms/drivers.ts';
import { heldOf } from '../../src/channels/platforms/held.ts';
import type { PlatformsDeps } from '../../src/channels/platforms/ports.ts';
import { overHttp, type Requests } from '../../src/channels/platforms/requests.ts';
import { acceptItem } from '../../src/channels/platforms/receiving.ts';
import { Tally } from '../../src/channels/platforms/tally.ts';
import { parseClientMessageId, type ConversationId, type FileRef } from '../../src/core/index.ts';
import { evolve, initialState, type ConversationEvent } from '../../src/dialogue/index.ts';
import { createFiles } from '../../src/files/index.ts';
import { Outlets } from '../../src/turn/index.ts';
import type { Peer, Seen } from './platform-peer.ts';
import { openWorld } from './world.ts';

/** What the platform answers to a call; undefined: as when all is well; throws: the connection is cut. */
export type Refuses = (
  call: Call,
) => { readonly status: number; readonly body: unknown } | undefined;

const ana = { agentId: 'agent-ana', agentName: 'Ana' };
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface WindowWorldOptions {
  readonly more?: { readonly [name: string]: string };
  readonly to: Address;
  /** A stand-in for the platform that is asked over the network; undefined: the peer itself answers. */
  readonly apiUrl?: string;
}

/** Turns, store and deliveries of one platform, with a clock that the test moves and a platform that answers as told. */
export async function windowWorld(peer: Peer, { more = {}, to, apiUrl }: WindowWorldOptions) {
  let nowMs = Date.parse('2026-11-02T09:00:00Z');
  // Each look is a moment later, so that nothing has the same time.
  const clock = () => (nowMs += 1);
  const outlets = new Outlets([peer.name]);
  const world = await openWorld({ clock, outlets });
  const driver = drivers[peer.name];
  const settings = driver.settings.parse({
    ...peer.settings(apiUrl ?? 'https://api.test'),
    ...more,
  });
  const calls: Call[] = [];
  let refuses: Refuses = () => undefined;
  const requests: Requests = async (call, bytesMax) => {
    calls.push(call);
    const refused = refuses(call);
    if (refused === undefined && apiUrl !== undefined) return overHttp(call, bytesMax);
    const { status, body } = refused ?? peer.answer(asSeen(call));
    return { status, header: () => undefined, bytes: Buffer.from(JSON.stringify(body)) };
  };
  const api = createApi(driver, settings, { clock, requests });
  const { store, turns, phrasebook } = world;
  const deps: PlatformsDeps = {
    settings: { linkSecret: 'a-secret-for-links', platforms: {} },
    turns,
    outlets,
    conversations: store.conversations,
    records: store.records,
    fold: (stored) => stored.tail.reduce(evolve, stored.snapshot ?? initialState),
    files: createFiles({
      folder: world.folder,
      records: store.records,
      clock,
      randomId: randomUUID,
    }),
    http: { app: express(), onHook: () => undefined },
    visitors: { identified: () => Promise.reject(new Error('nobody signs in here')) },
    phrasebook: () => phrasebook,
    brand: () => 'OKPay',
    defaultLanguage: () => 'en',
    publicUrl: 'https://chat.okpay.test',
    clock,
    log: quiet,
  };
  const tally = new Tally(clock);
  const apis = new Map([[peer.name, api]]);
  const deliver = createDeliverer({ ...deps, apis, tally });
  let deliveries = 0;
  outlets.connect(
    async (of, attempts) => {
      const delivered = await deliver(of, attempts);
      deliveries += 1;
      return delivered;
    },
    async (id) => (await heldOf(store.records, id)).words.length > 0,
  );
  let n = 0;
  let id: ConversationId | undefined;
  const conversation = (): ConversationId => {
    if (id === undefined) throw new Error('nobody wrote yet');
    return id;
  };
  const events = async (): Promise<readonly ConversationEvent[]> =>
    (await store.conversations.readAll(conversation(), 0, 2000)).map(({ event }) => event);

  const receiving = {
    ...deps,
    tally,
    typing: { heard: () => undefined },
    fetchLater: async () => undefined,
    onAccepted: (_api: PlatformApi, _item: Item, opened: ConversationId) => {
      id = opened;
    },
  };

  return {
    deps,
    apis,
    customers: store.conversations,
    calls,
    events,
    conversation,
    seen: (): readonly Seen[] => calls.flatMap((call) => peer.seen(asSeen(call)) ?? []),
    texts: (): readonly string[] => calls.flatMap((call) => peer.seen(asSeen(call))?.text ?? []),
    /** The same, with what was joined into one message apart. */
    lines: (): readonly string[] =>
      calls.flatMap((call) => peer.seen(asSeen(call))?.text.split('\n\n') ?? []),
    pass(ms: number) {
      nowMs += ms;
    },
    refuse(how: Refuses) {
      refuses = how;
    },
    async accept(content: Item['content']) {
      n += 1;
      // A stand-in that counts begins anew with a message that it made.
      if (content.kind === 'text') peer.text(n, content.text);
      const item = { key: `in-${n}`, userId: peer.userId, to, content };
      await acceptItem(receiving, api, item);
    },
    /** Waits until what is sent for that by itself, if anything, was sent. */
    async agentAccepts(): Promise<void> {
      const before = deliveries;
      await turns.command(conversation(), ana, { type: 'accept' });
      await expect.poll(() => deliveries, { timeout: 60_000 }).toBeGreaterThan(before);
    },
    /** Ana takes the conversation if she has it not, and writes. */
    async agentSays(text: string, attached: readonly Attached[] = []): Promise<void> {
      const cid = parseClientMessageId(randomUUID());
      if (!cid) throw new Error('no id');
      await turns.command(conversation(), ana, { type: 'accept' });
      const files = await attach(deps, attached, {
        conversationId: conversation(),
        senderId: ana.agentId,
        cid,
      });
      const said = await turns.command(conversation(), ana, { type: 'say', cid, text, ...files });
      expect(said.kind).toBe('done');
    },
    close: () => world.close(),
  };
}
export type WindowWorld = Awaited<ReturnType<typeof windowWorld>>;

/** A file as an agent chooses it. */
export interface Attached {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Uploads and claims as the desk does. */
async function attach(
  { files }: PlatformsDeps,
  attached: readonly Attached[],
  message: { readonly conversationId: string; readonly senderId: string; readonly cid: string },
): Promise<{ readonly files?: readonly FileRef[] }> {
  if (attached.length === 0) return {};
  const ids: string[] = [];
  for (const { name, bytes } of attached) {
    const body = (async function* () {
      yield bytes;
    })();
    ids.push((await files.put({ ...message, name, body })).id);
  }
  const refs = await files.claim(ids, message);
  if (!refs) throw new Error('the files are gone');
  return { files: refs };
}

function asSeen({ method, url, headers, body }: Call) {
  const { pathname, search } = new URL(url);
  const text = typeof body === 'string' ? body : '{}';
  const isForm = headers['content-type'] === 'application/x-www-form-urlencoded';
  const fields = (): unknown => Object.fromEntries(new URLSearchParams(text));
  const read = isForm ? fields() : (JSON.parse(text) as unknown);
  return { method, path: pathname + search, headers, body: read };
}
