import { once } from 'node:events';
import { join } from 'node:path';
import {
  createHttpWallet,
  createWalletHandler,
  createWalletServer,
  openSandboxWallet,
  type Wallet,
} from '../../src/wallet/index.ts';

/** A wallet company that goes on while the node that asks it dies, and the way to it. */
export interface WalletDoor {
  readonly wallet: Wallet;
  /** The company's own records, to be read when it is closed. */
  readonly file: string;
  balanced(): boolean;
  close(): Promise<void>;
}

const clock = (): number => Date.now();
const open = async (folder: string) => {
  const own = join(folder, 'wallet');
  // The contract asks for a whole address.
  const statementUrl = 'https://wallet.example/statements/';
  const sandbox = await openSandboxWallet({ folder: own, clock, statementUrl });
  return { sandbox, file: join(own, 'wallet.db') };
};

/** In the same process, as the sandbox is. */
export async function besideDoor(folder: string): Promise<WalletDoor> {
  const { sandbox, file } = await open(folder);
  return {
    wallet: sandbox,
    file,
    balanced: () => sandbox.audit().balanced,
    close: () => Promise.resolve(sandbox.close()),
  };
}

const secret = new TextEncoder().encode('a secret of thirty-two characters');
const quiet = { warn: () => undefined, error: () => undefined };

/** By the HTTP contract, as a company's own is. */
export async function httpDoor(folder: string): Promise<WalletDoor> {
  const { sandbox, file } = await open(folder);
  const server = createWalletServer();
  const keys = new Map([['kefu-1', secret]]);
  server.on('request', createWalletHandler({ wallet: sandbox, keys, clock }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server is not up');
  const url = `http://127.0.0.1:${address.port}/v1`;
  const client = createHttpWallet({ url, keyId: 'kefu-1', secret, clock, log: quiet });
  return {
    wallet: client,
    file,
    balanced: () => sandbox.audit().balanced,
    close: async () => {
      client.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      sandbox.close();
    },
  };
}
