import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createUserTokenSigner } from '../../src/identity/index.ts';
import {
  basePath,
  createWalletHandler,
  createWalletServer,
  openSandboxWallet,
  type Sandbox,
  type WalletMessage,
} from '../../src/wallet/index.ts';

/** The company's one wallet, as all nodes reach it. */
export interface SharedWallet {
  readonly sandbox: Sandbox;
  /** Answers as the demo page's phone does, for whoever waits for codes. */
  readonly phoneUrl: string;
  readonly userToken: (customerId: string) => Promise<string>;
  readonly env: { readonly [name: string]: string };
  close(): Promise<void>;
}

export async function openSharedWallet(folder: string, customers: number): Promise<SharedWallet> {
  const secret = randomBytes(32).toString('base64url');
  const userTokenSecret = randomBytes(32).toString('base64url');
  const messages: WalletMessage[] = [];
  const sandbox = await openSandboxWallet({
    folder,
    clock: Date.now,
    loadCustomers: customers,
    notify: (message) => void messages.push(message),
  });
  const server = createWalletServer();
  const handler = createWalletHandler({
    wallet: sandbox,
    keys: new Map([['test', new TextEncoder().encode(secret)]]),
    clock: Date.now,
    statement: (token) => sandbox.statement(token),
    onFault: (operation, error) => console.error(operation, error),
  });
  server.on('request', handler);
  const phone = createServer(({ url = '' }, reply) => {
    const customerId = new URL(url, 'http://phone').searchParams.get('customerId');
    const own = messages.filter((message) => message.customerId === customerId);
    reply.end(JSON.stringify({ messages: own }));
  });
  const [port, phonePort] = [await listen(server), await listen(phone)];
  return {
    sandbox,
    phoneUrl: `http://127.0.0.1:${phonePort}`,
    userToken: createUserTokenSigner({
      issuer: 'wallet',
      secret: new TextEncoder().encode(userTokenSecret),
      clock: Date.now,
      randomId: randomUUID,
    }),
    env: {
      KEFU_USER_TOKEN_SECRET: userTokenSecret,
      KEFU_WALLET_URL: `http://127.0.0.1:${port}${basePath}`,
      KEFU_WALLET_KEY_ID: 'test',
      KEFU_WALLET_SECRET: secret,
    },
    close: async () => {
      for (const one of [server, phone]) {
        one.close();
        one.closeAllConnections();
      }
      sandbox.close();
      await Promise.resolve();
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
