import { canonical, priorities } from '../../src/core/index.ts';
import type { ConversationId } from '../../src/core/index.ts';
import type { Bus, Hint, Topic } from '../../src/bus/index.ts';
import { evolve, initialState, isVisible } from '../../src/dialogue/index.ts';
import type {
  ConversationEvent,
  ConversationState,
  LoggedEvent,
} from '../../src/dialogue/index.ts';
import { compareQueued, handoffTimes, mayCommand } from '../../src/handoff/index.ts';
import type {
  AgentLoad,
  InboxFilter,
  InboxQuery,
  InboxRow,
  RecordStore,
  StoredConversation,
} from '../../src/store/index.ts';
import { eventsFor } from '../../src/turn/handoff-command.ts';
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
    const state = fold(stored);
    const fingerprint = canonical([agent.agentId, asked]);
    const key = 'cid' in asked ? `${id} ${asked.cid}` : undefined;
    const before = key === undefined ? undefined : keys.get(key);
    if (before && before.fingerprint !== fingerprint) {
      return { kind: 'refused', code: 'cid_conflict' };
    }
    if (before) return { kind: 'done', events: before.first, duplicate: true };
    const may = mayCommand(state, agent, asked.type);
    if (!may.ok) {
      return 'by' in may
        ? { kind: 'refused', code: may.code, by: may.by }
        : { kind: 'refused', code: may.code };
    }
    const held = { id: id as ConversationId, version: stored.version, state };
    const made = eventsFor(held, agent, asked, { nowMs: clock(), times: handoffTimes });
    // The bot is not part of this log, so nothing tells how far its turns have come.
    const first = add(
      id,
      made.filter(({ type }) => type !== 'turn.taken'),
    );
    if (key !== undefined) keys.set(key, { fingerprint, first });
    return { kind: 'done', events: first, duplicate: made.length === 0 };
  }

  function rowOf(id: string, log: readonly LoggedEvent[]): InboxRow {
    const state = fold({
      id: id as ConversationId,
      version: 0,
      seq: 0,
      snapshotVersion: 0,
      tail: log,
    });
    const { owner, closed } = state;
    const offer = owner.by === 'queue' ? (owner.offer ?? null) : null;
    const asked = owner.by === 'queue' ? owner : owner.by === 'agent' ? state.queued : null;
    const stages = {
      bot: 'bot',
      queue: offer ? 'offered' : 'queued',
      agent: owner.by === 'agent' && owner.snoozedUntilMs !== undefined ? 'snoozed' : 'agent',
    } as const;
    const said = log.findLast(
      ({ event }) => event.type === 'message.received' || event.type === 'agent.said',
    )?.event;
    return {
      state: closed ? (state.wrapUp ? 'wrap_up' : 'closed') : stages[owner.by],
      queue: asked?.queue ?? null,
      offer,
      agentName: owner.by === 'agent' ? owner.agentName : null,
      dueMs: owner.by === 'agent' ? (owner.snoozedUntilMs ?? null) : (offer?.untilMs ?? null),
      risk: state.risk ?? 0,
      preview: said && 'text' in said ? said.text : null,
      previewBy: said ? (said.type === 'agent.said' ? 'agent' : 'customer') : null,
      conversationId: id as ConversationId,
      visitorId: 'v1',
      customerId: state.customerId,
      channel: state.channel,
      language: state.language,
      owner: owner.by,
      agentId: owner.by === 'agent' ? owner.agentId : null,
      priority: asked?.priority ?? null,
      reason: asked?.reason ?? null,
      sinceMs: owner.by === 'bot' ? (log[0]?.atMs ?? 0) : owner.sinceMs,
      lastAtMs: log.at(-1)?.atMs ?? 0,
      closed,
      version: log.length,
      cursor: id,
    };
  }

  function inbox({ list, agentId, limit, after }: InboxQuery): readonly InboxRow[] {
    const rows = [...logs].map(([id, log]) => rowOf(id, log));
    const wanted = rows.filter((row) => {
      if (list === 'closed') return row.closed;
      if (row.closed) return false;
      if (list === 'mine') return row.state === 'agent' && row.agentId === agentId;
      if (list === 'offered') return row.offer?.agentId === agentId;
      if (list === 'team') return row.state === 'agent';
      if (list === 'snoozed') return row.state === 'snoozed';
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

  function loads(): AgentLoad[] {
    const held = [...logs].flatMap(([id, log]) => {
      const { state, agentId, offer } = rowOf(id, log);
      return agentId === null && !offer
        ? []
        : [{ state, agentId: offer?.agentId ?? agentId ?? '' }];
    });
    return [...Map.groupBy(held, ({ agentId }) => agentId)].map(([agentId, own]) => {
      const count = (stage: InboxRow['state']) => own.filter(({ state }) => state === stage).length;
      return {
        agentId,
        open: count('agent'),
        offered: count('offered'),
        wrapUp: count('wrap_up'),
        snoozed: count('snoozed'),
      };
    });
  }

  return {
    add,
    conversations: {
      load: async (id: string) => load(id),
      readAll: async (id: string, after: number, limit: number) =>
        (logs.get(id) ?? []).slice(after, after + limit),
      inbox: async (query: InboxQuery) => inbox(query),
      inboxSifted: async (query: InboxQuery, { language }: InboxFilter) => {
        const rows = inbox(query).filter(
          (row) => language === undefined || row.language === language,
        );
        return { rows, next: null };
      },
      agentLoads: async () => loads(),
      queueFigures: async () => [],
    },
    command: async (id: string, agent: AgentRef, asked: AgentCommand) => command(id, agent, asked),
  };
}

/** Records in memory, as far as presence needs them. */
export function memoryRecords(): RecordStore {
  const kept = new Map<string, string>();
  return {
    get: async (kind, key) => kept.get(`${kind}/${key}`),
    insert: async (kind, key, body) => {
      if (kept.has(`${kind}/${key}`)) return false;
      kept.set(`${kind}/${key}`, body);
      return true;
    },
    // eslint-disable-next-line max-params -- the port's own shape
    replace: async (kind, key, former, body) => {
      if (kept.get(`${kind}/${key}`) !== former) return false;
      kept.set(`${kind}/${key}`, body);
      return true;
    },
    remove: async (kind, key) => void kept.delete(`${kind}/${key}`),
    list: async (kind, limit) =>
      [...kept]
        .filter(([key]) => key.startsWith(`${kind}/`))
        .slice(0, limit)
        .map(([key, body]) => ({ key: key.slice(kind.length + 1), body })),
    sweep: async () => 0,
  };
}
