import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Fault } from '../core/index.ts';
import { order } from './operator-call.ts';

/** Removes at once what has been kept for as long as the settings say; the running service does it every hour by itself. */
export async function run(args: readonly string[]): Promise<number> {
  const { positionals, values } = parse(args);
  if (positionals[0] !== 'run') throw new Fault('bad_request', 'Say what: run.');
  const where = { url: values.url.replace(/\/+$/, ''), data: resolve(values.data) };
  const { lines } = await order({ do: 'retention.run' }, where);
  for (const line of lines) console.log(line);
  return 0;
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      url: { type: 'string', default: 'http://127.0.0.1:8787' },
      data: { type: 'string', default: process.env['KEFU_DATA'] ?? 'data' },
    },
    allowPositionals: true,
  });
}
