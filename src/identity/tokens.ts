import { createPublicKey, type KeyObject } from 'node:crypto';
import { decodeJwt, errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { Fault, type Clock } from '../core/index.ts';

/** A key of ours. `kid` names it in tokens, so that the next key can be taken into use while old tokens live on. */
interface SigningKey {
  readonly kid: string;
  /** At least 32 bytes. */
  readonly secret: Uint8Array;
}

/** Signs with `current`, accepts `former` too: put a new key first, drop the old one after `visitorTtlMs`. */
export interface KeyRing {
  readonly current: SigningKey;
  readonly former?: readonly SigningKey[];
}

/** A host page's server that may vouch for customers, known by its `iss`. */
export interface TrustedHost {
  readonly issuer: string;
  /** More than one while a key is being changed. A key is used with its own algorithm only, whatever a token claims. */
  readonly keys: readonly HostKey[];
}

type HostKey =
  | { readonly algorithm: 'HS256'; readonly secret: Uint8Array; readonly kid?: string }
  | { readonly algorithm: 'ES256'; readonly publicKeyPem: string; readonly kid?: string };

const secretBytesMin = 32;
/** As the protocol caps it; a longer one is not even decoded. */
const tokenLengthMax = 4096;
/** Clocks of hosts may be off by this much. */
const clockToleranceMs = 30_000;
/** A user token may be good for this long at most: it only has to cross from the host's server to us. */
const userTokenTtlMaxMs = 10 * 60_000;

export function checkKey(name: string, secret: Uint8Array): void {
  if (secret.length >= secretBytesMin) return;
  throw new Fault('bad_config', `The key of ${name} must have at least ${secretBytesMin} bytes.`);
}

/** Our own tokens of one purpose. The purpose is the audience, so that no kind passes for another. */
export interface OwnTokens {
  sign(claims: JWTPayload & { readonly sub: string }, expiresAtMs: number): Promise<string>;
  /** Faults: bad_token, token_expired. */
  read(token: string): Promise<JWTPayload & { readonly sub: string; readonly exp: number }>;
}

const ownIssuer = 'kefu';

export function createOwnTokens(
  purpose: string,
  { current, former = [] }: KeyRing,
  clock: Clock,
): OwnTokens {
  const audience = `kefu:${purpose}`;
  const keys = new Map([current, ...former].map(({ kid, secret }) => [kid, secret]));
  return {
    sign: (claims, expiresAtMs) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: current.kid })
        .setIssuer(ownIssuer)
        .setAudience(audience)
        .setIssuedAt(seconds(clock()))
        .setExpirationTime(seconds(expiresAtMs))
        .sign(current.secret),
    read: async (token) => {
      const payload = await verified(token, (kid) => (kid === undefined ? [] : [keys.get(kid)]), {
        algorithm: 'HS256',
        issuer: ownIssuer,
        audience,
        nowMs: clock(),
        toleranceMs: 0,
      });
      const { sub, exp } = payload;
      if (sub === undefined || exp === undefined) throw badToken();
      return { ...payload, sub, exp };
    },
  };
}

/** What a good user token says. */
export interface Vouched {
  readonly issuer: string;
  readonly subject: string;
  readonly jti: string;
  readonly expiresAtMs: number;
}

/** Reads a host's user token; the single use of its `jti` is the caller's. Faults: bad_token, token_expired. */
export function createUserTokenReader(
  hosts: readonly TrustedHost[],
  audience: string,
  clock: Clock,
): (token: string) => Promise<Vouched> {
  const known = new Map(hosts.map((host) => [host.issuer, prepared(host)]));
  return async (token) => {
    const issuer = issuerOf(token);
    const host = issuer === undefined ? undefined : known.get(issuer);
    if (issuer === undefined || host === undefined) throw badToken();
    const nowMs = clock();
    const payload = await verifiedByHost(token, host, { issuer, audience, nowMs });
    const { sub, jti, exp } = payload;
    if (!isId(sub) || !isId(jti) || exp === undefined) throw badToken();
    if (exp * 1000 > nowMs + userTokenTtlMaxMs + clockToleranceMs) throw badToken();
    // The id must stay used for as long as the token could still pass.
    return { issuer, subject: sub, jti, expiresAtMs: exp * 1000 + 2 * clockToleranceMs };
  };
}

type PreparedKey = {
  readonly kid: string | undefined;
  readonly algorithm: HostKey['algorithm'];
  readonly key: Uint8Array | KeyObject;
};

function prepared({ issuer, keys }: TrustedHost): readonly PreparedKey[] {
  return keys.map((key) => {
    const { kid, algorithm } = key;
    if (key.algorithm === 'HS256') {
      checkKey(issuer, key.secret);
      return { kid, algorithm, key: key.secret };
    }
    return { kid, algorithm, key: publicKey(issuer, key.publicKeyPem) };
  });
}

function publicKey(issuer: string, pem: string): KeyObject {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch (cause) {
    throw new Fault('bad_config', `The public key of ${issuer} cannot be read.`, { cause });
  }
  throw new Fault('bad_config', `The public key of ${issuer} must be on the curve P-256.`);
}

async function verifiedByHost(
  token: string,
  keys: readonly PreparedKey[],
  expected: Pick<Expected, 'issuer' | 'audience' | 'nowMs'>,
): Promise<JWTPayload> {
  for (const algorithm of ['HS256', 'ES256'] as const) {
    const own = keys.filter((key) => key.algorithm === algorithm);
    if (own.length === 0 || !claimsAlgorithm(token, algorithm)) continue;
    const keysFor = (kid: string | undefined) =>
      own.filter((key) => key.kid === undefined || key.kid === kid).map(({ key }) => key);
    const whole = { ...expected, algorithm, toleranceMs: clockToleranceMs };
    return verified(token, keysFor, whole);
  }
  throw badToken();
}

interface Expected {
  readonly algorithm: 'HS256' | 'ES256';
  readonly issuer: string;
  readonly audience: string;
  readonly nowMs: number;
  readonly toleranceMs: number;
}

/** Tries each key that the header's `kid` allows; one algorithm only, so neither `none` nor a switch of kinds gets through. */
async function verified(
  token: string,
  keysFor: (kid: string | undefined) => readonly (Uint8Array | KeyObject | undefined)[],
  expected: Expected,
): Promise<JWTPayload> {
  if (token.length > tokenLengthMax) throw badToken();
  for (const key of keysFor(headerOf(token)?.kid)) {
    if (key === undefined) continue;
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [expected.algorithm],
        issuer: expected.issuer,
        audience: expected.audience,
        currentDate: new Date(expected.nowMs),
        clockTolerance: expected.toleranceMs / 1000,
        requiredClaims: ['exp', 'sub'],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWSSignatureVerificationFailed) continue;
      throw error instanceof errors.JWTExpired
        ? new Fault('token_expired', 'The token has expired.', { cause: error })
        : badToken(error);
    }
  }
  throw badToken();
}

function headerOf(token: string): { readonly alg?: string; readonly kid?: string } | undefined {
  try {
    const text = Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8');
    const header: unknown = JSON.parse(text);
    if (typeof header !== 'object' || header === null) return undefined;
    const { alg, kid } = header as Record<string, unknown>;
    return {
      ...(typeof alg === 'string' && { alg }),
      ...(typeof kid === 'string' && { kid }),
    };
  } catch {
    return undefined;
  }
}

function claimsAlgorithm(token: string, algorithm: string): boolean {
  return headerOf(token)?.alg === algorithm;
}

/** Unverified: only chooses whose key to try. */
function issuerOf(token: string): string | undefined {
  if (token.length > tokenLengthMax) return undefined;
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

const isId = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 128;

const seconds = (ms: number): number => Math.floor(ms / 1000);

function badToken(cause?: unknown): Fault {
  return new Fault(
    'bad_token',
    'The token is not valid here.',
    cause === undefined ? {} : { cause },
  );
}

/**
 * The other side of `identified`: what a host page's server does after its own sign-in. The demo's host
 * uses it; `docs/guides` shows the same in other languages.
 */
export function createUserTokenSigner(host: {
  readonly issuer: string;
  readonly secret: Uint8Array;
  readonly audience?: string;
  readonly clock: Clock;
  readonly randomId: () => string;
}): (customerId: string) => Promise<string> {
  checkKey(host.issuer, host.secret);
  return (customerId) =>
    new SignJWT({ sub: customerId, jti: host.randomId() })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(host.issuer)
      .setAudience(host.audience ?? 'kefu')
      .setIssuedAt(seconds(host.clock()))
      .setExpirationTime(seconds(host.clock()) + 300)
      .sign(host.secret);
}
