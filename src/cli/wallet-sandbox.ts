import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Fault } from '../core/index.ts';
import {
  basePath,
  createWalletHandler,
  createWalletServer,
  openSandboxWallet,
  statementPath,
  type WalletMessage,
} from '../wallet/index.ts';

const portDefault = 8790;

/**
 * The sandbox wallet as a process of its own, behind the contract in `src/wallet/openapi.yaml`: what a wallet
 * company's side looks like from outside. Runs until it is interrupted; prints what customers' phones receive.
 */
export async function run(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'kefu-wallet-')));
  const key = await openKey(folder);
  const server = createWalletServer();
  const url = await listen(server, options.port);
  const wallet = await openSandboxWallet({
    folder,
    clock: Date.now,
    statementUrl: `${url}${statementPath}`,
    notify: tell,
  });
  const handler = createWalletHandler({
    wallet,
    keys: new Map([[key.id, new TextEncoder().encode(key.secret)]]),
    clock: Date.now,
    statement: (token) => wallet.statement(token),
    onFault: (operation, error) => console.error(`${operation} failed:`, error),
  });
  server.on('request', handler);
  console.log(
    `KEFU_WALLET_URL=${url}${basePath}\nKEFU_WALLET_KEY_ID=${key.id}\nKEFU_WALLET_SECRET=${key.secret}\n\nready ${url}${basePath}`,
  );
  await interrupted();
  server.close();
  server.closeAllConnections();
  wallet.close();
  if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
  return 0;
}

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: 'string' }, data: { type: 'string' } },
  });
  const text = values.port ?? String(portDefault);
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) {
    throw new Fault('bad_config', `--port must be a whole number from 0 to 65535, not "${text}".`);
  }
  return { port, folder: values.data === undefined ? undefined : resolve(values.data) };
}

interface Key {
  readonly id: string;
  readonly secret: string;
}

/** Kept beside the ledger, so that a restart asks nobody to be set up anew. */
async function openKey(folder: string): Promise<Key> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'wallet-key.json');
  const made = { id: 'sandbox', secret: randomBytes(32).toString('base64url') };
  try {
    await writeFile(file, `${JSON.stringify(made)}\n`, { mode: 0o600, flag: 'wx' });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    const { id, secret } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    if (typeof id === 'string' && typeof secret === 'string' && secret.length >= 32) {
      return { id, secret };
    }
  } catch {
    // Told below with what is right.
  }
  throw new Fault(
    'bad_config',
    `${file} must hold "id" and a "secret" of 32 characters or more; remove it to have a new one made.`,
  );
}

/** On this machine only: the sandbox lets nobody else in, and nobody's money is in it. */
async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new Fault('bad_config', `Port ${port} cannot be listened on; give another by --port.`, {
      cause,
    });
  }
  const address = server.address();
  if (typeof address !== 'object' || address === null) {
    throw new Fault('internal', 'the server listens on no TCP address');
  }
  return `http://127.0.0.1:${address.port}`;
}

function tell(message: WalletMessage): void {
  const what =
    message.kind === 'code' ? `code ${message.code}` : `password reset by ${message.channel}`;
  console.log(`[phone of ${message.customerId}] ${what}`);
}

async function interrupted(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.once('SIGINT', resolve);
  process.once('SIGTERM', resolve);
  await promise;
}
