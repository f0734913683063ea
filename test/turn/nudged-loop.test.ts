import { afterEach, expect, test } from 'vitest';
import { NudgedLoop } from '../../src/turn/index.ts';

const never = 3_600_000;
let loop: NudgedLoop;
afterEach(() => loop.stop());

function looking(look: () => Promise<boolean>, togetherMs?: number) {
  const faults: unknown[] = [];
  loop = new NudgedLoop(look, {
    pollMs: never,
    ...(togetherMs !== undefined && { togetherMs }),
    onFault: (error) => faults.push(error),
  });
  return faults;
}

test('nudges during a look are one more look after it, never two at a time', async () => {
  let looks = 0;
  let atOnce = 0;
  let most = 0;
  let open: (() => void) | undefined;
  looking(async () => {
    looks += 1;
    atOnce += 1;
    most = Math.max(most, atOnce);
    if (looks === 1) await new Promise<void>((resolve) => (open = resolve));
    atOnce -= 1;
    return false;
  });
  loop.start();
  for (let n = 0; n < 5; n += 1) loop.nudge();
  open?.();
  await expect.poll(() => looks).toBe(2);
  await loop.stop();
  expect([looks, most]).toEqual([2, 1]);
});

test('a nudge in the very moment in which a look ends is not lost until the next poll', async () => {
  // However many ticks after the look's last word it comes.
  for (let ticks = 0; ticks < 8; ticks += 1) {
    let looks = 0;
    looking(async () => {
      looks += 1;
      if (looks > 1) return false;
      let late = Promise.resolve();
      for (let n = 0; n < ticks; n += 1) late = late.then(() => undefined);
      void late.then(() => loop.nudge());
      return false;
    });
    loop.start();
    await expect.poll(() => looks, { interval: 1 }).toBe(2);
    await loop.stop();
  }
});

test('a look that sees more goes on by itself; one that fails is told and waits for the next nudge', async () => {
  const sees = [true, true, new Error('disk'), false];
  let looks = 0;
  const faults = looking(async () => {
    const seen = sees[looks];
    looks += 1;
    if (seen instanceof Error) throw seen;
    return seen === true;
  });
  loop.start();
  await expect.poll(() => faults.length).toBe(1);
  expect(looks).toBe(3);
  loop.nudge();
  await expect.poll(() => looks).toBe(4);
});

test('nudges that come together are one look, and none begins after the end', async () => {
  let looks = 0;
  looking(async () => {
    looks += 1;
    return false;
  }, 5);
  loop.start();
  for (let n = 0; n < 50; n += 1) loop.nudge();
  await expect.poll(() => looks).toBe(1);
  loop.nudge();
  await loop.stop();
  loop.nudge();
  expect(looks).toBe(1);
});
