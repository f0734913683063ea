import { openSandboxWallet } from '../../src/wallet/index.ts';

/**
 * A wallet in a process of its own, to be killed. Asks one refund after another for the load customers and
 * says on stdout what it is about to do, what it has done and what came of it; at the point `stop`, if it is
 * one of them, it then waits to be killed.
 */
const [folder = '', stop = 'never'] = process.argv.slice(2);

const say = (line: string): Promise<void> =>
  new Promise((resolve) => process.stdout.write(`${line}\n`, () => resolve()));

const point = async (name: string, operation: string, key: string | undefined) => {
  if (operation !== 'requestRefund') return 'go' as const;
  await say(`${name} ${key}`);
  if (name === stop) await new Promise(() => setInterval(() => {}, 60_000));
  return 'go' as const;
};

const sandbox = await openSandboxWallet({
  folder,
  clock: Date.now,
  loadCustomers: 400,
  faults: {
    before: (operation, key) => point('before', operation, key),
    after: (operation, key) => point('after', operation, key),
  },
});
for (let n = 1; n <= 400; n += 1) {
  const customerId = `load-${String(n).padStart(4, '0')}`;
  const offered = await sandbox.listTransactions({ customerId, kind: 'payment' });
  const bought = offered.kind === 'ok' ? offered.result[0] : undefined;
  if (bought === undefined) continue;
  const answer = await sandbox.requestRefund({
    customerId,
    transactionId: bought.id,
    amount: bought.amount,
    reason: 'other',
    idempotencyKey: `crash-${customerId}`,
  });
  if (answer.kind === 'ok') await say(`done crash-${customerId} ${answer.receipt}`);
}
sandbox.close();
