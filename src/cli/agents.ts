import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Fault } from '../core/index.ts';
import { operatorOrderSchema } from '../operator/index.ts';
import { order } from './operator-call.ts';

const options = {
  email: { type: 'string' },
  name: { type: 'string' },
  role: { type: 'string', default: 'agent' },
  webhook: { type: 'string' },
  url: { type: 'string', default: 'http://127.0.0.1:8787' },
  data: { type: 'string', default: process.env['KEFU_DATA'] ?? 'data' },
} as const;

/** Accounts of agents for who can read the data folder: the way back in when nobody can sign in. */
export async function run(args: readonly string[]): Promise<number> {
  const { what, values } = parse(args);
  const { email, name, role } = values;
  switch (what) {
    case 'list':
      return await perform({ do: 'agents.list' }, values);
    case 'add':
      return await perform({ do: 'agents.add', email, name: name ?? email, role }, values);
    case 'disable':
    case 'enable':
    case 'reset-password':
      return await perform({ do: `agents.${what}`, email }, values);
    default:
      throw new Fault('bad_request', 'Say what: list, add, disable, enable or reset-password.');
  }
}

/** Deliveries that were given up are tried again. */
export async function webhooks(args: readonly string[]): Promise<number> {
  const { what, values } = parse(args);
  if (what !== 'replay') throw new Fault('bad_request', 'Say what: replay.');
  return await perform({ do: 'webhooks.replay', webhook: values.webhook }, values);
}

async function perform(
  asked: unknown,
  { url, data }: { readonly url: string; readonly data: string },
): Promise<number> {
  const parsed = operatorOrderSchema.safeParse(asked);
  if (!parsed.success) {
    const missing = parsed.error.issues.map(({ path }) => `--${path.join('.')}`).join(', ');
    throw new Fault('bad_request', `Missing or not as expected: ${missing}.`);
  }
  const where = { url: url.replace(/\/+$/, ''), data: resolve(data) };
  const { lines } = await order(parsed.data, where);
  for (const line of lines) console.log(line);
  return 0;
}

function parse(args: readonly string[]) {
  const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [what, first] = positionals;
  return {
    what,
    values: { ...values, email: values.email ?? first, webhook: values.webhook ?? first },
  };
}
