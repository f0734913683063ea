import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { actionSpecs } from '../../src/actions/index.ts';
import type { LoggedEvent } from '../../src/dialogue/index.ts';
import { dieAt, isAsked, rehearse, type Script } from './account-actions.ts';
import { besideDoor, httpDoor, type WalletDoor } from './wallet-doors.ts';

const phone = { type: 'phone', start: 0, end: 1, text: '+', value: '+8613900001234' } as const;
const email = { type: 'email', start: 0, end: 1, text: '@', value: 'lin.wei@example.com' } as const;
const month = {
  type: 'date',
  start: 0,
  end: 1,
  text: 'm',
  value: { fromMs: Date.now() - 30 * 86_400_000, toMs: Date.now() },
} as const;

const scripts: readonly Script[] = [
  { action: 'requestRefund', intent: 'refund_request', customer: 'lin-wei' },
  {
    action: 'cancelTransaction',
    intent: 'cancel_transaction',
    customer: 'zhang-min',
  },
  {
    action: 'openDispute',
    intent: 'dispute_transaction',
    customer: 'sofia',
    presses: ['yes', 'not_delivered'],
    texts: ['it never came', 'skip'],
  },
  {
    action: 'retryWithdrawal',
    intent: 'withdrawal_failed',
    customer: 'maria',
    presses: ['€150', 'start_again', 'yes'],
  },
  { action: 'unlockAccount', intent: 'account_locked', customer: 'chen-jie' },
  { action: 'freezeAccount', intent: 'freeze_account', customer: 'lin-wei' },
  {
    action: 'updateContact',
    intent: 'change_account_info',
    customer: 'lin-wei',
    presses: ['phone', 'yes'],
    texts: ['+8613900001234'],
    entities: [phone],
  },
  {
    action: 'exportStatement',
    intent: 'export_statement',
    customer: 'lin-wei',
    texts: ['last month'],
    entities: [month],
  },
  {
    action: 'reportFraud',
    intent: 'report_fraud',
    customer: 'sofia',
    presses: ['no', '_none'],
    texts: ['they promised me profits', 'skip'],
  },
  {
    action: 'openTicket',
    intent: 'file_complaint',
    customer: 'dana',
    presses: ['_skip'],
    texts: ['nobody called me back', 'skip'],
  },
  {
    action: 'sendPasswordReset',
    intent: 'reset_password',
    presses: ['send'],
    texts: ['lin.wei@example.com'],
    entities: [email],
  },
  { action: 'sendCode', intent: 'code_not_received', customer: 'lin-wei', presses: ['send'] },
];

test('every account action that changes something is died in', () => {
  const writes = Object.values(actionSpecs).filter(({ read }) => !read);
  expect(scripts.map(({ action }) => action).sort()).toEqual(writes.map(({ name }) => name).sort());
});

const doors = { beside: besideDoor, 'over HTTP': httpDoor } as const;
const cases = Object.keys(doors).flatMap((way) =>
  scripts.map((script) => ({ way: way as keyof typeof doors, action: script.action, script })),
);

/** Every outcome that the log has of the action; it may have one only. */
function outcomes(log: readonly LoggedEvent[], action: string): readonly string[] {
  const asked = log.flatMap(({ event }) =>
    event.type === 'action.requested' && event.action === action ? [event.effectId] : [],
  );
  return log.flatMap(({ event }) =>
    event.type === 'action.ended' && asked.includes(event.effectId) ? [event.outcome.kind] : [],
  );
}

test.for(cases)(
  '$action, $way: dying before or after any one call leaves exactly what an undisturbed run leaves',
  { timeout: 120_000 },
  async ({ way, action, script }) => {
    const open: (folder: string) => Promise<WalletDoor> = doors[way];
    const rehearsal = await rehearse(script, open);
    const calm = await dieAt(rehearsal, open, { at: Infinity, after: false });
    expect(outcomes(calm.log, action)).toEqual(['ok']);
    expect(calm.calls).toBeGreaterThan(4);
    expect(calm.rows).not.toEqual(rehearsal.rows);
    for (let at = 1; at <= calm.calls; at += 1) {
      for (const after of [false, true]) {
        const { log, rows, balanced, account } = await dieAt(rehearsal, open, { at, after });
        const where = `died ${after ? 'after' : 'before'} call ${at}`;
        const ended = log.findLastIndex(({ event }) => event.type === 'action.ended');
        const seen = {
          where,
          isAsked: isAsked(log, action),
          outcomes: outcomes(log, action),
          isTold: log.slice(ended).some(({ event }) => event.type === 'bot.said'),
          rows,
          balanced,
          account,
        };
        expect(seen).toEqual({
          where,
          isAsked: true,
          outcomes: ['ok'],
          isTold: true,
          rows: calm.rows,
          balanced: true,
          account: calm.account,
        });
      }
    }
    await rm(rehearsal.folder, { recursive: true, force: true });
  },
);

/** Takes every repeat for a new request. */
async function forgetfulDoor(folder: string): Promise<WalletDoor> {
  const door = await besideDoor(folder);
  const { wallet } = door;
  return {
    ...door,
    wallet: {
      ...wallet,
      openTicket: (call) => wallet.openTicket({ ...call, idempotencyKey: randomUUID() }),
    },
  };
}

test('a wallet that forgets its keys is found out', { timeout: 120_000 }, async () => {
  const script = scripts.find(({ action }) => action === 'openTicket');
  if (!script) throw new Error('no such script');
  const rehearsal = await rehearse(script, forgetfulDoor);
  const calm = await dieAt(rehearsal, forgetfulDoor, { at: Infinity, after: false });
  const rows = new Set<string>();
  for (let at = 1; at <= calm.calls; at += 1) {
    const result = await dieAt(rehearsal, forgetfulDoor, { at, after: true });
    rows.add(JSON.stringify(result.rows));
  }
  expect(rows.size).toBeGreaterThan(1);
  await rm(rehearsal.folder, { recursive: true, force: true });
});
