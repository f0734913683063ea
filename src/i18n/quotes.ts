import { isMoney } from '../core/index.ts';
import type { QuoteBlock, StepsBlock, Value, Values } from '../core/index.ts';

/** What drawing a quote takes from its surroundings: one language. */
export interface QuoteContext {
  text(key: string, params?: Values): string;
  write(value: unknown, field: string): string;
}

/** A fee (`amount`, `fee`, `total`) or an exchange (`from`, `fee`, `rate`, `to`, `validUntilMs`), as the wallet quotes it. */
export function drawQuote(of: Values, context: QuoteContext): QuoteBlock {
  return 'rate' in of ? exchange(of, context) : fee(of, context);
}

function fee(of: Values, context: QuoteContext): QuoteBlock {
  return {
    type: 'quote',
    title: context.text('quotes.fee'),
    rows: rows(['amount', 'fee'], of, context),
    total: row('total', of, context),
  };
}

function exchange(of: Values, context: QuoteContext): QuoteBlock {
  const rate = context.text('quotes.rate', {
    rate: of['rate'] ?? '',
    from: currencyOf(of['from']),
    to: currencyOf(of['to']),
  });
  const until = of['validUntilMs'];
  return {
    type: 'quote',
    title: context.text('quotes.exchange'),
    rows: [
      ...rows(['from', 'fee'], of, context),
      { label: context.text('labels.rate'), value: rate },
    ],
    total: row('to', of, context),
    ...(until !== undefined && { note: context.text('quotes.until', { validUntilMs: until }) }),
  };
}

function rows(fields: readonly string[], of: Values, context: QuoteContext): QuoteBlock['rows'] {
  return fields.filter((field) => field in of).map((field) => row(field, of, context));
}

function row(field: string, of: Values, context: QuoteContext): QuoteBlock['total'] {
  return { label: context.text(`labels.${field}`), value: context.write(of[field], field) };
}

function currencyOf(value: Value | undefined): string {
  return isMoney(value) ? value.currency : '';
}

/** A text whose lines are steps; numbers that it gives them itself go, a first line that ends in a colon is the title. */
export function drawSteps(text: string): StepsBlock {
  const lines = text.split('\n').map((line) => line.trim());
  const filled = lines.filter((line) => line !== '');
  const first = filled[0] ?? '';
  const title = /[:：]$/.test(first) ? { title: first.replace(/[:：]$/, '') } : {};
  const items = filled.slice('title' in title ? 1 : 0);
  return {
    type: 'steps',
    ...title,
    items: items.map((item) => item.replace(/^(?:\d+[.)]|-)\s+/, '')),
  };
}
