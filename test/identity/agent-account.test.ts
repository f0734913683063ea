import { Secret, TOTP } from 'otpauth';
import { expect, test } from 'vitest';
import { createSeal } from '../../src/identity/seal.ts';
import { bytes, openWorld } from './world.ts';

const password = 'a long enough secret';
const ann = { email: 'ann@desk.example', name: 'Ann', role: 'agent', password } as const;
const bad = { code: 'bad_credentials' };
const minuteMs = 60_000;

type World = Awaited<ReturnType<typeof openWorld>>;

async function withAnn(more?: Parameters<typeof openWorld>[0]) {
  const world = await openWorld(more);
  const agent = await world.agents.create(ann);
  const signIn = (code?: string) =>
    world.agents.signIn(ann.email, password, code === undefined ? {} : { code });
  return { ...world, agent, id: agent.agentId, signIn };
}

function codeOf({ clock }: World, secret: string, aheadMs = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock() + aheadMs });
}

async function withFactor() {
  const world = await withAnn();
  const { secret } = await world.agents.beginTotp(world.id, password);
  const recovery = await world.agents.confirmTotp(world.id, codeOf(world, secret));
  world.pass(minuteMs);
  return { ...world, secret, recovery };
}

test('a second factor that was begun and not confirmed asks nobody for a code', async () => {
  const world = await withAnn();
  const begun = await world.agents.beginTotp(world.id, password);
  expect(begun.uri).toContain('otpauth://totp/');
  expect((await world.signIn()).agent.name).toBe('Ann');
  await expect(world.agents.confirmTotp(world.id, '000000')).rejects.toMatchObject(bad);
  expect((await world.signIn()).agent.name).toBe('Ann');
});

test('with a second factor the password alone is asked for a code, and only the right one opens a session', async () => {
  const world = await withFactor();
  await expect(world.signIn()).rejects.toMatchObject({ code: 'code_required' });
  await expect(world.agents.signIn(ann.email, 'wrong password')).rejects.toMatchObject(bad);
  await expect(world.signIn('000000')).rejects.toMatchObject(bad);
  expect((await world.signIn(codeOf(world, world.secret))).agent.name).toBe('Ann');
});

test('a code counts once, also when two use it at the same moment', async () => {
  const world = await withFactor();
  const code = codeOf(world, world.secret);
  const both = await Promise.allSettled([world.signIn(code), world.signIn(code)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await expect(world.signIn(code)).rejects.toMatchObject(bad);
});

test('a code of the step before still counts, an older one and an earlier one than the last do not', async () => {
  const world = await withFactor();
  await expect(world.signIn(codeOf(world, world.secret, -2 * minuteMs))).rejects.toMatchObject(bad);
  await world.signIn(codeOf(world, world.secret));
  await expect(world.signIn(codeOf(world, world.secret, -30_000))).rejects.toMatchObject(bad);
  world.pass(minuteMs);
  await world.signIn(codeOf(world, world.secret, -30_000));
});

test('a recovery code opens one session and is then used up', async () => {
  const world = await withFactor();
  const [first = ''] = world.recovery;
  expect(world.recovery.length).toBe(8);
  const { token } = await world.signIn(first.toUpperCase());
  expect((await world.agents.account(world.id, token)).recoveryCodesLeft).toBe(7);
  await expect(world.signIn(first)).rejects.toMatchObject(bad);
});

test('guessing codes locks the account like guessing passwords', async () => {
  const world = await withFactor();
  for (let n = 0; n < 5; n += 1) {
    await expect(world.signIn(`00000${n}`)).rejects.toMatchObject(bad);
  }
  const right = codeOf(world, world.secret);
  await expect(world.signIn(right)).rejects.toMatchObject({ code: 'locked_out' });
  world.pass(15 * minuteMs);
  await world.signIn(codeOf(world, world.secret));
});

test('showing the right password within a session is no wrong try, though no code comes with it', async () => {
  const world = await withFactor();
  const { token } = await world.signIn(codeOf(world, world.secret));
  for (let n = 0; n < 6; n += 1) {
    const change = { password, next: password };
    await world.agents.changePassword(world.id, token, change);
  }
  world.pass(minuteMs);
  expect((await world.signIn(codeOf(world, world.secret))).agent.name).toBe('Ann');
});

test('nor does it forgive wrong codes, so that those stay bounded', async () => {
  const world = await withFactor();
  const { token } = await world.signIn(codeOf(world, world.secret));
  const guess = (code: string) => world.agents.removeTotp(world.id, password, code);
  for (let n = 0; n < 4; n += 1) {
    await expect(guess(`00000${n}`)).rejects.toMatchObject(bad);
    await world.agents.changePassword(world.id, token, { password, next: password });
  }
  await expect(guess('000005')).rejects.toMatchObject(bad);
  await expect(guess('000006')).rejects.toMatchObject({ code: 'locked_out' });
});

test('the secret of a second factor and its recovery codes are not in the store as they are', async () => {
  const { records, secret, recovery } = await withFactor();
  const stored = JSON.stringify(await records.list('agent', 10));
  expect(stored).not.toContain(secret);
  for (const code of recovery) expect(stored).not.toContain(code.replaceAll('-', ''));
});

test('removing the second factor takes the password and a code', async () => {
  const world = await withFactor();
  await expect(world.agents.removeTotp(world.id, password, '000000')).rejects.toMatchObject(bad);
  const code = codeOf(world, world.secret);
  await expect(world.agents.removeTotp(world.id, 'not it at all', code)).rejects.toMatchObject(bad);
  await world.agents.removeTotp(world.id, password, code);
  expect((await world.signIn()).agent.name).toBe('Ann');
});

test('what is sealed opens with its own key for its own agent only', () => {
  const seal = createSeal(bytes(1), 'totp');
  const sealed = seal.close('the secret', 'ann');
  expect(seal.open(sealed, 'ann')).toBe('the secret');
  expect(() => seal.open(sealed, 'bo')).toThrow(/cannot be opened/);
  expect(() => createSeal(bytes(2), 'totp').open(sealed, 'ann')).toThrow(/cannot be opened/);
  expect(() => seal.open(`${sealed.slice(0, -2)}AA`, 'ann')).toThrow(/cannot be opened/);
});

test('sessions are listed with where they come from and end one by one', async () => {
  const { agents, id, pass } = await withAnn();
  const one = await agents.signIn(ann.email, password, {
    source: '203.0.113.9',
    client: 'Firefox',
  });
  pass(1000);
  const two = await agents.signIn(ann.email, password);
  const { sessions } = await agents.account(id, two.token);
  expect(sessions).toMatchObject([
    { current: true },
    { current: false, address: '203.0.113.9', client: 'Firefox' },
  ]);
  expect(JSON.stringify(sessions)).not.toContain(one.token);
  expect(await agents.endSession(id, sessions[1]?.id ?? '')).toBe(true);
  expect(await agents.read(one.token)).toBeUndefined();
  expect(await agents.read(two.token)).toBeDefined();
});

test('nobody can end the session of another agent', async () => {
  const { agents, id, signIn } = await withAnn();
  const bo = await agents.create({ ...ann, email: 'bo@desk.example', name: 'Bo' });
  const { token } = await signIn();
  const [session] = (await agents.account(id, token)).sessions;
  expect(await agents.endSession(bo.agentId, session?.id ?? '')).toBe(false);
  expect(await agents.read(token)).toBeDefined();
});

test('a new password ends every session but the one that it was changed in', async () => {
  const { agents, id, signIn } = await withAnn();
  const other = await signIn();
  const own = await signIn();
  const next = 'another long secret';
  await expect(
    agents.changePassword(id, own.token, { password: 'wrong', next }),
  ).rejects.toMatchObject(bad);
  await agents.changePassword(id, own.token, { password, next });
  expect(await agents.read(other.token)).toBeUndefined();
  expect(await agents.read(own.token)).toBeDefined();
  await expect(signIn()).rejects.toMatchObject(bad);
  await agents.signIn(ann.email, next);
});

test('a disabled agent is out at once, with tokens too, and stays out of the old sessions when enabled', async () => {
  const { agents, id, signIn, clock } = await withAnn();
  const { token } = await signIn();
  const pat = await agents.createToken(id, {
    name: 'report',
    scopes: ['conversations:read'],
    expiresAtMs: clock() + minuteMs,
  });
  await agents.change(id, { disabled: true });
  expect(await agents.read(token)).toBeUndefined();
  expect(await agents.readToken(pat.token)).toBeUndefined();
  await expect(signIn()).rejects.toMatchObject(bad);
  await agents.change(id, { disabled: false });
  expect(await agents.read(token)).toBeUndefined();
  expect(await agents.readToken(pat.token)).toBeUndefined();
  expect((await signIn()).agent.name).toBe('Ann');
});

test('the last admin can neither be disabled nor made less, a second one can', async () => {
  const { agents } = await withAnn();
  const admin = await agents.create({ ...ann, email: 'root@desk.example', role: 'admin' });
  const conflict = { code: 'conflict' };
  await expect(agents.change(admin.agentId, { disabled: true })).rejects.toMatchObject(conflict);
  await expect(agents.change(admin.agentId, { role: 'agent' })).rejects.toMatchObject(conflict);
  await agents.create({ ...ann, email: 'two@desk.example', role: 'admin' });
  expect(await agents.change(admin.agentId, { role: 'agent' })).toMatchObject({ role: 'agent' });
});

test('a reset password works at once, without the second factor and in spite of a lockout', async () => {
  const world = await withFactor();
  const { token } = await world.signIn(codeOf(world, world.secret));
  for (let n = 0; n < 5; n += 1) await world.signIn('000000').catch(() => undefined);
  const fresh = (await world.agents.resetPassword(world.id)) ?? '';
  expect(await world.agents.read(token)).toBeUndefined();
  expect((await world.agents.signIn(ann.email, fresh)).agent.name).toBe('Ann');
  expect(await world.agents.resetPassword('a-nobody')).toBeUndefined();
});

test('an agent keeps what an admin set: name, languages, own wallet account', async () => {
  const { agents, id, signIn } = await withAnn();
  const change = { name: 'Anna', languages: ['es'], customerId: 'c-7', capacity: 3 };
  expect(await agents.change(id, change)).toMatchObject(change);
  expect((await signIn()).agent).toMatchObject(change);
  const cleared = await agents.change(id, { customerId: null, capacity: null });
  expect(cleared).not.toHaveProperty('customerId');
  expect(cleared).not.toHaveProperty('capacity');
  expect(await agents.change('a-nobody', { name: 'X' })).toBeUndefined();
});

test('a personal token speaks for its agent until it expires or is revoked; only its digest is stored', async () => {
  const { agents, id, records, clock, pass } = await withAnn();
  const scopes = ['conversations:read'];
  const asked = { name: 'report', scopes, expiresAtMs: clock() + minuteMs };
  const one = await agents.createToken(id, asked);
  const two = await agents.createToken(id, asked);
  expect(one.token).toMatch(/^kefu_pat_[\w-]{43}$/);
  expect(JSON.stringify(await records.list('agent-token', 10))).not.toContain(one.token);
  expect(await agents.readToken(one.token)).toMatchObject({ agent: { name: 'Ann' }, scopes });
  expect((await agents.tokens(id)).map(({ lastUsedAtMs }) => lastUsedAtMs)).toContain(clock());
  expect(await agents.revokeToken('a-nobody', one.record.id)).toBe(false);
  expect(await agents.revokeToken(id, one.record.id)).toBe(true);
  expect(await agents.readToken(one.token)).toBeUndefined();
  pass(minuteMs);
  expect(await agents.readToken(two.token)).toBeUndefined();
  for (const made of ['', 'kefu_pat_', `kefu_pat_${'x'.repeat(43)}`, 'y'.repeat(5000)]) {
    expect(await agents.readToken(made)).toBeUndefined();
  }
});
