import { expect, test } from 'vitest';
import { against, reply } from './odd-server.ts';

const freeze = { customerId: 'lin-wei', reason: 'lost_phone', idempotencyKey: 'effect-1' };
const unknown = { kind: 'unknown' };
const ok = (result: unknown): object => ({ result, receipt: 'r' });

test('a wallet that is down is spared: no request goes out until it is time for one probe', async () => {
  let nowMs = 0;
  let isDown = true;
  const held: (() => void)[] = [];
  const world = await against(
    (request, response) => {
      if (isDown) return reply(503, '')(request, response);
      held.push(() => reply(200, ok(['CNY']))(request, response));
    },
    { clock: () => nowMs },
  );
  const { client, asked } = world;
  const ask = () => client.listCurrencies();
  expect([await ask(), await ask()]).toEqual([unknown, unknown]);
  // Three tries, then two: the fifth failure in a row opens it.
  expect([asked.length, client.breaker()]).toEqual([5, 'open']);
  expect([await ask(), await client.freezeAccount(freeze)]).toEqual([unknown, unknown]);
  nowMs += 4999;
  expect(await ask()).toEqual(unknown);
  expect(asked.length).toBe(5);
  // The probe fails: it stays open, twice as long.
  nowMs += 1;
  expect(await ask()).toEqual(unknown);
  expect([asked.length, client.breaker()]).toEqual([6, 'open']);
  nowMs += 9999;
  expect(await ask()).toEqual(unknown);
  expect(asked.length).toBe(6);
  // Set back by an hour: not kept closed off for that hour.
  nowMs -= 3_600_000;
  // Up again: one probe goes out while the others are turned away, then all go.
  isDown = false;
  nowMs += 1;
  const probe = ask();
  expect(client.breaker()).toBe('half_open');
  expect(await Promise.all([ask(), ask()])).toEqual([unknown, unknown]);
  await expect.poll(() => held.length).toBe(1);
  held.pop()?.();
  expect(await probe).toMatchObject({ kind: 'ok' });
  expect(client.breaker()).toBe('closed');
  const next = [ask(), ask()];
  await expect.poll(() => held.length).toBe(2);
  for (const answer of held) answer();
  expect(await Promise.all(next)).toMatchObject([{ kind: 'ok' }, { kind: 'ok' }]);
  expect(world.logged.filter(({ text }) => text.includes('breaker')).length).toBe(5);
});

test('failures that are not in a row, and wrong answers, do not open it', async () => {
  let n = 0;
  const { client, asked } = await against((request, response) => {
    n += 1;
    // Two failures, then an answer; each fourth one is wrong.
    if (n % 3 !== 0) reply(503, '')(request, response);
    else reply(200, n % 12 === 0 ? 'nonsense' : ok(['CNY']))(request, response);
  });
  for (let calls = 0; calls < 20; calls += 1) await client.listCurrencies();
  expect([asked.length, client.breaker()]).toEqual([60, 'closed']);
});

test('the wait doubles up to a minute and begins anew once the wallet was there', async () => {
  let nowMs = 0;
  let isDown = true;
  const { client, asked } = await against(
    (request, response) => reply(isDown ? 500 : 200, ok(['CNY']))(request, response),
    { clock: () => nowMs },
  );
  const fail = async () => {
    while (client.breaker() === 'closed') await client.listCurrencies();
  };
  await fail();
  for (const waitMs of [5000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
    const before = asked.length;
    nowMs += waitMs - 1;
    await client.listCurrencies();
    expect(asked.length).toBe(before);
    nowMs += 1;
    await client.listCurrencies();
    expect(asked.length).toBe(before + 1);
  }
  isDown = false;
  nowMs += 60_000;
  expect(await client.listCurrencies()).toMatchObject({ kind: 'ok' });
  isDown = true;
  await fail();
  nowMs += 5000;
  isDown = false;
  expect(await client.listCurrencies()).toMatchObject({ kind: 'ok' });
});
