import {
  array,
  assert,
  asyncProperty,
  bigInt,
  constant,
  constantFrom,
  nat,
  oneof,
  record,
  type Arbitrary,
} from 'fast-check';
import { expect, test } from 'vitest';
import { encode } from '../../src/core/index.ts';
import type { Answer, Wallet } from '../../src/wallet/index.ts';
import { okOf, type WalletCases, type WalletUnderTest } from './wallet-cases.ts';

type Move =
  | { readonly kind: 'refund'; readonly of: number; readonly minor: bigint; readonly key: number }
  | { readonly kind: 'dispute' | 'cancel'; readonly of: number; readonly key: number }
  | { readonly kind: 'retry' | 'ticket'; readonly key: number };

/** The invariants under any sequence of asks. */
export function booksContract(start: () => Promise<WalletUnderTest>): void {
  const index = nat({ max: 7 });
  const keyNumber = nat({ max: 11 });
  const move: Arbitrary<Move> = oneof(
    record({
      kind: constant('refund' as const),
      of: index,
      minor: bigInt({ min: -10n, max: 40_000n }),
      key: keyNumber,
    }),
    record({ kind: constantFrom('dispute', 'cancel'), of: index, key: keyNumber }),
    record({ kind: constantFrom('retry', 'ticket'), key: keyNumber }),
  );

  test('whatever is asked in whatever order, the books add up and one key is one answer', async () => {
    await assert(
      asyncProperty(array(move, { maxLength: 20 }), async (moves) => {
        const under = await start();
        await playMoves(under, moves);
        expect(under.isBalanced()).toBe(true);
        for (const id of under.cases.refundable) {
          expect(under.countRefunds(id)).toBeLessThanOrEqual(1);
        }
        const who = { customerId: under.cases.active };
        for (const { available, held } of okOf(await under.wallet.getBalances(who))) {
          expect(available.minor >= 0n && held.minor >= 0n).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
}

/** Asks in turn; under a key that was used, the first answer or a conflict must come. */
async function playMoves({ wallet, cases }: WalletUnderTest, moves: readonly Move[]) {
  const seen = new Map<number, { readonly call: string; readonly answer: string }>();
  for (const step of moves) {
    const answer = encode(await perform(wallet, cases, step, `books-${step.key}`));
    const call = encode(step);
    const first = seen.get(step.key) ?? { call, answer };
    seen.set(step.key, first);
    expect(answer).toBe(first.call === call ? first.answer : conflict);
  }
}

const conflict = encode({ kind: 'refused', reason: 'idempotency_conflict' });

function perform(
  wallet: Wallet,
  cases: WalletCases,
  move: Move,
  idempotencyKey: string,
): Promise<Answer<unknown>> {
  const ids = [
    ...cases.refundable,
    cases.pending,
    cases.anotherPending,
    cases.transferOut,
    cases.sellerDecides,
    cases.failed,
  ];
  const who = { customerId: cases.active, idempotencyKey };
  const transactionId = 'of' in move ? (ids[move.of] ?? 'none') : 'none';
  switch (move.kind) {
    case 'refund': {
      const amount = { minor: move.minor, currency: 'CNY' };
      return wallet.requestRefund({ ...who, transactionId, amount, reason: 'other' });
    }
    case 'dispute':
      return wallet.openDispute({ ...who, transactionId, reason: 'other' });
    case 'cancel':
      return wallet.cancelTransaction({ ...who, transactionId });
    case 'retry':
      return wallet.retryWithdrawal({ ...who, withdrawalId: cases.returned });
    case 'ticket':
      return wallet.openTicket({ ...who, type: 'other', details: {} });
  }
}
