import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/core/index.ts';
import { createIdentity } from '../../src/identity/index.ts';
import { createPasswordHasher } from '../../src/identity/passwords.ts';
import { hostIssuer, hostSecret, openWorld, startMs } from './world.ts';

/** What must not come together again: by a sweep, by a failing store, or by two who share half of a name. */
const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
const tooMany = { kind: 'refused', reason: 'too_many' };

describe('through every sweep of what has expired', () => {
  test('a token from before a customer signed in stays worth nothing, for as long as it could pass', async () => {
    const { visitors, userToken, records, pass, clock } = await openWorld();
    const planted = await visitors.anonymous();
    pass(1000);
    await visitors.identified(await userToken('lin-wei'), planted.visitorToken);
    pass(limits.visitorTtlMs - 2000);
    await records.sweep(clock(), 1000);
    await expect(visitors.refresh(planted.visitorToken)).rejects.toMatchObject({
      code: 'token_expired',
      message: 'The session has ended; open a new one.',
    });
  });

  test('a customer who signed out stays out, for as long as a token of theirs could pass', async () => {
    const { visitors, userToken, records, pass, clock } = await openWorld({
      customerTtlMs: limits.visitorTtlMs * 2,
    });
    const session = await visitors.identified(await userToken('lin-wei'));
    await visitors.signOut(session.visitorToken);
    pass(limits.visitorTtlMs - 1000);
    await records.sweep(clock(), 1000);
    await expect(visitors.refresh(session.visitorToken)).rejects.toMatchObject({
      code: 'token_expired',
    });
  });

  test('codes that were sent in the last hour stay counted, and a locked step stays locked for a day', async () => {
    const { codes, records, pass, clock } = await openWorld();
    for (let n = 0; n < 4; n += 1) await codes.send('lin', 'c1', `ch${n}`);
    for (let n = 0; n < 3; n += 1) await codes.check('ch0', 'c1', 'wrong');
    pass(hourMs - 1);
    await records.sweep(clock(), 1000);
    expect(await codes.send('lin', 'c1', 'ch9')).toEqual(tooMany);
    pass(1);
    expect((await codes.send('lin', 'c1', 'ch9')).kind).toBe('sent');
    pass(22 * hourMs);
    await records.sweep(clock(), 1000);
    expect(await codes.check('ch0', 'c1', 'wrong')).toEqual({ kind: 'locked' });
    expect(await codes.check('ch1', 'c1', 'wrong')).toEqual({ kind: 'expired' });
    expect(await codes.send('lin', 'c1', 'ch0')).toEqual(tooMany);
  });

  test('a locked address stays locked for its quarter of an hour', async () => {
    const { agents, records, pass, clock } = await openWorld();
    for (let n = 0; n < 5; n += 1) {
      await agents.signIn('who@desk.example', 'a wrong password').catch(() => undefined);
    }
    pass(15 * 60_000 - 1);
    await records.sweep(clock(), 1000);
    await expect(agents.signIn('who@desk.example', 'x')).rejects.toMatchObject({
      code: 'locked_out',
    });
  });
});

describe('a challenge', () => {
  test('is its customer’s and its conversation’s: sharing one of the two is not enough for a code', async () => {
    const { codes, phone } = await openWorld();
    await codes.send('lin', 'c1', 'ch1');
    expect(await codes.send('maria', 'c1', 'ch1')).toEqual(tooMany);
    expect(await codes.send('lin', 'c2', 'ch1')).toEqual(tooMany);
    expect(phone.messages('maria', 0)).toEqual([]);
    expect(phone.messages('lin', 0)).toHaveLength(1);
    expect((await codes.send('lin', 'c1', 'ch1')).kind).toBe('sent');
  });

  test('that was passed gets no other code, and none passes it again', async () => {
    const { codes, lastCode, phone } = await openWorld();
    await codes.send('lin', 'c1', 'ch1');
    const code = lastCode('lin');
    expect(await codes.check('ch1', 'c1', code)).toEqual({ kind: 'passed' });
    expect(await codes.check('ch1', 'c1', code)).toEqual({ kind: 'expired' });
    expect(await codes.send('lin', 'c1', 'ch1')).toEqual(tooMany);
    expect(phone.messages('lin', 0)).toHaveLength(1);
  });
});

describe('a host with keys of both kinds', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKeyPem = pair.publicKey.export({ type: 'spki', format: 'pem' });
  const keys = [
    { algorithm: 'HS256', secret: hostSecret },
    { algorithm: 'ES256', publicKeyPem },
  ] as const;
  const claims = { iss: hostIssuer, aud: 'kefu', sub: 'lin-wei', exp: startMs / 1000 + 300 };

  test('may use either, and each for its own kind of token alone', async () => {
    const { visitors } = await openWorld({ hosts: [{ issuer: hostIssuer, keys }] });
    const made = (jti: string, alg: string, key: Parameters<SignJWT['sign']>[0]) =>
      new SignJWT({ ...claims, jti }).setProtectedHeader({ alg }).sign(key);
    for (const [jti, alg, key] of [
      ['1', 'HS256', hostSecret],
      ['2', 'ES256', pair.privateKey],
    ] as const) {
      expect(await visitors.identified(await made(jti, alg, key))).toMatchObject({
        customerId: 'lin-wei',
      });
    }
    const confused = await made('3', 'HS256', new TextEncoder().encode(publicKeyPem));
    await expect(visitors.identified(confused)).rejects.toMatchObject({ code: 'bad_token' });
  });
});

describe('when the store does not answer', () => {
  test('nobody who comes back is taken for somebody new', async () => {
    const { options, visitors } = await openWorld();
    const { visitorToken } = await visitors.anonymous();
    const away = new Error('the disk is gone');
    const records = { ...options.records, get: () => Promise.reject(away) };
    const broken = createIdentity({ ...options, records });
    await expect(broken.visitors.anonymous(visitorToken)).rejects.toBe(away);
    await expect(broken.visitors.signOut(visitorToken)).rejects.toBe(away);
  });
});

test('an id that is none makes no visitor', async () => {
  const { options } = await openWorld();
  const odd = createIdentity({ ...options, randomId: () => 'not an id' });
  await expect(odd.visitors.anonymous()).rejects.toMatchObject({
    code: 'internal',
    message: 'randomId gave no id',
  });
});

test('where there is an agent of any address, no first one is made', async () => {
  const { agents } = await openWorld();
  const password = 'a long enough secret';
  await agents.create({ email: 'ann@desk.example', name: 'Ann', role: 'agent', password });
  expect(await agents.ensureFirst()).toBeUndefined();
  expect(await agents.list()).toHaveLength(1);
});

test('a flood is told to come back in a moment', async () => {
  const passwords = createPasswordHasher({ N: 1024, r: 8, p: 1 });
  const all = Array.from({ length: 23 }, () => passwords.matches('x', undefined));
  const results = await Promise.allSettled(all);
  expect(results.at(-1)).toMatchObject({
    reason: {
      code: 'overloaded',
      message: 'Too many sign-ins at once; try again in a moment.',
    },
  });
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(22);
});

test('wrong tries are counted anew after their time, and a day later nothing is left of them', async () => {
  const { agents, records, pass, clock } = await openWorld();
  await agents.signIn('who@desk.example', 'x').catch(() => undefined);
  expect(await records.list('agent-failures', 10)).toHaveLength(1);
  pass(dayMs);
  await records.sweep(clock(), 1000);
  expect(await records.list('agent-failures', 10)).toEqual([]);
});
