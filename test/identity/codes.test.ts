import { expect, test } from 'vitest';
import { limits } from '../../src/core/index.ts';
import { createSandboxPhone } from '../../src/identity/index.ts';
import { openWorld, startMs } from './world.ts';

const hourMs = 60 * 60_000;
const lin = 'lin-wei';

/** Some six digits that are not the code. */
const wrong = (code: string): string => (code === '000000' ? '111111' : '000000');

test('the code on the phone passes, once', async () => {
  const { codes, phone, lastCode } = await openWorld();
  expect(await codes.send(lin, 'c1', 'ch1')).toEqual({
    kind: 'sent',
    expiresAtMs: startMs + limits.codeTtlMs,
    tail: '···ei',
  });
  expect(phone.messages(lin, 0)).toMatchObject([
    { n: 1, kind: 'code', code: expect.stringMatching(/^\d{6}$/) },
  ]);
  const code = lastCode(lin);
  expect(await codes.check('ch1', 'c1', code)).toEqual({ kind: 'passed' });
  expect(await codes.check('ch1', 'c1', code)).toEqual({ kind: 'expired' });
});

test.each([
  ['full-width', 0xff10],
  ['Arabic', 0x0660],
  ['Persian', 0x06f0],
])('a code typed with spaces, in %s digits, is the same code', async (_name, zero) => {
  const { codes, lastCode } = await openWorld();
  await codes.send(lin, 'c1', 'ch1');
  const code = lastCode(lin);
  const wide = code.replace(/\d/g, (d) => String.fromCharCode(Number(d) + zero));
  expect(await codes.check('ch1', 'c1', ` ${wide.slice(0, 3)} ${wide.slice(3)}`)).toEqual({
    kind: 'passed',
  });
});

test('three wrong codes lock the challenge, the right one comes too late', async () => {
  const { codes, lastCode } = await openWorld();
  await codes.send(lin, 'c1', 'ch1');
  const code = lastCode(lin);
  expect(await codes.check('ch1', 'c1', wrong(code))).toEqual({ kind: 'wrong', attemptsLeft: 2 });
  expect(await codes.check('ch1', 'c1', '')).toEqual({ kind: 'wrong', attemptsLeft: 1 });
  expect(await codes.check('ch1', 'c1', `${code}0`)).toEqual({ kind: 'locked' });
  expect(await codes.check('ch1', 'c1', code)).toEqual({ kind: 'locked' });
});

test('of a thousand guesses at once three are looked at', async () => {
  const { codes, lastCode } = await openWorld();
  await codes.send(lin, 'c1', 'ch1');
  const code = lastCode(lin);
  const guesses = Array.from({ length: 1000 }, (_, n) => String(n).padStart(6, '0'));
  const answers = await Promise.all(
    guesses.filter((guess) => guess !== code).map((guess) => codes.check('ch1', 'c1', guess)),
  );
  expect(answers.filter(({ kind }) => kind === 'wrong').length).toBe(2);
  expect(answers.filter(({ kind }) => kind === 'locked').length).toBe(answers.length - 2);
  expect(await codes.check('ch1', 'c1', code)).toEqual({ kind: 'locked' });
});

test('the right code sent many times at once passes once', async () => {
  const { codes, lastCode } = await openWorld();
  await codes.send(lin, 'c1', 'ch1');
  const code = lastCode(lin);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => codes.check('ch1', 'c1', code)),
  );
  expect(answers.filter(({ kind }) => kind === 'passed').length).toBe(1);
});

test('a code ends after five minutes', async () => {
  const { codes, lastCode, pass } = await openWorld();
  await codes.send(lin, 'c1', 'ch1');
  pass(limits.codeTtlMs);
  expect(await codes.check('ch1', 'c1', lastCode(lin))).toEqual({ kind: 'expired' });
});

test('a code belongs to its conversation and its challenge', async () => {
  const { codes, lastCode } = await openWorld();
  await codes.send(lin, 'c1', 'ch1');
  const first = lastCode(lin);
  await codes.send(lin, 'c1', 'ch2');
  const second = lastCode(lin);
  expect(await codes.check('ch1', 'c2', first)).toEqual({ kind: 'expired' });
  expect(await codes.check('unknown', 'c1', first)).toEqual({ kind: 'expired' });
  const crossed = await codes.check('ch2', 'c1', first);
  expect(crossed.kind).toBe(first === second ? 'passed' : 'wrong');
  expect(await codes.check('ch1', 'c1', first)).toEqual({ kind: 'passed' });
});

test('sent again under its challenge, the new code holds and the tries stay used', async () => {
  const { codes, lastCode } = await openWorld();
  await codes.send(lin, 'c1', 'ch1');
  const first = lastCode(lin);
  await codes.check('ch1', 'c1', wrong(first));
  await codes.check('ch1', 'c1', wrong(first));
  expect((await codes.send(lin, 'c1', 'ch1')).kind).toBe('sent');
  expect(await codes.check('ch1', 'c1', lastCode(lin))).toEqual({ kind: 'passed' });
  expect(await codes.send(lin, 'c1', 'ch1')).toEqual({ kind: 'refused', reason: 'too_many' });
});

test('a locked challenge gets no new code, nor does another’s', async () => {
  const { codes, lastCode, phone } = await openWorld();
  await codes.send(lin, 'c1', 'ch1');
  for (let n = 0; n < 3; n += 1) await codes.check('ch1', 'c1', wrong(lastCode(lin)));
  expect(await codes.send(lin, 'c1', 'ch1')).toEqual({ kind: 'refused', reason: 'too_many' });
  expect(await codes.send('maria', 'c2', 'ch1')).toEqual({ kind: 'refused', reason: 'too_many' });
  expect(phone.messages('maria', 0)).toEqual([]);
});

test('a conversation gets three resends an hour', async () => {
  const { codes, phone, pass } = await openWorld();
  for (let n = 0; n <= limits.codeResendsMax; n += 1) {
    expect((await codes.send(lin, 'c1', `ch${n}`)).kind).toBe('sent');
  }
  expect(await codes.send(lin, 'c1', 'ch9')).toEqual({ kind: 'refused', reason: 'too_many' });
  expect(phone.messages(lin, 0).length).toBe(4);
  pass(hourMs);
  expect((await codes.send(lin, 'c1', 'ch9')).kind).toBe('sent');
});

test('resends asked for at once are counted one by one', async () => {
  const { codes } = await openWorld();
  const asked = await Promise.all(
    Array.from({ length: 30 }, (_, n) => codes.send(lin, 'c1', `ch${n}`)),
  );
  expect(asked.filter(({ kind }) => kind === 'sent').length).toBe(1 + limits.codeResendsMax);
});

test('a customer gets no flood of codes over many conversations', async () => {
  const { codes } = await openWorld({ codeSendsPerCustomerMax: 6 });
  const asked = await Promise.all(
    Array.from({ length: 30 }, (_, n) => codes.send(lin, `c${n}`, `ch${n}`)),
  );
  expect(asked.filter(({ kind }) => kind === 'sent').length).toBe(6);
  expect((await codes.send('maria', 'c99', 'ch99')).kind).toBe('sent');
});

test('a sender that fails is told as not sent', async () => {
  const { codes } = await openWorld({
    codeSender: {
      send: async () => {
        throw new Error('gateway down');
      },
    },
  });
  expect(await codes.send(lin, 'c1', 'ch1')).toEqual({ kind: 'refused', reason: 'not_sent' });
});

test('the store holds no code, and no hash that can be tried out without the key', async () => {
  const { codes, records, lastCode } = await openWorld();
  await codes.send(lin, 'c1', 'ch1');
  await codes.send(lin, 'c1', 'ch2');
  const rows = await records.list('code', 10);
  const stored = rows.map(({ body }) => JSON.parse(body) as { salt: string; hash: string });
  expect(JSON.stringify(stored)).not.toContain(`"${lastCode(lin)}"`);
  expect(stored[0]?.salt).not.toBe(stored[1]?.salt);
  const other = await openWorld({
    records,
    secrets: {
      session: { current: { kid: 'k', secret: new Uint8Array(32) } },
      codes: new Uint8Array(32),
    },
  });
  expect((await other.codes.check('ch2', 'c1', lastCode(lin))).kind).toBe('wrong');
});

test('the phone keeps the last fifty messages and numbers them on', () => {
  const phone = createSandboxPhone({ clock: () => startMs });
  for (let n = 1; n <= 60; n += 1) {
    phone.receive(lin, { kind: 'code', code: String(n), expiresAtMs: startMs, purpose: 'sign_in' });
  }
  const kept = phone.messages(lin, 0);
  expect(kept.map(({ n }) => n)).toEqual(Array.from({ length: 50 }, (_, n) => n + 11));
  expect(phone.messages(lin, 58).map(({ n }) => n)).toEqual([59, 60]);
  expect(phone.messages('maria', 0)).toEqual([]);
});
