import { languageName, shortWhen } from './format.ts';
import { queries } from './lists.ts';
import type { DeskEvent, DeskWorkspace } from './protocol.ts';
import { dispositionLabel, teamName } from './workspace.ts';
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
  if (what === 'handoff.transferred.queue')
    told['queue'] = teamName(queries.getQueryData(['workspace']), values['queue'] ?? '');
  if (what === 'action.refused') told['reason'] = nameOf('why', values['reason'] ?? '');
  if (what === 'delivery.failed') {
    const offers = (values['offers'] ?? '').split(', ').map((offer) => nameOf('instead', offer));
    told['offers'] = offers.join(', ');
    told['reason'] = nameOf('undelivered', values['reason'] ?? '');
  }
  if (what === 'handoff.requested') told['reason'] = nameOf('topic', values['reason'] ?? '');
  if (what === 'handoff.released.closed')
    return [closedText(values['disposition'] ?? '', words), 'plain'];
  if (what === 'handoff.wrapped_up.done')
    told['disposition'] = dispositionName(values['disposition'] ?? '', words);
  if (what === 'handoff.snoozed')
    return [words('status.handoff.snoozedUntil', { time: untilText(values['until']) }), 'plain'];
  if (what === 'handoff.rerouted') return [reroutedText(values, words), 'plain'];
  // Without a detail the line ends before it.
  return [words(`status.${what}`, told).replace(/[\s:：]+$/u, ''), weightOf(what)];
}

function closedText(disposition: string, words: Words): string {
  if (disposition === '') return words('status.handoff.released.closedPlain');
  return words('status.handoff.released.closed', {
    disposition: dispositionName(disposition, words),
  });
}

/** The operator's word for it, once the workspace is known. */
function dispositionName(id: string, words: Words): string {
  if (id === '') return words('status.noDisposition');
  const workspace = queries.getQueryData<DeskWorkspace>(['workspace']);
  const found = workspace?.dispositions.find((each) => each.id === id);
  return found ? dispositionLabel(found) : id;
}

function untilText(until: string | undefined): string {
  return until === undefined ? '' : shortWhen(Number(until), Date.now());
}

/** What a supervisor changed: team, priority, whom it goes to first. */
function reroutedText(values: StatusEvent['values'], words: Words): string {
  const { agent = '', queue = '', priority = '', to = '' } = values;
  const workspace = queries.getQueryData<DeskWorkspace>(['workspace']);
  const changes = [
    ...(queue === '' ? [] : [teamName(workspace, queue)]),
    ...(priority === '' ? [] : [words(`priority.${priority}`)]),
    ...(to === '' ? [] : [to]),
  ];
  return words('status.handoff.reroutedTo', { agent, to: changes.join(', ') });
}

function weightOf(what: string): Weight {
  if (what === 'action.ok' || what === 'code.passed' || what === 'consent.yes') return 'good';
  if (what === 'action.refused' || what === 'action.pended' || what === 'code.locked') return 'bad';
  if (what === 'delivery.failed') return 'bad';
  if (what.startsWith('delivery.offered.')) return 'good';
  if (what.startsWith('delivery.')) return 'plain';
  if (what.startsWith('handoff.') || what.startsWith('agent_action.')) return 'plain';
  return 'quiet';
}

/** Courtesies and talk about the talk: nothing that the customer came for. */
export const smallTalk: ReadonlySet<string> = new Set([
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

/** Coming to and leaving a courtesy is nothing that an agent needs to know; that a person was asked for has a line of its own. */
export function isSmallTalk({ what, values }: StatusEvent): boolean {
  return (what === 'flow.started' || what === 'flow.ended') && smallTalk.has(values['flow'] ?? '');
}

/** Topics in the order in which they came up, each once. */
export function topicsOf(events: readonly DeskEvent[]): readonly string[] {
  const flows = events.flatMap((event) =>
    event.type === 'status' && event.what === 'flow.started' ? [event.values['flow'] ?? ''] : [],
  );
  return [...new Set(flows)].filter((flow) => flow !== '' && !smallTalk.has(flow));
}
