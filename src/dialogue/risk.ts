import type { ConversationEvent } from './events.ts';

/** What each sign of trouble adds; together they make the order in which supervisors see the bot's conversations. */
const weights = {
  graveTopic: 40,
  moneyTopic: 10,
  anger: 25,
  wantsPerson: 15,
  notUnderstood: 8,
  wrongCode: 10,
  lockedOut: 30,
  refused: 12,
  unknownOutcome: 20,
  served: -20,
} as const;

const riskMax = 100;

const graveTopics: ReadonlySet<string> = new Set([
  'account_compromised',
  'report_fraud',
  'unrecognized_transaction',
  'freeze_account',
]);
const moneyTopics: ReadonlySet<string> = new Set([
  'payment_not_received',
  'withdrawal_failed',
  'withdrawal_delayed',
  'duplicate_charge',
  'dispute_transaction',
  'wrong_recipient',
  'top_up_failed',
]);

/**
 * How likely the conversation needs a person soon, 0 to 100, after one more event: money or the account at risk, anger,
 * misunderstandings, refusals and unknown outcomes add up; a request that was served takes some of it away, a person all.
 */
export function riskAfter(risk: number, event: ConversationEvent): number {
  return Math.min(riskMax, Math.max(0, weigh(risk, event)));
}

function weigh(risk: number, event: ConversationEvent): number {
  switch (event.type) {
    case 'handoff.accepted':
    case 'handoff.released':
      return 0;
    case 'message.understood': {
      const { verdict, intents } = event.understanding;
      if (verdict !== 'answer') return risk + weights.notUnderstood;
      return risk + ofMood(intents[0]?.intent ?? '');
    }
    case 'flow.started':
      if (graveTopics.has(event.flow)) return risk + weights.graveTopic;
      return moneyTopics.has(event.flow) ? risk + weights.moneyTopic : risk;
    case 'flow.ended':
      return event.outcome === 'done' ? risk + weights.served : risk;
    case 'attempt.missed':
      return risk + weights.notUnderstood;
    case 'identity.checked':
      if (event.result === 'locked') return risk + weights.lockedOut;
      return event.result === 'wrong' ? risk + weights.wrongCode : risk;
    case 'action.pended':
      return risk + weights.unknownOutcome;
    case 'action.ended':
      return event.outcome.kind === 'refused' ? risk + weights.refused : risk;
    default:
      return risk;
  }
}

function ofMood(intent: string): number {
  if (intent === 'frustrated' || intent === 'file_complaint') return weights.anger;
  return intent === 'talk_to_agent' ? weights.wantsPerson : 0;
}
