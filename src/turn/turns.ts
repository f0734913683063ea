import { limits, type ConversationId } from '../core/index.ts';
import type { ConversationEvent } from '../dialogue/index.ts';
import { createAdvancer } from './advance.ts';
import { createChats } from './chats.ts';
import { createCommander } from './command.ts';
import type { TurnDeps } from './deps.ts';
import { createDeskTurns } from './desk-turns.ts';
import { appendAndHint } from './log-access.ts';
import { createOpener } from './open.ts';
import type { Turns } from './ports.ts';
import { Pump } from './pump.ts';
import { createReceiver } from './receive.ts';

/** How often turns that nobody drives any more are looked for, and how old they must be. */
const sweepMs = 5000;
const sweepMax = 200;

/**
 * Wires one node's turns. Nothing is kept in memory but what is running: a second node, or this one after a
 * crash, goes on from the store alone.
 */
export function createTurns(deps: TurnDeps): Turns {
  const advancer = createAdvancer(deps, () => pump.nudge());
  const pump = new Pump(deps, advancer.advance);
  const { receive, submitSecret, rate } = createReceiver(deps, advancer.advance);
  deps.outlets?.onWork(pump);
  let sweeper: NodeJS.Timeout | undefined;

  async function sweep(olderThanMs: number): Promise<void> {
    try {
      const nowMs = deps.clock();
      const aheadMs = nowMs + limits.clocksDifferMaxMs;
      const { conversations } = deps.store;
      const ids = await conversations.unhandled(nowMs - olderThanMs, sweepMax, aheadMs);
      ids.forEach(advancer.advance);
    } catch (error) {
      deps.log.error({ err: error }, 'unfinished turns could not be looked for');
    }
  }

  return {
    open: createOpener(deps, advancer.advance),
    receive,
    submitSecret,
    rate,
    command: createCommander(deps, advancer.advance),
    desk: createDeskTurns(deps, () => pump.nudge()),
    setLanguage: (id, language) => setLanguage(deps, id, language),
    chats: createChats(deps, advancer.advance),
    announce: (id, key, event) => announce(deps, id, { key, event }),
    async start() {
      await deps.store.outbox.recover();
      await sweep(0);
      pump.start();
      sweeper = setInterval(() => void sweep(limits.appendAgeMaxMs), sweepMs);
    },
    async drain() {
      clearInterval(sweeper);
      await pump.drain();
      await advancer.drain();
    },
  };
}

/** The key alone decides: what is said of one thing a second time, in other words, is not said. */
async function announce(
  deps: TurnDeps,
  id: ConversationId,
  { key, event }: { readonly key: string; readonly event: ConversationEvent },
): Promise<void> {
  await appendAndHint(deps, {
    conversationId: id,
    dedupe: { key, fingerprint: '' },
    atMs: deps.clock(),
    events: [event],
  });
}

async function setLanguage(deps: TurnDeps, id: ConversationId, language: string): Promise<void> {
  if (!deps.phrasebook().languages.includes(language)) return;
  await appendAndHint(deps, {
    conversationId: id,
    atMs: deps.clock(),
    events: [{ type: 'language.changed', language, by: 'channel' }],
  });
}
