import type { Value } from '../../core/index.ts';
import { dayNumber, dayOf, monthsBefore, weekdayOf } from './calendar.ts';
import {
  agoMax,
  calendarDay,
  findByPatterns,
  spanOf,
  type DatePatterns,
  type Groups,
} from './dates-by-pattern.ts';
import {
  dayValue,
  latestWeekday,
  monthPeriod,
  monthsFromNow,
  periodValue,
  timeValue,
  weekPeriod,
  yearOfMonth,
  yearPeriod,
  type DateContext,
} from './dates.ts';
import type { Found } from './found.ts';
import { parseChineseNumeral } from './numerals.ts';

const number = '(?:\\d{1,4}|[一二两三四五六七八九十]{1,3}|半)';
const hour = '(?:\\d{1,2}|[一二两三四五六七八九十]{1,3})';
const clock = `(?: ?(?<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜)?的? ?(?:(?<hour>${hour})(?::(?<colon>[0-5]\\d)|点钟?(?:(?<minute>半|一刻|三刻|${hour})分?)?))?)`;
const relative =
  '大前天|前天|昨天|昨日|今天|今日|明天|明日|大后天|后天|前晚|昨晚|昨夜|今早|今晚|昨早|明早|明晚';

const patterns: DatePatterns = [
  [
    /(?:(?<year>20\d{2}|去年|今年)[年.]?)?(?<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?<day>[0-3]?\d|[一二三]?十?[一二三四五六七八九十])[日号]?(?:到|至|-|~)(?<last>[0-3]?\d|[一二三]?十?[一二三四五六七八九十])[日号]/gu,
    readSpan,
  ],
  [
    new RegExp(
      `(?:(?:(?<year>20\\d{2}|去年|今年|前年)[年.]?)?(?<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?<day>[0-3]?\\d|[一二三]?十?[一二三四五六七八九十])[日号]?|(?<relative>${relative}))${clock}`,
      'gu',
    ),
    readDay,
  ],
  [
    new RegExp(
      `(?<step>上上|上|这|本|下)个?(?:周|星期|礼拜)(?<weekday>[一二三四五六日天1-6])${clock}`,
      'gu',
    ),
    readWeekday,
  ],
  [new RegExp(`(?:周|星期|礼拜)(?<weekday>[一二三四五六日天])${clock}`, 'gu'), readWeekday],
  [/(?<step>上上|上|这|本|下)个?(?<unit>周|星期|礼拜|月)/gu, readPeriod],
  [
    /(?<year>20\d{2}|去年|今年|前年)年?的?(?:(?<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?)?/gu,
    readYear,
  ],
  [/(?<month>1[0-2]|0?[1-9]|十[一二]|[一二三四五六七八九十])月份?/gu, readYear],
  [
    new RegExp(
      `(?<number>${number})个?(?<unit>天|日|周|星期|礼拜|月|年|小时|钟头|分钟)(?<half>半)?(?:以?前|之前)`,
      'gu',
    ),
    readAgo,
  ],
  [
    new RegExp(`(?:最近|过去|近)的?(?<number>${number})个?(?<unit>天|日|周|星期|礼拜|月|年)`, 'gu'),
    readLast,
  ],
  [/(?<![\d.])(?<day>[12]\d|3[01]|0?[1-9])号(?![码楼店线院机])/gu, readDayOfMonth],
  [/(?<![\d./-])(?<month>1[0-2]|0?[1-9])[/-](?<day>[12]\d|3[01]|0?[1-9])(?![\d/.%-])/gu, readDay],
];

/** Days, times and periods in Chinese. */
export function findChineseDates(text: string, context: DateContext): readonly Found[] {
  return findByPatterns(text, context, {
    patterns,
    finish: (match, value) => ({ end: match.index + match[0].trimEnd().length, value }),
  });
}

const relativeDays: { readonly [first: string]: number } = {
  大前天: -3,
  前天: -2,
  前晚: -2,
  昨天: -1,
  昨日: -1,
  昨晚: -1,
  昨夜: -1,
  昨早: -1,
  今天: 0,
  今日: 0,
  今早: 0,
  今晚: 0,
  明天: 1,
  明日: 1,
  明早: 1,
  明晚: 1,
  后天: 2,
  大后天: 3,
};

function toNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^\d+$/.test(text) ? Number(text) : parseChineseNumeral(text);
}

function readDay(groups: Groups, context: DateContext): Value | undefined {
  const relative = groups['relative'];
  const day =
    relative === undefined ? dayIn(groups, context) : context.today + (relativeDays[relative] ?? 0);
  if (day === undefined) return undefined;
  const evening = relative !== undefined && /[晚夜]$/.test(relative);
  return withClock(evening ? { ...groups, part: groups['part'] ?? '晚上' } : groups, context, day);
}

function readSpan(groups: Groups, context: DateContext): Value | undefined {
  return spanOf(
    context,
    dayIn(groups, context),
    dayIn({ ...groups, day: groups['last'] }, context),
  );
}

function dayIn(groups: Groups, { today }: DateContext): number | undefined {
  const month = toNumber(groups['month']);
  const day = toNumber(groups['day']);
  if (month === undefined || day === undefined) return undefined;
  return calendarDay({ year: yearOf(groups['year'], today), month, day }, today);
}

function yearOf(text: string | undefined, today: number): number | undefined {
  if (text === undefined) return undefined;
  const now = dayOf(today).year;
  if (text === '今年') return now;
  if (text === '去年') return now - 1;
  return text === '前年' ? now - 2 : Number(text);
}

function withClock(groups: Groups, context: DateContext, day: number): Value | undefined {
  const typed = toNumber(groups['hour']);
  if (typed === undefined) return dayValue(context, day);
  const part = groups['part'] ?? '';
  const afternoon = /下午|傍晚|晚上|夜里/.test(part) || (part === '中午' && typed < 10);
  const hour = afternoon && typed < 12 && !(part === '夜里' && typed < 6) ? typed + 12 : typed;
  const minute = minuteOf(groups['colon'] ?? groups['minute']);
  if (hour > 24 || minute === undefined || minute > 59) return undefined;
  return timeValue(context, day, hour * 60 + minute);
}

function minuteOf(text: string | undefined): number | undefined {
  if (text === undefined) return 0;
  if (text === '半') return 30;
  if (text === '一刻') return 15;
  return text === '三刻' ? 45 : toNumber(text);
}

const weekSteps: { readonly [step: string]: number } = { 上上: -2, 上: -1, 这: 0, 本: 0, 下: 1 };

function readWeekday(groups: Groups, context: DateContext): Value | undefined {
  const name = groups['weekday'] ?? '';
  const weekday = /[日天]/.test(name) ? 7 : toNumber(name);
  if (weekday === undefined) return undefined;
  const step = groups['step'];
  if (step === undefined) return withClock(groups, context, latestWeekday(context.today, weekday));
  const monday = context.today - weekdayOf(context.today) + 1 + (weekSteps[step] ?? 0) * 7;
  return withClock(groups, context, monday + weekday - 1);
}

function readPeriod(groups: Groups, context: DateContext): Value {
  const step = weekSteps[groups['step'] ?? ''] ?? 0;
  return groups['unit'] === '月' ? monthsFromNow(context, step) : weekPeriod(context, step);
}

function readYear(groups: Groups, context: DateContext): Value | undefined {
  const year = yearOf(groups['year'], context.today);
  const month = toNumber(groups['month']);
  if (month !== undefined) {
    return monthPeriod(context, year ?? yearOfMonth(context.today, month), month);
  }
  return year === undefined ? undefined : yearPeriod(context, year - dayOf(context.today).year);
}

const unitDays: { readonly [unit: string]: number } = { 天: 1, 日: 1, 周: 7, 星期: 7, 礼拜: 7 };
const unitMinutes: { readonly [unit: string]: number } = { 小时: 60, 钟头: 60, 分钟: 1 };

function readAgo(groups: Groups, context: DateContext): Value | undefined {
  const unit = groups['unit'] ?? '';
  const count = (toNumber(groups['number']) ?? Infinity) + (groups['half'] ? 0.5 : 0);
  if (count > agoMax) return undefined;
  const minutes = unitMinutes[unit];
  if (minutes !== undefined) {
    return { atMs: context.nowMs - count * minutes * 60_000, style: 'datetime' };
  }
  return dayValue(context, daysBefore(context.today, count, unit));
}

function readLast(groups: Groups, context: DateContext): Value | undefined {
  const count = toNumber(groups['number']);
  if (count === undefined || count > agoMax) return undefined;
  return periodValue(
    context,
    daysBefore(context.today, count, groups['unit'] ?? ''),
    context.today + 1,
  );
}

function daysBefore(today: number, count: number, unit: string): number {
  const days = unitDays[unit];
  if (days !== undefined) return today - Math.round(count * days);
  if (!Number.isInteger(count)) return today - Math.round(count * (unit === '年' ? 365 : 30));
  return monthsBefore(today, unit === '年' ? count * 12 : count);
}

function readDayOfMonth(groups: Groups, context: DateContext): Value | undefined {
  const day = toNumber(groups['day']);
  const { year, month } = dayOf(context.today);
  if (day === undefined) return undefined;
  for (const back of [0, 1, 2]) {
    const first = dayNumber({ year, month: month - back, day: 1 });
    const length = dayNumber({ year, month: month - back + 1, day: 1 }) - first;
    if (day <= length && first + day - 1 <= context.today)
      return dayValue(context, first + day - 1);
  }
  return undefined;
}
