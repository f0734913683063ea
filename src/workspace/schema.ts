import { z } from 'zod';
import { parseMoney } from '../core/index.ts';
import { checkOutbound } from '../handoff/index.ts';

/** Days of a week as the document names them, Monday first. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const workdays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;

const line = (lengthMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    .regex(/^[^\p{Cc}]*$/u, 'must be one line without control characters');

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be small letters, digits, - and _, 64 at most');

const languageTag = z
  .string()
  .max(35)
  .refine(isLanguageTag, 'must be a language tag such as "en" or "zh-CN"');

const country = z
  .string()
  .refine(isCountry, 'must be a country as two capital letters such as "CN" (ISO 3166)');

const date = z.string().refine(isDate, 'must be a day of the calendar, written as in "2026-10-01"');

const timeOfDay = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time from "00:00" to "24:00"');

const isForward = (span: { from: string; to: string }): boolean => span.from < span.to;
const forward = { message: '`from` must be before `to`; split a span that passes midnight' };

const daySpan = z.strictObject({ from: timeOfDay, to: timeOfDay }).refine(isForward, forward);

const weekSpan = z
  .strictObject({ days: z.array(z.enum(weekdays)).min(1).max(7), from: timeOfDay, to: timeOfDay })
  .refine(isForward, forward);

const weekHours = z.array(weekSpan).max(50);

const dayRange = z
  .strictObject({ from: z.int().min(0).max(365), to: z.int().min(0).max(365) })
  .refine((range) => range.from <= range.to, '`from` must not be above `to`');

const origin = z
  .string()
  .max(300)
  .refine(isOrigin, 'must be an origin such as "https://www.example.com", without a path');

const amount = z
  .strictObject({ amount: z.string().max(20), currency: z.string().max(3) })
  .refine(
    (money) => (parseMoney(money.amount, money.currency)?.minor ?? -1n) >= 0n,
    'must be a plain decimal with the digits that the currency has, such as "1000.00" "CNY"',
  );

const phone = z.strictObject({
  number: line(40).default('400-XXX-XXXX'),
  hours: weekHours.default([{ days: [...weekdays], from: '08:00', to: '22:00' }]),
});

const email = z.strictObject({
  address: z.email().max(254).default('support@okpay.example'),
  answerWithinHours: z.int().min(1).max(720).default(24),
});

/** A day that is not like its weekday: closed, or open at other times (also a working Saturday). */
const holiday = z.strictObject({
  date,
  name: line(80).exactOptional(),
  open: z.array(daySpan).max(10).default([]),
});

const agents = z.strictObject({
  hours: weekHours.default([{ days: [...workdays], from: '09:00', to: '18:00' }]),
  holidays: z
    .array(holiday)
    .max(1000)
    .refine((days) => isUnique(days.map((day) => day.date)), 'must name a day once only')
    .default([]),
});

const terms = z.strictObject({
  refundReviewDays: dayRange.default({ from: 1, to: 5 }),
  withdrawalArrivalDays: dayRange.default({ from: 1, to: 3 }),
});

/** How long a question may stand unanswered: until one reminder, and from there until its request is put aside. */
const silence = z.strictObject({
  reminderMinutes: z.number().min(1).max(1440).default(10),
  closeMinutes: z.number().min(1).max(10_080).default(50),
});

const queue = z.strictObject({ id, name: line(80) });

/** The operator's own words to customers, held to what agents' words are held to. */
const ownWords = (lengthMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    .superRefine((text, context) => {
      const checked = checkOutbound(text);
      if (checked.ok) return;
      const asked = checked.asksFor.replaceAll('_', ' ');
      const message = `asks customers for what nobody may ask them for (${asked}): “${checked.words}”`;
      context.addIssue({ code: 'custom', message });
    });

const cannedReply = z.strictObject({
  id,
  title: line(80),
  /** By language; an agent is offered the conversation's, else the default language's. */
  texts: z.record(languageTag, ownWords(4000)),
});

/** What came of a conversation, as agents say it when they close one. */
const disposition = z.strictObject({
  id,
  /** By language of the desk; the default language's, else the id, serves a language without one. */
  labels: z.record(languageTag, line(80)),
});

/** In hours of live agents: the clock stands still while nobody is on duty. */
const serviceLevels = z.strictObject({
  firstReplyMinutes: z.int().min(1).max(10_000).default(10),
  nextReplyMinutes: z.int().min(1).max(10_000).default(20),
  resolutionHours: z.int().min(1).max(1000).default(8),
});

/** How the chat looks on the pages that embed it. */
const widget = z.strictObject({
  /** By language: words above the conversation until the customer has written. */
  greeting: z.record(languageTag, ownWords(500)).default({}),
  /** By language: what one press asks. */
  topics: z.record(languageTag, z.array(line(80)).max(8)).default({}),
  position: z.enum(['left', 'right']).default('right'),
  icon: z.enum(['chat', 'help', 'person']).default('chat'),
});

const limits = z.strictObject({
  /** An agent's account action above the amount of its currency needs a second person; a currency that is not named always does. */
  agentActionMax: z
    .array(amount)
    .max(200)
    .refine((all) => isUnique(all.map((money) => money.currency)), 'must name a currency once only')
    .default([
      { amount: '1000.00', currency: 'CNY' },
      { amount: '150.00', currency: 'USD' },
      { amount: '150.00', currency: 'EUR' },
    ]),
  /** Open conversations one agent is offered at most. */
  agentConversationsMax: z.int().min(1).max(100).default(6),
});

/** How many days are kept; 0: for ever. Nothing of a conversation that is under way is ever removed. */
const retention = z
  .strictObject({
    /** After its last event a conversation loses its words, names and files; its events stay. */
    conversationDays: z.int().min(0).max(36_500).default(730),
    /** Files of a conversation may go before its words. */
    fileDays: z.int().min(0).max(36_500).default(365),
    /** Finished work of the outbox, dedupe keys of messages, deliveries that were given up. */
    workDays: z.int().min(30).max(3650).default(90),
    /** The audit chain is kept longest. */
    auditDays: z.int().min(0).max(36_500).default(2555),
  })
  .refine(
    ({ conversationDays, auditDays }) =>
      auditDays === 0 || (conversationDays !== 0 && auditDays >= conversationDays),
    { path: ['auditDays'], message: 'must not be below `conversationDays`' },
  );

/** How long the steps of a hand-off last. */
const handoff = z.strictObject({
  /** An offer that is not answered goes to the next agent. */
  offerSeconds: z.int().min(5).max(600).default(30),
  /** An agent whose page is gone keeps their conversations so long. */
  graceSeconds: z.int().min(5).max(3600).default(60),
  /** For writing up a conversation that was closed without a disposition; 0: none. */
  wrapUpSeconds: z.int().min(0).max(3600).default(60),
});

/**
 * The operator's settings. Every field has a default, so the document may be as short as `{}`; an unknown field
 * is refused, so that a misspelt one is not silently without effect.
 */
export const workspaceSchema = z
  .strictObject({
    brand: line(60).default('OKPay'),
    color: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as "#1463ff"')
      .default('#1463ff'),
    timeZone: z
      .string()
      .max(64)
      .refine(isTimeZone, 'must be a time zone such as "Asia/Shanghai"')
      .default('Asia/Shanghai'),
    languages: z
      .array(languageTag)
      .min(1)
      .max(50)
      .refine(isUnique, 'must name a language once only')
      .default(['en', 'zh-CN', 'es', 'ar']),
    defaultLanguage: languageTag.default('en'),
    /** As which a phone number without its country's code is read, in order. */
    phoneCountries: z
      .array(country)
      .max(20)
      .refine(isUnique, 'must name a country once only')
      .default(['CN', 'US']),
    /** Pages of these may embed the widget, beside our own. */
    allowedOrigins: z.array(origin).max(100).default([]),
    widget: widget.prefault({}),
    phone: phone.prefault({}),
    email: email.prefault({}),
    agents: agents.prefault({}),
    terms: terms.prefault({}),
    silence: silence.prefault({}),
    queues: z
      .array(queue)
      .min(1)
      .max(100)
      .refine((all) => isUnique(all.map((one) => one.id)), 'must name a queue once only')
      .default([{ id: 'default', name: 'Support' }]),
    dispositions: z
      .array(disposition)
      .max(100)
      .refine((all) => isUnique(all.map((one) => one.id)), 'must name a disposition once only')
      .default([
        { id: 'solved', labels: { en: 'Solved', 'zh-CN': '已解决' } },
        { id: 'passed_on', labels: { en: 'Passed on', 'zh-CN': '已转交' } },
        { id: 'no_answer', labels: { en: 'Customer did not answer', 'zh-CN': '客户未回复' } },
        { id: 'not_ours', labels: { en: 'Not our matter', 'zh-CN': '不属于我方' } },
        { id: 'abuse', labels: { en: 'Abuse or spam', 'zh-CN': '滥用或骚扰' } },
      ]),
    /** Offered for completion; agents may write others. */
    tags: z.array(line(40)).max(200).refine(isUnique, 'must name a tag once only').default([]),
    serviceLevels: serviceLevels.prefault({}),
    cannedReplies: z
      .array(cannedReply)
      .max(500)
      .refine((all) => isUnique(all.map((one) => one.id)), 'must name a reply once only')
      .default([]),
    limits: limits.prefault({}),
    handoff: handoff.prefault({}),
    retention: retention.prefault({}),
  })
  .refine((workspace) => workspace.languages.includes(workspace.defaultLanguage), {
    path: ['defaultLanguage'],
    message: 'must be one of `languages`',
  });

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** A valid document; what a change is given to work on. */
export type WorkspaceDraft = z.infer<typeof workspaceSchema>;
/** A valid document in force; frozen. */
export type Workspace = DeepReadonly<WorkspaceDraft>;
export type WeekHours = Workspace['phone']['hours'];
export type Holiday = Workspace['agents']['holidays'][number];

function isUnique(items: readonly string[]): boolean {
  return new Set(items).size === items.length;
}

function isLanguageTag(tag: string): boolean {
  return succeeds(() => new Intl.Locale(tag));
}

function isCountry(code: string): boolean {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  return /^[A-Z]{2}$/.test(code) && names.of(code) !== undefined;
}

function isTimeZone(zone: string): boolean {
  return succeeds(() => new Intl.DateTimeFormat('en', { timeZone: zone }));
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && succeeds(() => Temporal.PlainDate.from(text));
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Intl and Temporal tell a bad name by throwing and have no other way to ask. */
function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
