import { createHash } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/core/index.ts';
import { openWorld, startMs } from './world.ts';

const password = 'a long enough secret';
const ann = { email: 'ann@desk.example', name: 'Ann', role: 'agent', password } as const;
const bad = { code: 'bad_credentials', message: 'Email, password or code is wrong.' };
const minuteMs = 60_000;
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

async function withAnn(more?: Parameters<typeof openWorld>[0]) {
  const world = await openWorld(more);
  const { agentId: id } = await world.agents.create(ann);
  const codeAt = (secret: string) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.clock() });
  return { ...world, id, codeAt };
}

describe('an account', () => {
  test('that is made has what was asked and its address in one form', async () => {
    const { agents } = await openWorld();
    const made = await agents.create({
      ...ann,
      email: 'Ann@Desk.example',
      name: ' Ann ',
      customerId: 'u-1',
    });
    expect(made).toEqual({
      agentId: expect.stringMatching(/^a-.+/) as unknown,
      email: 'ann@desk.example',
      name: 'Ann',
      role: 'agent',
      customerId: 'u-1',
    });
    expect(await agents.list()).toEqual([{ ...made, disabled: false, secondFactor: false }]);
  });

  test.each([
    ['email', { email: 'ann' }],
    ['name', { name: 'x'.repeat(101) }],
    ['role', { role: 'owner' }],
    ['password', { password: 'x'.repeat(11) }],
    ['customerId', { customerId: '' }],
    ['customerId', { customerId: 'x'.repeat(129) }],
  ])('with a wrong %s is refused by that name alone', async (field, wrong) => {
    const { agents } = await openWorld();
    await expect(agents.create({ ...ann, ...wrong } as never)).rejects.toMatchObject({
      code: 'bad_request',
      message: `An agent needs a valid email, a name, a role and a password of 12 to 1024 characters; wrong: ${field}.`,
    });
  });

  test('with several things wrong is told of each', async () => {
    const { agents } = await openWorld();
    const wrong = agents.create({ ...ann, name: '', password: '' });
    await expect(wrong).rejects.toThrow('wrong: name, password.');
    await expect(agents.create({ ...ann, odd: 1 } as never)).rejects.toMatchObject({
      code: 'bad_request',
    });
  });

  test('just within its ceilings is made, and cannot be made twice', async () => {
    const { agents } = await openWorld();
    const within = { name: 'x'.repeat(100), password: 'x'.repeat(12), customerId: 'y'.repeat(128) };
    expect(await agents.create({ ...ann, ...within })).toMatchObject({ name: within.name });
    await expect(agents.create(ann)).rejects.toMatchObject({
      code: 'conflict',
      message: 'An agent with this email exists.',
    });
  });

  test('is changed in what is named, and in nothing else', async () => {
    const { agents, id } = await withAnn();
    const whole = {
      name: 'Anna',
      role: 'supervisor',
      customerId: 'u-1',
      languages: ['en'],
      skills: ['disputes'],
      queues: ['payments'],
      capacity: 3,
    } as const;
    const stands = { agentId: id, email: ann.email, disabled: false, secondFactor: false };
    expect(await agents.change(id, whole)).toEqual({ ...stands, ...whole });
    expect(await agents.change(id, {})).toEqual({ ...stands, ...whole });
    expect(await agents.change(id, { skills: [] })).toEqual({ ...stands, ...whole, skills: [] });
    const { customerId: _u, capacity: _c, ...rest } = { ...whole, skills: [] };
    expect(await agents.change(id, { customerId: null, capacity: null })).toEqual({
      ...stands,
      ...rest,
    });
  });

  test('of the last admin stays one, whatever disabled admins and others there are', async () => {
    const { agents, id } = await withAnn();
    const root = await agents.create({ ...ann, email: 'root@desk.example', role: 'admin' });
    const gone = await agents.create({ ...ann, email: 'gone@desk.example', role: 'admin' });
    await agents.change(gone.agentId, { disabled: true });
    const last = { code: 'conflict', message: 'This is the last admin: make another one first.' };
    await expect(agents.change(root.agentId, { role: 'supervisor' })).rejects.toMatchObject(last);
    await expect(agents.change(root.agentId, { disabled: true })).rejects.toMatchObject(last);
    expect(await agents.change(root.agentId, { role: 'admin', name: 'Root' })).toMatchObject({
      name: 'Root',
    });
    expect(await agents.change(root.agentId, { disabled: false })).toMatchObject({ role: 'admin' });
    // Who is no admin may go while there is one.
    expect(await agents.change(id, { disabled: true })).toMatchObject({ disabled: true });
  });

  test('that is not there has nothing to show, and nothing can be done to it', async () => {
    const { agents } = await withAnn();
    const gone = { code: 'not_signed_in', message: 'The account is gone.' };
    await expect(agents.account('a-nobody', 'x')).rejects.toMatchObject(gone);
    const next = { password, next: 'another long secret' };
    await expect(agents.changePassword('a-nobody', 'x', next)).rejects.toMatchObject(gone);
    await expect(agents.beginTotp('a-nobody', password)).rejects.toMatchObject(gone);
    await expect(agents.removeTotp('a-nobody', password, '1')).rejects.toMatchObject(gone);
    expect(await agents.endSession('a-nobody', 's-1')).toBe(false);
  });
});

describe('a sign-in', () => {
  test('with an address or a password beyond its ceiling is refused before any work', async () => {
    const { agents, records } = await withAnn();
    const long = `${'a'.repeat(242)}@desk.example`;
    for (const [email, given] of [
      [long, password],
      [ann.email, 'x'.repeat(1025)],
    ] as const) {
      await expect(agents.signIn(email, given)).rejects.toMatchObject(bad);
    }
    expect(await records.list('agent-failures', 10)).toEqual([]);
    await expect(agents.signIn(long.slice(1), password)).rejects.toMatchObject(bad);
    await expect(agents.signIn(ann.email, 'x'.repeat(1024))).rejects.toMatchObject(bad);
    expect(await records.list('agent-failures', 10)).toHaveLength(2);
  });

  test('from an address that sends too many is told to wait, and is not asked about without one', async () => {
    const { agents } = await withAnn({ maySignIn: async () => false });
    const options = { source: '203.0.113.9' };
    await expect(agents.signIn(ann.email, password, options)).rejects.toMatchObject({
      code: 'rate_limited',
      message: 'Too many sign-ins from this address; wait a little.',
    });
    expect((await agents.signIn(ann.email, password)).agent.name).toBe('Ann');
  });

  test('that was wrong five times waits 15 minutes from the last, and each wrong one counts for as long', async () => {
    const { agents, pass } = await withAnn();
    const wrong = () => agents.signIn(ann.email, 'wrong password');
    const lockedOut = {
      code: 'locked_out',
      message: 'Too many wrong passwords; wait 15 minutes.',
    };
    for (let n = 0; n < 5; n += 1) await expect(wrong()).rejects.toMatchObject(bad);
    pass(15 * minuteMs - 1);
    await expect(wrong()).rejects.toMatchObject(lockedOut);
    pass(1);
    for (let n = 0; n < 5; n += 1) await expect(wrong()).rejects.toMatchObject(bad);
    await expect(wrong()).rejects.toMatchObject(lockedOut);
  });

  test('of a disabled account is refused like a wrong password', async () => {
    const { agents, id } = await withAnn();
    await agents.change(id, { disabled: true });
    await expect(agents.signIn(ann.email, password)).rejects.toMatchObject(bad);
  });
});

describe('a session', () => {
  test('tells where it came from, cut to size, and when it was last seen, to within five minutes', async () => {
    const { agents, id, pass } = await withAnn();
    const options = { source: 's'.repeat(65), client: 'c'.repeat(201) };
    const { token, expiresAtMs } = await agents.signIn(ann.email, password, options);
    const seen = async () => (await agents.account(id, token)).sessions;
    const first = {
      id: `s-${digestOf(token).slice(0, 24)}`,
      current: true,
      createdAtMs: startMs,
      lastSeenAtMs: startMs,
      expiresAtMs: startMs + limits.agentSessionTtlMs,
      address: 's'.repeat(64),
      client: 'c'.repeat(200),
    };
    expect(expiresAtMs).toBe(first.expiresAtMs);
    expect(await seen()).toEqual([first]);
    pass(5 * minuteMs - 1);
    await agents.read(token);
    expect(await seen()).toEqual([first]);
    pass(1);
    await agents.read(token);
    expect(await seen()).toEqual([{ ...first, lastSeenAtMs: startMs + 5 * minuteMs }]);
    // Being seen does not make it last longer.
    pass(limits.agentSessionTtlMs - 5 * minuteMs - 1);
    expect((await agents.read(token))?.name).toBe('Ann');
    pass(1);
    expect(await agents.read(token)).toBeUndefined();
    expect(await seen()).toEqual([]);
  });

  test('without a source has none, and the latest is listed first', async () => {
    const { agents, id, pass } = await withAnn();
    const tokens: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      tokens.unshift((await agents.signIn(ann.email, password)).token);
      pass(1000);
    }
    const { sessions, ...account } = await agents.account(id, tokens[1] ?? '');
    expect(sessions.map((one) => one.id)).toEqual(
      tokens.map((token) => `s-${digestOf(token).slice(0, 24)}`),
    );
    expect(sessions.map((one) => one.current)).toEqual([false, true, false]);
    expect(sessions[0]).toMatchObject({ address: '', client: '' });
    expect(account).toMatchObject({ secondFactor: false, recoveryCodesLeft: 0 });
    expect(await agents.endSession(id, 's-none')).toBe(false);
  });

  test('of an address that was given to somebody else is not theirs', async () => {
    const { agents, records, id } = await withAnn();
    const { token } = await agents.signIn(ann.email, password);
    const pat = await agents.createToken(id, { name: 'x', scopes: [], expiresAtMs: startMs + 1 });
    const [row] = await records.list('agent', 1);
    const other = JSON.stringify({ ...JSON.parse(row?.body ?? ''), agentId: 'a-other' });
    await records.replace('agent', ann.email, row?.body ?? '', other);
    expect(await agents.read(token)).toBeUndefined();
    expect(await agents.readToken(pat.token)).toBeUndefined();
    expect((await agents.account('a-other', token)).sessions).toEqual([]);
  });

  test('of more than 128 characters is none, however it came into the store', async () => {
    const { agents, records, id } = await withAnn();
    const session = { email: ann.email, agentId: id, expiresAtMs: startMs + 1000, generation: 0 };
    const put = (token: string) =>
      records.insert('agent-session', digestOf(token), JSON.stringify(session), startMs + 1000);
    await put('x'.repeat(128));
    await put('x'.repeat(129));
    expect((await agents.read('x'.repeat(128)))?.name).toBe('Ann');
    expect(await agents.read('x'.repeat(129))).toBeUndefined();
  });
});

describe('a personal token', () => {
  const asked = { name: 'report', scopes: ['webhooks'], expiresAtMs: startMs + 60 * minuteMs };

  test('is listed as it was asked for, and when it was last used, to within five minutes', async () => {
    const { agents, id, pass } = await withAnn();
    const { token, record } = await agents.createToken(id, asked);
    expect(record).toEqual({
      ...asked,
      id: expect.stringMatching(/^t-.+/) as unknown,
      createdAtMs: startMs,
      lastUsedAtMs: null,
    });
    const lastUse = async () => (await agents.tokens(id)).map(({ lastUsedAtMs }) => lastUsedAtMs);
    expect(await lastUse()).toEqual([null]);
    expect((await agents.readToken(token))?.scopes).toEqual(['webhooks']);
    expect(await lastUse()).toEqual([startMs]);
    pass(5 * minuteMs - 1);
    await agents.readToken(token);
    expect(await lastUse()).toEqual([startMs]);
    pass(1);
    await agents.readToken(token);
    expect(await lastUse()).toEqual([startMs + 5 * minuteMs]);
    pass(55 * minuteMs);
    expect(await agents.readToken(token)).toBeUndefined();
    expect(await agents.tokens(id)).toEqual([]);
    expect(await agents.revokeToken(id, record.id)).toBe(false);
  });

  test('is one of fifty at most, and none is made for who is not there or disabled', async () => {
    const { agents, id } = await withAnn();
    for (let n = 0; n < 50; n += 1) await agents.createToken(id, asked);
    await expect(agents.createToken(id, asked)).rejects.toMatchObject({
      code: 'conflict',
      message: 'An agent has at most 50 tokens: revoke one first.',
    });
    const none = { code: 'not_found', message: 'There is no such agent.' };
    await expect(agents.createToken('a-nobody', asked)).rejects.toMatchObject(none);
    await agents.change(id, { disabled: true });
    await expect(agents.createToken(id, asked)).rejects.toMatchObject(none);
  });

  test('that ended with its agent’s access is not listed as one, and makes room', async () => {
    const { agents, id } = await withAnn();
    const { token, record } = await agents.createToken(id, asked);
    await agents.change(id, { disabled: true });
    await agents.change(id, { disabled: false });
    expect(await agents.readToken(token)).toBeUndefined();
    expect(await agents.tokens(id)).toEqual([]);
    expect(await agents.revokeToken(id, record.id)).toBe(false);
  });

  test('is its agent’s alone: no other sees it in a list or revokes it', async () => {
    const { agents, id } = await withAnn();
    const { token, record } = await agents.createToken(id, asked);
    const bo = await agents.create({ ...ann, email: 'bo@desk.example', name: 'Bo' });
    expect(await agents.tokens(bo.agentId)).toEqual([]);
    expect(await agents.revokeToken(bo.agentId, record.id)).toBe(false);
    expect((await agents.readToken(token))?.agent.name).toBe('Ann');
    expect(await agents.tokens(id)).toHaveLength(1);
  });

  test('is known by its begin and its length before anything is looked up', async () => {
    const { agents, records, id } = await withAnn();
    const stored = { ...asked, id: 't-1', agentId: id, email: ann.email, generation: 0 };
    const put = (token: string) =>
      records.insert('agent-token', digestOf(token), JSON.stringify(stored), asked.expiresAtMs);
    const fits = `kefu_pat_${'x'.repeat(119)}`;
    for (const token of [fits, `${fits}x`, 'x'.repeat(50)]) await put(token);
    expect((await agents.readToken(fits))?.agent.name).toBe('Ann');
    expect(await agents.readToken(`${fits}x`)).toBeUndefined();
    expect(await agents.readToken('x'.repeat(50))).toBeUndefined();
  });
});

describe('a second factor', () => {
  test('is what the common apps scan: SHA-1, six digits, thirty seconds, in our name and the agent’s', async () => {
    const { agents, id } = await withAnn();
    const { secret, uri } = await agents.beginTotp(id, password);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const url = new URL(uri);
    expect(decodeURIComponent(url.pathname)).toContain('Kefu:ann@desk.example');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      issuer: 'Kefu',
      secret,
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });

  test('is begun before it is confirmed, once, and removed before another is begun', async () => {
    const { agents, id, codeAt } = await withAnn();
    const none = { code: 'conflict', message: 'No second factor was begun.' };
    await expect(agents.confirmTotp(id, '123456')).rejects.toMatchObject(none);
    await expect(agents.confirmTotp('a-nobody', '123456')).rejects.toMatchObject(none);
    const { secret } = await agents.beginTotp(id, password);
    const codes = await agents.confirmTotp(id, codeAt(secret));
    expect(codes.filter((code) => !/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/.test(code))).toEqual([]);
    expect(new Set(codes).size).toBe(8);
    await expect(agents.confirmTotp(id, codeAt(secret))).rejects.toMatchObject(none);
    await expect(agents.beginTotp(id, password)).rejects.toMatchObject({
      code: 'conflict',
      message: 'There is a second factor already: remove it first.',
    });
    const { secondFactor, recoveryCodesLeft } = await agents.account(id, 'x');
    expect([secondFactor, recoveryCodesLeft]).toEqual([true, 8]);
    expect(await agents.list()).toMatchObject([{ secondFactor: true }]);
  });

  test('that was begun only is none yet, and its recovery codes open nothing', async () => {
    const { agents, id } = await withAnn();
    await agents.beginTotp(id, password);
    const { secondFactor, recoveryCodesLeft } = await agents.account(id, 'x');
    expect([secondFactor, recoveryCodesLeft]).toEqual([false, 0]);
    await expect(agents.confirmTotp(id, '')).rejects.toMatchObject(bad);
    await expect(agents.beginTotp(id, 'wrong password')).rejects.toMatchObject(bad);
  });

  test('asks for a code when none or blanks are sent, and reads it with blanks and dashes', async () => {
    const { agents, id, codeAt, pass } = await withAnn();
    const { secret } = await agents.beginTotp(id, password);
    const [recovery = ''] = await agents.confirmTotp(id, codeAt(secret));
    pass(minuteMs);
    const signIn = (code: string) => agents.signIn(ann.email, password, { code });
    const asks = { code: 'code_required', message: 'Send the code of the second factor too.' };
    await expect(signIn('')).rejects.toMatchObject(asks);
    await expect(signIn('  ')).rejects.toMatchObject(asks);
    const code = codeAt(secret);
    expect((await signIn(` ${code.slice(0, 3)}-${code.slice(3)} `)).agent.name).toBe('Ann');
    await expect(signIn(`${code}0`)).rejects.toMatchObject(bad);
    expect((await signIn(` ${recovery.replaceAll('-', ' ')}`)).agent.name).toBe('Ann');
    // The others are left.
    expect((await agents.account(id, 'x')).recoveryCodesLeft).toBe(7);
  });
});
