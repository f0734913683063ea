import { randomUUID } from 'node:crypto';
import express from 'express';
import { expect } from 'vitest';
import type { PlatformApi } from '../../src/channels/platforms/api.ts';
import { createDeliverer } from '../../src/channels/platforms/delivery.ts';
import type { Address, Answer, Call, Item } from '../../src/channels/platforms/driver.ts';
import { drivers } from '../../src/channels/platforms/drivers.ts';
import { heldOf } from '../../src/channels/platforms/held.ts';
import type { PlatformsDeps } from '../../src/channels/platforms/ports.ts';
import { acceptItem } from '../../src/channels/platforms/receiving.ts';
import { Tally } from '../../src/channels/platforms/tally.ts';
import { parseClientMessageId, type ConversationId } from '../../src/core/index.ts';
import { evolve, initialState, type ConversationEvent } from '../../src/dialogue/index.ts';
import { createFiles } from '../../src/files/index.ts';
import { Outlets } from '../../src/turn/index.ts';
import type { Peer, Seen } from './platform-peer.ts';
import { openWorld } from './world.ts';

/** What the platform answers to a call; undefined: as when all is well. */
export type Refuses = (
  call: Call,
) => { readonly status: number; readonly body: unknown } | undefined;

const ana = { agentId: 'agent-ana', agentName: 'Ana' };
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Turns, store and deliveries of one platform, with a clock that the test moves and a platform that answers as told. */
export async function windowWorld(
  peer: Peer,
  { more = {}, to }: { readonly more?: { readonly [name: string]: string }; readonly to: Address },
) {
  let nowMs = Date.parse('2026-11-02T09:00:00Z');
  // Each look is a moment later, so that nothing has the same time.
  const clock = () => (nowMs += 1);
  const outlets = new Outlets([peer.name]);
  const world = await openWorld({ clock, outlets });
  const driver = drivers[peer.name];
  const settings = {
    ...driver.settings.parse({ ...peer.settings('https://api.test'), ...more }),
    accessToken: 'access-token',
  };
  const calls: Call[] = [];
  let refuses: Refuses = () => undefined;
  const answerTo = (call: Call): Answer => {
    calls.push(call);
    const { status, body } = refuses(call) ?? peer.answer(asSeen(call));
    return { status, header: () => undefined, json: body };
  };
  const api: PlatformApi = {
    driver,
    settings,
    send: async (make) => driver.outcome(answerTo(make(settings))),
    ask: async (make) => answerTo(make(settings)),
    download: async () => undefined,
  };
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
    http: { app: express() },
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
  outlets.connect(
    createDeliverer({ ...deps, apis, tally }),
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
    calls,
    events,
    conversation,
    seen: (): readonly Seen[] => calls.flatMap((call) => peer.seen(asSeen(call)) ?? []),
    texts: (): readonly string[] => calls.flatMap((call) => peer.seen(asSeen(call))?.text ?? []),
    pass(ms: number) {
      nowMs += ms;
    },
    refuse(how: Refuses) {
      refuses = how;
    },
    async accept(content: Item['content']) {
      n += 1;
      const item = { key: `in-${n}`, userId: peer.userId, to, content };
      await acceptItem(receiving, api, item);
    },
    /** Ana takes the conversation if she has it not, and writes. */
    async agentSays(text: string): Promise<void> {
      const cid = parseClientMessageId(randomUUID());
      if (!cid) throw new Error('no id');
      await turns.command(conversation(), ana, { type: 'accept' });
      const said = await turns.command(conversation(), ana, { type: 'say', cid, text });
      expect(said.kind).toBe('done');
    },
    close: () => world.close(),
  };
}
export type WindowWorld = Awaited<ReturnType<typeof windowWorld>>;

function asSeen({ method, url, headers, body }: Call) {
  const { pathname, search } = new URL(url);
  const text = typeof body === 'string' ? body : '{}';
  const isForm = headers['content-type'] === 'application/x-www-form-urlencoded';
  const fields = (): unknown => Object.fromEntries(new URLSearchParams(text));
  const read = isForm ? fields() : (JSON.parse(text) as unknown);
  return { method, path: pathname + search, headers, body: read };
}
