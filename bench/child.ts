import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** A server in a process of its own, so that the load does not run on the thread that is measured. */
export interface Served {
  readonly url: string;
  readonly process: ChildProcess;
  memory(): Promise<NodeJS.MemoryUsage>;
  stop(): Promise<void>;
}

/** `given`: a data folder with something in it already; it goes with the others at the end. */
export async function serve(
  script: 'serve.ts' | 'echo.ts' | 'bridge-service.ts',
  given?: string,
  env: { readonly [name: string]: string } = {},
): Promise<Served> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'kefu-bench-')));
  const child = fork(resolve(import.meta.dirname, script), {
    // Model and compiled code are there, as at every start but the first; the flags are those of `npm start`.
    env: {
      ...process.env,
      KEFU_DATA: folder,
      KEFU_CACHE: resolve(import.meta.dirname, '../.cache'),
      NODE_COMPILE_CACHE: resolve(import.meta.dirname, '../.cache/compile'),
      ...env,
    },
    execArgv: ['--expose-gc', '--max-semi-space-size=4', '--v8-pool-size=2'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const url = await readyUrl(child);
  return {
    url,
    process: child,
    async memory() {
      child.send('memory');
      const [usage] = (await once(child, 'message')) as [NodeJS.MemoryUsage];
      return usage;
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function readyUrl(child: ChildProcess): Promise<string> {
  const { promise, resolve: done, reject } = Promise.withResolvers<string>();
  if (!child.stdout) throw new Error('the child has no standard output');
  createInterface({ input: child.stdout }).on('line', (line) => {
    const ready = /^ready (\S+)$/.exec(line);
    if (ready?.[1] !== undefined) done(ready[1]);
  });
  child.once('exit', (code) => reject(new Error(`the child ended with ${code}`)));
  return promise;
}

/** The value below which `share` of the sorted values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`| ${head.join(' | ')} |`);
  console.log(`|${head.map(() => '---').join('|')}|`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}

export const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
