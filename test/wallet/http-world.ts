import { once } from 'node:events';
import type { Server } from 'node:http';
import { onTestFinished } from 'vitest';
import {
  createHttpWallet,
  createWalletHandler,
  createWalletServer,
} from '../../src/wallet/index.ts';
import type {
  HttpWallet,
  HttpWalletOptions,
  Wallet,
  WalletServerOptions,
} from '../../src/wallet/index.ts';
import type { WalletUnderTest } from '../contracts/wallet-cases.ts';
import { handClock, openSandboxWorld } from './sandbox-world.ts';

export const secret = new TextEncoder().encode('a secret of thirty-two characters');
export const keyId = 'kefu-1';
export const keys = new Map([[keyId, secret]]);

/** Listens on a free port of this machine. */
export async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server is not up');
  return `http://127.0.0.1:${address.port}`;
}

export async function shut(server: Server): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** Serves a wallet by the contract until the test is over; gives the contract's address. */
export async function serve(
  wallet: Wallet,
  more: Partial<WalletServerOptions> = {},
): Promise<{ readonly url: string; readonly server: Server; readonly faults: unknown[] }> {
  const faults: unknown[] = [];
  const server = createWalletServer();
  const onFault = (_operation: string, error: unknown): unknown => faults.push(error);
  server.on(
    'request',
    createWalletHandler({ wallet, keys, clock: handClock().clock, onFault, ...more }),
  );
  onTestFinished(() => shut(server));
  return { url: `${await listen(server)}/v1`, server, faults };
}

/** A client that is closed when the test is over, and what it logged. */
export function connect(url: string, more: Partial<HttpWalletOptions> = {}) {
  const logged: { readonly level: 'warn' | 'error'; readonly text: string }[] = [];
  const log = (level: 'warn' | 'error') => (fields: object, message: string) => {
    const { err, ...rest } = fields as { readonly err?: Error };
    logged.push({ level, text: [message, JSON.stringify(rest), err?.message ?? ''].join(' ') });
  };
  const client: HttpWallet = createHttpWallet({
    url,
    keyId,
    secret,
    clock: handClock().clock,
    log: { warn: log('warn'), error: log('error') },
    ...more,
  });
  onTestFinished(() => client.close());
  return { client, logged };
}

/** The sandbox of the contract's cases, spoken to over HTTP. */
export async function openHttpWorld(): Promise<WalletUnderTest> {
  return overHttp(await openSandboxWorld({ statementUrl: 'https://wallet.example/statements/' }));
}

async function overHttp(under: WalletUnderTest): Promise<WalletUnderTest> {
  const { url, server, faults } = await serve(under.wallet);
  const { client } = connect(url);
  const leave = async (): Promise<void> => {
    client.close();
    await shut(server);
    if (faults.length > 0) throw new AggregateError(faults, 'the server met faults');
  };
  return {
    ...under,
    wallet: client,
    reopen: async () => {
      await leave();
      return overHttp(await under.reopen());
    },
    remove: async () => {
      await leave();
      await under.remove();
    },
  };
}
