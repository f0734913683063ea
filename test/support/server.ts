import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(import.meta.dirname, '../..');

/** The real process on a free port and, unless one is given, a temporary data folder. */
export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly process: ChildProcess;
  /** What it printed at its start, such as the first agent's password. */
  readonly printed: readonly string[];
  readonly firstAgent: { readonly email: string; readonly password: string } | undefined;
  /** SIGKILL; resolves when the process is gone. The folder stays. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when the process is gone. Removes the folder if it was made here. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly folder?: string;
  readonly env?: { readonly [name: string]: string };
}

/** Starts `start.js` and waits for its line `ready <url>`; fails with what it printed when it ends before that. */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'kefu-server-')));
  const child = spawn(process.execPath, ['start.js'], {
    cwd: root,
    env: {
      ...process.env,
      PORT: '0',
      KEFU_DATA: folder,
      // One model for every test: trained once for all of them.
      KEFU_CACHE: resolve(root, '.cache'),
      LOG_LEVEL: 'warn',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  const url = await readyUrl(child, printed);
  const gone = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return {
    url,
    port: Number(new URL(url).port),
    folder,
    process: child,
    printed,
    firstAgent: firstAgentIn(printed),
    kill: () => gone('SIGKILL'),
    async stop() {
      await gone('SIGTERM');
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

function readyUrl(child: ChildProcess, printed: string[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  if (!child.stdout) throw new Error('the server has no standard output');
  createInterface({ input: child.stdout }).on('line', (line) => {
    printed.push(line);
    const ready = /^ready (http:\/\/\S+)$/.exec(line);
    if (ready?.[1] !== undefined) resolve(ready[1]);
  });
  child.once('exit', (code, signal) =>
    reject(new Error(`the server ended (${code ?? signal}):\n${printed.join('\n')}`)),
  );
  return promise;
}

function firstAgentIn(printed: readonly string[]) {
  const line = printed.find((text) => /password/i.test(text));
  const found = line && /(\S+@\S+)\s.*password\S*\s+(\S+)/i.exec(line);
  return found?.[1] !== undefined && found[2] !== undefined
    ? { email: found[1], password: found[2] }
    : undefined;
}
