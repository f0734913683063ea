/** One variable of the environment, as the page for operators tells of it. */
interface Variable {
  readonly name: string;
  /** As it is read when the variable is not set; in words where that is no value. */
  readonly fallback: string;
  readonly tells: string;
  readonly secret?: true;
}

/** Every variable that `readConfig` looks at. A test holds the two together, and the page equal to this. */
export const variables: readonly Variable[] = [
  { name: 'PORT', fallback: '8787', tells: 'port; `0` takes a free one and prints it' },
  { name: 'HOST', fallback: '127.0.0.1', tells: 'address to listen on' },
  {
    name: 'KEFU_DATA',
    fallback: './data',
    tells:
      'data folder: database, workspace document, keys, files, sandbox ledger; one process at a time',
  },
  {
    name: 'KEFU_DATABASE_URL',
    fallback: 'none: the embedded store',
    tells: 'PostgreSQL of several nodes, such as `postgres://kefu:password@db.example/kefu`',
    secret: true,
  },
  {
    name: 'KEFU_BUS',
    fallback: 'none: the database',
    tells: 'Redis that carries hints between many nodes, such as `redis://redis.example:6379`',
    secret: true,
  },
  {
    name: 'KEFU_WALLET_URL',
    fallback: 'none: the sandbox',
    tells:
      'the company’s wallet, https unless on this machine; the three variables are given together, see [connecting a wallet](../guides/connecting-a-wallet.md)',
  },
  {
    name: 'KEFU_WALLET_KEY_ID',
    fallback: 'none',
    tells: 'names the key that requests to the wallet are signed with',
  },
  {
    name: 'KEFU_WALLET_SECRET',
    fallback: 'none',
    tells: 'that key, 32 characters or more',
    secret: true,
  },
  {
    name: 'KEFU_USER_TOKEN_SECRET',
    fallback: 'made at the first start, kept in the data folder',
    tells: 'shared secret (32 characters or more) that the host page signs user tokens with',
    secret: true,
  },
  {
    name: 'KEFU_PUBLIC_URL',
    fallback: 'where it listens',
    tells: 'how browsers reach it; https makes cookies Secure and sends HSTS',
  },
  {
    name: 'KEFU_TRUST_PROXY',
    fallback: 'none',
    tells: 'addresses or networks of proxies whose `X-Forwarded-For` is believed, comma-separated',
  },
  {
    name: 'KEFU_REQUESTS_PER_MINUTE',
    fallback: '1200',
    tells: 'HTTP requests and socket upgrades of one address in a minute',
  },
  { name: 'KEFU_CACHE', fallback: 'the data folder', tells: 'where the trained model is kept' },
  {
    name: 'KEFU_PLUGINS',
    fallback: './plugins',
    tells: 'the operator’s own modules for messaging platforms',
  },
  {
    name: 'KEFU_ENCODER_URL',
    fallback: 'none: off',
    tells: 'an OpenAI-compatible embeddings service of your own, with `KEFU_ENCODER_MODEL`',
  },
  { name: 'KEFU_ENCODER_MODEL', fallback: 'none', tells: 'the model’s name there' },
  {
    name: 'KEFU_ENCODER_KEY',
    fallback: 'none',
    tells: 'sent to it as a bearer token',
    secret: true,
  },
  {
    name: 'KEFU_ENCODER_TIMEOUT_MS',
    fallback: '150',
    tells: 'longest wait for its opinion on a message',
  },
  {
    name: 'KEFU_SANDBOX_LOAD_CUSTOMERS',
    fallback: '0',
    tells: 'further plain sandbox customers `load-0001` …, for load tests',
  },
  {
    name: 'LOG_LEVEL',
    fallback: 'info',
    tells: '`debug`, `info`, `warn`, `error`, `fatal`, `silent`',
  },
];

/** The table of docs/operating/configuration.md. */
export function configurationTable(): string {
  const rows = variables.map(({ name, fallback, tells, secret }) => {
    const mark = secret === true ? '**secret**; ' : '';
    return `| \`${name}\` | ${fallback} | ${mark}${tells} |`;
  });
  return ['| variable | without it | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
