import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { restoreBackup } from '../upkeep/index.ts';
import { Fault } from '../core/index.ts';
import { order } from './operator-call.ts';

const options = {
  'with-secrets': { type: 'boolean', default: false },
  url: { type: 'string', default: 'http://127.0.0.1:8787' },
  data: { type: 'string', default: process.env['KEFU_DATA'] ?? 'data' },
} as const;

/** Everything of an installation in one file, also while the service runs; it then writes the file itself, on its machine. */
export async function run(args: readonly string[]): Promise<number> {
  const { file, values } = parse(args);
  const where = { url: values.url.replace(/\/+$/, ''), data: resolve(values.data) };
  const asked = { do: 'backup', to: resolve(file), withSecrets: values['with-secrets'] } as const;
  const { lines } = await order(asked, where);
  for (const line of lines) console.log(line);
  return 0;
}

/** A data folder from a backup; 1 when its audit chain is not whole. */
export async function restore(args: readonly string[]): Promise<number> {
  const { file, values } = parse(args);
  const clock = (): number => Date.now();
  const folder = resolve(values.data);
  const { lines, isWhole } = await restoreBackup({ from: resolve(file), folder, clock });
  for (const line of lines) console.log(line);
  return isWhole ? 0 : 1;
}

function parse(args: readonly string[]) {
  const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [file] = positionals;
  if (file === undefined) throw new Fault('bad_request', 'Name the file of the backup.');
  return { file, values };
}
