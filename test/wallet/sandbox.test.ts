import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { Fault } from '../../src/core/index.ts';
import { openSandboxWallet } from '../../src/wallet/index.ts';
import type { SandboxOptions, WalletMessage } from '../../src/wallet/index.ts';
import { walletContract } from '../contracts/wallet.ts';
import {
  dayMs,
  freshFolder,
  handClock,
  money,
  openSandboxWorld,
  startMs,
} from './sandbox-world.ts';

walletContract('sandbox wallet', () => openSandboxWorld());

async function start(more: Partial<SandboxOptions> = {}) {
  const folder = await freshFolder();
  const hand = handClock();
  const sandbox = await openSandboxWallet({ folder, clock: hand.clock, ...more });
  onTestFinished(async () => {
    sandbox.close();
    await rm(folder, { recursive: true });
  });
  return { sandbox, folder, ...hand };
}

const lin = { customerId: 'lin-wei' };

test('the first start gives every customer the trouble that their story tells', async () => {
  const { sandbox } = await start();
  const listed = sandbox.customers();
  expect(listed.map(({ customerId }) => customerId)).toEqual([
    'lin-wei',
    'maria',
    'chen-jie',
    'omar',
    'sofia',
    'zhang-min',
    'dana',
    'new-user',
  ]);
  for (const { stories } of listed) {
    expect(Object.keys(stories)).toEqual(['en', 'zh-CN', 'es', 'ar']);
    for (const story of Object.values(stories)) expect(story).not.toBe('');
  }
  const declined = await sandbox.listTransactions({ ...lin, state: 'failed' });
  expect(declined).toMatchObject({
    kind: 'ok',
    result: [{ method: 'card', failureReason: 'card_declined' }],
  });
  const bought = await sandbox.listTransactions({ ...lin, kind: 'payment', limit: 50 });
  const all = bought.kind === 'ok' ? bought.result : [];
  const twins = all.filter((a) =>
    all.some(
      (b) =>
        a !== b &&
        a.counterparty === b.counterparty &&
        a.amount.minor === b.amount.minor &&
        Math.abs(a.atMs - b.atMs) <= 2 * 60_000,
    ),
  );
  expect(twins.length).toBe(2);
  const withdrawals = await sandbox.listWithdrawals({ customerId: 'maria' });
  expect(withdrawals.kind === 'ok' && withdrawals.result.map((w) => [w.state, w.overdue])).toEqual([
    ['processing', false],
    ['processing', true],
    ['returned', false],
    ['arrived', false],
  ]);
  const strange = await sandbox.listTransactions({ customerId: 'sofia', kind: 'transfer_out' });
  expect(strange.kind === 'ok' && strange.result.length).toBe(2);
  const cancellable = await sandbox.listTransactions({ customerId: 'zhang-min', state: 'pending' });
  expect(cancellable.kind === 'ok' && cancellable.result.length).toBe(1);
  expect(await sandbox.getRefund({ customerId: 'zhang-min' })).toMatchObject({
    kind: 'ok',
    result: { state: 'reviewing' },
  });
  expect(sandbox.audit()).toEqual({
    sums: { CNY: 0n, EUR: 0n, USD: 0n },
    crookedJournals: 0,
    driftedAccounts: 0,
    balanced: true,
  });
});

test('two first starts on one day tell the same histories', async () => {
  const [one, other] = [await start(), await start()];
  for (const { customerId } of one.sandbox.customers()) {
    const ask = { customerId, limit: 50 };
    const [a, b] = [
      await one.sandbox.listTransactions(ask),
      await other.sandbox.listTransactions(ask),
    ];
    expect(a.kind === 'ok' && a.result).toEqual(b.kind === 'ok' && b.result);
  }
});

test('a second start adds nothing to the histories', async () => {
  const { sandbox, folder, clock, pass } = await start();
  const before = await sandbox.getBalances(lin);
  sandbox.close();
  pass(dayMs);
  const again = await openSandboxWallet({ folder, clock, loadCustomers: 3 });
  const now = await again.getBalances(lin);
  again.close();
  expect(now.kind === 'ok' && now.result).toEqual(before.kind === 'ok' && before.result);
});

test('load customers have one refundable purchase each and stay out of the list for people', async () => {
  const { sandbox } = await start({ loadCustomers: 12 });
  expect(sandbox.customers().length).toBe(8);
  for (let n = 1; n <= 12; n += 1) {
    const customerId = `load-${String(n).padStart(4, '0')}`;
    const bought = await sandbox.listTransactions({ customerId, refundable: true });
    expect(bought.kind === 'ok' && bought.result.length).toBe(1);
  }
  expect(sandbox.audit().balanced).toBe(true);
});

test('a refund goes back to the balance it was paid from, and marks the purchase when whole', async () => {
  const { sandbox } = await start();
  const bought = sandbox.office.enter({
    ...lin,
    kind: 'payment',
    amount: money('100 CNY'),
    counterparty: '星禾数码',
    method: 'balance',
    refundRule: 'allowed',
  });
  const balance = async () => {
    const answer = await sandbox.getBalances(lin);
    return answer.kind === 'ok' ? answer.result[0]?.available.minor : undefined;
  };
  const before = (await balance()) ?? 0n;
  for (const [part, state] of [
    ['30 CNY', 'completed'],
    ['70 CNY', 'refunded'],
  ] as const) {
    const asked = await sandbox.requestRefund({
      ...lin,
      transactionId: bought.id,
      amount: money(part),
      reason: 'other',
      idempotencyKey: `part-${part.slice(0, 2)}`,
    });
    if (asked.kind !== 'ok') throw new Error('not taken');
    sandbox.office.decideRefund(asked.result.id, 'approved');
    expect(sandbox.office.decideRefund(asked.result.id, 'paid').state).toBe('paid');
    expect(await sandbox.getTransaction({ ...lin, transactionId: bought.id })).toMatchObject({
      result: { state, refundable: state === 'completed' },
    });
  }
  expect(await balance()).toBe(before + 10_000n);
  expect(() => sandbox.office.decideRefund('R20200101-0000', 'paid')).toThrow(Fault);
  expect(sandbox.audit().balanced).toBe(true);
});

test('a refused refund gives the seller the money back and may be asked for again', async () => {
  const { sandbox } = await start();
  const offered = await sandbox.listTransactions({ ...lin, refundable: true, limit: 1 });
  const bought = offered.kind === 'ok' ? offered.result[0] : undefined;
  if (!bought) throw new Error('nothing to refund');
  const ask = (idempotencyKey: string) =>
    sandbox.requestRefund({
      ...lin,
      transactionId: bought.id,
      amount: bought.amount,
      reason: 'other',
      idempotencyKey,
    });
  const asked = await ask('first');
  if (asked.kind !== 'ok') throw new Error('not taken');
  sandbox.office.decideRefund(asked.result.id, 'refused');
  expect((await ask('second')).kind).toBe('ok');
  expect(sandbox.refundsOf(bought.id).map(({ state }) => state)).toEqual(['refused', 'reviewing']);
  expect(sandbox.audit().balanced).toBe(true);
});

test('a won dispute pays the customer in full, a lost one pays the payee', async () => {
  const { sandbox } = await start();
  const dispute = async (customerId: string, to: 'won' | 'lost') => {
    const sent = await sandbox.listTransactions({ customerId, kind: 'transfer_out', limit: 1 });
    const transactionId = (sent.kind === 'ok' && sent.result[0]?.id) || 'none';
    const opened = await sandbox.openDispute({
      customerId,
      transactionId,
      reason: 'fraud',
      idempotencyKey: `dispute-${customerId}`,
    });
    if (opened.kind !== 'ok') throw new Error('not opened');
    sandbox.office.decideDispute(opened.result.id, to);
    return sandbox.getTransaction({ customerId, transactionId });
  };
  expect(await dispute('sofia', 'won')).toMatchObject({ result: { state: 'refunded' } });
  expect(await dispute('lin-wei', 'lost')).toMatchObject({ result: { state: 'completed' } });
  const balance = await sandbox.getBalances({ customerId: 'sofia' });
  // 1800 topped up, 95.50 spent, 480 still with the stranger, 520 won back.
  expect(balance).toMatchObject({ result: [{ available: money('1224.50 EUR') }] });
  expect(sandbox.audit().balanced).toBe(true);
});

test('pending deals can complete or fail, once', async () => {
  const { sandbox } = await start();
  const pend = () =>
    sandbox.office.enter({
      ...lin,
      kind: 'transfer_out',
      amount: money('10 CNY'),
      counterparty: 'Friend',
      method: 'balance',
      state: 'pending',
    });
  expect(sandbox.office.complete(pend().id).state).toBe('completed');
  const failed = sandbox.office.fail(pend().id, 'bank_timeout');
  expect(failed).toMatchObject({ state: 'failed', failureReason: 'bank_timeout' });
  expect(() => sandbox.office.complete(failed.id)).toThrow('not_pending');
  const balances = await sandbox.getBalances(lin);
  expect(balances).toMatchObject({ result: [{ held: { minor: 0n } }] });
  expect(sandbox.audit().balanced).toBe(true);
});

test('unfreezing gives an account back as it was', async () => {
  const { sandbox } = await start();
  expect(sandbox.office.unfreeze('dana').status).toBe('active');
  const frozen = await sandbox.freezeAccount({
    customerId: 'chen-jie',
    reason: 'lost_phone',
    idempotencyKey: 'freeze-1',
  });
  expect(frozen).toMatchObject({ result: { status: 'frozen' } });
  expect(sandbox.office.unfreeze('chen-jie')).toMatchObject({
    status: 'locked',
    statusReason: 'too_many_attempts',
  });
});

test('the file itself refuses crooked books', async () => {
  const { sandbox, folder } = await start();
  sandbox.close();
  const db = new DatabaseSync(join(folder, 'wallet.db'));
  const account = db.prepare(`SELECT id FROM account WHERE kind = 'bank' AND currency = 'CNY'`);
  const id = Number(account.get()?.['id']);
  const insert = (journal: number, currency: string, amount: number) =>
    db.exec(
      `INSERT INTO posting (journal_id, account_id, currency, amount) VALUES (${journal}, ${id}, '${currency}', ${amount})`,
    );
  const begin = (journal: number) => {
    db.exec('BEGIN');
    db.exec(`INSERT INTO journal (id, kind, ref, at_ms) VALUES (${journal}, 'theft', 'x', 0)`);
  };
  begin(100_001);
  insert(100_001, 'CNY', 5);
  expect(() => db.exec('INSERT INTO seal VALUES (100001)')).toThrow('does not balance');
  expect(() => db.exec('COMMIT')).toThrow('FOREIGN KEY');
  db.exec('ROLLBACK');
  begin(100_002);
  expect(() => insert(100_002, 'USD', 5)).toThrow('another currency');
  db.exec('ROLLBACK');
  expect(() => insert(1, 'CNY', 5)).toThrow('sealed');
  expect(() => db.exec('UPDATE posting SET amount = 1')).toThrow('for good');
  expect(() => db.exec('DELETE FROM posting')).toThrow('for good');
  expect(() => db.exec('DELETE FROM seal')).toThrow('for good');
  expect(() => db.exec(`UPDATE account SET balance = -1 WHERE kind = 'available'`)).toThrow(
    'CHECK',
  );
  db.close();
});

test('the audit finds a balance that was changed behind the books', async () => {
  const { sandbox, folder, clock } = await start();
  sandbox.close();
  const db = new DatabaseSync(join(folder, 'wallet.db'));
  db.exec(
    `UPDATE account SET balance = balance + 1 WHERE owner = 'lin-wei' AND kind = 'available'`,
  );
  db.close();
  const again = await openSandboxWallet({ folder, clock });
  expect(again.audit()).toMatchObject({ sums: { CNY: 1n }, driftedAccounts: 1, balanced: false });
  again.close();
});

test('an answer lost after the effect is told again under the same key', async () => {
  let lose = true;
  const { sandbox } = await start({
    faults: { after: async (operation) => (lose && operation === 'freezeAccount' ? 'lose' : 'go') },
  });
  const call = { ...lin, reason: 'lost_phone', idempotencyKey: 'k1' };
  expect(await sandbox.freezeAccount(call)).toEqual({ kind: 'unknown' });
  expect(await sandbox.getAccount(lin)).toMatchObject({ result: { status: 'frozen' } });
  lose = false;
  expect(await sandbox.freezeAccount(call)).toMatchObject({
    kind: 'ok',
    result: { status: 'frozen' },
  });
});

test('a request lost before the effect changes nothing', async () => {
  const { sandbox } = await start({
    faults: { before: async (operation) => (operation === 'freezeAccount' ? 'lose' : 'go') },
  });
  const call = { ...lin, reason: 'lost_phone', idempotencyKey: 'k1' };
  expect(await sandbox.freezeAccount(call)).toEqual({ kind: 'unknown' });
  expect(await sandbox.getAccount(lin)).toMatchObject({ result: { status: 'active' } });
});

test('messages go to the owner of a contact once, and to nobody for a contact without one', async () => {
  const told: WalletMessage[] = [];
  const { sandbox } = await start({ notify: (message) => told.push(message) });
  const call = { contact: 'LIN.WEI@example.com', idempotencyKey: 'reset-1' };
  await sandbox.sendPasswordReset(call);
  await sandbox.sendPasswordReset(call);
  await sandbox.sendPasswordReset({ contact: 'nobody@example.com', idempotencyKey: 'reset-2' });
  await sandbox.sendCode({ ...lin, purpose: 'sign_in', idempotencyKey: 'code-1' });
  expect(told).toMatchObject([
    { kind: 'password_reset', customerId: 'lin-wei', channel: 'email' },
    { kind: 'code', customerId: 'lin-wei', code: expect.stringMatching(/^\d{6}$/) },
  ]);
});

test('a statement holds the period, safe for spreadsheets, and ends with its link', async () => {
  const { sandbox, pass } = await start();
  sandbox.office.enter({
    ...lin,
    kind: 'payment',
    amount: money('1 CNY'),
    counterparty: '=cmd("x"), Ltd',
    method: 'balance',
  });
  const call = { ...lin, fromMs: startMs - 30 * dayMs, toMs: startMs + 1 } as const;
  const fetchOf = async (format: 'csv' | 'pdf') => {
    const answer = await sandbox.exportStatement({ ...call, format, idempotencyKey: format });
    if (answer.kind !== 'ok') throw new Error('no link');
    const token = answer.result.url.split('/').at(-1) ?? '';
    return { token, file: sandbox.statement(token) };
  };
  const csv = await fetchOf('csv');
  const text = new TextDecoder().decode(csv.file?.body);
  expect(text.split('\r\n').length).toBe(1 + 8 + 1);
  expect(text).toContain(`"'=cmd(""x""), Ltd",1.00,0.00,CNY`);
  expect(text).toContain('云海咖啡');
  expect(text).not.toContain('山野户外');
  const pdf = await fetchOf('pdf');
  expect(Buffer.from(pdf.file?.body ?? []).toString('latin1')).toMatch(/^%PDF-1\.4[\s\S]*%%EOF\n$/);
  expect(sandbox.statement('not-a-token')).toBeUndefined();
  pass(15 * 60_000);
  expect(sandbox.statement(csv.token)).toBeUndefined();
});

test('a second opener of the folder is told that it is in use', async () => {
  const { folder, clock } = await start();
  await expect(openSandboxWallet({ folder, clock })).rejects.toMatchObject({
    code: 'data_folder_in_use',
  });
});

test('a file that is no wallet is refused and left as it is', async () => {
  const folder = await freshFolder();
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'wallet.db'), 'this is somebody’s shopping list, kept for years');
  await expect(openSandboxWallet({ folder, clock: () => startMs })).rejects.toMatchObject({
    code: 'store_corrupt',
  });
  expect(await readFile(join(folder, 'wallet.db'), 'utf8')).toContain('shopping list');
});

test('a file of a newer version is refused', async () => {
  const { sandbox, folder, clock } = await start();
  sandbox.close();
  const db = new DatabaseSync(join(folder, 'wallet.db'));
  db.exec('PRAGMA user_version = 99');
  db.close();
  await expect(openSandboxWallet({ folder, clock })).rejects.toMatchObject({ code: 'bad_config' });
});
