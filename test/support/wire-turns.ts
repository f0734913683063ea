import { randomUUID } from 'node:crypto';
import type { Bus } from '../../src/bus/index.ts';
import { Fault, parseConversationId } from '../../src/core/index.ts';
import type { ConversationId } from '../../src/core/index.ts';
import type { ConversationEvent, ConversationState } from '../../src/dialogue/index.ts';
import { initialState } from '../../src/dialogue/index.ts';
import type { AppendRequest, AppendResult, Store } from '../../src/store/index.ts';
import type { Principal, Received, Turns } from '../../src/turn/index.ts';

/** Turns that write down what customers do and say nothing back. */
export function logTurns(store: Store, bus: Bus, clock: () => number) {
  const { conversations } = store;

  async function append(request: AppendRequest): Promise<AppendResult> {
    const result = await conversations.append(request);
    if (result.kind !== 'committed') return result;
    const { conversationId } = request;
    const seq = lastSeq(result);
    bus.publish(`c:${conversationId}`, {
      kind: 'head',
      conversationId,
      version: result.version,
      seq,
    });
    bus.publish('desk', { kind: 'head', conversationId, version: result.version, seq });
    return result;
  }

  /** Sets the state, as a real turn's snapshot would; `events` say why. */
  async function become(
    id: ConversationId,
    change: Partial<ConversationState>,
    events: readonly ConversationEvent[],
  ): Promise<void> {
    const held = await conversations.load(id);
    const state = { ...initialState, ...held?.snapshot, ...change };
    const expect = held?.version ?? 0;
    await append({ conversationId: id, expect, atMs: clock(), events, snapshot: state });
  }

  async function begin(who: Principal, channel: string, language: string) {
    const id = parseConversationId(`c_${randomUUID()}`);
    if (!id) throw new Fault('internal', 'no id');
    const { visitorId, customerId = null } = who;
    const started = { type: 'conversation.started', channel, language, visitorId } as const;
    const snapshot = { ...initialState, started: true, visitorId, customerId, language, channel };
    const create = { visitorId, channel };
    const events = [started];
    await append({ conversationId: id, create, expect: 0, atMs: clock(), events, snapshot });
    return id;
  }

  const turns: Pick<Turns, 'open' | 'receive' | 'submitSecret' | 'rate' | 'setLanguage'> = {
    async open(who, channel, language) {
      const own = who.customerId && (await conversations.findByCustomer(who.customerId));
      if (own) return own;
      const id = await conversations.findByVisitor(who.visitorId);
      const owner = id && ((await conversations.load(id))?.snapshot?.customerId ?? null);
      if (!id || owner !== null) return begin(who, channel, language);
      if (who.customerId) {
        const { customerId } = who;
        await become(id, { customerId }, [{ type: 'identity.bound', customerId }]);
      }
      return id;
    },
    async receive({ conversationId, cid, text, choice, form, files }) {
      const event: ConversationEvent = {
        type: 'message.received',
        cid,
        text,
        ...(choice && { choice }),
        ...(form && { form }),
        ...(files && { files }),
      };
      const fingerprint = JSON.stringify([text, choice, form, files]);
      const dedupe = { key: `m:${cid}`, fingerprint };
      return received(await append({ conversationId, dedupe, atMs: clock(), events: [event] }));
    },
    async submitSecret({ conversationId, cid, code }) {
      const event = {
        type: 'identity.checked',
        challengeId: 'ch1',
        result: code === '000000' ? 'passed' : 'wrong',
        attemptsLeft: 2,
      } as const;
      const dedupe = { key: `k:${cid}`, fingerprint: '' };
      return received(await append({ conversationId, dedupe, atMs: clock(), events: [event] }));
    },
    async rate({ conversationId, cid, score }) {
      const event = { type: 'satisfaction.given', cid, score } as const;
      const dedupe = { key: `r:${cid}`, fingerprint: String(score) };
      return received(await append({ conversationId, dedupe, atMs: clock(), events: [event] }));
    },
    async setLanguage(conversationId, language) {
      const event = { type: 'language.changed', language, by: 'request' } as const;
      await append({ conversationId, atMs: clock(), events: [event] });
    },
  };
  return { ...turns, append, become };
}

function received(result: AppendResult): Received {
  switch (result.kind) {
    case 'committed':
      return { kind: 'accepted', seq: lastSeq(result), duplicate: false };
    case 'duplicate':
      return { kind: 'accepted', seq: result.first.at(-1)?.seq ?? 0, duplicate: true };
    case 'refused':
      return {
        kind: 'refused',
        code: result.reason === 'conflict' ? 'cid_conflict' : 'overloaded',
        message: result.reason,
      };
  }
}

function lastSeq(result: Extract<AppendResult, { kind: 'committed' }>): number {
  return result.events.reduce((last, { seq }) => seq ?? last, 0);
}
