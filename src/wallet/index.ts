export * from './port.ts';
export {
  openSandboxWallet,
  type Fate,
  type Sandbox,
  type SandboxOptions,
  type WalletFaults,
} from './sandbox/sandbox.ts';
export type { BackOffice } from './sandbox/back-office.ts';
export type { WalletMessage } from './sandbox/books.ts';
export type { Audit } from './sandbox/ledger.ts';
export type { SandboxCustomer } from './sandbox/seed-customers.ts';
export type { StatementFile } from './sandbox/statements.ts';
