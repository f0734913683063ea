import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { Fault } from '../core/index.ts';

/**
 * Passwords at rest: scrypt with its parameters beside the hash, so that they can be raised and old
 * hashes still read. N = 2^17, r = 8, p = 1 is OWASP's advice: 128 MB and some 0.3 s for each try.
 */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** With no stored hash it does the same work against one that nothing matches. */
  matches(password: string, stored: string | undefined): Promise<boolean>;
  /** Made with other parameters than today's. */
  isDated(stored: string): boolean;
}

export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

const standardCost: ScryptCost = { N: 2 ** 17, r: 8, p: 1 };
const keyBytes = 32;
/** Each run takes 128 MB: two at once, and a queue that a flood cannot make long. */
const runningMax = 2;
const waitingMax = 20;

export function createPasswordHasher(cost: ScryptCost = standardCost): PasswordHasher {
  const turn = createTurnstile();
  // Nothing hashes to it except by chance of 2^-256; made at start, so that the first unknown name takes no longer.
  const nobody = format(cost, randomBytes(16), randomBytes(keyBytes));
  return {
    hash: async (password) => {
      const salt = randomBytes(16);
      return format(cost, salt, await turn(() => derive(password, salt, cost)));
    },
    matches: async (password, stored) => {
      const known = parseHash(stored ?? nobody);
      const derived = await turn(() => derive(password, known.salt, known.cost));
      return timingSafeEqual(derived, known.hash) && stored !== undefined;
    },
    isDated: (stored) => {
      const { N, r, p } = parseHash(stored).cost;
      return N !== cost.N || r !== cost.r || p !== cost.p;
    },
  };
}

function derive(password: string, salt: Uint8Array, { N, r, p }: ScryptCost): Promise<Buffer> {
  const options = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, keyBytes, options, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

function format({ N, r, p }: ScryptCost, salt: Uint8Array, hash: Uint8Array): string {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  return `scrypt:${N}:${r}:${p}:${text(salt)}:${text(hash)}`;
}

function parseHash(stored: string) {
  const [scheme, N, r, p, salt = '', hash = ''] = stored.split(':');
  const bytes = Buffer.from(hash, 'base64url');
  if (scheme !== 'scrypt' || bytes.length !== keyBytes) {
    throw new Fault('store_corrupt', 'A stored password hash cannot be read.');
  }
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, 'base64url'), hash: bytes };
}

type Turnstile = <T>(work: () => Promise<T>) => Promise<T>;

/** Faults: overloaded, when too many wait. */
function createTurnstile(): Turnstile {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (waiting.length >= waitingMax) {
      throw new Fault('overloaded', 'Too many sign-ins at once; try again in a moment.');
    }
    if (running >= runningMax) await new Promise<void>((go) => waiting.push(go));
    else running += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, not freed, so that nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Readable and strong: four groups of five from 31 signs without look-alikes, 99 bits. */
export const makePassword = (): string => makeCode(4, 5);

/** `groups` of `length` signs each, about five bits a sign. */
export function makeCode(groups: number, length: number): string {
  const sign = () => alphabet[randomInt(alphabet.length)] ?? '';
  const group = () => Array.from({ length }, sign).join('');
  return Array.from({ length: groups }, group).join('-');
}
