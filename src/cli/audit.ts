import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Fault } from '../core/index.ts';
import { operatorOrderSchema } from '../operator/index.ts';
import { order } from './operator-call.ts';

const options = {
  head: { type: 'string' },
  kind: { type: 'string' },
  actor: { type: 'string' },
  subject: { type: 'string' },
  after: { type: 'string' },
  limit: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
  url: { type: 'string', default: 'http://127.0.0.1:8787' },
  data: { type: 'string', default: process.env['KEFU_DATA'] ?? 'data' },
} as const;

/** Looks into the audit chain, through the running service or in the data folder itself. 1 when the chain is broken. */
export async function run(args: readonly string[]): Promise<number> {
  const { what, values } = parse(args);
  const asked = operatorOrderSchema.safeParse(orderOf(what, values));
  if (!asked.success) throw new Fault('bad_request', 'Say what: head, verify or list.');
  const where = { url: values.url.replace(/\/+$/, ''), data: resolve(values.data) };
  const { lines, failed } = await order(asked.data, where);
  for (const line of lines) console.log(line);
  return failed === true ? 1 : 0;
}

type Values = ReturnType<typeof parse>['values'];

function orderOf(what: string | undefined, values: Values): object {
  const { head, kind, actor, subject, after, limit, from, until } = values;
  if (what === 'verify') return { do: 'audit.verify', ...(head !== undefined && { head }) };
  if (what !== 'list') return { do: `audit.${what ?? ''}` };
  return {
    do: 'audit.list',
    ...(kind !== undefined && { kind }),
    ...(actor !== undefined && { actor }),
    ...(subject !== undefined && { subject }),
    ...(after !== undefined && { after: Number(after) }),
    ...(limit !== undefined && { limit: Number(limit) }),
    ...(from !== undefined && { fromMs: timeOf(from, '--from') }),
    ...(until !== undefined && { untilMs: timeOf(until, '--until') }),
  };
}

function timeOf(text: string, name: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new Fault('bad_request', `${name} must be a day such as 2026-11-01.`);
  return ms;
}

function parse(args: readonly string[]) {
  const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
  return { what: positionals[0], values };
}
