import { canonical, priorities } from '../../src/core/index.ts';
import type { ConversationId } from '../../src/core/index.ts';
import type { Bus, Hint, Topic } from '../../src/bus/index.ts';
import { evolve, initialState, isVisible } from '../../src/dialogue/index.ts';
import type {
  ConversationEvent,
  ConversationState,
  LoggedEvent,
} from '../../src/dialogue/index.ts';
import { changesOwner, compareQueued, mayCommand } from '../../src/handoff/index.ts';
import type { InboxQuery, InboxRow, StoredConversation } from '../../src/store/index.ts';
import type { AgentCommand, AgentRef, Commanded } from '../../src/turn/index.ts';

export function fold(stored: StoredConversation): ConversationState {
  return stored.tail.reduce(evolve, stored.snapshot ?? initialState);
}

/** Hints between the desk's parts, delivered in the same tick. */
export function memoryBus(): Bus {
  const listeners = new Map<Topic, Set<(hint: Hint) => void>>();
  return {
    publish: (topic, hint) => listeners.get(topic)?.forEach((listener) => listener(hint)),
    subscribe(topic, listener) {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(listener));
      return () => set.delete(listener);
    },
    close: async () => listeners.clear(),
  };
}

/** A log in memory with the promises that the desk builds on: gapless positions, dedupe by key, compare-and-append. */
export function memoryLog(bus: Bus, clock: () => number) {
  const logs = new Map<string, LoggedEvent[]>();
  const keys = new Map<string, { readonly fingerprint: string; readonly first: LoggedEvent[] }>();

  function add(id: string, events: readonly ConversationEvent[], atMs = clock()): LoggedEvent[] {
    const log = logs.get(id) ?? [];
    logs.set(id, log);
    const added: LoggedEvent[] = [];
    for (const event of events) {
      const seq = log.filter((each) => each.seq !== undefined).length + 1;
      const logged = { pos: log.length + 1, atMs, event, ...(isVisible(event) && { seq }) };
      log.push(logged);
      added.push(logged);
    }
    const conversationId = id;
    const hint: Hint = { kind: 'head', conversationId, version: log.length, seq: 0 };
    bus.publish(`c:${id}`, hint);
    bus.publish('desk', hint);
    return added;
  }

  const load = (id: string): StoredConversation | undefined => {
    const tail = logs.get(id);
    if (!tail) return undefined;
    const version = tail.length;
    return { id: id as ConversationId, version, seq: 0, snapshotVersion: 0, tail };
  };

  function command(id: string, agent: AgentRef, asked: AgentCommand): Commanded {
    const stored = load(id);
    if (!stored) return { kind: 'refused', code: 'not_found' };
    const { owner, closed } = fold(stored);
    if ('cid' in asked) {
      const fingerprint = canonical([agent.agentId, asked]);
      const before = keys.get(`${id} ${asked.cid}`);
      if (before && before.fingerprint !== fingerprint) {
        return { kind: 'refused', code: 'cid_conflict' };
      }
      if (before) return { kind: 'done', events: before.first, duplicate: true };
      const may = mayCommand(owner, closed, agent.agentId, asked.type);
      if (!may.ok) return { kind: 'refused', code: may.code, by: may.by };
      const type = asked.type === 'say' ? 'agent.said' : 'agent.noted';
      const first = add(id, [{ type, cid: asked.cid, ...agent, text: asked.text }]);
      keys.set(`${id} ${asked.cid}`, { fingerprint, first });
      return { kind: 'done', events: first, duplicate: false };
    }
    const may = mayCommand(owner, closed, agent.agentId, asked.type);
    if (!may.ok) return { kind: 'refused', code: may.code, by: may.by };
    if (asked.type === 'accept') {
      const changes = changesOwner(owner, closed, agent.agentId);
      const events = changes ? add(id, [{ type: 'handoff.accepted', ...agent }]) : [];
      return { kind: 'done', events, duplicate: !changes };
    }
    const by = agent.agentId;
    const to = asked.type === 'close' ? 'closed' : 'bot';
    const disposition =
      asked.type === 'close' && asked.disposition !== undefined
        ? { disposition: asked.disposition }
        : {};
    const events = add(id, [{ type: 'handoff.released', to, by, ...disposition }]);
    return { kind: 'done', events, duplicate: false };
  }

  function rowOf(id: string, log: readonly LoggedEvent[]): InboxRow {
    const state = fold({
      id: id as ConversationId,
      version: 0,
      seq: 0,
      snapshotVersion: 0,
      tail: log,
    });
    const { owner } = state;
    return {
      conversationId: id as ConversationId,
      visitorId: 'v1',
      customerId: state.customerId,
      channel: state.channel,
      language: state.language,
      owner: owner.by,
      agentId: owner.by === 'agent' ? owner.agentId : null,
      priority: owner.by === 'queue' ? owner.priority : null,
      reason: owner.by === 'queue' ? owner.reason : null,
      sinceMs: owner.by === 'bot' ? (log[0]?.atMs ?? 0) : owner.sinceMs,
      lastAtMs: log.at(-1)?.atMs ?? 0,
      closed: state.closed,
      version: log.length,
      cursor: id,
    };
  }

  function inbox({ list, agentId, limit, after }: InboxQuery): readonly InboxRow[] {
    const rows = [...logs].map(([id, log]) => rowOf(id, log));
    const wanted = rows.filter((row) => {
      if (list === 'closed') return row.closed;
      if (row.closed) return false;
      if (list === 'mine') return row.owner === 'agent' && row.agentId === agentId;
      return row.owner === list;
    });
    wanted.sort((a, b) =>
      list === 'queue'
        ? compareQueued(
            { ...a, priority: a.priority ?? priorities[2] },
            { ...b, priority: b.priority ?? priorities[2] },
          )
        : b.lastAtMs - a.lastAtMs,
    );
    const from = after === undefined ? 0 : wanted.findIndex((row) => row.cursor === after) + 1;
    return wanted.slice(from, from + limit);
  }

  return {
    add,
    conversations: {
      load: async (id: string) => load(id),
      readAll: async (id: string, after: number, limit: number) =>
        (logs.get(id) ?? []).slice(after, after + limit),
      inbox: async (query: InboxQuery) => inbox(query),
    },
    command: async (id: string, agent: AgentRef, asked: AgentCommand) => command(id, agent, asked),
  };
}
