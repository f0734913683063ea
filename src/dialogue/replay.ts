import { plainText } from '../core/index.ts';
import type {
  ActionSpec,
  Block,
  Phrasebook,
  Understanding,
  UnderstandHint,
  Values,
} from '../core/index.ts';
import { decide } from './decide.ts';
import type { Content, DecideContext, Decision } from './decide-types.ts';
import {
  asksForTurn,
  type ConversationEvent,
  type FloorSeen,
  type LoggedEvent,
  type TurnTaken,
} from './events.ts';
import { evolve } from './evolve.ts';
import { initialState, type ConversationState } from './state.ts';

export interface ReplayDeps {
  readonly conversationId: string;
  readonly content: Content;
  readonly phrasebook: Phrasebook;
  readonly actions: { readonly [name: string]: ActionSpec };
  readonly workspace: Values;
  /** Asked where the log itself does not tell whether people were on duty. */
  readonly staffed: (atMs: number) => boolean;
  readonly digest: (text: string) => string;
  /** Reads the messages anew; without it what was understood then counts. */
  readonly understand?: (text: string, hint: UnderstandHint) => Understanding;
  /** For relative dates in messages that are read anew, where the visitor's zone is not known; UTC without it. */
  readonly timeZone?: string;
}

/** What the bot said to one input, then and now, line by line as a person would read it. */
export interface ReplayDifference {
  /** Position of the input in the log. */
  readonly pos: number;
  readonly atMs: number;
  /** The customer's words, or the kind of event that the bot reacted to. */
  readonly input: string;
  readonly was: readonly string[];
  readonly now: readonly string[];
}

export interface Replayed {
  /** Inputs that the bot dealt with. */
  readonly turns: number;
  readonly differences: readonly ReplayDifference[];
}

/**
 * Runs a stored conversation again from its beginning: everything that came from outside (the customer, the wallet,
 * agents, the clock) as it is in the log, everything that the bot did as today's content has it. Ids that the bot made
 * are translated, so that a button pressed then is the same button now. Pure; the whole log is needed.
 */
export function replay(log: readonly LoggedEvent[], deps: ReplayDeps): Replayed {
  const again = new Rerun(log, deps);
  log.forEach((logged, index) => again.take(logged, log[index + 1]));
  return { turns: again.turns, differences: again.differences };
}

const agents: ReadonlySet<ConversationEvent['type']> = new Set<ConversationEvent['type']>([
  'handoff.accepted',
  'handoff.released',
  'agent.said',
]);

/** Came from outside the bot. */
function isGiven(event: ConversationEvent): boolean {
  if (asksForTurn(event)) return true;
  if (event.type === 'language.changed') return event.by === 'channel';
  if (event.type === 'handoff.requested') return event.by !== 'bot';
  // Words of a plugin or of the service itself have no text of the phrasebook behind them.
  if (event.type === 'bot.said') return event.says.length === 0;
  return agents.has(event.type);
}

/** What an agent does counts everything before as dealt with: no decision was made there. */
function isAgents(logged: LoggedEvent, next: LoggedEvent | undefined): boolean {
  const { event, pos } = logged;
  const isAll = event.type === 'turn.taken' && event.upTo === pos - 1;
  return isAll && next !== undefined && agents.has(next.event.type);
}

class Rerun {
  turns = 0;
  readonly differences: ReplayDifference[] = [];
  readonly #deps: ReplayDeps;
  readonly #byPos: ReadonlyMap<number, LoggedEvent>;
  #state: ConversationState = initialState;
  /** What the bot did then, since its last turn. */
  #then: ConversationEvent[] = [];
  readonly #ids = new Map<string, string>();
  readonly #actionsThen: { readonly id: string; readonly action: string }[] = [];
  readonly #actionsNow: { readonly id: string; readonly action: string }[] = [];
  readonly #codesNow: string[] = [];

  constructor(log: readonly LoggedEvent[], deps: ReplayDeps) {
    this.#deps = deps;
    this.#byPos = new Map(log.map((one) => [one.pos, one]));
  }

  take(logged: LoggedEvent, next: LoggedEvent | undefined): void {
    const { event } = logged;
    if (isGiven(event)) this.#fold({ ...logged, event: this.#translated(event) });
    else if (event.type !== 'turn.taken') this.#then.push(event);
    else if (isAgents(logged, next)) this.#fold(logged);
    else this.#turn(logged.atMs, event);
  }

  #fold(logged: LoggedEvent): void {
    this.#state = evolve(this.#state, logged);
  }

  #turn(nowMs: number, { upTo, floor }: TurnTaken): void {
    const input = this.#byPos.get(upTo);
    const then = this.#then;
    this.#then = [];
    if (!input) return;
    const understanding = this.#understanding(input, then);
    const event = this.#translated(input.event);
    const asked = { logged: { ...input, event }, ...(understanding && { understanding }) };
    const decision = decide(
      this.#state,
      asked,
      this.#context(nowMs, floor ?? this.#floorThen(nowMs, then)),
    );
    for (const one of decision.events) this.#fold({ pos: input.pos, atMs: nowMs, event: one });
    this.turns += 1;
    this.#pair(then, decision);
    this.#compare(input, linesOf(then), linesOf(decision.events));
  }

  #understanding(
    { pos, atMs, event }: LoggedEvent,
    then: readonly ConversationEvent[],
  ): Understanding | undefined {
    if (event.type !== 'message.received' || event.choice || event.form) return undefined;
    const { understand } = this.#deps;
    const timeZone = this.#state.timeZone ?? this.#deps.timeZone ?? 'UTC';
    if (understand) {
      return understand(event.text, { language: this.#state.language, nowMs: atMs, timeZone });
    }
    const read = then.find((one) => one.type === 'message.understood' && one.of === pos);
    return read?.type === 'message.understood' ? read.understanding : undefined;
  }

  #context(nowMs: number, floor: FloorSeen): DecideContext {
    const { conversationId, content, actions, workspace, digest } = this.#deps;
    const { timeZone } = this.#state;
    const book = this.#deps.phrasebook;
    const phrasebook = timeZone === undefined ? book : book.inZone(timeZone);
    return { conversationId, content, phrasebook, actions, workspace, nowMs, ...floor, digest };
  }

  /** Where the turn did not look at it then, or was logged before turns told what they saw. */
  #floorThen(nowMs: number, then: readonly ConversationEvent[]): FloorSeen {
    return { staffed: staffedThen(then) ?? this.#deps.staffed(nowMs) };
  }

  /** Which of today's buttons, actions and codes is which of then. */
  #pair(then: readonly ConversationEvent[], { events, effects }: Decision): void {
    for (const one of then) {
      if (one.type === 'action.requested') {
        this.#actionsThen.push({ id: one.effectId, action: one.action });
      }
    }
    for (const one of events) {
      if (one.type === 'action.requested') {
        this.#actionsNow.push({ id: one.effectId, action: one.action });
      }
    }
    for (const one of effects) if (one.kind === 'send_code') this.#codesNow.push(one.effectId);
    const open = then.findLast((one) => one.type === 'bot.awaits');
    const before = open?.type === 'bot.awaits' ? open.pending : null;
    const { pending } = this.#state;
    const set = then.findLast((one) => one.type === 'timer.set');
    if (set?.type === 'timer.set' && this.#state.timer) {
      this.#ids.set(set.effectId, this.#state.timer.effectId);
    }
    if (!before || !pending) return;
    for (const field of ['choiceId', 'formId'] as const) {
      const was: unknown = field in before ? Reflect.get(before, field) : undefined;
      const now: unknown = field in pending ? Reflect.get(pending, field) : undefined;
      if (typeof was === 'string' && typeof now === 'string') this.#ids.set(was, now);
    }
  }

  #translated(event: ConversationEvent): ConversationEvent {
    switch (event.type) {
      case 'message.received': {
        const { choice, form } = event;
        return {
          ...event,
          ...(choice && { choice: { ...choice, id: this.#ids.get(choice.id) ?? choice.id } }),
          ...(form && { form: { ...form, id: this.#ids.get(form.id) ?? form.id } }),
        };
      }
      case 'action.pended':
      case 'action.ended':
        return { ...event, effectId: this.#actionNow(event.effectId) };
      case 'timer.fired':
        return { ...event, effectId: this.#ids.get(event.effectId) ?? event.effectId };
      case 'identity.challenged':
      case 'identity.checked':
        return { ...event, challengeId: this.#codeNow(event.challengeId) };
      default:
        return event;
    }
  }

  /** The nth request of an action then is the nth one now. */
  #actionNow(id: string): string {
    const action = this.#actionsThen.find((one) => one.id === id)?.action;
    const same = this.#actionsThen.filter((one) => one.action === action);
    const nth = same.findIndex((one) => one.id === id);
    return this.#actionsNow.filter((one) => one.action === action)[nth]?.id ?? id;
  }

  #codeNow(id: string): string {
    const known = this.#ids.get(id);
    if (known !== undefined) return known;
    const now = this.#codesNow.shift() ?? id;
    this.#ids.set(id, now);
    return now;
  }

  #compare(input: LoggedEvent, was: readonly string[], now: readonly string[]): void {
    if (was.join('\n') === now.join('\n')) return;
    const { pos, atMs, event } = input;
    const words = event.type === 'message.received' ? event.text : event.type;
    this.differences.push({ pos, atMs, input: words, was, now });
  }
}

/** The bot's own words tell whether people were on duty. */
function staffedThen(then: readonly ConversationEvent[]): boolean | undefined {
  const keys = then.flatMap((one) =>
    one.type === 'bot.said'
      ? one.says.flatMap((say) => (say.type === 'text' ? [say.key] : []))
      : [],
  );
  if (keys.includes('handoff.off_hours')) return false;
  return keys.includes('handoff.queued') ? true : undefined;
}

function linesOf(events: readonly ConversationEvent[]): readonly string[] {
  return events.flatMap((one) => (one.type === 'bot.said' ? one.blocks.flatMap(lines) : []));
}

function lines(block: Block): readonly string[] {
  switch (block.type) {
    case 'text':
      return [block.text];
    case 'choices':
      return [block.options.map(({ label }) => `[${label}]`).join(' ')];
    case 'card': {
      const rows = block.rows.map(({ label, value }) => `${label}: ${value}`);
      const state = block.state ? [block.state.label] : [];
      return [`{${[block.title, ...state, ...rows].join(', ')}}`];
    }
    case 'form':
      return [`(${block.fields.map(({ label }) => label).join(', ')})`];
    case 'steps':
    case 'quote':
    case 'file_request':
      return [`{${plainText(block).replaceAll('\n', ', ')}}`];
  }
}
