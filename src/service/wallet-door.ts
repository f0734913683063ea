import { randomUUID } from 'node:crypto';
import { Fault, type Clock } from '../core/index.ts';
import { createSandboxPhone, type CodeSender, type SandboxPhone } from '../identity/index.ts';
import type { Log, Metrics } from '../ops/index.ts';
import { createHttpWallet, openSandboxWallet, type Sandbox, type Wallet } from '../wallet/index.ts';
import type { Config } from './config.ts';

/** The wallet that this node works with: the company's over HTTP, or the sandbox. */
export interface WalletDoor {
  readonly wallet: Wallet;
  readonly codeSender: CodeSender;
  /** Only without a company's wallet: who can be tried out, and what their phones receive. */
  readonly sandbox: { readonly wallet: Sandbox; readonly phone: SandboxPhone } | undefined;
  /** Throws when the company's wallet gives no certain answer; absent for the sandbox. */
  readonly check?: () => Promise<void>;
  close(): void;
}

export async function openWalletDoor(
  config: Config,
  parts: {
    readonly clock: Clock;
    readonly timeZone: string;
    readonly log: Log;
    readonly metrics: Metrics;
  },
): Promise<WalletDoor> {
  if (config.wallet !== undefined) return openCompanyWallet(config.wallet, parts);
  mountBreaker(parts.metrics, () => true);
  const phone = createSandboxPhone({ clock: parts.clock });
  const wallet = await openSandboxWallet({
    folder: config.dataFolder,
    clock: parts.clock,
    timeZone: parts.timeZone,
    loadCustomers: config.loadCustomers,
    notify: ({ customerId, ...content }) => phone.receive(customerId, content),
  });
  return {
    wallet,
    codeSender: senderThrough(wallet),
    sandbox: { wallet, phone },
    close: () => wallet.close(),
  };
}

function openCompanyWallet(
  { url, keyId, secret }: NonNullable<Config['wallet']>,
  { clock, log, metrics }: { readonly clock: Clock; readonly log: Log; readonly metrics: Metrics },
): WalletDoor {
  const wallet = createHttpWallet({
    url,
    keyId,
    secret: new TextEncoder().encode(secret),
    clock,
    log,
  });
  mountBreaker(metrics, () => wallet.breaker() === 'closed');
  return {
    wallet,
    check: () => checkWallet(wallet),
    codeSender: senderThrough(wallet),
    sandbox: undefined,
    close: () => wallet.close(),
  };
}

function mountBreaker(metrics: Metrics, isClosed: () => boolean): void {
  metrics.gauge('wallet_breaker_open', '1 while the wallet’s circuit breaker is not closed.', () =>
    isClosed() ? 0 : 1,
  );
}

/** Nobody's id: that there is no such account is as good an answer as any. */
const nobody = 'kefu-readiness';

async function checkWallet(wallet: Pick<Wallet, 'getAccount'>): Promise<void> {
  const { kind } = await wallet.getAccount({ customerId: nobody });
  if (kind === 'unknown') throw new Fault('wallet_failed', 'The wallet gives no certain answer.');
}

/**
 * Only the wallet knows the customer's phone, so it delivers; Kefu makes and checks the code, so that its limits and
 * locks hold whatever the wallet. Each code is new, a resent one too, so each has a key of its own.
 */
function senderThrough(wallet: Wallet): CodeSender {
  return {
    send: async (customerId, code, expiresAtMs) => {
      const idempotencyKey = `code-${randomUUID()}`;
      const call = { customerId, purpose: 'verify', code, expiresAtMs, idempotencyKey };
      const sent = await wallet.deliverCode(call);
      if (sent.kind === 'ok') return sent.result;
      throw new Fault('wallet_failed', `The code was not delivered: ${sent.kind}.`);
    },
  };
}
