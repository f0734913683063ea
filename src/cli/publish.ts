import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readBundle } from '../content/index.ts';
import { Fault } from '../core/index.ts';
import type { Published } from '../library/index.ts';
import { readOperatorKey } from '../service/secrets.ts';

interface Answer extends Published {
  readonly tookMs: number;
}

/** Puts a content folder into a running service. Exit code 1 with every fault when it is refused; nothing has changed then. */
export async function run(args: readonly string[]): Promise<number> {
  const { folder, url, data } = parse(args);
  if (folder === undefined) throw new Fault('bad_request', 'Name the content with --folder.');
  const files = await readBundle(resolve(folder));
  return tell(await ask({ url: `${url}/api/operator/content`, data, body: { files } }));
}

/** Puts what was in force before the last publication back into a running service. */
export async function rollback(args: readonly string[]): Promise<number> {
  const { url, data } = parse(args);
  return tell(await ask({ url: `${url}/api/operator/content/rollback`, data, body: {} }));
}

function tell(answer: Answer): number {
  const { hash, former, origin, languages, flows, changed, trained, tookMs } = answer;
  if (hash === former) console.log(`${hash} is in force already.`);
  else {
    const shipped = origin === 'shipped' ? ' (the shipped one)' : '';
    console.log(`${hash}${shipped} is in force, ${former} was before.`);
    const learnt = trained ? ', understanding trained anew' : '';
    console.log(`${flows} flows in ${languages.join(', ')}${learnt}; ${tookMs} ms.`);
    console.log(`Changed flows: ${changed.length === 0 ? 'none' : changed.join(', ')}`);
  }
  return 0;
}

async function ask(to: {
  readonly url: string;
  readonly data: string;
  readonly body: object;
}): Promise<Answer> {
  const key = await readOperatorKey(to.data);
  const response = await fetch(to.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(to.body),
  }).catch((cause: unknown) => {
    throw new Fault('not_found', `No service answers at ${to.url}.`, { cause });
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as Answer;
  const { error } = (answer ?? {}) as { readonly error?: { code: string; message: string } };
  const told = error ? `${error.code}: ${error.message}` : `status ${response.status}`;
  throw new Fault('bad_request', `Refused, and nothing was changed.\n${told}`);
}

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      folder: { type: 'string' },
      url: { type: 'string', default: 'http://127.0.0.1:8787' },
      data: { type: 'string', default: process.env['KEFU_DATA'] ?? 'data' },
    },
  });
  const { folder, url, data } = values;
  return { folder, url: url.replace(/\/+$/, ''), data: resolve(data) };
}
