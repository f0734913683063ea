import type { Judgement } from './classifier.ts';
import { outOfScope } from './model.ts';

/**
 * Intents that people put in almost the same words, group by group, and of which the wrong one leads astray. Two of
 * a group that are both likely are asked about even where the one would be answered by itself.
 */
export const nearIntents: readonly (readonly string[])[] = [
  ['account_locked', 'login_problem', 'reset_password'],
  ['login_problem', 'app_problem'],
  ['account_locked', 'account_restricted'],
  ['account_restricted', 'verify_identity'],
  ['freeze_account', 'account_compromised', 'unrecognized_transaction'],
  ['report_fraud', 'dispute_transaction', 'wrong_recipient', 'report_phishing'],
  ['refund_request', 'dispute_transaction'],
  ['payment_failed', 'payment_not_received', 'transaction_status'],
  ['top_up_failed', 'withdrawal_delayed', 'withdrawal_failed'],
  ['cancel_transaction', 'wrong_recipient'],
  ['transaction_history', 'export_statement'],
  ['fees', 'exchange_rate'],
  ['exchange_rate', 'supported_currencies'],
  ['contact_support', 'talk_to_agent', 'support_hours', 'response_time'],
  ['bot_capabilities', 'about_wallet'],
  ['reset_password', 'change_password'],
  ['top_up_howto', 'top_up_failed'],
  ['withdraw_howto', 'withdrawal_delayed'],
];

/** Of the two, the first must have this share. Cross-validated: see docs/reference/understanding.md. */
const shareFrom = 0.9;

/** Whether both are of one group. */
export function areNear(one: string, other: string): boolean {
  return nearIntents.some((group) => group.includes(one) && group.includes(other));
}

/** An answer that its near neighbour contests becomes a question. */
export function hesitated(judgement: Judgement, groups: readonly (readonly string[])[]): Judgement {
  if (judgement.verdict !== 'answer') return judgement;
  const [first, second] = judgement.intents.filter(({ intent }) => intent !== outOfScope);
  if (!first || !second) return judgement;
  if (first.confidence >= shareFrom * (first.confidence + second.confidence)) return judgement;
  const isNear = groups.some(
    (group) => group.includes(first.intent) && group.includes(second.intent),
  );
  return isNear ? { ...judgement, verdict: 'clarify' } : judgement;
}
