import { createHmac, generateKeyPairSync } from 'node:crypto';
import { assert, asyncProperty, string } from 'fast-check';
import { decodeJwt, SignJWT, type JWTPayload } from 'jose';
import { expect, test } from 'vitest';
import { limits } from '../../src/core/index.ts';
import { createIdentity } from '../../src/identity/index.ts';
import { bytes, hostIssuer, hostSecret, openWorld, startMs } from './world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const badToken = { code: 'bad_token' };
const expired = { code: 'token_expired' };

const goodClaims = {
  iss: hostIssuer,
  aud: 'kefu',
  sub: 'lin-wei',
  jti: 'once',
  exp: startMs / 1000 + 300,
};

function signed(claims: JWTPayload, secret = hostSecret, header = {}): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', ...header }).sign(secret);
}

function unsigned(header: object, claims: object, signature = ''): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}

test('a visitor token brings the same visitor back, and stays the same token', async () => {
  const { visitors, pass } = await openWorld();
  const first = await visitors.anonymous();
  expect(first.customerId).toBeUndefined();
  expect(first.expiresAtMs).toBe(startMs + limits.sessionTtlMs);
  pass(dayMs);
  const again = await visitors.refresh(first.visitorToken);
  expect(again.visitorId).toBe(first.visitorId);
  expect(again.visitorToken).toBe(first.visitorToken);
  expect((await visitors.anonymous(first.visitorToken)).visitorId).toBe(first.visitorId);
  expect((await visitors.read(again.sessionToken)).visitorId).toBe(first.visitorId);
  expect((await visitors.anonymous()).visitorId).not.toBe(first.visitorId);
});

test('a visitor token past half its life is renewed, past its life refused', async () => {
  const { visitors, pass } = await openWorld();
  const first = await visitors.anonymous();
  pass(limits.visitorTtlMs / 2);
  const renewed = await visitors.refresh(first.visitorToken);
  expect(renewed.visitorToken).not.toBe(first.visitorToken);
  pass(limits.visitorTtlMs / 2);
  await expect(visitors.refresh(first.visitorToken)).rejects.toMatchObject(expired);
  expect((await visitors.refresh(renewed.visitorToken)).visitorId).toBe(first.visitorId);
});

test('a session token ends after its quarter of an hour', async () => {
  const { visitors, pass } = await openWorld();
  const { sessionToken } = await visitors.anonymous();
  pass(limits.sessionTtlMs - 1000);
  await visitors.read(sessionToken);
  pass(1000);
  await expect(visitors.read(sessionToken)).rejects.toMatchObject(expired);
});

test('an anonymous visitor costs the store nothing', async () => {
  const { visitors, records } = await openWorld();
  for (let n = 0; n < 20; n += 1) await visitors.anonymous();
  expect(await records.list('visitor', 10)).toEqual([]);
});

test('a user token makes the visitor a customer and keeps the conversation’s visitor', async () => {
  const { visitors, userToken } = await openWorld();
  const visitor = await visitors.anonymous();
  const customer = await visitors.identified(await userToken('lin-wei'), visitor.visitorToken);
  expect(customer).toMatchObject({ visitorId: visitor.visitorId, customerId: 'lin-wei' });
  expect(await visitors.read(customer.sessionToken)).toMatchObject({ customerId: 'lin-wei' });
  expect(await visitors.refresh(customer.visitorToken)).toMatchObject({
    visitorId: visitor.visitorId,
    customerId: 'lin-wei',
    visitorToken: customer.visitorToken,
  });
});

test('a user token works once, also when shown many times at once', async () => {
  const { visitors, userToken } = await openWorld();
  const token = await userToken('lin-wei');
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, () => visitors.identified(token)),
  );
  expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(1);
  const refused = results.filter(({ status }) => status === 'rejected');
  for (const result of refused) {
    expect(result).toMatchObject({ reason: { code: 'token_replayed' } });
  }
  await expect(visitors.identified(token)).rejects.toMatchObject({ code: 'token_replayed' });
});

test('a used token stays used for as long as it could pass, through every sweep', async () => {
  const { visitors, userToken, records, pass, clock } = await openWorld();
  const token = await userToken('lin-wei');
  await visitors.identified(token);
  pass(5 * minuteMs + 29_000);
  await records.sweep(clock(), 1000);
  await expect(visitors.identified(token)).rejects.toMatchObject({ code: 'token_replayed' });
  pass(2000);
  await expect(visitors.identified(token)).rejects.toMatchObject(expired);
});

test('one id under two issuers is two tokens', async () => {
  const other = { issuer: 'https://other.example', secret: bytes(8) };
  const { visitors } = await openWorld({
    hosts: [
      { issuer: hostIssuer, keys: [{ algorithm: 'HS256', secret: hostSecret }] },
      { issuer: other.issuer, keys: [{ algorithm: 'HS256', secret: other.secret }] },
    ],
  });
  await visitors.identified(await signed(goodClaims));
  await visitors.identified(await signed({ ...goodClaims, iss: other.issuer }, other.secret));
  // The key of one host does not speak for another.
  const crossed = await signed({ ...goodClaims, iss: other.issuer, jti: 'x' }, hostSecret);
  await expect(visitors.identified(crossed)).rejects.toMatchObject(badToken);
});

test.each<[string, { readonly [claim: string]: unknown }]>([
  ['another audience', { ...goodClaims, aud: 'shop' }],
  ['an unknown issuer', { ...goodClaims, iss: 'https://evil.example' }],
  ['no issuer', { ...goodClaims, iss: undefined }],
  ['no id', { ...goodClaims, jti: undefined }],
  ['an endless id', { ...goodClaims, jti: 'x'.repeat(129) }],
  ['no subject', { ...goodClaims, sub: undefined }],
  ['a subject that is no customer id', { ...goodClaims, sub: 'lin wei; drop' }],
  ['no end', { ...goodClaims, exp: undefined }],
  ['an end more than ten minutes ahead', { ...goodClaims, exp: startMs / 1000 + 700 }],
  ['a beginning in the future', { ...goodClaims, nbf: startMs / 1000 + 120 }],
])('a user token with %s is refused', async (_what, claims) => {
  const { visitors, records } = await openWorld();
  const filled = Object.fromEntries(
    Object.entries(claims).filter(([, value]) => value !== undefined),
  );
  await expect(visitors.identified(await signed(filled))).rejects.toMatchObject(badToken);
  expect(await records.list('user-token', 10)).toEqual([]);
});

test('an expired user token is named as such', async () => {
  const { visitors } = await openWorld();
  const token = await signed({ ...goodClaims, exp: startMs / 1000 - 31 });
  await expect(visitors.identified(token)).rejects.toMatchObject(expired);
});

test('alg none, a foreign key, a cut signature and other algorithms are refused', async () => {
  const { visitors } = await openWorld();
  const good = await signed(goodClaims);
  const content = unsigned({ alg: 'HS512' }, goodClaims).slice(0, -1);
  const hs512 = createHmac('sha512', hostSecret).update(content).digest('base64url');
  const tokens = [
    unsigned({ alg: 'none' }, goodClaims),
    unsigned({ alg: 'None' }, goodClaims),
    unsigned({ alg: 'HS256' }, goodClaims),
    unsigned({ alg: 'none' }, goodClaims, good.split('.')[2]),
    `${content}.${hs512}`,
    await signed(goodClaims, bytes(9)),
    good.slice(0, -2),
    `${good}.extra`,
    'x'.repeat(100_000),
    '',
    '..',
  ];
  for (const token of tokens) {
    await expect(visitors.identified(token)).rejects.toMatchObject(badToken);
  }
  expect((await visitors.identified(good)).customerId).toBe('lin-wei');
});

test('a public key verifies ES256 and is never taken for a shared secret', async () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = pair.publicKey.export({ type: 'spki', format: 'pem' });
  const { visitors } = await openWorld({
    hosts: [{ issuer: hostIssuer, keys: [{ algorithm: 'ES256', publicKeyPem: pem, kid: 'e1' }] }],
  });
  const sign = (kid: string, jti: string) =>
    new SignJWT({ ...goodClaims, jti })
      .setProtectedHeader({ alg: 'ES256', kid })
      .sign(pair.privateKey);
  expect((await visitors.identified(await sign('e1', 'a'))).customerId).toBe('lin-wei');
  await expect(visitors.identified(await sign('e2', 'b'))).rejects.toMatchObject(badToken);
  const confused = await signed({ ...goodClaims, jti: 'c' }, new TextEncoder().encode(pem));
  await expect(visitors.identified(confused)).rejects.toMatchObject(badToken);
});

test('a host may change its key with both in force', async () => {
  const { visitors } = await openWorld({
    hosts: [
      {
        issuer: hostIssuer,
        keys: [
          { algorithm: 'HS256', secret: bytes(8) },
          { algorithm: 'HS256', secret: hostSecret },
        ],
      },
    ],
  });
  for (const [jti, secret] of [
    ['old', hostSecret],
    ['new', bytes(8)],
  ] as const) {
    const session = await visitors.identified(await signed({ ...goodClaims, jti }, secret));
    expect(session.customerId).toBe('lin-wei');
  }
});

test('our own tokens of one kind do not pass for another, nor for a host’s', async () => {
  const { visitors } = await openWorld();
  const { sessionToken, visitorToken } = await visitors.anonymous();
  await expect(visitors.read(visitorToken)).rejects.toMatchObject(badToken);
  await expect(visitors.refresh(sessionToken)).rejects.toMatchObject(badToken);
  await expect(visitors.identified(sessionToken)).rejects.toMatchObject(badToken);
  await expect(visitors.read(await signed(goodClaims))).rejects.toMatchObject(badToken);
});

test('a key that was replaced still reads its tokens until it is dropped', async () => {
  const world = await openWorld();
  const { sessionToken } = await world.visitors.anonymous();
  const withKeys = (session: typeof world.options.secrets.session) =>
    createIdentity({ ...world.options, secrets: { ...world.options.secrets, session } }).visitors;
  const current = { kid: 'k2', secret: bytes(3) };
  const former = [{ kid: 'k1', secret: bytes(1) }];
  await withKeys({ current, former }).read(sessionToken);
  await expect(withKeys({ current }).read(sessionToken)).rejects.toMatchObject(badToken);
});

test('a token from before the binding is worth nothing after it', async () => {
  const { visitors, userToken } = await openWorld();
  const planted = await visitors.anonymous();
  const customer = await visitors.identified(await userToken('lin-wei'), planted.visitorToken);
  await expect(visitors.refresh(planted.visitorToken)).rejects.toMatchObject(expired);
  await expect(visitors.read(planted.sessionToken)).rejects.toMatchObject(expired);
  expect((await visitors.anonymous(planted.visitorToken)).visitorId).not.toBe(customer.visitorId);
});

test('a customer’s visitor is not handed to another customer', async () => {
  const { visitors, userToken } = await openWorld();
  const lin = await visitors.identified(await userToken('lin-wei'));
  const maria = await visitors.identified(await userToken('maria'), lin.visitorToken);
  expect(maria).toMatchObject({ customerId: 'maria' });
  expect(maria.visitorId).not.toBe(lin.visitorId);
  expect(await visitors.read(lin.sessionToken)).toMatchObject({ customerId: 'lin-wei' });
});

test('two customers who bind one visitor at once get a visitor each', async () => {
  const { visitors, userToken } = await openWorld();
  const { visitorToken } = await visitors.anonymous();
  const sessions = await Promise.all(
    ['lin-wei', 'maria', 'sofia'].map(async (id) =>
      visitors.identified(await userToken(id), visitorToken),
    ),
  );
  expect(new Set(sessions.map(({ visitorId }) => visitorId)).size).toBe(3);
  for (const { sessionToken, customerId } of sessions) {
    expect((await visitors.read(sessionToken)).customerId).toBe(customerId);
  }
});

test('the same customer again keeps visitor and other tabs, and lasts longer', async () => {
  const { visitors, userToken, pass } = await openWorld();
  const first = await visitors.identified(await userToken('lin-wei'));
  pass(5 * minuteMs);
  const second = await visitors.identified(await userToken('lin-wei'), first.visitorToken);
  expect(second.visitorId).toBe(first.visitorId);
  expect(await visitors.read(first.sessionToken)).toMatchObject({ customerId: 'lin-wei' });
  pass(12 * hourMs - 2 * minuteMs);
  expect(await visitors.refresh(second.visitorToken)).toMatchObject({ customerId: 'lin-wei' });
});

test('a host’s word for a customer ends after its time, and no token outlives it', async () => {
  const { visitors, userToken, pass } = await openWorld();
  const customer = await visitors.identified(await userToken('lin-wei'));
  pass(12 * hourMs - minuteMs);
  const last = await visitors.refresh(customer.visitorToken);
  expect(last.expiresAtMs).toBe(startMs + 12 * hourMs);
  pass(minuteMs);
  await expect(visitors.read(last.sessionToken)).rejects.toMatchObject(expired);
  await expect(visitors.refresh(customer.visitorToken)).rejects.toMatchObject(expired);
  expect((await visitors.anonymous(customer.visitorToken)).customerId).toBeUndefined();
});

test('signing out refuses every token of the customer’s part from then on', async () => {
  const { visitors, userToken } = await openWorld();
  const customer = await visitors.identified(await userToken('lin-wei'));
  const tab = await visitors.refresh(customer.visitorToken);
  await visitors.signOut(customer.visitorToken);
  for (const token of [customer.sessionToken, tab.sessionToken]) {
    await expect(visitors.read(token)).rejects.toMatchObject(expired);
  }
  await expect(visitors.refresh(customer.visitorToken)).rejects.toMatchObject(expired);
  const next = await visitors.anonymous(customer.visitorToken);
  expect(next.customerId).toBeUndefined();
  expect(next.visitorId).not.toBe(customer.visitorId);
  await visitors.signOut(customer.visitorToken);
  await visitors.signOut('nonsense');
});

test('no text is a token, and none makes it fail in any other way', async () => {
  const { visitors } = await openWorld();
  await assert(
    asyncProperty(string({ maxLength: 300 }), async (text) => {
      await expect(visitors.read(text)).rejects.toMatchObject(badToken);
      await expect(visitors.refresh(text)).rejects.toMatchObject(badToken);
      await expect(visitors.identified(text)).rejects.toMatchObject(badToken);
      expect((await visitors.anonymous(text)).customerId).toBeUndefined();
    }),
    { numRuns: 100 },
  );
});

test('tokens carry no more than they must', async () => {
  const { visitors, userToken } = await openWorld();
  const { sessionToken } = await visitors.identified(await userToken('lin-wei'));
  expect(Object.keys(decodeJwt(sessionToken)).toSorted()).toEqual(
    ['aud', 'cus', 'exp', 'iat', 'iss', 'sid', 'sub'].toSorted(),
  );
});

test('a key that is too short or unreadable stops the start', async () => {
  const { options } = await openWorld();
  const short = new Uint8Array(31);
  const bad = { code: 'bad_config' };
  const start = (more: object) => () => createIdentity({ ...options, ...more });
  const session = { current: { kid: 'k', secret: short } };
  expect(start({ secrets: { ...options.secrets, session } })).toThrow(expect.objectContaining(bad));
  expect(start({ secrets: { ...options.secrets, codes: short } })).toThrow(
    expect.objectContaining(bad),
  );
  const hosts = (key: object) => ({ hosts: [{ issuer: hostIssuer, keys: [key] }] });
  expect(start(hosts({ algorithm: 'HS256', secret: short }))).toThrow(expect.objectContaining(bad));
  expect(start(hosts({ algorithm: 'ES256', publicKeyPem: 'no key' }))).toThrow(
    expect.objectContaining(bad),
  );
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
  const pem = p384.export({ type: 'spki', format: 'pem' });
  expect(start(hosts({ algorithm: 'ES256', publicKeyPem: pem }))).toThrow(
    expect.objectContaining(bad),
  );
});
