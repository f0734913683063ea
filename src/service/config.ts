import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { WebLimits } from '../channels/index.ts';
import { Fault } from '../core/index.ts';
import type { EncoderConfig } from '../encoder/index.ts';
import type { LogLevel } from '../ops/index.ts';

/** What the environment decides; everything that an operator changes while running stands in the workspace document. */
export interface Config {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly dataFolder: string;
  /** PostgreSQL that several nodes share; without it the embedded store in the data folder. */
  readonly databaseUrl?: string;
  /** Redis that carries hints between nodes; without it the database does. */
  readonly busUrl?: string;
  /** Where the trained model is kept; default the data folder. */
  readonly cacheFolder?: string;
  readonly logLevel: LogLevel;
  /** How browsers reach it; by default where it listens. */
  readonly publicUrl?: string;
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  readonly trustProxy: readonly string[];
  /** Shared with the host page's server, which signs user tokens with it. */
  readonly userTokenSecret?: string;
  /** The company's wallet over HTTP; without it the sandbox and its demo page. */
  readonly wallet?: { readonly url: string; readonly keyId: string; readonly secret: string };
  /** An embeddings service of the operator's own that gives a second opinion on doubtful messages; off by default. */
  readonly encoder?: EncoderConfig;
  /** Plain customers that the sandbox is given at its first start, for load and chaos runs. */
  readonly loadCustomers: number;
  /** HTTP requests and socket upgrades of one address in a minute. */
  readonly requestsPerMinute: number;
  /** Operators' own Botkit modules for messaging platforms. */
  readonly pluginsFolder?: string;
  /** For benches. */
  readonly webLimits?: Partial<WebLimits>;
}

type Environment = { readonly [name: string]: string | undefined };

const logLevels: readonly LogLevel[] = ['silent', 'fatal', 'error', 'warn', 'info', 'debug'];

/** Throws `bad_config` with the variable's name and what it must be. */
export function readConfig(env: Environment): Config {
  return {
    host: env['HOST'] ?? '127.0.0.1',
    port: wholeNumber(env, 'PORT', 8787, 65_535),
    dataFolder: resolve(env['KEFU_DATA'] ?? 'data'),
    ...optional('databaseUrl', databaseUrl(env)),
    ...optional('busUrl', busUrl(env)),
    ...optional('cacheFolder', env['KEFU_CACHE']),
    logLevel: logLevel(env),
    ...optional('publicUrl', httpUrl(env, 'KEFU_PUBLIC_URL')),
    trustProxy: addresses(env, 'KEFU_TRUST_PROXY'),
    ...optional('userTokenSecret', secret(env, 'KEFU_USER_TOKEN_SECRET')),
    ...optional('wallet', wallet(env)),
    ...optional('encoder', encoder(env)),
    pluginsFolder: resolve(env['KEFU_PLUGINS'] ?? 'plugins'),
    requestsPerMinute: wholeNumber(env, 'KEFU_REQUESTS_PER_MINUTE', 1200, 1_000_000_000),
    loadCustomers: wholeNumber(env, 'KEFU_SANDBOX_LOAD_CUSTOMERS', 0, 10_000),
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

function wholeNumber(env: Environment, name: string, fallback: number, max: number): number {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= max) return value;
  throw new Fault('bad_config', `${name} must be a whole number from 0 to ${max}, not "${text}".`);
}

function logLevel(env: Environment): LogLevel {
  const text = env['LOG_LEVEL'] ?? 'info';
  const level = logLevels.find((one) => one === text);
  if (level) return level;
  throw new Fault('bad_config', `LOG_LEVEL must be one of ${logLevels.join(', ')}, not "${text}".`);
}

function httpUrl(env: Environment, name: string): string | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/') return url.origin;
  throw new Fault('bad_config', `${name} must be an address such as https://chat.example.com.`);
}

/** Not echoed: it holds a password. */
function databaseUrl(env: Environment): string | undefined {
  const text = env['KEFU_DATABASE_URL'];
  if (text === undefined || text === '') return undefined;
  const url = URL.parse(text);
  if (url && /^postgres(?:ql)?:$/.test(url.protocol) && url.pathname.length > 1) return text;
  throw new Fault(
    'bad_config',
    'KEFU_DATABASE_URL must be an address such as postgres://kefu:password@db.example/kefu.',
  );
}

/** Not echoed either. */
function busUrl(env: Environment): string | undefined {
  const text = env['KEFU_BUS'];
  if (text === undefined || text === '') return undefined;
  const url = URL.parse(text);
  const isRedis = url !== null && /^rediss?:$/.test(url.protocol) && url.hostname !== '';
  if (isRedis && databaseUrl(env) !== undefined) return text;
  throw new Fault(
    'bad_config',
    'KEFU_BUS must be an address such as redis://:password@redis.example:6379, given together with KEFU_DATABASE_URL.',
  );
}

function addresses(env: Environment, name: string): readonly string[] {
  const all = (env[name] ?? '').split(',').map((one) => one.trim());
  const given = all.filter((one) => one !== '');
  const wrong = given.find((one) => isIP(one.split('/')[0] ?? '') === 0);
  if (wrong === undefined) return given;
  throw new Fault('bad_config', `${name} must be IP addresses or networks, not "${wrong}".`);
}

function secret(env: Environment, name: string): string | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (text.length >= 32) return text;
  throw new Fault('bad_config', `${name} must have 32 characters or more.`);
}

/** All three of its variables or none: half a connection must not fall back to the sandbox unseen. */
function wallet(env: Environment): Config['wallet'] {
  const url = walletUrl(env, 'KEFU_WALLET_URL');
  const keyId = env['KEFU_WALLET_KEY_ID'] ?? '';
  const key = secret(env, 'KEFU_WALLET_SECRET');
  if (url === undefined && keyId === '' && key === undefined) return undefined;
  if (url !== undefined && key !== undefined && /^[\w.-]{1,64}$/.test(keyId)) {
    return { url, keyId, secret: key };
  }
  throw new Fault(
    'bad_config',
    'KEFU_WALLET_URL, KEFU_WALLET_KEY_ID (1 to 64 characters of A-Za-z0-9_.-) and KEFU_WALLET_SECRET must be given together.',
  );
}

/** Customers' money goes over this line: in the clear only within this machine. */
function walletUrl(env: Environment, name: string): string | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  const url = URL.parse(text);
  const isSafe =
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname));
  const isPlain =
    url?.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (url && isSafe && isPlain) return url.href.replace(/\/+$/, '');
  throw new Fault(
    'bad_config',
    `${name} must be an address such as https://api.wallet.example/kefu/v1; http only on this machine.`,
  );
}

/** Masked words of customers go there: the operator names the one address, and nothing is found out by itself. */
function encoder(env: Environment): EncoderConfig | undefined {
  const text = env['KEFU_ENCODER_URL'] ?? '';
  if (text === '') return undefined;
  const url = URL.parse(text);
  const model = env['KEFU_ENCODER_MODEL'] ?? '';
  const key = env['KEFU_ENCODER_KEY'] ?? '';
  const isPlain =
    url?.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (url && isPlain && /^https?:$/.test(url.protocol) && /^[\w./:@-]{1,200}$/.test(model)) {
    return {
      url: url.href.replace(/\/+$/, ''),
      model,
      ...(key === '' ? {} : { key }),
      timeoutMs: Math.max(1, wholeNumber(env, 'KEFU_ENCODER_TIMEOUT_MS', 150, 5000)),
    };
  }
  throw new Fault(
    'bad_config',
    'KEFU_ENCODER_URL must be an address such as http://10.0.0.7:8000/v1, given together with KEFU_ENCODER_MODEL.',
  );
}
