import { parseMoney } from '../core/index.ts';
import type { Money, Value, Values } from '../core/index.ts';
import { agentSchedule, weekSpansIn } from './hours.ts';
import { weekdays } from './schema.ts';
import type { WeekHours, Workspace } from './schema.ts';

/**
 * What texts and flows see as `workspace.…`: words as they are, and hours, ranges of days and lengths of time as plain
 * structures, which i18n says in each language: `{from, to}` in working days, `{hours}`, and spans of
 * `{days (1 is Monday), from, to}`. The same for every language.
 */
export function workspaceValues(workspace: Workspace): Values {
  const { brand, timeZone, phone, email, agents, terms, silence } = workspace;
  return {
    brand,
    timeZone,
    phone: phone.number,
    phoneHours: spans(phone.hours),
    agentHours: spans(agents.hours),
    email: email.address,
    emailAnswer: { hours: email.answerWithinHours },
    refundDays: { ...terms.refundReviewDays },
    withdrawalDays: { ...terms.withdrawalArrivalDays },
    silence: { ...silence },
  };
}

function spans(hours: WeekHours): readonly Value[] {
  return hours.map(({ days, from, to }) => ({
    days: days.map((day) => weekdays.indexOf(day) + 1),
    from,
    to,
  }));
}

/** Above these an agent's account action needs a second person; at most one a currency. */
export function agentActionLimits({ limits }: Workspace): readonly Money[] {
  return limits.agentActionMax.flatMap(
    ({ amount, currency }) => parseMoney(amount, currency) ?? [],
  );
}

/** What a visitor in this zone is told beside the workspace's own hours; nothing where the clocks agree. */
export function localValues(workspace: Workspace, timeZone: string, nowMs: number): Values {
  const spans = weekSpansIn(agentSchedule(workspace), timeZone, nowMs);
  return spans && spans.length > 0 ? { localHours: spans } : {};
}
