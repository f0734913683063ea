import { createHash } from 'node:crypto';
import { canonical } from '../core/index.ts';
import type { ActionOutcome } from '../dialogue/index.ts';
import type { FollowedEvent } from './audit.ts';
import type { AuditDetails, AuditEntry } from './chain.ts';

/**
 * Account actions as the log has them: who asked, under which consent, how sure it was who they are, by which flow version,
 * and what the wallet answered. Arguments stand as a digest: the log holds them, and erasure must not break the chain.
 */
export function entryOfEvent({
  conversationId,
  customerId,
  logged: { event, pos },
}: FollowedEvent): AuditEntry | undefined {
  const customer = customerId === null ? 'anyone' : `customer:${customerId}`;
  const of = (kind: string, actor: string, details: AuditDetails): AuditEntry => ({
    kind: `account_action.${kind}`,
    actor,
    subject: `conversation:${conversationId}`,
    details: { ...details, pos },
  });
  switch (event.type) {
    case 'action.requested': {
      const { action, effectId, consent = null, level, flow, flowVersion, step } = event;
      const args = digest(event.args);
      const facts = { action, effectId, args, consent, level, flow, flowVersion, step };
      return of('requested', customer, facts);
    }
    case 'action.ended':
      return of('ended', 'wallet', { effectId: event.effectId, ...outcomeOf(event.outcome) });
    case 'agent_action.requested': {
      const { action, effectId, confirmed, level, approvalFor, customerId: whose } = event;
      const args = digest(event.args);
      const facts = { action, effectId, args, confirmed, level, approvalFor, customer: whose };
      return of('requested', `agent:${event.agentId}`, facts);
    }
    case 'agent_action.decided': {
      const { effectId, approved, agentId } = event;
      return of('decided', `agent:${agentId}`, { effectId, approved });
    }
    case 'agent_action.ended':
      return of('ended', 'wallet', { effectId: event.effectId, ...outcomeOf(event.outcome) });
    case 'identity.checked': {
      const { challengeId, result } = event;
      return { ...of('', customer, { challengeId, result }), kind: 'identity.checked' };
    }
    default:
      return undefined;
  }
}

function outcomeOf(outcome: ActionOutcome): AuditDetails {
  return outcome.kind === 'ok'
    ? { outcome: 'ok', receipt: outcome.receipt }
    : { outcome: 'refused', reason: outcome.reason };
}

function digest(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}
