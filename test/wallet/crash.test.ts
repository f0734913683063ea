import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openSandboxWallet } from '../../src/wallet/index.ts';
import { freshFolder } from './sandbox-world.ts';

const child = fileURLToPath(new URL('./crash-child.ts', import.meta.url));

/** Runs the wallet in another process and kills it with SIGKILL when `isTime` says so of a line that it wrote. */
async function killWhen(folder: string, stop: string, isTime: (line: string) => boolean) {
  const running = spawn(process.execPath, [child, folder, stop], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(running, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface({ input: running.stdout })) {
    lines.push(line);
    if (isTime(line)) running.kill('SIGKILL');
  }
  await exited;
  return lines;
}

/** Asks every customer's refund again under its key, as the outbox does, and gives what the ledger then holds. */
async function reconcile(folder: string) {
  const sandbox = await openSandboxWallet({ folder, clock: Date.now });
  const receipts = new Map<string, string>();
  const counts: number[] = [];
  for (let n = 1; n <= 400; n += 1) {
    const customerId = `load-${String(n).padStart(4, '0')}`;
    const offered = await sandbox.listTransactions({ customerId, kind: 'payment' });
    const bought = offered.kind === 'ok' ? offered.result[0] : undefined;
    if (bought === undefined) throw new Error(`${customerId} lost a purchase`);
    const idempotencyKey = `crash-${customerId}`;
    const { amount, id: transactionId } = bought;
    const call = { customerId, transactionId, amount, reason: 'other', idempotencyKey };
    const answer = await sandbox.requestRefund(call);
    if (answer.kind !== 'ok') throw new Error(`${customerId}: ${JSON.stringify(answer)}`);
    receipts.set(idempotencyKey, answer.receipt);
    counts.push(sandbox.refundsOf(transactionId).length);
  }
  const audit = sandbox.audit();
  sandbox.close();
  return { receipts, counts, audit };
}

async function folderForTest(): Promise<string> {
  const folder = await freshFolder();
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

for (const point of ['before', 'after']) {
  test(`killed ${point} the effect of a refund, the ledger ends with exactly one`, async () => {
    const folder = await folderForTest();
    const lines = await killWhen(folder, point, (line) => line.startsWith(point));
    expect(lines.at(-1)).toBe(`${point} crash-load-0001`);
    const { counts, audit } = await reconcile(folder);
    expect(new Set(counts)).toEqual(new Set([1]));
    expect(audit.balanced).toBe(true);
  });
}

test('killed again and again in mid-flight: one refund each, and every answer given before stands', async () => {
  const folder = await folderForTest();
  const answered = new Map<string, string>();
  for (const enough of [7, 31, 64, 3]) {
    let fresh = 0;
    const lines = await killWhen(folder, 'never', (line) => {
      if (line.startsWith('done') && !answered.has(line.split(' ')[1] ?? '')) fresh += 1;
      return fresh >= enough;
    });
    for (const line of lines) {
      const [what, key = '', receipt = ''] = line.split(' ');
      if (what !== 'done') continue;
      expect(answered.get(key) ?? receipt).toBe(receipt);
      answered.set(key, receipt);
    }
  }
  expect(answered.size).toBeGreaterThanOrEqual(105);
  const { receipts, counts, audit } = await reconcile(folder);
  for (const [key, receipt] of answered) expect(receipts.get(key)).toBe(receipt);
  expect(new Set(counts)).toEqual(new Set([1]));
  expect(audit.balanced).toBe(true);
});
