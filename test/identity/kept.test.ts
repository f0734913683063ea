import { describe, expect, test } from 'vitest';
import { createPasswordHasher, makeCode, makePassword } from '../../src/identity/passwords.ts';
import { createSeal } from '../../src/identity/seal.ts';
import { createSandboxPhone } from '../../src/identity/index.ts';
import { bytes, openWorld, startMs } from './world.ts';

/** What stands in stores of earlier versions must be read by later ones, and what cannot be read must say so. */
const corrupt = { code: 'store_corrupt' };
const cost = { N: 1024, r: 8, p: 1 };
const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('a sealed secret', () => {
  const seal = createSeal(bytes(1), 'agent-totp');

  test('that an earlier version sealed is opened', () => {
    const sealed = 'nVNJsiJOx2u_fPB6ETyREYGJXKjDU4vx9u9qgoxN7cYmWLh6AkzNnk7ZWbo';
    expect(seal.open(sealed, 'a-1')).toBe('JBSWY3DPEHPK3PXP');
  });

  test('comes back as it was, in any script, and looks otherwise each time', () => {
    expect(seal.open(seal.close('ключ 密钥', 'a-1'), 'a-1')).toBe('ключ 密钥');
    expect(seal.close('x', 'a-1')).not.toBe(seal.close('x', 'a-1'));
  });

  test('of another purpose is told as not to be opened, with why', () => {
    const sealed = createSeal(bytes(1), 'webhooks').close('x', 'a-1');
    const error = thrown(() => seal.open(sealed, 'a-1'));
    expect(error).toMatchObject({ ...corrupt, cause: expect.anything() as unknown });
  });

  test('is not opened by the begin of its proof alone', () => {
    const short = Buffer.from(seal.close('', 'a-1'), 'base64url').subarray(0, 12 + 4);
    expect(thrown(() => seal.open(short.toString('base64url'), 'a-1'))).toMatchObject(corrupt);
  });
});

describe('a password', () => {
  const passwords = createPasswordHasher(cost);
  const kept = 'scrypt:1024:8:1:d7HphFo7bMQRxXuJPkr1Wg:xJ2QLI0M9ZFfpLikM1HVYKLTK3yLOw67esys7mXVxY0';

  test('that an earlier version hashed is matched, however its letters were typed', async () => {
    expect(await passwords.matches('pässword ﬁne', kept)).toBe(true);
    expect(await passwords.matches('pa\u0308ssword fine', kept)).toBe(true);
    expect(await passwords.matches('password fine', kept)).toBe(false);
    expect(await passwords.matches('', undefined)).toBe(false);
  });

  test('is hashed with a salt of its own', async () => {
    const [one, two] = await Promise.all([passwords.hash('same'), passwords.hash('same')]);
    expect(one).not.toBe(two);
    expect(one).toMatch(/^scrypt:1024:8:1:[\w-]{22}:[\w-]{43}$/);
    expect(await passwords.matches('same', two)).toBe(true);
  });

  test('of other parameters than today’s is dated, whichever of them it is', () => {
    const isDated = (parameters: string) => passwords.isDated(kept.replace('1024:8:1', parameters));
    expect(isDated('1024:8:1')).toBe(false);
    expect(['2048:8:1', '1024:4:1', '1024:8:2'].map(isDated)).toEqual([true, true, true]);
  });

  test.each([
    kept.replace('scrypt', 'bcrypt'),
    kept.slice(0, -2),
    `${kept}AA`,
    'scrypt:1024:8:1',
    'scrypt:1024:8:1:d7HphFo7bMQRxXuJPkr1Wg',
    '',
  ])('kept as %j cannot be read, and says so', async (stored) => {
    const told = { ...corrupt, message: 'A stored password hash cannot be read.' };
    await expect(passwords.matches('same', stored)).rejects.toMatchObject(told);
  });

  test('of so many at once is matched in its turn, after one that failed too', async () => {
    const many = Array.from({ length: 12 }, (_, n) => passwords.matches(`${n}`, kept));
    const odd = passwords.matches('x', 'scrypt:3:8:1:AA:'.concat(kept.split(':')[5] ?? ''));
    await expect(odd).rejects.toThrow(/scrypt/i);
    expect(await Promise.all(many)).toEqual(Array.from({ length: 12 }, () => false));
    expect(await passwords.matches('pässword fine', kept)).toBe(true);
  });

  test('that we make is four groups of five signs that nobody mistakes for others', () => {
    const made = Array.from({ length: 200 }, makePassword);
    expect(made.filter((one) => !/^([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}$/.test(one))).toEqual(
      [],
    );
    expect(new Set(made).size).toBe(200);
    expect(makeCode(2, 3)).toMatch(/^\w{3}-\w{3}$/);
    const signs = new Set(made.join('').replaceAll('-', ''));
    expect(signs.size).toBe(31);
  });
});

describe('an agent of an earlier version', () => {
  const old = {
    agentId: 'a-old',
    email: 'old@desk.example',
    name: 'Old',
    role: 'supervisor',
    password: 'scrypt:1024:8:1:d7HphFo7bMQRxXuJPkr1Wg:xJ2QLI0M9ZFfpLikM1HVYKLTK3yLOw67esys7mXVxY0',
  };
  const withOld = async (more: object = {}) => {
    const world = await openWorld();
    await world.records.insert('agent', old.email, JSON.stringify({ ...old, ...more }));
    return world;
  };

  test('signs in as before and is listed with what was not known then', async () => {
    const { agents } = await withOld();
    const { agent } = await agents.signIn(old.email, 'pässword fine');
    const { agentId, email, name, role } = old;
    expect(agent).toEqual({ agentId, email, name, role });
    expect(await agents.list()).toEqual([{ ...agent, disabled: false, secondFactor: false }]);
  });

  test('keeps the session that was opened then', async () => {
    const { agents, records } = await withOld();
    const { createHash } = await import('node:crypto');
    const key = createHash('sha256').update('old-token').digest('hex');
    const session = { email: old.email, agentId: old.agentId, expiresAtMs: startMs + 1000 };
    await records.insert('agent-session', key, JSON.stringify(session), startMs + 1000);
    const listed = (await agents.account(old.agentId, 'old-token')).sessions;
    expect(listed).toEqual([
      {
        id: `s-${key.slice(0, 24)}`,
        current: true,
        createdAtMs: 0,
        lastSeenAtMs: 0,
        expiresAtMs: startMs + 1000,
        address: '',
        client: '',
      },
    ]);
    expect((await agents.read('old-token'))?.agentId).toBe(old.agentId);
  });

  test('that cannot be read stops whoever asks, and is not taken for another', async () => {
    const { agents } = await withOld({ agentId: '' });
    await expect(agents.list()).rejects.toMatchObject({
      ...corrupt,
      message: 'A stored agent has no id.',
    });
    const odd = await withOld({ role: 'owner' });
    await expect(odd.agents.list()).rejects.toThrow('role');
  });
});

describe('the sandbox’s phone', () => {
  const code = { kind: 'code', code: '1', expiresAtMs: 5 } as const;

  test('tells the end of the number that it is given, or of the customer’s id', async () => {
    const plain = createSandboxPhone({ clock: () => 7 });
    expect(await plain.send('lin-wei', '123456', 9)).toEqual({ tail: '···ei' });
    expect(plain.messages('lin-wei', 0)).toEqual([
      { kind: 'code', code: '123456', expiresAtMs: 9, n: 1, atMs: 7 },
    ]);
    const known = createSandboxPhone({ clock: () => 7, tailOf: async (id) => `${id}!` });
    expect(await known.send('lin-wei', '1', 9)).toEqual({ tail: 'lin-wei!' });
  });

  test('gives the messages after a number, and of ten thousand phones keeps those that rang last', () => {
    const phone = createSandboxPhone({ clock: () => 7 });
    for (const id of ['first', 'second', 'first']) phone.receive(id, code);
    for (let n = 0; n < 9998; n += 1) phone.receive(`other-${n}`, code);
    expect(phone.messages('second', 0)).toHaveLength(1);
    phone.receive('one-more', code);
    expect(phone.messages('second', 0)).toEqual([]);
    expect(phone.messages('first', 1).map(({ n }) => n)).toEqual([2]);
    expect(phone.messages('other-0', 0)).toHaveLength(1);
  });
});
