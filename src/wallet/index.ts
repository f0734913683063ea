export * from './port.ts';
export {
  openSandboxWallet,
  type Sandbox,
  type SandboxOptions,
  type WalletFaults,
} from './sandbox/sandbox.ts';
export type { WalletMessage } from './sandbox/books.ts';
