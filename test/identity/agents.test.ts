import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { Fault, limits } from '../../src/core/index.ts';
import { createAgentAccounts } from '../../src/identity/agents.ts';
import { createIdentity } from '../../src/identity/index.ts';
import { createPasswordHasher } from '../../src/identity/passwords.ts';
import { createSeal } from '../../src/identity/seal.ts';
import { openWorld, startMs } from './world.ts';

const ann = {
  email: 'Ann@Desk.example',
  name: 'Ann',
  role: 'agent',
  password: 'a long enough secret',
} as const;

const bad = { code: 'bad_credentials' };
const minuteMs = 60_000;

test('the first start makes one admin with a password that works, later ones none', async () => {
  const { agents } = await openWorld();
  const first = await agents.ensureFirst();
  if (!first) throw new Error('no first agent');
  expect(first.password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
  expect(await agents.ensureFirst()).toBeUndefined();
  const { agent } = await agents.signIn(first.email, first.password);
  expect(agent).toMatchObject({ role: 'admin', email: first.email });
});

test('two first starts at once print one password', async () => {
  const { agents } = await openWorld();
  const made = await Promise.all([agents.ensureFirst(), agents.ensureFirst()]);
  expect(made.filter((first) => first !== undefined).length).toBe(1);
});

test('a session lasts half a day, ends at sign-out, and only its hash is stored', async () => {
  const { agents, records, pass } = await openWorld();
  const made = await agents.create(ann);
  const one = await agents.signIn('ann@desk.example', ann.password);
  const two = await agents.signIn(' ANN@desk.example ', ann.password);
  expect(one.agent).toEqual(made);
  expect(one.expiresAtMs).toBe(startMs + limits.agentSessionTtlMs);
  expect(await agents.read(one.token)).toEqual(made);
  expect(JSON.stringify(await records.list('agent-session', 10))).not.toContain(one.token);
  expect(JSON.stringify(await records.list('agent', 10))).not.toContain(ann.password);
  await agents.signOut(one.token);
  expect(await agents.read(one.token)).toBeUndefined();
  expect(await agents.read(two.token)).toEqual(made);
  pass(limits.agentSessionTtlMs);
  expect(await agents.read(two.token)).toBeUndefined();
});

test('no made-up token is a session', async () => {
  const { agents } = await openWorld();
  for (const token of ['', 'x', 'y'.repeat(10_000), '\0']) {
    expect(await agents.read(token)).toBeUndefined();
  }
});

test('one email is one agent, whatever its case', async () => {
  const { agents } = await openWorld();
  await agents.create(ann);
  await expect(agents.create({ ...ann, email: 'ANN@DESK.EXAMPLE' })).rejects.toMatchObject({
    code: 'conflict',
  });
});

test.each([
  ['email', { email: 'no address' }],
  ['name', { name: ' ' }],
  ['password', { password: 'too short' }],
  ['password', { password: 'x'.repeat(1025) }],
])('an agent with a wrong %s is not made', async (field, wrong) => {
  const { agents } = await openWorld();
  const refused = agents.create({ ...ann, ...wrong });
  await expect(refused).rejects.toMatchObject({ code: 'bad_request' });
  await expect(refused).rejects.toThrow(field);
});

test('an unknown email and a wrong password are told in the same words after the same hashing', async () => {
  const world = await openWorld();
  await world.agents.create(ann);
  const wrong = await world.agents.signIn(ann.email, 'not the password').catch((e: unknown) => e);
  const unknown = await world.agents.signIn('who@desk.example', 'x').catch((e: unknown) => e);
  expect(wrong).toMatchObject(bad);
  expect(unknown).toEqual(wrong);
  for (const email of ['x'.repeat(255), ann.email]) {
    await expect(world.agents.signIn(email, 'x'.repeat(1025))).rejects.toMatchObject(bad);
  }
});

test('a password is derived also where there is nobody, at the cost of today', async () => {
  // Cost is what takes the time, so the two paths are compared by the work that they do.
  const cost = { N: 2 ** 14, r: 8, p: 1 };
  const hasher = createPasswordHasher(cost);
  const stored = await hasher.hash('right');
  const timed = async (hash: string | undefined) => {
    const before = process.cpuUsage();
    for (let n = 0; n < 6; n += 1) await hasher.matches('wrong', hash);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  await timed(stored);
  const [known, nobody] = [await timed(stored), await timed(undefined)];
  expect(nobody).toBeGreaterThan(known / 3);
  expect(known).toBeGreaterThan(nobody / 3);
});

test('five wrong passwords lock the address for a quarter of an hour, known or not', async () => {
  const { agents, pass } = await openWorld();
  await agents.create(ann);
  for (const email of [ann.email, 'who@desk.example']) {
    for (let n = 0; n < 5; n += 1) {
      await expect(agents.signIn(email, `guess ${n}`)).rejects.toMatchObject(bad);
    }
    await expect(agents.signIn(email, ann.password)).rejects.toMatchObject({ code: 'locked_out' });
  }
  pass(15 * minuteMs);
  expect((await agents.signIn(ann.email, ann.password)).agent.name).toBe('Ann');
});

test('guesses sent together are held to the same five', async () => {
  const { agents } = await openWorld();
  await agents.create(ann);
  const tries = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) => agents.signIn(ann.email, `guess ${n}`)),
  );
  const codes = tries.map((t) =>
    t.status === 'rejected' ? (t.reason as { code: string }).code : '',
  );
  expect(codes.filter((code) => code === 'bad_credentials').length).toBe(5);
  expect(codes.filter((code) => code === 'locked_out').length).toBe(15);
});

test('a right password forgives the wrong ones before it', async () => {
  const { agents } = await openWorld();
  await agents.create(ann);
  for (let round = 0; round < 3; round += 1) {
    for (let n = 0; n < 4; n += 1) {
      await expect(agents.signIn(ann.email, 'wrong')).rejects.toMatchObject(bad);
    }
    await agents.signIn(ann.email, ann.password);
  }
});

test('an address that may not sign in is turned away before any work', async () => {
  const asked: string[] = [];
  const { agents, records } = await openWorld({
    maySignIn: (source) => {
      asked.push(source);
      return source !== '203.0.113.9';
    },
  });
  await agents.create(ann);
  await expect(agents.signIn(ann.email, ann.password, '203.0.113.9')).rejects.toMatchObject({
    code: 'rate_limited',
  });
  expect(await records.list('agent-failures', 10)).toEqual([]);
  await agents.signIn(ann.email, ann.password, '203.0.113.10');
  expect(asked).toEqual(['203.0.113.9', '203.0.113.10']);
});

test('who is turned away for want of room has made no wrong try', async () => {
  const { records, clock, agents, options } = await openWorld();
  await agents.create(ann);
  const full = () => Promise.reject(new Fault('overloaded', 'Too many sign-ins at once.'));
  const busy = createAgentAccounts({
    records,
    clock,
    randomId: randomUUID,
    passwords: { hash: full, matches: full, isDated: () => false },
    seal: createSeal(options.secrets.codes, 'agent-totp'),
  });
  for (let n = 0; n < 6; n += 1) {
    await expect(busy.signIn(ann.email, ann.password)).rejects.toMatchObject({
      code: 'overloaded',
    });
  }
  expect((await agents.signIn(ann.email, ann.password)).agent.name).toBe('Ann');
});

test('hashes carry their parameters; older ones still match and are renewed at sign-in', async () => {
  const world = await openWorld();
  await world.agents.create(ann);
  const bodyOf = async () => (await world.records.list('agent', 10))[0]?.body ?? '';
  expect(await bodyOf()).toContain('scrypt:1024:8:1:');
  const raised = createIdentity({ ...world.options, passwordCost: { N: 2048, r: 8, p: 1 } });
  await raised.agents.signIn(ann.email, ann.password);
  expect(await bodyOf()).toContain('scrypt:2048:8:1:');
  await raised.agents.signIn(ann.email, ann.password);
  await expect(raised.agents.signIn(ann.email, 'wrong')).rejects.toMatchObject(bad);
});

test('the standard cost is 2^17, 8, 1, salted, and matches only its own password', async () => {
  const hasher = createPasswordHasher();
  const [one, two] = [await hasher.hash('pässword'), await hasher.hash('pässword')];
  expect(one).toMatch(/^scrypt:131072:8:1:/);
  expect(one).not.toBe(two);
  // The same letters composed otherwise are the same password.
  expect(await hasher.matches('pa\u0308ssword', one)).toBe(true);
  expect(await hasher.matches('password', one)).toBe(false);
});

test('a flood of sign-ins is refused before it takes the memory', async () => {
  const hasher = createPasswordHasher({ N: 1024, r: 8, p: 1 });
  const results = await Promise.allSettled(
    Array.from({ length: 60 }, () => hasher.matches('x', undefined)),
  );
  const refused = results.filter(({ status }) => status === 'rejected');
  expect(refused.length).toBe(60 - 22);
  for (const result of refused) expect(result).toMatchObject({ reason: { code: 'overloaded' } });
  expect(await hasher.matches('x', undefined)).toBe(false);
});
