import { languageName } from './format.ts';
import type { DeskEvent } from './protocol.ts';
import { nameOf } from './words.ts';
import type { Words } from './words.ts';

export type StatusEvent = Extract<DeskEvent, { type: 'status' }>;
export type Weight = 'quiet' | 'plain' | 'good' | 'bad';

/** What a status line says, and how loudly. */
export function statusLine({ what, values }: StatusEvent, words: Words): [string, Weight] {
  const told = { ...values };
  if (values['flow'] !== undefined) told['flow'] = nameOf('topic', values['flow']);
  if (values['action'] !== undefined) told['action'] = nameOf('act', values['action']);
  if (values['channel'] !== undefined) told['channel'] = nameOf('channel', values['channel']);
  if (values['language'] !== undefined) told['language'] = languageName(values['language']);
  if (what === 'action.refused') told['reason'] = nameOf('why', values['reason'] ?? '');
  if (what === 'handoff.requested') told['reason'] = nameOf('topic', values['reason'] ?? '');
  if (what === 'handoff.released.closed')
    return [closedText(values['disposition'] ?? '', words), 'plain'];
  // Without a detail the line ends before it.
  return [words(`status.${what}`, told).replace(/[\s:：]+$/u, ''), weightOf(what)];
}

function closedText(disposition: string, words: Words): string {
  if (disposition === '') return words('status.handoff.released.closedPlain');
  return words('status.handoff.released.closed', {
    disposition: dispositionName(disposition, words),
  });
}

export const dispositions = ['resolved', 'followed_up', 'no_answer', 'not_for_us'] as const;

function dispositionName(id: string, words: Words): string {
  return dispositions.some((each) => each === id) ? words(`close.${id}`) : id;
}

function weightOf(what: string): Weight {
  if (what === 'action.ok' || what === 'code.passed' || what === 'consent.yes') return 'good';
  if (what === 'action.refused' || what === 'action.pended' || what === 'code.locked') return 'bad';
  if (what.startsWith('handoff.')) return 'plain';
  return 'quiet';
}

export interface ActionTold {
  readonly pos: number;
  readonly action: string;
  readonly detail: string;
  readonly state: 'asked' | 'pended' | 'ok' | 'refused';
}

/** Account actions of a transcript, each with how it went, oldest first. */
export function actionsOf(events: readonly DeskEvent[]): readonly ActionTold[] {
  const told: ActionTold[] = [];
  for (const event of events) {
    if (event.type !== 'status' || !event.what.startsWith('action.')) continue;
    const action = event.values['action'] ?? '';
    const state = event.what.slice('action.'.length);
    if (state === 'requested') {
      told.push({ pos: event.pos, action, detail: event.values['detail'] ?? '', state: 'asked' });
      continue;
    }
    // Answers come in the order of the requests of one action.
    const at = told.findIndex(
      (each) => each.action === action && (each.state === 'asked' || each.state === 'pended'),
    );
    const found = told[at];
    if (!found || !isActionState(state)) continue;
    const detail = state === 'refused' ? nameOf('why', event.values['reason'] ?? '') : found.detail;
    told[at] = { ...found, state, detail };
  }
  return told;
}

function isActionState(state: string): state is ActionTold['state'] {
  return state === 'pended' || state === 'ok' || state === 'refused';
}

/** Courtesies and talk about the talk: nothing that the customer came for. */
const smallTalk: ReadonlySet<string> = new Set([
  'welcome',
  'greet',
  'thank',
  'goodbye',
  'affirm',
  'deny',
  'start_over',
  'bot_capabilities',
  'bot_identity',
  'change_language',
  'frustrated',
  'talk_to_agent',
]);

/** Topics in the order in which they came up, each once. */
export function topicsOf(events: readonly DeskEvent[]): readonly string[] {
  const flows = events.flatMap((event) =>
    event.type === 'status' && event.what === 'flow.started' ? [event.values['flow'] ?? ''] : [],
  );
  return [...new Set(flows)].filter((flow) => flow !== '' && !smallTalk.has(flow));
}
