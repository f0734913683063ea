import { actionSpecs } from '../actions/index.ts';
import { isMoney, moneyDecimal } from '../core/index.ts';
import type { FileRef, Value, Values } from '../core/index.ts';
import type { DeskEvent } from '../protocol/index.ts';
import type { LoggedEvent } from './deps.ts';

type Told = DeskEvent extends infer Line
  ? Line extends DeskEvent
    ? Omit<Line, 'pos' | 'atMs'>
    : never
  : never;

/** Name of the action that an effect asked for; '' when it is not known. */
export type ActionName = (effectId: string) => string;

/** A log's events as lines for agents, in order; what only the machine needs makes no line. */
export function deskEvents(
  events: readonly LoggedEvent[],
  actionName: ActionName,
): readonly DeskEvent[] {
  return events.flatMap((logged) => {
    const told = tell(logged.event, actionName);
    return told ? [{ ...told, pos: logged.pos, atMs: logged.atMs, ...numberOf(told, logged) }] : [];
  });
}

/** Of what was said: read marks count in it. */
function numberOf({ type }: Told, { seq }: LoggedEvent): { seq?: number } {
  return type === 'status' || type === 'note' || seq === undefined ? {} : { seq };
}

function tell(event: LoggedEvent['event'], actionName: ActionName): Told | undefined {
  switch (event.type) {
    case 'message.received':
      return { type: 'customer', text: customerText(event), ...filesOf(event) };
    case 'bot.said':
      return { type: 'bot', blocks: [...event.blocks] };
    case 'agent.said':
      return agentWords(event);
    case 'agent.noted': {
      const { cid, agentName, text, whisper } = event;
      return { type: 'note', cid, agentName, text, ...(whisper && { whisper }) };
    }
    case 'ticket.changed':
      return { type: 'notice', blocks: [...event.blocks] };
    case 'satisfaction.asked':
      return status('satisfaction.asked', {});
    case 'satisfaction.given': {
      const { score, comment = '' } = event;
      return status('satisfaction.given', { score: String(score), comment });
    }
    case 'conversation.started':
      return status('started', { channel: event.channel });
    case 'language.changed':
      return status('language', { language: event.language, by: event.by });
    case 'flow.started':
      return status('flow.started', { flow: event.flow });
    case 'flow.ended':
      return status('flow.ended', { flow: event.flow, outcome: event.outcome });
    case 'consent.asked':
      return status('consent.asked', { detail: shown(event.shown) });
    case 'delivery.failed': {
      const { channel, reason, offers, held, invited } = event;
      if (invited) return status('delivery.invited', { channel });
      if (held) return status(`delivery.held.${reason}`, { channel });
      return status('delivery.failed', { channel, reason, offers: offers.join(', ') });
    }
    case 'delivery.resent':
      return status('delivery.resent', { channel: event.channel });
    case 'delivery.offered': {
      const { way, channel, agentName: by } = event;
      return status(`delivery.offered.${way}`, { channel, agent: by });
    }
    case 'message.withdrawn':
      return status('message.withdrawn', {});
    case 'consent.answered':
      return status(`consent.${event.answer}`, {});
    default:
      return (
        tellOfIdentity(event) ??
        tellOfAction(event, actionName) ??
        tellOfAgentAction(event, actionName) ??
        tellOfHandoff(event)
      );
  }
}

function agentWords(event: Extract<LoggedEvent['event'], { readonly type: 'agent.said' }>): Told {
  const { cid, agentName, text } = event;
  return { type: 'agent', cid, agentName, text, ...filesOf(event) };
}

function filesOf({ files }: { readonly files?: readonly FileRef[] }): { files?: FileRef[] } {
  return files ? { files: [...files] } : {};
}

/** That a code went out and whether it was right; the code itself is nowhere. */
function tellOfIdentity(event: LoggedEvent['event']): Told | undefined {
  switch (event.type) {
    case 'identity.bound':
      return event.customerId === null
        ? status('identity.unbound', {})
        : status('identity.bound', { customer: event.customerId });
    case 'identity.challenged':
      return status('code.sent', { tail: event.tail });
    case 'identity.checked':
      return status(`code.${event.result}`, { left: String(event.attemptsLeft) });
    default:
      return undefined;
  }
}

function tellOfAction(event: LoggedEvent['event'], actionName: ActionName): Told | undefined {
  switch (event.type) {
    case 'action.requested':
      return status('action.requested', { action: event.action, detail: shown(event.args) });
    case 'action.pended':
      return status('action.pended', { action: actionName(event.effectId) });
    case 'action.ended':
      return endOf(event.outcome, actionName(event.effectId));
    default:
      return undefined;
  }
}

/** What agents did to the account; pending and ended read like the bot's own actions. */
function tellOfAgentAction(event: LoggedEvent['event'], actionName: ActionName): Told | undefined {
  switch (event.type) {
    case 'conversation.tagged':
      return status('tagged', { agent: event.agentName, tags: event.tags.join(', ') });
    case 'agent_action.requested': {
      const { agentName: agent, action, args, reason, approvalFor } = event;
      const what = approvalFor.length > 0 ? 'agent_action.asked' : 'agent_action.requested';
      const about = shown(args);
      return status(what, {
        agent,
        action,
        detail: about === '' ? reason : `${about} · ${reason}`,
      });
    }
    case 'agent_action.decided': {
      const action = actionName(event.effectId);
      const what = event.approved ? 'agent_action.approved' : 'agent_action.declined';
      return status(what, { agent: event.agentName, action });
    }
    case 'agent_action.pended':
      return status('action.pended', { action: actionName(event.effectId) });
    case 'agent_action.ended':
      return endOf(event.outcome, actionName(event.effectId));
    default:
      return undefined;
  }
}

function endOf(
  outcome: Extract<LoggedEvent['event'], { readonly type: 'action.ended' }>['outcome'],
  action: string,
): Told {
  if (outcome.kind === 'refused')
    return status('action.refused', { action, reason: outcome.reason });
  return isRead(action)
    ? status('action.looked_up', { action })
    : status('action.ok', { action, receipt: outcome.receipt });
}

/** What only looks something up has a receipt that nobody can do anything with. */
export function isRead(action: string): boolean {
  return Object.hasOwn(actionSpecs, action) && actionSpecs[action]?.read === true;
}

function tellOfHandoff(event: LoggedEvent['event']): Told | undefined {
  switch (event.type) {
    case 'handoff.requested': {
      const { reason, priority, by } = event;
      return status('handoff.requested', { reason, priority, by });
    }
    case 'handoff.accepted':
      return event.tookFrom === undefined
        ? status('handoff.accepted', { agent: event.agentName })
        : status('handoff.taken_over', { agent: event.agentName, from: event.tookFrom });
    case 'handoff.released': {
      const disposition = event.disposition ?? '';
      return status(`handoff.released.${event.to}`, { by: event.by, disposition });
    }
    case 'handoff.transferred':
      return event.to.kind === 'agent'
        ? status('handoff.transferred.agent', { agent: event.agentName, to: event.to.agentName })
        : status('handoff.transferred.queue', { agent: event.agentName, queue: event.to.queue });
    case 'handoff.dropped':
      return status(`handoff.dropped.${event.why}`, { agent: event.agentName });
    default:
      return tellOfWaiting(event);
  }
}

/** What the customer sees nothing of. */
function tellOfWaiting(event: LoggedEvent['event']): Told | undefined {
  switch (event.type) {
    case 'handoff.offered':
      return status('handoff.offered', { agent: event.agentName });
    case 'handoff.offer_ended':
      return status(`handoff.offer_ended.${event.why}`, { agent: event.agentName });
    case 'handoff.rerouted': {
      const { byName, queue = '', priority = '', wanted } = event;
      return status('handoff.rerouted', {
        agent: byName,
        queue,
        priority,
        to: wanted?.agentName ?? '',
      });
    }
    case 'handoff.snoozed':
      return status('handoff.snoozed', { until: String(event.untilMs) });
    case 'handoff.woken':
      return status(`handoff.woken.${event.why}`, {});
    case 'handoff.wrapped_up':
      return status(`handoff.wrapped_up.${event.why}`, { disposition: event.disposition ?? '' });
    default:
      return undefined;
  }
}

function status(what: string, values: { [name: string]: string }): Told {
  return { type: 'status', what, values };
}

/** A form's answer is told field by field, as its words are only those of the button. */
function customerText(
  event: Extract<LoggedEvent['event'], { readonly type: 'message.received' }>,
): string {
  if (!event.form) return event.text;
  const fields = Object.entries(event.form.fields).map(([name, value]) => `${name}: ${value}`);
  return event.text === '' ? fields.join('\n') : event.text;
}

/**
 * What an action is about, in one line: amounts and identifiers only. Free text and contact details
 * stay out; an agent finds those in what the customer wrote.
 */
function shown(args: Values): string {
  const parts = Object.entries(args).map(([name, value]) => told(name, value));
  return parts.filter((part) => part !== '').join(' · ');
}

function told(name: string, value: Value): string {
  if (isMoney(value)) return `${moneyDecimal(value)} ${value.currency}`;
  if (typeof value === 'string' && /(?:^|_)id$|Id$|^transaction$/.test(name)) return value;
  return '';
}
