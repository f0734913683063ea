import { Fault, type ConversationId } from '../core/index.ts';
import type { ConversationEvent } from '../dialogue/index.ts';
import type { TurnDeps } from './deps.ts';
import { appendAndHint, appendOn, hold } from './log-access.ts';
import { begin } from './open.ts';
import type { ChatTurns } from './ports.ts';

/** Tries against a conversation that others write to at the same moment. */
const triesMax = 5;

export function createChats(deps: TurnDeps, advance: (id: ConversationId) => void): ChatTurns {
  return {
    async open(visitorId, channel, language) {
      const found = await deps.store.conversations.findByVisitor(visitorId);
      if (found !== undefined) return found;
      const id = await begin(deps, { visitorId }, { channel, language });
      advance(id);
      return id;
    },
    async bind(id, customerId) {
      const event = { type: 'identity.bound', customerId } as const;
      await appendWhile(deps, id, event, (state) => state.customerId !== customerId);
      advance(id);
    },
    async tell(id, key, text) {
      return tell(deps, id, key, text);
    },
    async note(id, key, event) {
      await appendAndHint(deps, {
        conversationId: id,
        dedupe: { key, fingerprint: '' },
        atMs: deps.clock(),
        events: [event],
      });
    },
  };
}

type State = NonNullable<Awaited<ReturnType<typeof hold>>>['state'];

/** Compare-and-append as long as the state asks for it; true when it is in the log. */
async function appendWhile(
  deps: TurnDeps,
  id: ConversationId,
  event: ConversationEvent,
  isWanted: (state: State) => boolean,
): Promise<boolean> {
  for (let nth = 0; nth < triesMax; nth += 1) {
    const held = await hold(deps.store, id);
    if (!held) throw new Fault('not_found', 'There is no such conversation.');
    if (!isWanted(held.state)) return false;
    const result = await appendOn(deps, held, [event]);
    if (result.kind === 'committed') return true;
  }
  throw new Fault('conflict', 'The conversation moved on; try again.');
}

/** With a key and a version: a repeat is the same words, a person who took over meanwhile has the word. */
async function tell(
  deps: TurnDeps,
  id: ConversationId,
  key: string,
  text: string,
): Promise<boolean> {
  for (let nth = 0; nth < triesMax; nth += 1) {
    const held = await hold(deps.store, id);
    if (!held || held.state.owner.by === 'agent') return false;
    const { language } = held.state;
    const blocks = [{ type: 'text', text }] as const;
    const event: ConversationEvent = { type: 'bot.said', language, says: [], blocks };
    const dedupe = { key, fingerprint: text };
    const result = await appendOn(deps, held, [event], { dedupe });
    if (result.kind !== 'refused') return true;
    if (result.reason !== 'stale') return false;
  }
  return false;
}
