export * from './port.ts';
export {
  openSandboxWallet,
  type Sandbox,
  type SandboxOptions,
  type WalletFaults,
} from './sandbox/sandbox.ts';
export type { WalletMessage } from './sandbox/books.ts';
export {
  createHttpWallet,
  type HttpWallet,
  type HttpWalletOptions,
  type WalletLog,
} from './http/client.ts';
export {
  basePath,
  createWalletHandler,
  createWalletServer,
  statementPath,
  type WalletServerOptions,
} from './http/server.ts';
