import { decodeJwt, decodeProtectedHeader, SignJWT, type JWTPayload } from 'jose';
import { describe, expect, test } from 'vitest';
import { createIdentity } from '../../src/identity/index.ts';
import { checkKey, createOwnTokens, createUserTokenSigner } from '../../src/identity/tokens.ts';
import { bytes, hostIssuer, hostSecret, openWorld, startMs } from './world.ts';

/** Where a token, an address or an account just still passes, and where it does not any more. */
const nowS = startMs / 1000;
const refused = { code: 'bad_token', message: 'The token is not valid here.' };
const expired = { code: 'token_expired', message: 'The token has expired.' };
const claims = { iss: hostIssuer, aud: 'kefu', sub: 'lin-wei', jti: 'once', exp: nowS + 300 };

function signed(more: JWTPayload = {}, header: object = {}, secret = hostSecret): Promise<string> {
  const whole = { ...claims, ...more };
  return new SignJWT(whole).setProtectedHeader({ alg: 'HS256', ...header }).sign(secret);
}

describe('a host’s user token', () => {
  test('may be half a minute late, and ten and a half minutes early', async () => {
    const { visitors } = await openWorld();
    const shown = async (exp: number) =>
      visitors.identified(await signed({ exp, jti: `at-${exp}` }));
    expect(await shown(nowS - 29)).toMatchObject({ customerId: 'lin-wei' });
    await expect(shown(nowS - 30)).rejects.toMatchObject(expired);
    expect(await shown(nowS + 630)).toMatchObject({ customerId: 'lin-wei' });
    await expect(shown(nowS + 631)).rejects.toMatchObject(refused);
  });

  test('has an id and a subject of 1 to 128 characters', async () => {
    const { visitors } = await openWorld();
    const shown = async (more: JWTPayload) => visitors.identified(await signed(more));
    expect(await shown({ jti: 'x'.repeat(128) })).toMatchObject({ customerId: 'lin-wei' });
    for (const more of [{ jti: '' }, { sub: '' }, { sub: 'x'.repeat(129) }, { jti: 7 as never }]) {
      await expect(shown(more)).rejects.toMatchObject(refused);
    }
    await expect(shown({ sub: 'lin wei', jti: 'other' })).rejects.toMatchObject({
      code: 'bad_token',
      message: 'The token names no customer.',
    });
  });

  test('of more than 4096 characters is not read', async () => {
    const { visitors } = await openWorld();
    // Not every length can be had by one member alone: three letters become four signs.
    const of = async (length: number) => {
      for (const typ of ['', 'J', 'JW', 'JWT']) {
        for (let pad = (length * 3) / 4 - 400; pad < length; pad += 1) {
          const more = { jti: `n${length}`, pad: 'x'.repeat(pad) };
          const token = await signed(more, { typ });
          if (token.length === length) return token;
          if (token.length > length) break;
        }
      }
      throw new Error(`no token of ${length}`);
    };
    const [fits, over] = [await of(4096), await of(4097)];
    expect(await visitors.identified(fits)).toMatchObject({ customerId: 'lin-wei' });
    await expect(visitors.identified(over)).rejects.toMatchObject(refused);
  });

  test('names the key that it was made with, when the host’s keys have names', async () => {
    const keys = [
      { algorithm: 'HS256', secret: hostSecret, kid: 'new' },
      { algorithm: 'HS256', secret: bytes(9), kid: 'old' },
    ] as const;
    const { visitors } = await openWorld({ hosts: [{ issuer: hostIssuer, keys }] });
    const shown = async (jti: string, kid: string | undefined, secret: Uint8Array) =>
      visitors.identified(await signed({ jti }, kid === undefined ? {} : { kid }, secret));
    expect(await shown('1', 'new', hostSecret)).toMatchObject({ customerId: 'lin-wei' });
    expect(await shown('2', 'old', bytes(9))).toMatchObject({ customerId: 'lin-wei' });
    await expect(shown('3', 'new', bytes(9))).rejects.toMatchObject(refused);
    await expect(shown('4', 'none', hostSecret)).rejects.toMatchObject(refused);
    await expect(shown('5', undefined, hostSecret)).rejects.toMatchObject(refused);
  });

  test('of a host that nobody trusts is refused, whoever signed it', async () => {
    const { visitors } = await openWorld({ hosts: [] });
    await expect(visitors.identified(await signed())).rejects.toMatchObject(refused);
  });

  test('that was used is told so, and one that names no end or no subject is no token', async () => {
    const { visitors } = await openWorld();
    await visitors.identified(await signed());
    await expect(visitors.identified(await signed())).rejects.toMatchObject({
      code: 'token_replayed',
      message: 'The user token was used before.',
    });
  });
});

test('the demo’s host signs for five minutes, for us unless another is named', async () => {
  const clock = () => startMs + 999;
  const host = { issuer: hostIssuer, secret: hostSecret, clock, randomId: () => 'j' };
  const token = await createUserTokenSigner(host)('lin-wei');
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256' });
  expect(decodeJwt(token)).toEqual({
    sub: 'lin-wei',
    jti: 'j',
    iss: hostIssuer,
    aud: 'kefu',
    iat: nowS,
    exp: nowS + 300,
  });
  const other = await createUserTokenSigner({ ...host, audience: 'shop' })('lin-wei');
  expect(decodeJwt(other).aud).toBe('shop');
  expect(() => createUserTokenSigner({ ...host, secret: new Uint8Array(31) })).toThrow(
    `The key of ${hostIssuer} must have at least 32 bytes.`,
  );
  expect(() => checkKey('x', new Uint8Array(32))).not.toThrow();
});

describe('a token of ours', () => {
  const ring = { current: { kid: 'k1', secret: bytes(1) } };
  const tokens = createOwnTokens('session', ring, () => startMs);
  const made = (header: object, more: JWTPayload = {}) =>
    new SignJWT({ sub: 'v-1', iss: 'kefu', aud: 'kefu:session', exp: nowS + 1, ...more })
      .setProtectedHeader({ alg: 'HS256', kid: 'k1', ...header })
      .sign(bytes(1));

  test('says whose it is, by which key, for what and until when', async () => {
    const token = await tokens.sign({ sub: 'v-1', cus: 'lin-wei' }, startMs + 1999);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', kid: 'k1' });
    expect(await tokens.read(token)).toEqual({
      sub: 'v-1',
      cus: 'lin-wei',
      iss: 'kefu',
      aud: 'kefu:session',
      iat: nowS,
      exp: nowS + 1,
    });
    expect((await tokens.read(await made({}))).sub).toBe('v-1');
  });

  test('must name its key, its issuer, its end and its subject', async () => {
    const odd = [
      made({ kid: undefined }),
      made({ kid: 'k2' }),
      made({ kid: 7 }),
      made({}, { iss: 'other' }),
      made({}, { aud: 'kefu:visitor' }),
      made({}, { exp: undefined } as never),
      made({}, { sub: undefined } as never),
    ];
    for (const token of odd) await expect(tokens.read(await token)).rejects.toMatchObject(refused);
    await expect(tokens.read(await made({}, { exp: nowS }))).rejects.toMatchObject(expired);
  });
});

describe('an identity', () => {
  test('takes its audience, times, ceilings and first address from the operator', async () => {
    const { visitors, codes, agents, pass } = await openWorld({
      audience: 'shop',
      customerTtlMs: 60_000,
      codeSendsPerCustomerMax: 1,
      firstAgentEmail: 'first@desk.example',
    });
    await expect(visitors.identified(await signed())).rejects.toMatchObject(refused);
    const session = await visitors.identified(await signed({ aud: 'shop' }));
    expect(session.expiresAtMs).toBe(startMs + 60_000);
    pass(60_000);
    await expect(visitors.read(session.sessionToken)).rejects.toMatchObject({
      code: 'token_expired',
    });
    expect((await codes.send('lin-wei', 'c-1', 'ch-1')).kind).toBe('sent');
    expect(await codes.send('lin-wei', 'c-2', 'ch-2')).toEqual({
      kind: 'refused',
      reason: 'too_many',
    });
    expect((await agents.ensureFirst())?.email).toBe('first@desk.example');
  });

  test('without them believes tokens for kefu, for half a day, and is kefu.local’s', async () => {
    const { visitors, agents, pass } = await openWorld();
    const session = await visitors.identified(await signed());
    const halfDayMs = 12 * 60 * 60_000;
    pass(halfDayMs - 1000);
    const again = await visitors.refresh(session.visitorToken);
    expect(again.expiresAtMs).toBe(startMs + halfDayMs);
    pass(1000);
    await expect(visitors.refresh(session.visitorToken)).rejects.toMatchObject({
      code: 'token_expired',
    });
    expect((await agents.ensureFirst())?.email).toBe('admin@kefu.local');
  });

  test('names the key that is too short', async () => {
    const { options } = await openWorld();
    const start = (secrets: object) => () =>
      createIdentity({ ...options, secrets: { ...options.secrets, ...secrets } });
    const current = { kid: 'k1', secret: bytes(1) };
    const former = [{ kid: 'k0', secret: new Uint8Array(31) }];
    expect(start({ session: { current, former } })).toThrow(
      'The key of session tokens (k0) must have at least 32 bytes.',
    );
    expect(start({ codes: new Uint8Array(31) })).toThrow(
      'The key for one-time codes must have at least 32 bytes.',
    );
    expect(start({ codes: new Uint8Array(32) })).not.toThrow();
    const hosts = [{ issuer: hostIssuer, keys: [{ algorithm: 'ES256', publicKeyPem: 'x' }] }];
    expect(() => createIdentity({ ...options, hosts: hosts as never })).toThrow(
      `The public key of ${hostIssuer} cannot be read.`,
    );
  });
});
