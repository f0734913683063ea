import type { Values } from '../../core/index.ts';
import type { DeskSummary } from '../../protocol/index.ts';
import type { ConversationState, LoggedEvent } from '../deps.ts';
import { isRead } from '../event-view.ts';
import { moodOf } from './mood.ts';
import { shownLine, shownValue } from './shown-values.ts';

const flowsMax = 10;
const actionsMax = 20;
const slotsMax = 30;
const askedLengthMax = 500;

interface View {
  readonly state: ConversationState;
  readonly events: readonly LoggedEvent[];
  readonly level: DeskSummary['level'];
  readonly nowMs: number;
}

/** What the bot knows, for whoever takes over: read off the log, no model asked, so it is there at once and can be checked. */
export function summaryOf({ state, events, level, nowMs }: View): DeskSummary {
  const { mood, signs } = moodOf(events, nowMs);
  const asked = state.owner.by === 'queue' ? state.owner : state.queued;
  const flows = flowsOf(events);
  return {
    language: state.language,
    reason: asked?.reason ?? null,
    priority: asked?.priority ?? null,
    lastAsked: lastAsked(events),
    mood,
    moodSigns: signs,
    flows: flows.slice(-flowsMax).map(({ flow, outcome, step }) => ({ flow, outcome, step })),
    slots: slotsOf(flows),
    actions: actionsOf(state, events, nowMs).slice(-actionsMax),
    level,
  };
}

/** The last words that were neither a button nor an answer to a form. */
function lastAsked(events: readonly LoggedEvent[]): string | null {
  const found = events.findLast(
    ({ event }) =>
      event.type === 'message.received' && !event.choice && !event.form && event.text !== '',
  )?.event;
  return found?.type === 'message.received' ? found.text.slice(0, askedLengthMax) : null;
}

interface FlowRun {
  readonly flow: string;
  outcome: string | null;
  step: string | null;
  slots: Values;
}

/** Flows as they were begun; slots belong to the innermost that is open. */
function flowsOf(events: readonly LoggedEvent[]): readonly FlowRun[] {
  const all: FlowRun[] = [];
  const open: FlowRun[] = [];
  for (const { event } of events) {
    const top = open.at(-1);
    if (event.type === 'flow.started') {
      const run = { flow: event.flow, outcome: null, step: null, slots: event.slots };
      all.push(run);
      open.push(run);
    } else if (top && event.type === 'flow.moved') top.step = event.step;
    else if (top && event.type === 'slots.set') top.slots = { ...top.slots, ...event.slots };
    else if (top && event.type === 'flow.ended') {
      top.outcome = event.outcome;
      open.pop();
    }
  }
  return all;
}

/** Of the latest flow in which the customer gave anything; what the wallet answered (records, lists) is on its card. */
function slotsOf(flows: readonly FlowRun[]): DeskSummary['slots'] {
  for (const { flow, slots } of flows.toReversed()) {
    const given = Object.entries(slots)
      .filter(([, value]) => !Array.isArray(value))
      .map(([name, value]) => ({ flow, name, value: shownValue(value) }))
      .filter(({ value }) => value !== '');
    if (given.length > 0) return given.slice(0, slotsMax);
  }
  return [];
}

type ActionLine = DeskSummary['actions'][number];

function actionsOf(
  state: ConversationState,
  events: readonly LoggedEvent[],
  nowMs: number,
): readonly ActionLine[] {
  const lines = new Map<string, ActionLine>();
  for (const { event, atMs } of events) {
    if (event.type === 'action.requested') {
      const { action, args } = event;
      lines.set(event.effectId, line({ action, by: 'bot', atMs, detail: shownLine(args) }));
    } else if (event.type === 'action.pended' || event.type === 'action.ended') {
      const former = lines.get(event.effectId);
      if (!former) continue;
      const outcome = event.type === 'action.ended' ? event.outcome : undefined;
      const ended = endOf(outcome);
      lines.set(event.effectId, { ...former, ...ended, ...(former.looksUp && { receipt: null }) });
    }
  }
  return [...lines.values(), ...agentLines(state, nowMs)].toSorted((a, b) => a.atMs - b.atMs);
}

function agentLines(state: ConversationState, nowMs: number): readonly ActionLine[] {
  return Object.values(state.agentActions ?? {}).map((record) => {
    const { action, args, expiresAtMs } = record.requested;
    const base = line({ action, by: 'agent', atMs: record.atMs, detail: shownLine(args) });
    if (record.state === 'ended') return { ...base, ...endOf(record.outcome) };
    const isExpired = record.state === 'awaits_approval' && nowMs >= (expiresAtMs ?? 0);
    return { ...base, state: isExpired ? 'expired' : record.state };
  });
}

function line(known: Pick<ActionLine, 'action' | 'by' | 'atMs' | 'detail'>): ActionLine {
  const looksUp = isRead(known.action);
  return { ...known, looksUp, state: 'requested', receipt: null, reason: null };
}

type Outcome = { kind: 'ok'; receipt: string } | { kind: 'refused'; reason: string };

function endOf(outcome: Outcome | undefined): Pick<ActionLine, 'state' | 'receipt' | 'reason'> {
  if (!outcome) return { state: 'pending', receipt: null, reason: null };
  return outcome.kind === 'ok'
    ? { state: 'ok', receipt: outcome.receipt, reason: null }
    : { state: 'refused', receipt: null, reason: outcome.reason };
}
